use std::borrow::Cow;

/// Why a path is refused: two programs could read it as two paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Ambiguous {
    #[error("the path does not begin with a slash")]
    Relative,
    #[error("the path has an empty segment")]
    EmptySegment,
    #[error("the path has a dot segment")]
    DotSegment,
    #[error("the path has a character that must be encoded")]
    Raw,
    #[error("the path has an incomplete percent-encoding")]
    Incomplete,
    #[error("the path encodes a character that would change its meaning")]
    Encoded,
    #[error("the path is not UTF-8")]
    NotUtf8,
}

/// The one spelling of a path (RFC 3986, 6.2.2): what need not be encoded is not, and hex digits are capitals.
///
/// Whatever programs are known to read differently is refused rather than repaired: dot segments, empty segments,
/// parameters, backslashes, and encoded dots, slashes, percent signs and controls.
pub(crate) fn spell(path: &str) -> Result<Cow<'_, str>, Ambiguous> {
    if !path.starts_with('/') {
        return Err(Ambiguous::Relative);
    }
    check_segments(path)?;
    let mut spelled: Option<Vec<u8>> = None;
    let bytes = path.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%' {
            let meant = decode(bytes.get(at + 1..at + 3))?;
            check_meaning(meant)?;
            let out = spelled.get_or_insert_with(|| bytes[..at].to_vec());
            write(out, meant);
            at += 3;
        } else if may_stand(byte) {
            if let Some(out) = &mut spelled {
                out.push(byte);
            }
            at += 1;
        } else {
            return Err(Ambiguous::Raw);
        }
    }
    let Some(spelled) = spelled else {
        return Ok(Cow::Borrowed(path));
    };
    check_utf8(path)?;
    let spelled = String::from_utf8(spelled).map_err(|_| Ambiguous::NotUtf8)?;
    Ok(Cow::Owned(spelled))
}

fn check_segments(path: &str) -> Result<(), Ambiguous> {
    let mut rest = &path[1..];
    while let Some((segment, after)) = rest.split_once('/') {
        match segment {
            "" => return Err(Ambiguous::EmptySegment),
            "." | ".." => return Err(Ambiguous::DotSegment),
            _ => rest = after,
        }
    }
    match rest {
        "." | ".." => Err(Ambiguous::DotSegment),
        _ => Ok(()),
    }
}

/// `pchar` without `;`, whose meaning within a path differs between programs, and the slash.
fn may_stand(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(
            byte,
            b'/' | b'.' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'=' | b':' | b'@'
        )
}

/// Those that mean the same encoded or not; the dot is not among them here.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~')
}

fn decode(digits: Option<&[u8]>) -> Result<u8, Ambiguous> {
    let digits = digits.ok_or(Ambiguous::Incomplete)?;
    let value = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    match (value(digits[0]), value(digits[1])) {
        (Some(high), Some(low)) => Ok(high << 4 | low),
        _ => Err(Ambiguous::Incomplete),
    }
}

fn check_meaning(meant: u8) -> Result<(), Ambiguous> {
    let changes =
        meant.is_ascii_control() || matches!(meant, b'.' | b'/' | b'\\' | b'%' | b';' | b'?' | b'#');
    if changes { Err(Ambiguous::Encoded) } else { Ok(()) }
}

fn write(out: &mut Vec<u8>, meant: u8) {
    if is_unreserved(meant) {
        out.push(meant);
    } else {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        out.extend([
            b'%',
            DIGITS[usize::from(meant >> 4)],
            DIGITS[usize::from(meant & 15)],
        ]);
    }
}

/// Overlong forms, surrogates and lone bytes are not UTF-8.
fn check_utf8(path: &str) -> Result<(), Ambiguous> {
    percent_encoding::percent_decode_str(path)
        .decode_utf8()
        .map(drop)
        .map_err(|_| Ambiguous::NotUtf8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_path_is_not_copied() {
        for path in [
            "/",
            "/products",
            "/products/",
            "/a.b/c~d/...",
            "/x:y@z,(1)!$&'*+=",
        ] {
            assert!(
                matches!(spell(path), Ok(Cow::Borrowed(same)) if same == path),
                "{path}"
            );
        }
    }

    #[test]
    fn equal_spellings_become_one() {
        for (spelling, one) in [
            ("/%70roducts", "/products"),
            ("/a%2dB%5fc%7e", "/a-B_c~"),
            ("/a%20b", "/a%20b"),
            ("/%e0%a4%ae", "/%E0%A4%AE"),
            ("/a%2B%26%3d", "/a%2B%26%3D"),
        ] {
            assert_eq!(spell(spelling).unwrap(), one);
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        use Ambiguous as A;
        for (path, why) in [
            ("", A::Relative),
            ("*", A::Relative),
            ("//", A::EmptySegment),
            ("/a//b", A::EmptySegment),
            ("/a/./b", A::DotSegment),
            ("/a/..", A::DotSegment),
            ("/.", A::DotSegment),
            ("/a;b", A::Raw),
            ("/a\\b", A::Raw),
            ("/a|b", A::Raw),
            ("/é", A::Raw),
            ("/%", A::Incomplete),
            ("/%2", A::Incomplete),
            ("/%zz", A::Incomplete),
            ("/%+1", A::Incomplete),
            ("/%2e", A::Encoded),
            ("/a%2Fb", A::Encoded),
            ("/a%5cb", A::Encoded),
            ("/a%252fb", A::Encoded),
            ("/a%00", A::Encoded),
            ("/a%0d%0a", A::Encoded),
            ("/a%7f", A::Encoded),
            ("/a%3bb", A::Encoded),
            ("/a%3fb", A::Encoded),
            ("/a%23b", A::Encoded),
            ("/%c0%ae", A::NotUtf8),
            ("/%ff", A::NotUtf8),
            ("/%ed%a0%80", A::NotUtf8),
            ("/%e0%80%af", A::NotUtf8),
        ] {
            assert_eq!(spell(path), Err(why), "{path}");
        }
    }

    proptest! {
        #[test]
        fn spelling_twice_changes_nothing(path in "/[a-zA-Z0-9%/.;~ -]{0,20}") {
            if let Ok(once) = spell(&path) {
                prop_assert_eq!(spell(&once).unwrap(), once.as_ref());
            }
        }

        #[test]
        fn the_meaning_stays(path in "(/[a-z%0-9A-F]{1,6}){1,4}") {
            if let Ok(spelled) = spell(&path) {
                let meaning = |path: &str| percent_encoding::percent_decode_str(path).collect::<Vec<u8>>();
                prop_assert_eq!(meaning(&spelled), meaning(&path));
            }
        }

        #[test]
        fn nothing_makes_it_panic(path in ".*") {
            let _ = spell(&path);
        }
    }
}
