//! Byte ranges (RFC 9110, 14).

use std::ops::Range;

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Nothing of it is there.
    Unsatisfiable,
}

/// Reads a `Range` header for a file of `size` bytes. Several ranges and other units are ignored, as they may be.
pub(crate) fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some(spec) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else {
        return Wanted::Whole;
    };
    let Some((first, last)) = spec.split_once('-').filter(|_| !spec.contains(',')) else {
        return Wanted::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let range = match (first.trim(), last.trim()) {
        ("", suffix) => match number(suffix) {
            None => return Wanted::Whole,
            Some(count) => size.saturating_sub(count)..size,
        },
        (first, "") => match number(first) {
            None => return Wanted::Whole,
            Some(first) => first..size,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
            _ => return Wanted::Whole,
        },
    };
    if range.start < range.end {
        Wanted::Part(range)
    } else {
        Wanted::Unsatisfiable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let part = Wanted::Part;
        for (header, expected) in [
            ("bytes=0-99", part(0..100)),
            ("bytes=100-", part(100..1000)),
            ("bytes=-100", part(900..1000)),
            ("bytes=-5000", part(0..1000)),
            ("bytes=990-5000", part(990..1000)),
            ("bytes=1000-", Wanted::Unsatisfiable),
            ("bytes=-0", Wanted::Unsatisfiable),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=0-1,4-5", Wanted::Whole),
            ("bytes=x-", Wanted::Whole),
            (
                "bytes=18446744073709551615-18446744073709551615",
                Wanted::Unsatisfiable,
            ),
            ("lines=1-2", Wanted::Whole),
        ] {
            assert_eq!(wanted(Some(header), 1000), expected, "{header}");
        }
        assert_eq!(wanted(None, 1000), Wanted::Whole);
    }
}
