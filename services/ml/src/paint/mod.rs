//! Pictures with words on them, drawn as SVG.

mod board;
mod canvas;
mod poster;
mod words;

use std::sync::{Arc, OnceLock};

pub(crate) use board::Board;
pub(crate) use poster::{Format, Poster};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

/// Noto Sans for the six languages (SIL Open Font License 1.1, see `fonts/OFL.txt`).
const FONTS: [&[u8]; 6] = [
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansBengali-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansTamil-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansTelugu-Regular.ttf"),
];
const FAMILY: &str = "Noto Sans";

/// A picture could not be drawn: the drawing is at fault, never what is drawn.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PaintError {
    #[error("the drawing is refused: {0}")]
    Drawing(#[from] resvg::usvg::Error),
    #[error("the picture has no size")]
    Size,
    #[error("the picture cannot be encoded: {0}")]
    Encoding(String),
}

/// Draws. Cheap to clone; the fonts are read with the first picture.
#[derive(Clone, Default)]
pub(crate) struct Easel(Arc<OnceLock<Arc<Database>>>);

impl Easel {
    fn options(&self) -> Options<'static> {
        let fonts = self.0.get_or_init(|| {
            let mut fonts = Database::new();
            for font in FONTS {
                fonts.load_font_data(font.to_vec());
            }
            fonts.set_sans_serif_family(FAMILY);
            Arc::new(fonts)
        });
        Options {
            fontdb: fonts.clone(),
            font_family: FAMILY.to_owned(),
            ..Options::default()
        }
    }

    /// A drawing as PNG.
    fn png(&self, svg: &str) -> Result<Vec<u8>, PaintError> {
        let tree = Tree::from_str(svg, &self.options())?;
        let size = tree.size().to_int_size();
        let mut pixels = Pixmap::new(size.width(), size.height()).ok_or(PaintError::Size)?;
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        pixels
            .encode_png()
            .map_err(|error| PaintError::Encoding(error.to_string()))
    }

    /// How wide a line is, in pixels.
    fn width(&self, text: &str, size: f32, bold: bool) -> f32 {
        let svg = canvas::Canvas::new(1, 1)
            .line(0.0, 0.0, size, bold, "#000000", text)
            .finish();
        let tree = Tree::from_str(&svg, &self.options());
        tree.map_or(0.0, |tree| tree.root().bounding_box().width())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much of a picture is not paper, in hundredths.
    fn ink(png: &[u8]) -> usize {
        let pixels = Pixmap::decode_png(png).unwrap();
        let dark = pixels.pixels().iter().filter(|pixel| pixel.red() < 128).count();
        dark * 100 / pixels.pixels().len()
    }

    fn drawn(easel: &Easel, text: &str) -> Vec<u8> {
        let canvas = canvas::Canvas::new(120, 60).area(0.0, 0.0, 120.0, 60.0, "#ffffff");
        easel
            .png(&canvas.line(5.0, 45.0, 40.0, false, "#000000", text).finish())
            .unwrap()
    }

    #[test]
    fn every_script_has_letters_of_its_own() {
        let easel = Easel::default();
        let pictures: Vec<_> = ["Ka", "कि", "কি", "கி", "కి"]
            .map(|text| drawn(&easel, text))
            .into();
        for (index, picture) in pictures.iter().enumerate() {
            assert!(ink(picture) > 1, "{index}");
            assert!(
                pictures.iter().skip(index + 1).all(|other| other != picture),
                "{index}"
            );
        }
    }

    #[test]
    fn letters_join_into_syllables() {
        let easel = Easel::default();
        let (joined, apart) = (easel.width("क्ष", 40.0, false), easel.width("क ष", 40.0, false));
        assert!(joined > 0.0 && joined < apart * 0.9, "{joined} {apart}");
    }

    #[test]
    fn long_text_is_broken_into_lines_that_fit() {
        let easel = Easel::default();
        let lines = easel.wrapped(
            "नीली मिट्टी का कटोरा जयपुर से आया है और हाथ से बना है",
            30.0,
            false,
            200.0,
            3,
        );
        assert!(lines.len() > 1 && lines.len() <= 3, "{lines:?}");
        assert!(
            lines.iter().all(|line| easel.width(line, 30.0, false) <= 230.0),
            "{lines:?}"
        );
    }
}
