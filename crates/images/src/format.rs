use crate::Refusal;

/// A format that is taken, or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Also MPO, whose first image counts.
    Jpeg,
    /// Still ones only.
    Png,
    /// Still ones only.
    WebP,
    /// Still ones only.
    Gif,
    /// Made, and never taken.
    Avif,
}

/// Brands of HEIF files with HEVC in them (ISO 23008-12, annex B), as phones write them.
const HEIC: [&[u8]; 9] = [
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif",
];

impl Format {
    /// The format that the first bytes tell; names and claims of the sender count for nothing.
    pub fn sniff(bytes: &[u8]) -> Result<Self, Refusal> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Ok(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Self::WebP),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => Err(heif(brand)),
            _ => Err(Refusal::Unknown),
        }
    }

    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
        }
    }

    /// How its files' names end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Avif => "avif",
        }
    }
}

/// AVIF files may name `mif1` first and themselves later, so AVIF is looked for first.
fn heif(brands: &[u8]) -> Refusal {
    let mut named = brands.chunks_exact(4).take(8);
    if named.clone().any(|brand| matches!(brand, b"avif" | b"avis")) {
        Refusal::Avif
    } else if named.any(|brand| HEIC.contains(&brand)) {
        Refusal::Heic
    } else {
        Refusal::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_photo_of_an_iphone_gets_advice() {
        let heic = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic";
        assert_eq!(Format::sniff(heic), Err(Refusal::Heic));
        assert!(Refusal::Heic.to_string().contains("Most Compatible"));
        let avif = b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif";
        assert_eq!(Format::sniff(avif), Err(Refusal::Avif));
        assert_eq!(
            Format::sniff(b"\0\0\0\x18ftypmp42\0\0\0\0isom"),
            Err(Refusal::Unknown)
        );
    }

    #[test]
    fn nothing_else_is_an_image() {
        for other in [
            &b""[..],
            b"\xff\xd8",
            b"<svg xmlns",
            b"%PDF-1.7",
            b"PK\x03\x04",
            b"BM\0\0",
            b"RIFF\0\0\0\0WAVE",
        ] {
            assert_eq!(Format::sniff(other), Err(Refusal::Unknown));
        }
    }
}
