use config::{Environment, SettingError, Whole};

use crate::providers::Choices;

/// The settings of ml.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// MiB that photos being decoded may take together; one takes at most 216, and waits for its share.
    /// `CRAFTCHAIN_ML_MEMORY_MIB`, default 256.
    pub(crate) memory_mib: u32,
    /// Who answers for what.
    pub(crate) providers: Choices,
}

impl Config {
    /// Reads them.
    pub(crate) fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let memory: Whole<216, 65_536> = env.read(
            "CRAFTCHAIN_ML_MEMORY_MIB",
            "256",
            "MiB that photos being decoded may take together",
        )?;
        Ok(Self {
            memory_mib: u32::try_from(memory.0).unwrap_or(u32::MAX),
            providers: Choices::read(env)?,
        })
    }
}
