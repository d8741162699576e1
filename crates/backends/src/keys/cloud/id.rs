use aws_lc_rs::digest::{SHA256, digest};

/// The most characters of an id in Cloud KMS; Secret Manager takes more.
const LONGEST: usize = 63;
/// Only ids that are made of a hash hold this.
const HASHED: &str = "--";

/// The id of what has a name: the name itself where Google takes it, or else its beginning and its hash.
pub(super) fn id(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.len() <= LONGEST && name.chars().all(plain) && !name.contains(HASHED) {
        return name.to_owned();
    }
    let begin: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(28)
        .collect();
    let hash = hex::encode(&digest(&SHA256, name.as_bytes()).as_ref()[..16]);
    format!("{begin}{HASHED}{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_an_id_of_its_own_that_google_takes() {
        let long = ["x".repeat(100), format!("{}y", "x".repeat(99))];
        let names = [
            "a",
            "a_b",
            "service-auth",
            "service.auth",
            "serviceauth",
            "a--b",
            "a-.-b",
            &long[0],
            &long[1],
        ];
        let ids: std::collections::BTreeSet<String> = names.iter().map(|name| id(name)).collect();
        assert_eq!(ids.len(), names.len(), "{ids:?}");
        for id in &ids {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            assert!((1..=63).contains(&id.len()) && id.bytes().all(plain), "{id}");
        }
        assert_eq!(id("service-auth"), "service-auth");
    }
}
