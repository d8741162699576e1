use crate::{Setting, Source};

/// A variable holds what it must not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    #[error("{name} is {read:?}, but must be {allowed}")]
    Wrong {
        name: &'static str,
        read: String,
        allowed: String,
    },
    #[error("{name} is not set; {why}")]
    Missing { name: &'static str, why: String },
    #[error("{name} is set to {read:?}, but {why}")]
    Refused {
        name: &'static str,
        read: String,
        why: String,
    },
}

/// One setting, for `--help`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    pub name: &'static str,
    pub about: &'static str,
    pub default: String,
    pub allowed: String,
}

/// Reads settings and remembers what it was asked for.
#[derive(Debug, Clone)]
pub struct Environment {
    source: Source,
    described: Vec<Described>,
}

impl Environment {
    /// Reads from `source`.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            described: Vec::new(),
        }
    }

    /// A setting with a default; `default` is written as the variable's text would be.
    pub fn read<T: Setting>(
        &mut self,
        name: &'static str,
        default: &str,
        about: &'static str,
    ) -> Result<T, SettingError> {
        self.describe::<T>(name, default, about);
        let text = self.source.get(name).unwrap_or(default);
        T::read(text).ok_or_else(|| Self::wrong::<T>(name, text))
    }

    /// A setting that may be absent; `otherwise` says what happens then.
    pub fn read_optional<T: Setting>(
        &mut self,
        name: &'static str,
        otherwise: &'static str,
        about: &'static str,
    ) -> Result<Option<T>, SettingError> {
        self.describe::<T>(name, otherwise, about);
        match self.source.get(name) {
            None => Ok(None),
            Some(text) => T::read(text)
                .map(Some)
                .ok_or_else(|| Self::wrong::<T>(name, text)),
        }
    }

    /// What was read so far.
    pub fn described(&self) -> &[Described] {
        &self.described
    }

    /// Where it reads from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    fn describe<T: Setting>(&mut self, name: &'static str, default: &str, about: &'static str) {
        if self.described.iter().all(|known| known.name != name) {
            self.described.push(Described {
                name,
                about,
                default: default.to_owned(),
                allowed: T::allowed(),
            });
        }
    }

    fn wrong<T: Setting>(name: &'static str, text: &str) -> SettingError {
        let read = if T::SECRET { "(a secret)" } else { text };
        SettingError::Wrong {
            name,
            read: read.to_owned(),
            allowed: T::allowed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[test]
    fn a_wrong_value_names_the_variable_what_was_read_and_what_is_allowed() {
        let mut environment = Environment::new(Source::of([("PORT", "eighty")]));
        let error = environment.read::<u16>("PORT", "8001", "the port").unwrap_err();
        assert_eq!(
            error.to_string(),
            "PORT is \"eighty\", but must be a whole number from 0 to 65535"
        );
    }

    #[test]
    fn a_secret_never_prints() {
        let mut environment = Environment::new(Source::of([("KEY", "canary")]));
        let secret: Option<SecretString> = environment.read_optional("KEY", "none", "a key").unwrap();
        assert!(!format!("{secret:?}").contains("canary"));
    }

    #[test]
    fn what_was_read_is_described_once() {
        let mut environment = Environment::new(Source::of([]));
        for _ in 0..2 {
            environment.read::<u16>("PORT", "8001", "the port").unwrap();
        }
        assert_eq!(environment.described().len(), 1);
    }
}
