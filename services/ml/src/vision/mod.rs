//! What can be measured on a photo: pure functions of its pixels, the same result for the same photo.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of pixels and values of 8 bits: far below what the types hold"
)]

mod advice;
mod colours;
mod features;
mod grain;
mod names;
mod neighbours;
mod quality;
mod raster;
mod style;
mod texture;

pub use advice::{Advice, advise};
pub use colours::{Swatch, palette};
pub use features::Features;
pub use names::name_of;
pub use neighbours::{Example, Verdict, recognise};
pub use quality::Quality;
pub use raster::{Plane, Raster};
pub use style::Style;

/// Everything that is seen on one photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The largest share first.
    pub palette: Vec<Swatch>,
    pub style: Style,
    pub quality: Quality,
    /// To compare photos by.
    pub features: Features,
}

/// Looks at a photo whose longer side has about 400 pixels: measurements compare only at one scale.
pub fn look(raster: &Raster) -> Seen {
    let luma = raster.luma();
    let colours = colours::Colours::of(raster);
    let gradients = texture::Gradients::of(&luma);
    let contrast = raster::moments(&luma.values).1 / 255.0;
    let style = Style::measure(&colours, contrast, &luma, &gradients);
    Seen {
        palette: colours.palette(),
        quality: Quality::measure(&luma, contrast, &gradients),
        features: Features::of(&colours, &gradients, &style),
        style,
    }
}
