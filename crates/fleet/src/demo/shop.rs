//! The public door, as an app uses it.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};
use service_kit::StartError;
use tokio::time::{Instant, sleep};
use url::Url;

use super::{
    people::{Person, SignIn},
    pieces::Piece,
};

/// How long the services may take to be ready, and how often to look.
const OPENING: Duration = Duration::from_mins(2);
const LOOK: Duration = Duration::from_millis(50);
const BOUNDARY: &str = "craftchain-demo-ad7f0c";

pub(super) struct Shop {
    http: Client,
    door: Url,
}

impl Shop {
    pub(super) fn behind(door: &Url) -> Result<Self, StartError> {
        let http = Client::builder().no_proxy().no_gzip().build();
        Ok(Self {
            http: http.map_err(|error| StartError::Other(error.to_string()))?,
            door: door.clone(),
        })
    }

    /// Waits until all services are ready.
    pub(super) async fn opens(&self) -> Result<(), StartError> {
        let deadline = Instant::now() + OPENING;
        loop {
            let answer = send(self.ask(Method::GET, "ready")?).await?;
            if answer.status().is_success() {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(refusal("the services are not ready", answer).await);
            }
            sleep(LOOK).await;
        }
    }

    /// Signs somebody in, and up before if she is new; answers her token.
    pub(super) async fn lets_in(&self, person: &Person, sign_in: &SignIn) -> Result<String, StartError> {
        let login = json!({ "email": sign_in.email, "password": sign_in.password });
        let known = send(self.ask(Method::POST, "v1/auth/login")?.json(&login)).await?;
        if known.status().is_success() {
            return token(known).await;
        }
        let account = person.account(sign_in);
        let new = send(self.ask(Method::POST, "v1/auth/signup")?.json(&account)).await?;
        match new.status() {
            StatusCode::CREATED => {
                let token = token(new).await?;
                self.hears_of(person, &token).await?;
                Ok(token)
            }
            StatusCode::CONFLICT => Err(StartError::Other(format!(
                "the demo does not know the password of {}: take another CRAFTCHAIN_DATA_DIR",
                sign_in.email
            ))),
            _ => Err(refusal(sign_in.email, new).await),
        }
    }

    /// Takes what somebody new says of herself: without a wage no price can be suggested.
    async fn hears_of(&self, person: &Person, token: &str) -> Result<(), StartError> {
        let Some(profile) = person.profile() else {
            return Ok(());
        };
        let patch = self.ask(Method::PATCH, "v1/auth/profile")?.bearer_auth(token);
        let answer = send(patch.json(&profile)).await?;
        json_of(answer, StatusCode::OK, "a profile").await.map(drop)
    }

    /// Whether a piece is there, or was until its artisan deleted it.
    pub(super) async fn knows(&self, artisan: &str, piece: &Piece) -> Result<bool, StartError> {
        let path = format!("v1/products/{}", piece.id);
        let answer = send(self.ask(Method::GET, &path)?.bearer_auth(artisan)).await?;
        match answer.status() {
            StatusCode::OK | StatusCode::GONE => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(refusal(piece.motif.name(), answer).await),
        }
    }

    /// Uploads a picture; answers its id.
    pub(super) async fn takes_in(
        &self,
        artisan: &str,
        name: &str,
        picture: &[u8],
    ) -> Result<String, StartError> {
        let upload = self
            .ask(Method::POST, "v1/media/upload")?
            .bearer_auth(artisan)
            .header("Idempotency-Key", format!("demo-picture-{name}"))
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(form(name, picture));
        let answer = json_of(send(upload).await?, StatusCode::CREATED, name).await?;
        let id = answer["uploaded_files"][0]["file_id"].as_str();
        id.map(str::to_owned)
            .ok_or_else(|| StartError::Other(format!("{name} was uploaded and has no id")))
    }

    pub(super) async fn lists(&self, artisan: &str, piece: &Piece, photo: &str) -> Result<(), StartError> {
        let mut listing = piece.listing.clone();
        listing["image_ids"] = json!([photo]);
        let create = self.ask(Method::POST, "v1/products")?.bearer_auth(artisan);
        let answer = send(create.json(&listing)).await?;
        json_of(answer, StatusCode::CREATED, piece.motif.name()).await?;
        Ok(())
    }

    fn ask(&self, method: Method, path: &str) -> Result<RequestBuilder, StartError> {
        let url = self
            .door
            .join(path)
            .map_err(|error| StartError::Other(error.to_string()))?;
        Ok(self.http.request(method, url))
    }
}

/// One file, as a browser's form sends it (RFC 7578).
fn form(name: &str, picture: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), picture, tail.as_bytes()].concat()
}

async fn send(request: RequestBuilder) -> Result<Response, StartError> {
    let sent = request.send().await;
    sent.map_err(|error| StartError::Other(format!("the demo cannot reach the gateway: {error}")))
}

async fn token(answer: Response) -> Result<String, StartError> {
    let status = answer.status();
    let tokens = json_of(answer, status, "sign-in").await?;
    let token = tokens["access_token"].as_str();
    token
        .map(str::to_owned)
        .ok_or_else(|| StartError::Other("a sign-in without a token".into()))
}

async fn json_of(answer: Response, wanted: StatusCode, about: &str) -> Result<Value, StartError> {
    if answer.status() != wanted {
        return Err(refusal(about, answer).await);
    }
    let body = answer.json().await;
    body.map_err(|error| StartError::Other(format!("{about}: {error}")))
}

/// What the problem says, in one line.
async fn refusal(about: &str, answer: Response) -> StartError {
    let status = answer.status();
    let problem: Value = answer.json().await.unwrap_or_default();
    let detail = problem["detail"].as_str().unwrap_or_default();
    StartError::Other(format!("the demo stops at {about}: {status} {detail}"))
}
