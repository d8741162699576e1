use super::Quality;

/// What would make a photo better, and the measurement that says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    pub tip: String,
    pub measurement: &'static str,
    pub value: f32,
}

/// Below it the photo is soft.
const SHARP: f32 = 60.0;
/// Above it grain is seen, of 255.
const NOISY: f32 = 6.0;
const BLOCKY: f32 = 0.25;
const DARK: f32 = 60.0;
const GLARING: f32 = 215.0;
const CLIPPED: f32 = 0.12;
const FLAT: f32 = 0.06;
const BUSY: f32 = 0.25;

/// Tips for a photo, the gravest fault first; none for a good one.
pub fn advise(quality: &Quality) -> Vec<Advice> {
    let q = quality;
    let percent = |share: f32| (share * 100.0).round();
    let tips = [
        (
            q.sharpness < SHARP,
            "sharpness",
            q.sharpness,
            format!(
                "The photo is soft (sharpness {:.0}, a crisp one has {SHARP:.0} or more): wipe the lens, rest your elbows or the \
             phone on something, and tap the piece to focus",
                q.sharpness
            ),
        ),
        (
            q.brightness < DARK,
            "brightness",
            q.brightness,
            format!(
                "The piece is dark (brightness {:.0} of 255, {DARK:.0} or more shows detail): move to a window or into open shade",
                q.brightness
            ),
        ),
        (
            q.brightness > GLARING,
            "brightness",
            q.brightness,
            format!(
                "The piece is very bright (brightness {:.0} of 255, below {GLARING:.0} keeps detail): step out of the direct sun \
             or tap the brightest part to expose for it",
                q.brightness
            ),
        ),
        (
            q.clipped > CLIPPED,
            "clipped",
            q.clipped,
            format!(
                "{:.0}% of the middle is black or white without detail ({:.0}% at most is good): avoid flash and hard sun",
                percent(q.clipped),
                percent(CLIPPED)
            ),
        ),
        (
            q.noise > NOISY,
            "noise",
            q.noise,
            format!(
                "The photo is grainy (noise {:.1} of 255, {NOISY:.0} is seen): give it more light instead of a higher sensitivity",
                q.noise
            ),
        ),
        (
            q.blocks > BLOCKY,
            "blocks",
            q.blocks,
            format!(
                "The file was compressed too hard (blocks {:.2}, {BLOCKY:.2} is seen): send the camera's original, not a copy \
             from a messenger",
                q.blocks
            ),
        ),
        (
            q.contrast < FLAT,
            "contrast",
            q.contrast,
            format!(
                "The photo is flat (contrast {:.2}, {FLAT:.2} or more stands out): put the piece before a background that is \
             lighter or darker than it",
                q.contrast
            ),
        ),
        (
            q.background > BUSY,
            "background",
            q.background,
            format!(
                "The background is busy ({:.0}% of the rim is edges, {:.0}% is calm): use a plain cloth or wall",
                percent(q.background),
                percent(BUSY)
            ),
        ),
    ];
    let given = tips.into_iter().filter(|(holds, ..)| *holds);
    given
        .map(|(_, measurement, value, tip)| Advice {
            tip,
            measurement,
            value,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Quality = Quality {
        sharpness: 300.0,
        noise: 1.5,
        blocks: 0.02,
        brightness: 130.0,
        clipped: 0.0,
        contrast: 0.2,
        background: 0.05,
    };

    #[test]
    fn a_good_photo_needs_no_advice() {
        assert_eq!(advise(&GOOD), []);
    }

    #[test]
    fn a_tip_cites_its_measurement() {
        let poor = Quality {
            sharpness: 12.4,
            noise: 11.0,
            ..GOOD
        };
        let tips = advise(&poor);
        let named: Vec<_> = tips.iter().map(|tip| tip.measurement).collect();
        assert_eq!(named, ["sharpness", "noise"]);
        assert!(tips[0].tip.contains("sharpness 12"), "{}", tips[0].tip);
        assert!((tips[1].value - 11.0).abs() < 1e-6);
    }
}
