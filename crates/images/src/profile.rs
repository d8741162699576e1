/// A colour profile beyond this is no profile of a camera or a screen.
const MAX_BYTES: usize = 1 << 20;
/// What a thumbnail of 15 kB has room for; screen profiles have 0.5 to 3.2 kB.
const SMALL: usize = 4 << 10;

/// An ICC profile of an RGB image.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile(Option<Vec<u8>>);

impl Profile {
    /// What was embedded, unless its header (ICC.1:2022, 7.2) shows that it is none.
    pub(crate) fn of(embedded: Option<Vec<u8>>) -> Self {
        Self(embedded.filter(|bytes| is_profile(bytes)))
    }

    /// Whether an embedded one may stay where it is.
    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// For pixels that are RGB now: a profile of grey or of ink does not describe them.
    pub(crate) fn for_rgb(&self) -> Option<&[u8]> {
        self.0
            .as_deref()
            .filter(|bytes| bytes.get(16..20) == Some(b"RGB "))
    }

    /// The same for a thumbnail, where a large one is left out.
    pub(crate) fn for_thumbnail(&self) -> Option<&[u8]> {
        self.for_rgb().filter(|bytes| bytes.len() <= SMALL)
    }
}

fn is_profile(bytes: &[u8]) -> bool {
    let says = bytes.first_chunk().map(|size| u32::from_be_bytes(*size));
    let size = u32::try_from(bytes.len()).ok();
    (128..=MAX_BYTES).contains(&bytes.len()) && says == size && bytes.get(36..40) == Some(b"acsp")
}
