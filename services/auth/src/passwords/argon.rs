//! argon2id in memory that is used again.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use subtle::ConstantTimeEq;

use crate::error::AuthError;

/// OWASP's second choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT: usize = 32;
/// Nobody's: verified where there is no account, so that it costs the same.
pub(super) const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cy1zYWx0LTAwMA$4m0YcW2kY7fB3mJm8s0b0oZ0yQv1r8W2h3o7m9cN5tE";

/// What one hash is computed in.
pub(super) struct Memory(Vec<Block>);

impl Memory {
    pub(super) fn new() -> Self {
        Self(vec![Block::default(); MEMORY_KIB as usize])
    }

    fn compute(
        &mut self,
        argon: &Argon2<'_>,
        password: &str,
        salt: &[u8],
    ) -> Result<[u8; OUTPUT], AuthError> {
        let mut output = [0; OUTPUT];
        let needed = argon.params().block_count();
        if needed > self.0.len() {
            self.0.resize(needed, Block::default());
        }
        argon
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut self.0[..needed])
            .map_err(broken)?;
        Ok(output)
    }
}

/// A PHC string of the password.
pub(super) fn hash(password: &str, salt: &[u8], memory: &mut Memory) -> Result<String, AuthError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT)).map_err(broken)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let output = memory.compute(&argon, password, salt)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon.params()).map_err(broken)?,
        salt: Some(Salt::new(salt).map_err(broken)?),
        hash: Some(Output::new(&output).map_err(broken)?),
    };
    Ok(hash.to_string())
}

/// Whether a PHC string is of this password, by the parameters that it says.
pub(super) fn matches(password: &str, hash: &str, memory: &mut Memory) -> Result<bool, AuthError> {
    let hash = PasswordHash::new(hash).map_err(broken)?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(broken)?;
    let version = Version::try_from(hash.version.unwrap_or_default()).map_err(broken)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(broken("it has no salt or no output"));
    };
    let argon = Argon2::new(algorithm, version, Params::try_from(&hash).map_err(broken)?);
    let output = memory.compute(&argon, password, salt.as_ref())?;
    Ok(output.ct_eq(expected.as_bytes()).into())
}

pub(super) fn broken(error: impl std::fmt::Display) -> AuthError {
    AuthError::Store(backends::Error::Other(format!(
        "a password cannot be hashed: {error}"
    )))
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn it_is_the_argon2id_that_everybody_knows_whatever_the_memory_held() {
        let mut memory = Memory::new();
        let first = hash("madhubani by moonlight", b"sixteen bytes it", &mut memory).unwrap();
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        hash("something else", b"another salt of it", &mut memory).unwrap();
        assert_eq!(
            hash("madhubani by moonlight", b"sixteen bytes it", &mut memory).unwrap(),
            first
        );

        let parsed = PasswordHash::new(&first).unwrap();
        assert!(
            Argon2::default()
                .verify_password(b"madhubani by moonlight", &parsed)
                .is_ok()
        );
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap();
        let theirs: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_with_salt(b"madhubani by moonlight", b"sixteen bytes it")
            .unwrap();
        assert_eq!(theirs.to_string(), first);
        assert!(matches("madhubani by moonlight", &first, &mut memory).unwrap());
        assert!(!matches("madhubani by sunlight", &first, &mut memory).unwrap());
    }

    #[test]
    fn nobodys_password_costs_what_everybodys_does() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let somebodys = hash("x", &[0; 16], &mut Memory::new()).unwrap();
        let somebodys = PasswordHash::new(&somebodys).unwrap();
        assert_eq!(nobodys.params.to_string(), somebodys.params.to_string());
        assert_eq!(nobodys.algorithm, somebodys.algorithm);
        let length = |hash: &PasswordHash| hash.hash.as_ref().unwrap().as_bytes().len();
        assert_eq!(length(&nobodys), length(&somebodys));
    }

    #[test]
    fn an_older_hash_says_how_it_was_made() {
        let params = Params::new(8 * 1024, 1, 2, None).unwrap();
        let older: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_with_salt(b"weaving", b"sixteen bytes it")
            .unwrap();
        assert!(matches("weaving", &older.to_string(), &mut Memory::new()).unwrap());
        assert!(matches("weaving", "no hash at all", &mut Memory::new()).is_err());
    }
}
