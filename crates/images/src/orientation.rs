use exif::{In, Reader, Tag};
use image::metadata::Orientation;

/// How the picture is to be turned to stand upright (Exif 2.32, tag 0x0112); as it is when the Exif is no good.
pub(crate) fn of(exif: Option<&[u8]>) -> Orientation {
    exif.and_then(read).unwrap_or(Orientation::NoTransforms)
}

fn read(tiff: &[u8]) -> Option<Orientation> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let exif = match reader.read_raw(tiff.to_vec()) {
        Ok(exif) => exif,
        Err(error) => error.distill_partial_result(|_| ()).ok()?,
    };
    let value = exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    Orientation::from_exif(u8::try_from(value).ok()?)
}

/// Whether width and height change places.
pub(crate) fn swaps(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}
