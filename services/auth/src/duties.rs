//! What auth does without being asked.

use std::{sync::Arc, time::Duration};

use service_kit::{Background, Problem, idempotency::forget_expired};

use crate::{
    account::erase::{ERASE_ACCOUNT, erase},
    codes::SEND_CODE,
    state::{Auth, AuthState},
    store::PASSING,
};

/// Looking more often than a key gives notice.
const TEND_KEYS: Duration = Duration::from_mins(5);
const FORGET: Duration = Duration::from_hours(1);

/// Sends codes, erases accounts, rotates keys, forgets what has passed.
pub(crate) fn duties(auth: &AuthState) -> Background {
    let (sending, erasing, tending, forgetting) = (auth.clone(), auth.clone(), auth.clone(), auth.clone());
    Background::default()
        .run(SEND_CODE, move |job| {
            let auth = sending.clone();
            async move { auth.codes.deliver(job).await }
        })
        .run(ERASE_ACCOUNT, move |job| {
            let auth = erasing.clone();
            async move { erase(&auth, job).await }
        })
        .every("tend-keys", TEND_KEYS, move || {
            let auth = tending.clone();
            async move { Ok(auth.keys.tend(auth.config.key_age).await?) }
        })
        .every("forget-passed", FORGET, move || forget(forgetting.clone()))
        .follow("token-keys", auth.keys.clone().follow())
}

async fn forget(auth: Arc<Auth>) -> Result<(), Problem> {
    for collection in PASSING {
        forget_expired(&auth.store, collection, auth.now()).await?;
    }
    Ok(())
}
