//! What was seen, in the words of the wire.

use shared_models::ml::{DominantColor, ImageAnalysis, ImprovementDetail};

use crate::vision::{Seen, Swatch, Verdict, advise, name_of};

/// How the local analysis works, in short.
const METHOD: &str = "palette by k-means in OKLab; style and quality measured on 400 pixels";

impl Seen {
    /// As an answer, with what the piece is called.
    pub(crate) fn told(&self, verdict: &Verdict) -> ImageAnalysis {
        let advice = advise(&self.quality);
        ImageAnalysis {
            color_palette: self.palette.iter().map(Swatch::hex).collect(),
            dominant_colors: self.palette.iter().copied().map(colour).collect(),
            style_tags: self.style.tags().into_iter().map(str::to_owned).collect(),
            objects_detected: verdict.names(),
            quality_score: rounded(self.quality.score(), 3),
            suggested_improvements: advice.iter().map(|advice| advice.tip.clone()).collect(),
            improvement_details: advice
                .into_iter()
                .map(|advice| ImprovementDetail {
                    tip: advice.tip,
                    measurement: advice.measurement.to_owned(),
                    value: rounded(advice.value, 3),
                })
                .collect(),
            method: format!("{METHOD}; {}", verdict.said()),
            provider: "local".to_owned(),
        }
    }
}

fn colour(swatch: Swatch) -> DominantColor {
    DominantColor {
        hex: swatch.hex(),
        name: name_of(swatch.rgb).to_owned(),
        rgb: swatch.rgb,
        share: rounded(swatch.share, 4),
    }
}

/// To so many decimals, without the noise of 32 bits.
fn rounded(value: f32, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (f64::from(value) * scale).round() / scale
}
