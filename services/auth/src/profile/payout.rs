use axum::{Json, extract::State};
use backends::documents::Batch;
use serde_json::json;
use service_kit::extract::{Artisan, ClientAddress, ValidJson};
use shared_models::auth::{PayoutMethod, PayoutMethodView, PutPayoutMethod};
use std::net::IpAddr;

use crate::{
    codes::Proof,
    domain::{code::Purpose, payout},
    error::AuthError,
    retry::retrying,
    state::{Auth, AuthState},
};

/// Sets how the caller is paid.
///
/// Needs a code of the purpose `payout_method` (`POST /auth/codes`): a stolen token must not redirect money.
#[utoipa::path(
    put, path = "/auth/payout-method", operation_id = "put_payout_method", tag = "auth", security(("bearer" = [])), request_body = PutPayoutMethod,
    responses((status = 200, body = PayoutMethodView)),
)]
pub(crate) async fn put(
    State(auth): State<AuthState>,
    artisan: Artisan,
    ClientAddress(address): ClientAddress,
    ValidJson(body): ValidJson<PutPayoutMethod>,
) -> Result<Json<PayoutMethodView>, AuthError> {
    let method = payout::check(body.method)?;
    retrying(|| try_put(&auth, &artisan, &method, &body.code, address)).await?;
    Ok(Json(payout::view(&method)))
}

async fn try_put(
    auth: &Auth,
    artisan: &Artisan,
    method: &PayoutMethod,
    code: &str,
    address: Option<IpAddr>,
) -> Result<(), AuthError> {
    let mut user = auth.present(&artisan.0).await?.user;
    let contact = user.value.reachable_by().ok_or(AuthError::NotReachable)?;
    let proof = Proof {
        contact: &contact,
        purpose: Purpose::PayoutMethod,
        user: Some(user.value.id),
    };
    let mut batch = Batch::new();
    auth.codes.redeem(&mut batch, proof, code, address).await?;
    user.value.prove(&contact);
    user.value.payout = Some(method.clone());
    user.value.touch(auth.now());
    user.save(&mut batch)?;
    let (id, detail) = (user.value.id, json!({ "kind": payout::kind(method) }));
    auth.audit
        .append(&mut batch, id, "payout-method-set", id, detail)
        .await?;
    Ok(auth.store.commit(batch).await?)
}
