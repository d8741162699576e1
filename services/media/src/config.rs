use config::{Environment, SettingError, Whole};

/// The settings of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Config {
    /// MiB that photos being worked on may take together; one takes at most 216, and waits for its share.
    /// `CRAFTCHAIN_MEDIA_MEMORY_MIB`, default 256.
    pub(crate) memory_mib: u32,
    /// Whether photos also get their pictures as AVIF, some time after the upload. `CRAFTCHAIN_MEDIA_AVIF`, default false.
    pub(crate) avif: bool,
}

impl Config {
    /// Reads them.
    pub(crate) fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let memory: Whole<216, 65_536> = env.read(
            "CRAFTCHAIN_MEDIA_MEMORY_MIB",
            "256",
            "MiB that photos being worked on may take together",
        )?;
        Ok(Self {
            memory_mib: u32::try_from(memory.0).unwrap_or(u32::MAX),
            avif: env.read(
                "CRAFTCHAIN_MEDIA_AVIF",
                "false",
                "whether photos also get their pictures as AVIF, some time after the upload",
            )?,
        })
    }
}
