use super::{
    Plane,
    colours::Colours,
    texture::{Gradients, coarse, periodicity, symmetry},
};

/// Chroma in OKLab below which a colour is called grey.
const GREY: f32 = 0.035;

/// What a photo looks like, measured. All from 0 to 1 unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// From -1, all blue, to 1, all yellow: the mean of OKLab's b, over what sRGB reaches (0.2).
    pub warmth: f32,
    /// The mean chroma in OKLab, over that of strong dyes (0.2).
    pub colourfulness: f32,
    /// The mean lightness in OKLab.
    pub lightness: f32,
    /// The standard deviation of lightness.
    pub contrast: f32,
    /// The share of the area that has a colour.
    pub coloured: f32,
    /// How far hues differ: 0 for one hue, 1 for all around.
    pub hues: f32,
    /// How strongly a pattern repeats.
    pub periodicity: f32,
    /// How alike the left and right halves are.
    pub symmetry: f32,
    /// How evenly edges lie in all directions.
    pub entropy: f32,
    /// The share of pixels on an edge.
    pub edges: f32,
}

impl Style {
    /// `contrast` is the standard deviation of lightness, of 1.
    pub(super) fn measure(colours: &Colours, contrast: f32, luma: &Plane, gradients: &Gradients) -> Self {
        let coarse = coarse(luma);
        let (mut b, mut chroma, mut lightness, mut coloured) = (0.0, 0.0, 0.0, 0.0);
        let (mut along, mut across, mut strength) = (0.0, 0.0, 0.0);
        for cell in &colours.cells {
            let strong = cell.lab.a.hypot(cell.lab.b);
            b += cell.lab.b * cell.weight;
            chroma += strong * cell.weight;
            lightness += cell.lab.l * cell.weight;
            if strong > GREY {
                coloured += cell.weight;
                along += cell.lab.a * cell.weight;
                across += cell.lab.b * cell.weight;
                strength += strong * cell.weight;
            }
        }
        let mean = |sum: f32| sum / colours.pixels;
        Self {
            warmth: (mean(b) / 0.2).clamp(-1.0, 1.0),
            colourfulness: (mean(chroma) / 0.2).min(1.0),
            lightness: mean(lightness).clamp(0.0, 1.0),
            contrast,
            coloured: mean(coloured),
            hues: if strength > 0.0 {
                1.0 - along.hypot(across) / strength
            } else {
                0.0
            },
            periodicity: periodicity(&coarse),
            symmetry: symmetry(&coarse),
            entropy: gradients.entropy(),
            edges: gradients.edges,
        }
    }

    /// Words for what was measured, in no order of importance.
    pub fn tags(&self) -> Vec<&'static str> {
        let grey = self.coloured < 0.1;
        let said = [
            (grey, "neutral"),
            (!grey && self.warmth > 0.12, "warm"),
            (!grey && self.warmth < -0.04, "cool"),
            (!grey && self.colourfulness > 0.5, "vibrant"),
            (!grey && self.colourfulness < 0.2, "muted"),
            (self.coloured > 0.3 && self.hues < 0.06, "monochrome"),
            (self.coloured > 0.3 && self.hues > 0.5, "multicoloured"),
            (
                !grey
                    && self.warmth > 0.12
                    && (0.25..0.65).contains(&self.lightness)
                    && self.colourfulness < 0.5,
                "earthy",
            ),
            (self.lightness > 0.8, "bright"),
            (self.lightness < 0.35, "dark"),
            (self.contrast > 0.25, "high-contrast"),
            (self.contrast < 0.08, "soft"),
            (self.periodicity > 0.35, "repeating-pattern"),
            (self.edges > 0.05 && self.entropy < 0.8, "geometric"),
            (self.edges > 0.05 && self.entropy > 0.97, "organic"),
            (self.symmetry > 0.8, "symmetric"),
            (self.edges > 0.3, "richly-textured"),
            (self.edges < 0.04, "plain"),
        ];
        said.iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, tag)| *tag)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::vision::{Raster, look};

    fn photo(pixel: impl Fn(usize, usize) -> [u8; 3]) -> Raster {
        let rgb = (0..200 * 200).flat_map(|at| pixel(at % 200, at / 200)).collect();
        Raster::new(200, 200, rgb).unwrap()
    }

    #[test]
    fn words_follow_what_was_measured() {
        let indigo = look(&photo(|x, y| {
            if (x / 10 + y / 10).is_multiple_of(2) {
                [0, 48, 110]
            } else {
                [120, 160, 210]
            }
        }));
        let tags = indigo.style.tags();
        for tag in ["cool", "repeating-pattern", "geometric", "monochrome"] {
            assert!(tags.contains(&tag), "{tags:?} {:?}", indigo.style);
        }
        let clay = look(&photo(|_, _| [150, 90, 60]));
        let tags = clay.style.tags();
        for tag in ["warm", "earthy", "plain"] {
            assert!(tags.contains(&tag), "{tags:?} {:?}", clay.style);
        }
        let ash = look(&photo(|_, _| [128, 128, 128])).style.tags();
        assert!(ash.contains(&"neutral") && !ash.contains(&"warm"), "{ash:?}");
    }
}
