//! Takes out of a text what must never be logged: tokens, keys, signatures, e-mail addresses, phone numbers,
//! and what follows a word such as `password`.

use std::borrow::Cow;

/// Whatever is called so, or ends so, is a secret.
const SECRET_NAMES: [&str; 12] = [
    "password",
    "secret",
    "token",
    "otp",
    "api_key",
    "apikey",
    "authorization",
    "private_key",
    "signature",
    "cookie",
    "email",
    "phone",
];
/// A mixed run of letters and digits this long is a key or a token: 24 random bytes in base64.
const MIXED: usize = 32;
/// A run of hex digits this long is a key, a hash or a signature; a trace id has 32.
const HEX: usize = 64;

/// Whether a field of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.trim_end_matches('s');
    SECRET_NAMES.iter().any(|secret| {
        let begin = name.len().saturating_sub(secret.len());
        name.get(begin..)
            .is_some_and(|end| end.eq_ignore_ascii_case(secret))
    })
}

/// The text without secrets.
pub(super) fn scrub(text: &str) -> Cow<'_, str> {
    let mut clean = String::new();
    let mut kept = 0; // up to here the text is in `clean`
    let mut at = 0;
    while at < text.len() {
        match finding(text, at) {
            Found::Secret { begin, end, instead } => {
                clean.push_str(&text[kept..begin.max(kept)]);
                clean.push_str(instead);
                (kept, at) = (end, end);
            }
            Found::Nothing { end } => at = end,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[kept..]);
    Cow::Owned(clean)
}

enum Found {
    Secret {
        begin: usize,
        end: usize,
        instead: &'static str,
    },
    /// Go on from there.
    Nothing { end: usize },
}

/// Looks at the word that begins at `at`.
fn finding(text: &str, at: usize) -> Found {
    let rest = &text[at..];
    let word = &rest[..run(rest, is_word)];
    if word.is_empty() {
        return phone(text, at).unwrap_or_else(|| Found::Nothing {
            end: at + rest.chars().next().map_or(1, char::len_utf8),
        });
    }
    let end = at + word.len();
    if rest[word.len()..].starts_with('@') {
        let domain = run(&rest[word.len() + 1..], |c| is_word(c) && c != '_');
        if domain > 2 {
            return secret(at, end + 1 + domain, "[email]");
        }
    }
    if word.len() >= 16 && word.starts_with("eyJ") {
        return secret(at, end, "[token]");
    }
    if looks_random(word) {
        return secret(at, end, "[redacted]");
    }
    named(text, word, end)
}

fn secret(begin: usize, end: usize, instead: &'static str) -> Found {
    Found::Secret { begin, end, instead }
}

/// Dots belong to words: of addresses, and of tokens.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '%')
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn looks_random(word: &str) -> bool {
    let longest = |belongs: fn(&u8) -> bool, least: usize| {
        word.len() >= least
            && word
                .as_bytes()
                .split(|byte| !belongs(byte))
                .any(|part| part.len() >= least)
    };
    let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
    longest(u8::is_ascii_hexdigit, HEX)
        || (longest(
            |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            MIXED,
        ) && has(u8::is_ascii_digit)
            && has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_uppercase))
}

/// `+` and 8 to 15 digits (E.164).
fn phone(text: &str, at: usize) -> Option<Found> {
    let digits = run(text[at..].strip_prefix('+')?, |c| c.is_ascii_digit());
    (8..=15)
        .contains(&digits)
        .then(|| secret(at, at + 1 + digits, "[phone]"))
}

/// `password: "hunter2"`, `token=abc`, `Bearer abc`: the value goes, the name stays.
fn named(text: &str, word: &str, end: usize) -> Found {
    let rest = &text[end..];
    let spaces = |text: &str| run(text, |c| c == ' ');
    let mut begin = end;
    if word.eq_ignore_ascii_case("bearer") && rest.starts_with(' ') {
        begin += spaces(rest);
    } else {
        let name = word.rsplit('.').next().unwrap_or(word);
        let quotes = run(rest, |c| matches!(c, '"' | '\\' | '\''));
        let assigned = rest[quotes..].trim_start().starts_with([':', '=']);
        if !is_secret(name) || !assigned {
            return Found::Nothing { end };
        }
        begin += quotes + spaces(&rest[quotes..]) + 1;
        begin += spaces(&text[begin..]);
    }
    let value = &text[begin..];
    match value.chars().next() {
        // A quoted value keeps its quotes, so that what is read as JSON still can be.
        Some(quote @ ('"' | '\'')) => redacted(begin + 1, run(&value[1..], |c| c != quote)),
        _ => redacted(begin, unquoted(value)),
    }
}

fn redacted(begin: usize, length: usize) -> Found {
    match length {
        0 => Found::Nothing { end: begin },
        _ => secret(begin, begin + length, "[redacted]"),
    }
}

/// How long a value without quotes is; a scheme such as `Bearer` belongs to what follows it.
fn unquoted(value: &str) -> usize {
    let word = |text: &str| {
        run(text, |c| {
            !c.is_whitespace() && !matches!(c, ',' | ';' | '}' | ')' | '&')
        })
    };
    let first = word(value);
    let scheme = ["bearer", "basic"]
        .iter()
        .any(|scheme| value[..first].eq_ignore_ascii_case(scheme));
    match value[first..].strip_prefix(' ') {
        Some(credentials) if scheme => first + 1 + word(credentials),
        _ if matches!(&value[..first], "None" | "null") => 0,
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln";
        for (text, clean) in [
            ("sent to maya.devi@example.in now", "sent to [email] now"),
            ("call +919812345678!", "call [phone]!"),
            (&format!("got {jwt}, refused"), "got [token], refused"),
            ("Authorization: Bearer abc123 x", "Authorization: [redacted] x"),
            ("authorization=Basic YWI6Y2Q=, x", "authorization=[redacted], x"),
            ("header Bearer abc123 was", "header Bearer [redacted] was"),
            (
                "Login { email: \"a\", password: \"hunter 2\" }",
                "Login { email: \"[redacted]\", password: \"[redacted]\" }",
            ),
            (
                "{\"refresh_token\":\"abc\",\"n\":1}",
                "{\"refresh_token\":\"[redacted]\",\"n\":1}",
            ),
            ("?signature=abc&x=1", "?signature=[redacted]&x=1"),
            (
                "key dGhpcyBpcyBhIHNlY3JldCBrZXkgMTIzNDU2Nzg5 used",
                "key [redacted] used",
            ),
            (&"0f".repeat(64), "[redacted]"),
        ] {
            assert_eq!(scrub(text), clean, "{text}");
        }
    }

    #[test]
    fn what_helps_to_find_a_fault_stays() {
        for text in [
            "product/01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77 is not in the expected state",
            "trace 4bf92f3577b34da6a3ce929d0e0e4736",
            "order-01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77 waits",
            "service_kit::idempotency::records at src/idempotency/record.rs:12",
            "the token has expired or is not yet valid",
            "cannot open /var/lib/craftchain/product.sqlite: disk full (code 13)",
            "1 + 2 @ 3, ratio 50%",
            "शिल्प@घर",
        ] {
            assert_eq!(scrub(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_scrubbed(text in "\\PC{0,200}") {
            let _ = scrub(&text);
        }

        #[test]
        fn no_token_of_random_bytes_survives(bytes in proptest::array::uniform32(any::<u8>())) {
            use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
            let token = URL_SAFE_NO_PAD.encode(bytes);
            let mixed = |kind: fn(&u8) -> bool| token.as_bytes().iter().any(kind);
            prop_assume!(mixed(u8::is_ascii_digit) && mixed(u8::is_ascii_lowercase) && mixed(u8::is_ascii_uppercase));
            let text = format!("a {token} b");
            let clean = scrub(&text).into_owned();
            prop_assert_ne!(clean, text);
        }
    }
}
