//! What was seen, in the words of the wire.

use shared_models::ml::{AiAnalysis, DominantColor, ImageAnalysis, ImprovementDetail};

use crate::{
    providers::LOCAL,
    vision::{Advice, Seen, Swatch, Verdict, advise, name_of},
};

/// How the local analysis works, in short.
const METHOD: &str = "palette by k-means in OKLab; style and quality measured on 400 pixels";

impl Seen {
    /// For a listing, with what the piece is called.
    pub(crate) fn analysis(&self, verdict: &Verdict) -> AiAnalysis {
        let advice = advise(&self.quality);
        AiAnalysis {
            color_palette: self.palette.iter().map(Swatch::hex).collect(),
            dominant_colors: self.palette.iter().copied().map(colour).collect(),
            style_tags: self.style.tags().into_iter().map(str::to_owned).collect(),
            objects_detected: verdict.names(),
            quality_score: Some(self.score()),
            suggested_improvements: advice.iter().map(|advice| advice.tip.clone()).collect(),
            improvement_details: advice.into_iter().map(detail).collect(),
            method: format!("{METHOD}; {}", verdict.said()),
        }
    }

    /// For whoever sent the photo, with what the piece is called.
    pub(crate) fn told(&self, verdict: &Verdict) -> ImageAnalysis {
        let analysis = self.analysis(verdict);
        ImageAnalysis {
            color_palette: analysis.color_palette,
            dominant_colors: analysis.dominant_colors,
            style_tags: analysis.style_tags,
            objects_detected: analysis.objects_detected,
            quality_score: self.score(),
            suggested_improvements: analysis.suggested_improvements,
            improvement_details: analysis.improvement_details,
            method: analysis.method,
            provider: LOCAL.to_owned(),
        }
    }

    fn score(&self) -> f64 {
        rounded(self.quality.score(), 3)
    }
}

fn detail(advice: Advice) -> ImprovementDetail {
    ImprovementDetail {
        tip: advice.tip,
        measurement: advice.measurement.to_owned(),
        value: rounded(advice.value, 3),
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
