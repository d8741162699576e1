use std::process::{Command, Output};

use backends::documents::{Batch, Precondition};
use serde_json::json;

use crate::people::{Auth, PASSWORD};

/// Runs the program itself, in a process of its own, on the folder of the service that runs here.
async fn run(auth: &Auth, arguments: &'static [&'static str], more: &str) -> Output {
    let folder = auth.0.folder().to_owned();
    let more: Vec<String> = more.split_whitespace().map(str::to_owned).collect();
    let program = move || {
        Command::new(env!("CARGO_BIN_EXE_auth"))
            .env_clear()
            .env("CRAFTCHAIN_DATA_DIR", folder)
            .args(arguments)
            .args(more)
            .output()
            .expect("the program ran")
    };
    tokio::task::spawn_blocking(program)
        .await
        .expect("the program ended")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn the_command_line_makes_admins_while_the_service_runs() {
    let auth = Auth::start().await;
    let sita = auth.buyer().await;
    let granted = run(&auth, &["grant-admin"], &sita.email).await;
    assert!(granted.status.success(), "{}", said(&granted));
    assert!(said(&granted).contains("not verified"), "{}", said(&granted));
    sita.get(&auth, "/auth/admin/audit")
        .await
        .expect_problem(403, "wrong_role");
    let again = auth.login(&sita.email, PASSWORD).await.expect(200);
    assert_eq!(again["user"]["role"], "admin");
    let admin = crate::people::Person::of(&again);
    let log = admin
        .get(&auth, &format!("/auth/admin/audit?subject={}", sita.id))
        .await
        .expect(200);
    assert_eq!(
        (&log[1]["act"], &log[1]["actor"]),
        (&json!("role-granted"), &json!("command"))
    );

    let unknown = run(&auth, &["grant-admin"], "nobody@example.in").await;
    assert!(!unknown.status.success());
    assert_eq!(said(&unknown), "error: there is no such account\n");
    let wrong = run(&auth, &["grant-admin"], "nobody").await;
    assert!(!wrong.status.success());
}

#[tokio::test]
async fn a_changed_audit_log_is_found_out() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    auth.login(&sita.email, PASSWORD).await.expect(200);
    let sound = run(&auth, &["verify-audit"], "").await;
    assert_eq!(said(&sound), "3 entries, all sound\n");

    let store = &auth.0.kit.backends.documents;
    let entries = store
        .query(&backends::documents::Query::all("audit"))
        .await
        .unwrap();
    let entry = entries
        .iter()
        .find(|entry| entry.body["subject"] == sita.id.as_str())
        .unwrap();
    let mut body = entry.body.clone();
    body["actor"] = json!("somebody else");
    let mut batch = Batch::new();
    batch
        .write("audit", entry.id.clone(), Precondition::Present, &body)
        .unwrap();
    store.commit(batch).await.unwrap();
    let broken = run(&auth, &["verify-audit"], "").await;
    assert!(!broken.status.success());
    assert!(said(&broken).contains("tampered with"), "{}", said(&broken));
}

#[tokio::test]
async fn the_command_line_rotates_keys_and_the_running_service_tells_them() {
    let auth = Auth::start().await;
    let rotated = run(&auth, &["rotate-keys"], "").await;
    assert!(rotated.status.success(), "{}", said(&rotated));
    let two = async || {
        let keys = auth.get("/auth/.well-known/jwks.json").await.expect(200);
        (keys["keys"].as_array().unwrap().len() == 2).then_some(())
    };
    crate::people::eventually("the new key", two).await;
}

#[tokio::test]
async fn help_lists_commands_and_settings() {
    let auth = Auth::start().await;
    let help = said(&run(&auth, &["--help"], "").await);
    for expected in [
        "grant-admin",
        "verify-audit",
        "rotate-keys",
        "CRAFTCHAIN_AUTH_GRACE_DAYS",
        "healthcheck",
    ] {
        assert!(help.contains(expected), "{expected} in {help}");
    }
}
