use std::{net::IpAddr, path::PathBuf, time::Duration};

use secrecy::SecretString;
use url::Url;

/// A type that a variable's text can be read as.
pub trait Setting: Sized {
    /// What is allowed, for error messages and `--help`.
    fn allowed() -> String;
    /// The value, or nothing when the text is not allowed.
    fn read(text: &str) -> Option<Self>;
    /// Secrets are never repeated in messages.
    const SECRET: bool = false;
}

/// A whole number within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole<const MIN: u64, const MAX: u64>(pub u64);

impl<const MIN: u64, const MAX: u64> Setting for Whole<MIN, MAX> {
    fn allowed() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|n| (MIN..=MAX).contains(n)).map(Self)
    }
}

/// A share of a whole, to the millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(u32);

impl Share {
    /// From 0 to 1.
    pub fn of_one(self) -> f64 {
        f64::from(self.0) / f64::from(Self::WHOLE)
    }

    const WHOLE: u32 = 1_000_000;
}

impl Setting for Share {
    fn allowed() -> String {
        "a number from 0 to 1".into()
    }

    fn read(text: &str) -> Option<Self> {
        let share: f64 = text.parse().ok().filter(|share| (0.0..=1.0).contains(share))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to a million"
        )]
        let millionths = (share * f64::from(Self::WHOLE)).round() as u32;
        Some(Self(millionths))
    }
}

impl Setting for u16 {
    fn allowed() -> String {
        "a whole number from 0 to 65535".into()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Setting for bool {
    fn allowed() -> String {
        "true or false".into()
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
}

impl Setting for String {
    fn allowed() -> String {
        "text".into()
    }

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Setting for PathBuf {
    fn allowed() -> String {
        "a path".into()
    }

    fn read(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}

impl Setting for IpAddr {
    fn allowed() -> String {
        "an IP address such as 127.0.0.1".into()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Setting for Url {
    fn allowed() -> String {
        "an http or https URL".into()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
    }
}

impl Setting for SecretString {
    const SECRET: bool = true;

    fn allowed() -> String {
        "a secret".into()
    }

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned().into())
    }
}

/// Whole seconds.
impl Setting for Duration {
    fn allowed() -> String {
        "a whole number of seconds".into()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::from_secs)
    }
}

/// A comma-separated list.
impl<T: Setting> Setting for Vec<T> {
    const SECRET: bool = T::SECRET;

    fn allowed() -> String {
        format!("a comma-separated list, each {}", T::allowed())
    }

    fn read(text: &str) -> Option<Self> {
        text.split(',').map(|part| T::read(part.trim())).collect()
    }
}
