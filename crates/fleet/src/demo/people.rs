use backends::keys::{Keys, embedded::KeyFiles};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use service_kit::StartError;

/// Who is in the demo.
pub(super) struct Person {
    /// Also names the key that her password comes from.
    role: &'static str,
    email: &'static str,
    display_name: &'static str,
    language: &'static str,
    craft: Option<&'static str>,
    /// What an hour of her work costs, in rupees: every piece of the demo pays for it.
    hourly_wage: Option<u32>,
}

/// The artisan first. `.example` belongs to nobody (RFC 2606), so that no mail reaches anybody.
pub(super) const PEOPLE: &[Person] = &[
    Person {
        role: "artisan",
        email: "asha@demo.example",
        display_name: "Asha, Kala Kendra cooperative",
        language: "hi",
        craft: Some("Twelve crafts of the cooperative's members"),
        hourly_wage: Some(60),
    },
    Person {
        role: "buyer",
        email: "binu@demo.example",
        display_name: "Binu",
        language: "en",
        craft: None,
        hourly_wage: None,
    },
];

/// How somebody of the demo signs in.
#[derive(Clone)]
pub struct SignIn {
    /// `artisan` or `buyer`.
    pub who: &'static str,
    pub email: &'static str,
    /// Made at random for this data folder, and kept in its `keys/`.
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn({})", self.email)
    }
}

impl Person {
    pub(super) async fn sign_in(&self, keys: &KeyFiles) -> Result<SignIn, StartError> {
        let secret = keys.secret(&format!("demo-{}", self.role)).await?;
        // 96 bits are enough, and can be typed.
        let password = secret.expose_secret().chars().take(16).collect();
        Ok(SignIn {
            who: self.role,
            email: self.email,
            password,
        })
    }

    /// What she says of herself once she has an account.
    pub(super) fn profile(&self) -> Option<Value> {
        let wage = self.hourly_wage?;
        Some(json!({ "hourly_wage": wage }))
    }

    pub(super) fn account(&self, sign_in: &SignIn) -> Value {
        json!({
            "email": self.email, "password": sign_in.password, "display_name": self.display_name,
            "role": self.role, "language": self.language, "craft": self.craft,
        })
    }
}
