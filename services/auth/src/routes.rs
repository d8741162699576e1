use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    account::{close, export},
    admin,
    artisans::{follow, show as artisan},
    contact, internal, jwks,
    password::{change, forgot, reset},
    profile::{payout, show, update},
    session::{list, logout, refresh, verify},
    sign_in::{firebase, login, otp, signup},
    state::AuthState,
};

/// The whole API.
pub(crate) fn routes(auth: AuthState) -> OpenApiRouter {
    OpenApiRouter::new()
        // Signing in.
        .routes(routes!(signup::signup))
        .routes(routes!(login::login))
        .routes(routes!(otp::request))
        .routes(routes!(otp::verify))
        .routes(routes!(firebase::firebase))
        // Sessions.
        .routes(routes!(refresh::refresh))
        .routes(routes!(logout::logout))
        .routes(routes!(verify::verify))
        .routes(routes!(list::list, list::end_others))
        .routes(routes!(list::end_one))
        // Passwords and contacts.
        .routes(routes!(forgot::forgot))
        .routes(routes!(reset::reset))
        .routes(routes!(change::change))
        .routes(routes!(contact::codes::send))
        .routes(routes!(contact::verify::verify))
        // The account.
        .routes(routes!(show::show, update::update))
        .routes(routes!(payout::put))
        .routes(routes!(close::close))
        .routes(routes!(export::export))
        // Artisans.
        .routes(routes!(artisan::show))
        .routes(routes!(follow::begin, follow::end))
        .routes(routes!(follow::list))
        // Keys.
        .routes(routes!(jwks::jwks))
        // Admins.
        .routes(routes!(admin::users::find))
        .routes(routes!(admin::users::show))
        .routes(routes!(admin::users::suspend))
        .routes(routes!(admin::users::restore))
        .routes(routes!(admin::users::end_sessions))
        .routes(routes!(admin::audit::list))
        // Services.
        .routes(routes!(internal::users::show))
        .with_state(auth)
}
