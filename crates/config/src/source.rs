use std::{collections::BTreeMap, sync::Arc};

/// Where settings come from: the process's environment, or a map in tests and in the fleet.
#[derive(Debug, Clone)]
pub struct Source(Arc<BTreeMap<String, String>>);

impl Source {
    /// The environment of this process; values that are not UTF-8 are read as unset.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    pub fn process() -> Self {
        let set = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self(Arc::new(set.collect()))
    }

    /// Exactly these variables.
    pub fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        Self::from_iter(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    /// This source with one variable set.
    #[must_use]
    pub fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut variables = (*self.0).clone();
        variables.insert(name.to_owned(), value.into());
        Self(Arc::new(variables))
    }

    /// The value of a variable; an empty one counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

impl FromIterator<(String, String)> for Source {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(Arc::new(variables.into_iter().collect()))
    }
}
