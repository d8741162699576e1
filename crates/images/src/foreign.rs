//! What follows an image in its file.
//!
//! Phones append previews, depth maps and videos: those are dropped without a word. What a browser, a shell or
//! an archiver would run or open is refused, since such a file was made to be two things.

/// Text that begins something active, in lower case.
const ACTIVE: [&[u8]; 7] = [
    b"<html",
    b"<script",
    b"<!doctype",
    b"<svg",
    b"<?php",
    b"%pdf-",
    b"#!/",
];
/// First bytes of archives and programs.
const MAGIC: [&[u8]; 6] = [
    b"PK\x03\x04",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x7fELF",
    b"MZ\x90\0",
    b"\x1f\x8b\x08",
];
/// The end of a ZIP archive's directory stands in the last 64 KiB.
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP_TAIL: usize = (64 << 10) + 22;

/// Whether something that can act follows the image.
pub(crate) fn is_active(rest: &[u8]) -> bool {
    let first = rest
        .iter()
        .position(|byte| !matches!(byte, 0 | b'\n' | b'\r' | b' '))
        .unwrap_or(rest.len());
    let begins = rest.get(first..).unwrap_or_default();
    let tail = &rest[rest.len().saturating_sub(ZIP_TAIL)..];
    MAGIC.iter().any(|magic| begins.starts_with(magic))
        || tail.windows(ZIP_END.len()).any(|window| window == ZIP_END)
        || contains_active(rest)
}

fn contains_active(rest: &[u8]) -> bool {
    let candidates = rest
        .iter()
        .enumerate()
        .filter(|(_, byte)| matches!(byte, b'<' | b'%' | b'#'));
    candidates.into_iter().any(|(at, _)| {
        ACTIVE.iter().any(|text| {
            rest.get(at..at + text.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(text))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_phones_append_is_harmless() {
        assert!(!is_active(b""));
        assert!(!is_active(b"\0\0\n"));
        assert!(!is_active(b"\0\0\0\x18ftypmp42 and a video"));
        assert!(!is_active(b"\xff\xd8\xff\xe1 a preview"));
    }

    #[test]
    fn archives_pages_and_programs_are_not() {
        for rest in [
            &b"PK\x03\x04 archive"[..],
            b"some bytes then PK\x05\x06 a directory's end",
            b"\n\n<HTML><body>",
            b"bytes <ScRiPt>alert(1)</script>",
            b"%PDF-1.7",
            b"\x7fELF\x02",
        ] {
            assert!(is_active(rest), "{}", String::from_utf8_lossy(rest));
        }
    }
}
