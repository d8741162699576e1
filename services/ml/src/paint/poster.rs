use super::{
    Easel, PaintError,
    canvas::{Canvas, LEADING},
};
use crate::vision::Swatch;

/// Where a poster is shown, and so its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Square,
    Story,
    Landscape,
}

impl Format {
    pub(crate) const ALL: [Self; 3] = [Self::Square, Self::Story, Self::Landscape];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Square => "square",
            Self::Story => "story",
            Self::Landscape => "landscape",
        }
    }

    /// In pixels.
    pub(crate) const fn size(self) -> (u16, u16) {
        match self {
            Self::Square => (1080, 1080),
            Self::Story => (1080, 1920),
            Self::Landscape => (1200, 628),
        }
    }
}

/// What a poster says and shows.
pub(crate) struct Poster<'a> {
    pub(crate) title: &'a str,
    /// Below the title, in smaller letters.
    pub(crate) lines: &'a [String],
    pub(crate) price: &'a str,
    /// A data URI and its pixels; without one the poster is of colours and words.
    pub(crate) photo: Option<(&'a str, (u32, u32))>,
    pub(crate) palette: &'a [Swatch],
}

const MARGIN: f32 = 56.0;

impl Poster<'_> {
    /// As PNG: the photo above, or on the left, the words on a ground of the photo's own dark or light colour.
    pub(crate) fn paint(&self, easel: &Easel, format: Format) -> Result<Vec<u8>, PaintError> {
        let (wide, high) = format.size();
        let (width, height) = (f32::from(wide), f32::from(high));
        let (ground, ink, accent) = self.colours();
        let mut canvas = Canvas::new(wide.into(), high.into()).area(0.0, 0.0, width, height, &ground);
        let words = match (format, self.photo) {
            (Format::Landscape, _) => [width * 0.52, 0.0, width * 0.48, height],
            (_, Some(_)) => [0.0, height * 0.62, width, height * 0.38],
            (_, None) => [0.0, height * 0.2, width, height * 0.8],
        };
        if let Some((photo, size)) = self.photo {
            let area = match format {
                Format::Landscape => [0.0, 0.0, width * 0.52, height],
                _ => [0.0, 0.0, width, height * 0.62],
            };
            canvas = canvas.photo(area, photo, size, whole(size));
        }
        let [x, y, room, _] = words;
        canvas = canvas.area(
            x,
            y,
            if format == Format::Landscape { 8.0 } else { room },
            if format == Format::Landscape { height } else { 8.0 },
            &accent,
        );
        let inner = room - 2.0 * MARGIN;
        let title = easel.wrapped(self.title, 54.0, true, inner, 2);
        let mut at = y + MARGIN + 54.0;
        canvas = canvas.lines(x + MARGIN, at, 54.0, true, &ink, &title);
        at += 54.0 * LEADING * f32::from(u8::try_from(title.len()).unwrap_or(2)) - 18.0;
        for line in self.lines.iter().take(2) {
            let wrapped = easel.wrapped(line, 30.0, false, inner, 2);
            canvas = canvas.lines(x + MARGIN, at, 30.0, false, &ink, &wrapped);
            at += 30.0 * LEADING * f32::from(u8::try_from(wrapped.len()).unwrap_or(2));
        }
        canvas = canvas.line(x + MARGIN, at + 44.0, 46.0, true, &accent, self.price);
        easel.png(&canvas.finish())
    }

    /// Ground, letters and accent: the photo's darkest colour with light letters, and its most colourful one that
    /// can be told from the ground.
    fn colours(&self) -> (String, String, String) {
        let swatches = || self.palette.iter().copied();
        let darkest = swatches().min_by(|one, other| light(*one).total_cmp(&light(*other)));
        let ground = darkest.filter(|swatch| light(*swatch) < 0.3);
        let stands_out = |swatch: &Swatch| (light(*swatch) - ground.map_or(0.97, light)).abs() > 0.35;
        let accent = swatches()
            .filter(stands_out)
            .max_by(|one, other| strong(*one).total_cmp(&strong(*other)))
            .map(|swatch| swatch.hex());
        match ground {
            Some(ground) => (
                ground.hex(),
                "#fffaf0".to_owned(),
                accent.unwrap_or_else(|| "#ffd27f".to_owned()),
            ),
            None => (
                "#faf7f2".to_owned(),
                "#2b2622".to_owned(),
                accent.unwrap_or_else(|| "#8a3b12".to_owned()),
            ),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
fn whole((width, height): (u32, u32)) -> [f32; 4] {
    [0.0, 0.0, width as f32, height as f32]
}

/// Lightness, from 0 to 1.
fn light(swatch: Swatch) -> f32 {
    let [red, green, blue] = swatch.rgb.map(f32::from);
    (0.299 * red + 0.587 * green + 0.114 * blue) / 255.0
}

/// How far from grey, from 0 to 1.
fn strong(swatch: Swatch) -> f32 {
    let [red, green, blue] = swatch.rgb.map(f32::from);
    (red.max(green).max(blue) - red.min(green).min(blue)) / 255.0
}
