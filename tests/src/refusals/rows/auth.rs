use std::sync::Arc;

use serde_json::json;
use service_client::Service;
use shared_models::identity::Role;

use crate::{
    PASSWORD,
    refusals::{Asked, Foreign, Row, Who, World},
};

const ANOTHER: &str = "indigo-kiln-monsoon-43";

/// The operations of auth.
pub fn rows() -> Vec<Row> {
    let mut rows = signing_in();
    rows.extend(sessions());
    rows.extend(passwords_and_contacts());
    rows.extend(account());
    rows.extend(artisans());
    rows.extend(admin());
    rows
}

fn signing_in() -> Vec<Row> {
    use Foreign::NoObject;
    vec![
        Row::new("POST /auth/signup", Who::Anyone, NoObject, |world| async move {
            Asked::by_anyone().with(json!({
                "email": world.fresh_email(), "password": PASSWORD, "display_name": "Asha", "role": "artisan",
                "language": "hi", "region": "Bihar", "craft": "madhubani",
            }))
        })
        .refuses("/email", "not an address")
        .refuses("/password", "password12")
        .refuses("/role", "admin"),
        Row::new("POST /auth/login", Who::Anyone, NoObject, |world| async move {
            Asked::by_anyone().with(json!({ "email": world.buyer.email, "password": PASSWORD }))
        }),
        Row::new("POST /auth/otp", Who::Anyone, NoObject, |world| async move {
            Asked::by_anyone().with(json!({ "phone": world.fresh_phone() }))
        })
        .refuses("/phone", "9876543210"),
        Row::new(
            "POST /auth/otp/verify",
            Who::Anyone,
            NoObject,
            |world| async move {
                let phone = world.fresh_phone();
                world
                    .does(
                        Service::Auth,
                        "POST",
                        "/auth/otp",
                        None,
                        Some(json!({ "phone": phone })),
                    )
                    .await;
                let code = world.code_to(&phone).await;
                Asked::by_anyone().with(json!({
                    "phone": phone, "code": code, "role": "buyer", "display_name": "Gita", "language": "ta",
                }))
            },
        ),
        Row::new("POST /auth/firebase", Who::Anyone, NoObject, |world| async move {
            Asked::by_anyone().with(json!({
                "id_token": world.fresh_id_token(), "role": "buyer", "display_name": "Gita", "language": "ta",
            }))
        })
        .refuses("/role", "admin"),
    ]
}

fn sessions() -> Vec<Row> {
    use Foreign::{NoObject, Refused};
    vec![
        Row::new("POST /auth/refresh", Who::Anyone, NoObject, |world| async move {
            Asked::by_anyone().with(json!({ "refresh_token": world.newcomer("buyer").await.refresh }))
        }),
        Row::new("POST /auth/logout", Who::Anyone, NoObject, |world| async move {
            Asked::by_anyone().with(json!({ "refresh_token": world.newcomer("buyer").await.refresh }))
        }),
        Row::new("GET /auth/verify", Who::SignedIn, NoObject, by_buyer),
        Row::new("GET /auth/sessions", Who::SignedIn, NoObject, by_buyer),
        Row::new("DELETE /auth/sessions", Who::SignedIn, NoObject, by_newcomer),
        Row::new(
            "DELETE /auth/sessions/{id}",
            Who::SignedIn,
            Refused(404),
            |world| async move {
                let person = world.newcomer("buyer").await;
                let sessions = world
                    .does(Service::Auth, "GET", "/auth/sessions", Some(&person.access), None)
                    .await;
                Asked::by(&person.access).of(sessions[0]["id"].as_str().expect("a session"))
            },
        ),
    ]
}

fn passwords_and_contacts() -> Vec<Row> {
    use Foreign::NoObject;
    vec![
        Row::new(
            "POST /auth/password/forgot",
            Who::Anyone,
            NoObject,
            |world| async move {
                Asked::by_anyone().with(json!({ "email": world.newcomer("buyer").await.email }))
            },
        ),
        Row::new(
            "POST /auth/password/reset",
            Who::Anyone,
            NoObject,
            |world| async move {
                let email = world.newcomer("buyer").await.email;
                world
                    .does(
                        Service::Auth,
                        "POST",
                        "/auth/password/forgot",
                        None,
                        Some(json!({ "email": email })),
                    )
                    .await;
                let code = world.code_to(&email).await;
                Asked::by_anyone().with(json!({ "email": email, "code": code, "new_password": ANOTHER }))
            },
        )
        .refuses("/new_password", "password12"),
        Row::new(
            "POST /auth/password/change",
            Who::SignedIn,
            NoObject,
            |world| async move {
                let person = world.newcomer("buyer").await;
                Asked::by(&person.access)
                    .with(json!({ "current_password": PASSWORD, "new_password": ANOTHER }))
            },
        )
        .refuses("/new_password", "password12"),
        Row::new("POST /auth/codes", Who::SignedIn, NoObject, |world| async move {
            Asked::by(&world.newcomer("artisan").await.access).with(json!({ "purpose": "payout_method" }))
        }),
        Row::new(
            "POST /auth/verify-contact",
            Who::SignedIn,
            NoObject,
            |world| async move {
                let person = world.newcomer("buyer").await;
                Asked::by(&person.access).with(json!({ "email": person.email }))
            },
        ),
    ]
}

fn account() -> Vec<Row> {
    use Foreign::NoObject;
    vec![
        Row::new("GET /auth/profile", Who::SignedIn, NoObject, by_buyer),
        Row::new("PATCH /auth/profile", Who::SignedIn, NoObject, |world| async move {
            Asked::by(&world.newcomer("artisan").await.access).with(json!({
                "display_name": "Asha Devi", "language": "hi", "state": "Bihar", "region": "Madhubani",
                "craft": "madhubani", "skill_level": 7, "hourly_wage": 120.5, "currency": "INR",
                "wallet_address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "addresses": [{
                    "label": "home", "name": "Asha Devi", "phone": "+919876500000", "line1": "1 Kiln Lane",
                    "line2": "Ward 2", "city": "Madhubani", "state": "Bihar", "postal_code": "847211", "country": "IN",
                }],
            }))
        })
        .refuses("/wallet_address", "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
        .refuses("/hourly_wage", json!(120.005))
        .refuses("/addresses/0/country", "in")
        .refuses("/addresses/0/phone", "9876500000"),
        Row::new("PUT /auth/payout-method", Who::Only(vec![Role::Artisan]), NoObject, |world| async move {
            let person = world.newcomer("artisan").await;
            let purpose = json!({ "purpose": "payout_method" });
            world.does(Service::Auth, "POST", "/auth/codes", Some(&person.access), Some(purpose)).await;
            let code = world.code_to(&person.email).await;
            let method = json!({
                "kind": "bank", "account_holder": "Asha Devi", "account_number": "123456789012", "ifsc": "HDFC0001234",
            });
            Asked::by(&person.access).with(json!({ "method": method, "code": code }))
        })
        .refuses("/method/ifsc", "hdfc-000123"),
        Row::new("DELETE /auth/account", Who::SignedIn, NoObject, by_newcomer),
        Row::new("GET /auth/export", Who::SignedIn, NoObject, by_buyer),
    ]
}

fn artisans() -> Vec<Row> {
    use Foreign::NoObject;
    vec![
        Row::new(
            "GET /auth/artisans/{id}",
            Who::AnyoneKnown,
            NoObject,
            |world| async move { Asked::by_anyone().of(&world.artisan.id) },
        ),
        Row::new(
            "PUT /auth/artisans/{id}/follow",
            Who::SignedIn,
            NoObject,
            of_artisan,
        ),
        Row::new(
            "DELETE /auth/artisans/{id}/follow",
            Who::SignedIn,
            NoObject,
            of_artisan,
        )
        .repeatable(),
        Row::new("GET /auth/following", Who::SignedIn, NoObject, by_buyer),
        Row::new(
            "GET /auth/.well-known/jwks.json",
            Who::Anyone,
            NoObject,
            |_| async { Asked::by_anyone() },
        ),
        Row::new(
            "GET /internal/users/{id}",
            Who::Service(Service::Product),
            NoObject,
            |world| async move {
                let token = world.service_token(Service::Product).await;
                Asked::by_anyone()
                    .of(&world.artisan.id)
                    .showing("x-service-token", &token)
            },
        ),
    ]
}

fn admin() -> Vec<Row> {
    use Foreign::NoObject;
    let admins = || Who::Only(vec![Role::Admin]);
    vec![
        Row::new("GET /auth/admin/audit", admins(), NoObject, |world| async move {
            Asked::by(&world.admin.access).where_("limit=5")
        }),
        Row::new(
            "POST /auth/admin/users/find",
            admins(),
            NoObject,
            |world| async move { Asked::by(&world.admin.access).with(json!({ "email": world.buyer.email })) },
        ),
        Row::new("GET /auth/admin/users/{id}", admins(), NoObject, of_newcomer),
        Row::new(
            "POST /auth/admin/users/{id}/suspend",
            admins(),
            NoObject,
            |world| async move {
                of_newcomer(world)
                    .await
                    .with(json!({ "reason": "a forged listing" }))
            },
        ),
        Row::new(
            "POST /auth/admin/users/{id}/restore",
            admins(),
            NoObject,
            |world| async move {
                let asked = of_newcomer(world.clone()).await;
                let path = format!("/auth/admin/users/{}/suspend", asked.path[0]);
                let reason = json!({ "reason": "a forged listing" });
                world
                    .does(
                        Service::Auth,
                        "POST",
                        &path,
                        Some(&world.admin.access),
                        Some(reason),
                    )
                    .await;
                asked
            },
        ),
        Row::new(
            "DELETE /auth/admin/users/{id}/sessions",
            admins(),
            NoObject,
            of_newcomer,
        ),
    ]
}

async fn by_buyer(world: Arc<World>) -> Asked {
    Asked::by(&world.buyer.access)
}

async fn by_newcomer(world: Arc<World>) -> Asked {
    Asked::by(&world.newcomer("buyer").await.access)
}

async fn of_artisan(world: Arc<World>) -> Asked {
    Asked::by(&world.buyer.access).of(&world.artisan.id)
}

async fn of_newcomer(world: Arc<World>) -> Asked {
    Asked::by(&world.admin.access).of(&world.newcomer("buyer").await.id)
}
