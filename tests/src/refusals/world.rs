use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use ::fleet::Options;
use backends::{Clock, Ids};
use config::Source;
use serde_json::{Value, json};
use service_client::Service;
use service_kit::{Process, harness::GoogleKeys};
use shared_models::identity::Role;
use tokio::{sync::OnceCell, time::Instant};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{attacks::Forger, rows};
use crate::{Fleet, PASSWORD, messages, refusals::books::Books};

const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(5);
/// Whose ID tokens auth takes.
const PROJECT: &str = "craftchain-tests";

/// A fleet and the people in it, for the attacks on one of its services.
pub struct World {
    pub service: Service,
    pub(super) fleet: Fleet,
    pub(super) http: reqwest::Client,
    pub(super) forger: Forger,
    pub(super) books: Books,
    pub artisan: Person,
    pub buyer: Person,
    pub admin: Person,
    others: [Person; 3],
    photo: OnceCell<String>,
    google: GoogleKeys,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub access: String,
    pub refresh: String,
}

impl World {
    /// A fleet without limits on how often somebody may ask: the same answer a thousand times over.
    pub async fn of(service: Service) -> Self {
        let settings = [
            "CRAFTCHAIN_USER_RATE",
            "CRAFTCHAIN_ADDRESS_RATE",
            "CRAFTCHAIN_AUTH_CODES_PER_ADDRESS",
            "CRAFTCHAIN_AUTH_CODES_PER_DAY",
            "CRAFTCHAIN_AUTH_ACCOUNT_FAILURES",
            "CRAFTCHAIN_AUTH_ADDRESS_FAILURES",
        ];
        let google = GoogleKeys::start().await;
        let settings = settings.map(|name| (name.to_owned(), "0".to_owned()));
        let options = Options {
            settings: Source::from_iter(settings)
                .with("CRAFTCHAIN_FIREBASE_PROJECT", PROJECT)
                .with("CRAFTCHAIN_FIREBASE_KEYS_URL", google.url()),
            ..Options::default()
        };
        let fleet = Fleet::start_with(options).await;
        let http = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        let auth = Town {
            fleet: &fleet,
            http: http.expect("a client"),
        };
        auth.opens().await;
        let (artisan, buyer) = (auth.signs_up("artisan").await, auth.signs_up("buyer").await);
        let admin = auth.admin().await;
        let others = [
            auth.signs_up("artisan").await,
            auth.signs_up("buyer").await,
            auth.admin().await,
        ];
        Self {
            service,
            http: auth.http,
            forger: Forger::of(fleet.data_dir()),
            books: Books::open(fleet.data_dir(), service),
            fleet,
            artisan,
            buyer,
            admin,
            others,
            photo: OnceCell::new(),
            google,
        }
    }

    /// A photo of the artisan's, the same each time.
    pub(super) async fn photo(&self) -> &str {
        self.photo.get_or_init(|| rows::photo(self)).await
    }

    /// Where the service under attack is.
    pub(super) fn door(&self) -> &Url {
        self.fleet.url(self.service).expect("a service of the fleet")
    }

    /// Where everything is kept.
    pub fn data_dir(&self) -> &Path {
        self.fleet.data_dir()
    }

    /// Somebody of a role who owns nothing.
    pub(super) fn other(&self, role: Role) -> &Person {
        match role {
            Role::Artisan => &self.others[0],
            Role::Buyer => &self.others[1],
            Role::Admin => &self.others[2],
        }
    }

    /// Somebody new.
    pub async fn newcomer(&self, role: &str) -> Person {
        self.town().signs_up(role).await
    }

    /// An id that nothing has.
    pub fn fresh_id(&self) -> String {
        Ids::new(Clock::system()).uuid().to_string()
    }

    /// An address that nobody has.
    pub fn fresh_email(&self) -> String {
        format!("{}@example.com", self.fresh_id())
    }

    /// A number that nobody has.
    pub fn fresh_phone(&self) -> String {
        static NUMBERS: AtomicU32 = AtomicU32::new(1);
        format!("+9198{:08}", NUMBERS.fetch_add(1, Ordering::Relaxed))
    }

    /// What Firebase gives to somebody whom nobody here knows yet.
    pub fn fresh_id_token(&self) -> String {
        let (uid, now) = (self.fresh_id(), Clock::system().unix());
        self.google.signs(&json!({
            "iss": format!("https://securetoken.google.com/{PROJECT}"), "aud": PROJECT, "sub": uid,
            "iat": now, "exp": now + 3600, "auth_time": now, "phone_number": self.fresh_phone(),
            "firebase": { "sign_in_provider": "phone" },
        }))
    }

    /// With which `caller` calls the service under attack.
    pub async fn service_token(&self, caller: Service) -> String {
        self.forger.service_token(caller, self.service).await
    }

    /// A request to a service, on the way to an example.
    pub(super) fn request_to(&self, service: Service, method: &str, path: &str) -> reqwest::RequestBuilder {
        let door = self.fleet.url(service).expect("a service of the fleet");
        let url = format!("{}{path}", door.as_str().trim_end_matches('/'));
        self.http.request(method.parse().expect("a method"), url)
    }

    /// What somebody gets from a service on the way to an example; fails unless it goes well.
    pub async fn does(
        &self,
        service: Service,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Value {
        self.town().does(service, method, path, token, body).await
    }

    /// Waits for the code in the newest message to an address or a number, and takes the message away.
    pub async fn code_to(&self, contact: &str) -> String {
        let kind = if contact.starts_with('+') { "sms" } else { "mail" };
        let folder = self.data_dir().join("outbox").join(kind);
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(code) = messages::take_code(&folder, contact) {
                return code;
            }
            assert!(Instant::now() < deadline, "no message came to {contact}");
            tokio::time::sleep(LOOK).await;
        }
    }

    fn town(&self) -> Town<'_> {
        Town {
            fleet: &self.fleet,
            http: self.http.clone(),
        }
    }

    /// Waits until everything that good requests caused is done.
    pub(super) async fn rests(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.books.are_at_rest() {
            assert!(
                Instant::now() < deadline,
                "something is still to be done: {}",
                self.books.unfinished()
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Ends the fleet.
    pub async fn ends(self) {
        self.fleet.stop().await;
    }
}

/// The doors of the fleet.
struct Town<'a> {
    fleet: &'a Fleet,
    http: reqwest::Client,
}

impl Town<'_> {
    /// Waits until every service is ready: a search that still reads refuses for a reason of its own.
    async fn opens(&self) {
        let visitor = self.fleet.anyone().without_version();
        let deadline = Instant::now() + PATIENCE;
        while visitor.get("/ready").await.status != 200 {
            assert!(Instant::now() < deadline, "the fleet is not ready");
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn does(
        &self,
        service: Service,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Value {
        let door = self
            .fleet
            .url(service)
            .expect("a service of the fleet")
            .as_str()
            .trim_end_matches('/');
        let mut request = self
            .http
            .request(method.parse().expect("a method"), format!("{door}{path}"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn signs_up(&self, role: &str) -> Person {
        static PEOPLE: AtomicU32 = AtomicU32::new(1);
        let email = format!("{role}-{}@example.com", PEOPLE.fetch_add(1, Ordering::Relaxed));
        let body = json!({ "email": email, "password": PASSWORD, "display_name": "Asha", "role": role });
        let answer = self
            .does(Service::Auth, "POST", "/auth/signup", None, Some(body))
            .await;
        Person::of(email, &answer)
    }

    async fn admin(&self) -> Person {
        let person = self.signs_up("buyer").await;
        let source = Source::from_iter([(
            "CRAFTCHAIN_DATA_DIR".to_owned(),
            self.fleet.data_dir().display().to_string(),
        )]);
        let process = Process::new(source, Clock::system()).expect("settings");
        let kit = process
            .kit(auth::SERVICE, &CancellationToken::new())
            .await
            .expect("auth's store");
        auth::commands::grant_admin(kit, person.email.clone())
            .await
            .expect("the role is granted");
        let body = json!({ "email": person.email, "password": PASSWORD });
        let answer = self
            .does(Service::Auth, "POST", "/auth/login", None, Some(body))
            .await;
        Person::of(person.email, &answer)
    }
}

impl Person {
    fn of(email: String, tokens: &Value) -> Self {
        let text = |pointer: &str| {
            tokens
                .pointer(pointer)
                .and_then(Value::as_str)
                .expect("a token answer")
                .to_owned()
        };
        Self {
            id: text("/user/id"),
            email,
            access: text("/access_token"),
            refresh: text("/refresh_token"),
        }
    }
}
