//! What operators do from the command line, on the data of a fleet that runs or not.

use backends::documents::Batch;
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::json;
use service_kit::{Kit, StartError, command::Command};
use shared_models::identity::Role;

use crate::{
    domain::{contact::Contact, email::Email},
    error::AuthError,
    retry::retrying,
    state::Auth,
    token_keys::Rotation,
};

/// Who acts, in the audit log.
const ACTOR: &str = "command";

/// The commands beside serving.
pub const COMMANDS: &[Command] = &[
    Command {
        arguments: || {
            clap::Command::new("grant-admin")
                .about("Make the account of an e-mail address an admin: the only way to that role")
                .arg(Arg::new("email").required(true).value_name("EMAIL"))
        },
        run: |kit, arguments| Box::pin(print(grant_admin(kit, text(&arguments, "email")))),
    },
    Command {
        arguments: || clap::Command::new("verify-audit").about("Recompute the audit log's chains of hashes"),
        run: |kit, _| Box::pin(print(verify_audit(kit))),
    },
    Command {
        arguments: || {
            clap::Command::new("rotate-keys")
                .about("Publish a new signing key, which signs access tokens from 15 minutes later")
                .arg(
                    Arg::new("stolen")
                        .long("stolen")
                        .action(ArgAction::SetTrue)
                        .help("Withdraw all other keys at once: every access token ends, and refreshing brings new ones"),
                )
        },
        run: |kit, arguments| Box::pin(print(rotate_keys(kit, arguments.get_flag("stolen")))),
    },
];

fn text(arguments: &ArgMatches, name: &str) -> String {
    arguments.get_one::<String>(name).cloned().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "the operator reads it")]
async fn print(command: impl Future<Output = Result<String, StartError>>) -> Result<(), StartError> {
    println!("{}", command.await?);
    Ok(())
}

/// Makes the account of an address an admin; answers what to tell the operator.
pub async fn grant_admin(mut kit: Kit, email: String) -> Result<String, StartError> {
    let auth = Auth::open(&mut kit).await?;
    let email = Email::parse("EMAIL", &email).map_err(|refused| failed(&AuthError::Refused(refused)))?;
    retrying(|| try_grant_admin(&auth, &email))
        .await
        .map_err(|error| failed(&error))
}

async fn try_grant_admin(auth: &Auth, email: &Email) -> Result<String, AuthError> {
    let contact = Contact::Email(email.clone());
    let mut user = auth
        .users
        .reached_by(&contact)
        .await?
        .ok_or(AuthError::NoSuchUser)?;
    let id = user.value.id;
    if user.value.role == Role::Admin {
        return Ok(format!("{id} is an admin already"));
    }
    let before = user.value.role;
    user.value.role = Role::Admin;
    user.value.touch(auth.now());
    let mut batch = Batch::new();
    user.save(&mut batch)?;
    crate::events::updated(&auth.outbox, &mut batch, &user.value, vec!["role".into()])?;
    let detail = json!({ "from": before.as_str(), "to": "admin" });
    auth.audit
        .append(&mut batch, ACTOR, "role-granted", id, detail)
        .await?;
    auth.store.commit(batch).await?;
    let verified = user.value.email.is_some_and(|email| email.verified);
    let warning = if verified {
        ""
    } else {
        "; the address is not verified: make sure that it is the right person's account"
    };
    let since = user.value.created_at.format("%F");
    Ok(format!(
        "{id} (since {since}) is an admin from the next sign-in or refresh{warning}"
    ))
}

/// Recomputes the audit log; answers how many entries are sound.
pub async fn verify_audit(kit: Kit) -> Result<String, StartError> {
    match kit.audit.verify().await? {
        Ok(sound) => Ok(format!("{sound} entries, all sound")),
        Err(broken) => Err(StartError::Other(format!(
            "the audit log was tampered with: {broken}"
        ))),
    }
}

/// Publishes a new signing key, or replaces all when they are `stolen`.
pub async fn rotate_keys(mut kit: Kit, stolen: bool) -> Result<String, StartError> {
    let auth = Auth::open(&mut kit).await?;
    let rotation = if stolen {
        auth.keys.replace_all(ACTOR).await
    } else {
        auth.keys.rotate_now(ACTOR).await
    };
    Ok(match rotation.map_err(|error| failed(&error))? {
        Rotation::Published(kid, from) => format!("key {kid} is published and signs from {from}"),
        Rotation::Waits(kid, from) => {
            format!("key {kid} waits already and signs from {from}; nothing was done")
        }
    })
}

fn failed(error: &AuthError) -> StartError {
    StartError::Other(error.to_string())
}
