use shared_models::ml::{AiAnalysis, CampaignStep, CampaignStrategy};

/// Below it the photo is mended before anything is paid for.
const GOOD: f64 = 0.55;

/// A fortnight's plan, from what was measured and from what the listing says.
pub(super) fn plan(title: &str, seen: Option<&AiAnalysis>, hashtags: &[String]) -> CampaignStrategy {
    let mut steps = Vec::new();
    let mut step = |day, action: String| steps.push(CampaignStep { day, action });
    let quality = seen.and_then(|seen| seen.quality_score);
    match (seen, quality) {
        (Some(seen), Some(score)) if score < GOOD => {
            let tip = seen.suggested_improvements.first();
            let tip = tip.map_or_else(String::new, |tip| format!(": {tip}"));
            step(
                0,
                format!("Take the photo again before you post it; it measures {score:.2} of 1{tip}"),
            );
        }
        (_, None) => step(0, "Add a photo: posts are of pictures first".to_owned()),
        _ => {}
    }
    step(
        0,
        "Post the square poster on Instagram and Facebook, in both languages".to_owned(),
    );
    step(
        1,
        "Send the WhatsApp text with the story poster to those who bought before".to_owned(),
    );
    step(
        3,
        "Show the making: one photo of your hands at work, with the same hashtags".to_owned(),
    );
    if let Some(first) = hashtags.first() {
        step(
            5,
            format!("Answer people who post under {first}; link the listing where they ask"),
        );
    }
    step(
        7,
        "Post a detail of the piece, close up, on Pinterest and Instagram".to_owned(),
    );
    step(
        14,
        "Look at views and likes of the listing; repeat the network that brought most, and leave the others"
            .to_owned(),
    );
    CampaignStrategy {
        summary: format!(
            "Two weeks for “{title}”: begin with one good picture, show the making, then repeat what worked"
        ),
        steps,
        basis: "The listing's own facts and the measured photo; no figures of past campaigns are known here"
            .to_owned(),
    }
}
