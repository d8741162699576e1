//! Wallet addresses on the chain.

use alloy_primitives::Address;

use super::Refused;

/// Reads an address with its checksum (EIP-55), or all in lower case; answers it with its checksum.
pub(crate) fn address(pointer: &str, text: &str) -> Result<String, Refused> {
    let refused = |detail| Err(Refused::invalid(pointer, detail));
    let digits = text.strip_prefix("0x").unwrap_or("");
    if digits.len() != 40 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return refused("must be an address of 0x and 40 hexadecimal digits");
    }
    let Ok(address) = text.parse::<Address>() else {
        return refused("must be an address of 0x and 40 hexadecimal digits");
    };
    let checksummed = address.to_checksum(None);
    if text != checksummed && digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return refused("has a wrong checksum (EIP-55)");
    }
    if address.is_zero() {
        return refused("is nobody's address");
    }
    Ok(checksummed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From EIP-55.
    const SUM: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    #[test]
    fn an_address_comes_with_its_checksum() {
        assert_eq!(address("/w", SUM).unwrap(), SUM);
        assert_eq!(address("/w", &SUM.to_lowercase()).unwrap(), SUM);
    }

    #[test]
    fn a_mistyped_address_is_refused() {
        for text in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA",
            "0x0000000000000000000000000000000000000000",
            "0Xde709f2102306220921060314715629080e2fb77",
            "",
        ] {
            assert!(address("/w", text).is_err(), "{text}");
        }
    }
}
