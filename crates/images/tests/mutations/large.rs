use images::{Finish, Limits, develop};
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType};

use crate::files::{exif, jpeg_with};

/// As large as photos may be, and never whole in memory.
struct Vast;

impl ImageBuffer for Vast {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        8160
    }

    fn height(&self) -> u16 {
        6120
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let [row, ..] = y.to_be_bytes();
        for x in 0..self.width() {
            let [column, low] = x.to_be_bytes();
            buffers[0].push((column * 8).wrapping_add(low & 7));
            buffers[1].push(row * 5);
            buffers[2].push(128);
        }
    }
}

/// The largest photo that is taken, lying on its side, has room.
pub(crate) fn photos_are_taken() {
    let mut plain = Vec::new();
    Encoder::new(&mut plain, 80).encode_image(Vast).unwrap();
    let turned = jpeg_with(&plain, &[(0xe1, [b"Exif\0\0".to_vec(), exif(6)].concat())]);
    drop(plain);
    let photo = develop(&turned, &Limits::default(), Finish::Light).unwrap();
    assert_eq!((photo.original.width, photo.original.height), (6120, 8160));
}
