use super::{Easel, PaintError, canvas::Canvas};
use crate::vision::{Swatch, name_of};

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 900;
const PAPER: &str = "#faf7f2";
const INK: &str = "#2b2622";
const FAINT: &str = "#6f675f";

/// What a moodboard shows.
pub(crate) struct Board<'a> {
    pub(crate) title: &'a str,
    /// A data URI.
    pub(crate) photo: &'a str,
    pub(crate) size: (u32, u32),
    pub(crate) palette: &'a [Swatch],
    pub(crate) tags: &'a [&'a str],
    /// Sentences.
    pub(crate) inspiration: &'a [String],
}

impl Board<'_> {
    /// As PNG.
    pub(crate) fn paint(&self, easel: &Easel) -> Result<Vec<u8>, PaintError> {
        let canvas = Canvas::new(WIDTH, HEIGHT)
            .area(0.0, 0.0, 1200.0, 900.0, PAPER)
            .lines(
                40.0,
                78.0,
                40.0,
                true,
                INK,
                &easel.wrapped(self.title, 40.0, true, 1120.0, 1),
            );
        let canvas = self.details(self.whole(canvas));
        let canvas = self.colours(canvas);
        let tags = easel.wrapped(&self.tags.join(" · "), 22.0, true, 500.0, 2);
        let canvas = canvas.lines(660.0, 600.0, 22.0, true, INK, &tags);
        let mut at = 670.0;
        let mut canvas = canvas;
        for sentence in self.inspiration.iter().take(3) {
            let lines = easel.wrapped(sentence, 20.0, false, 500.0, 2);
            canvas = canvas.lines(660.0, at, 20.0, false, FAINT, &lines);
            at += 32.0 * f32::from(u8::try_from(lines.len()).unwrap_or(2)) + 14.0;
        }
        easel.png(&canvas.finish())
    }

    fn whole(&self, canvas: Canvas) -> Canvas {
        let [width, height] = self.lengths();
        canvas.photo(
            [40.0, 110.0, 580.0, 520.0],
            self.photo,
            self.size,
            [0.0, 0.0, width, height],
        )
    }

    /// The middle and two corners, close up.
    fn details(&self, canvas: Canvas) -> Canvas {
        let [width, height] = self.lengths();
        let side = width.min(height) / 3.0;
        let places = [
            [(width - side) / 2.0, (height - side) / 2.0],
            [width * 0.12, height * 0.12],
            [width * 0.88 - side, height * 0.88 - side],
        ];
        let mut x = 40.0;
        places.into_iter().fold(canvas, |canvas, [left, top]| {
            let part = [left.max(0.0), top.max(0.0), side, side];
            let drawn = canvas.photo([x, 660.0, 180.0, 200.0], self.photo, self.size, part);
            x += 200.0;
            drawn
        })
    }

    fn colours(&self, canvas: Canvas) -> Canvas {
        let mut y = 110.0;
        self.palette.iter().take(6).fold(canvas, |canvas, swatch| {
            let label = format!(
                "{}  {}  {:.0}%",
                name_of(swatch.rgb),
                swatch.hex(),
                swatch.share * 100.0
            );
            let drawn = canvas.area(660.0, y, 160.0, 62.0, &swatch.hex()).line(
                840.0,
                y + 40.0,
                22.0,
                false,
                INK,
                &label,
            );
            y += 74.0;
            drawn
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
    fn lengths(&self) -> [f32; 2] {
        [self.size.0 as f32, self.size.1 as f32]
    }
}
