use shared_models::{product::LengthUnit, text::Language};

use super::{Grammar, Side, Wording};
use crate::words::{facts::Unit, lexicon::Name};

pub(super) struct Telugu;

impl Grammar for Telugu {
    fn language(&self) -> Language {
        Language::Te
    }

    fn this(&self, piece: &Name, colour: Option<&Wording>) -> String {
        match colour {
            Some(colour) => format!("ఈ {} రంగు {}", colour.text, piece.text),
            None => format!("ఈ {}", piece.text),
        }
    }

    fn and(&self) -> &'static str {
        " మరియు "
    }

    /// -తో on the last; names that are not inflected take a verb.
    fn materials(&self, materials: &[Wording]) -> String {
        let Some((last, before)) = materials.split_last() else {
            return String::new();
        };
        let mut texts: Vec<String> = before.iter().map(|material| material.text.clone()).collect();
        if last.known {
            texts.push(format!("{}{}తో", last.oblique, seam(&last.oblique)));
            return self.list(&texts);
        }
        texts.push(last.text.clone());
        format!("{} ఉపయోగించి", self.list(&texts))
    }

    /// Plurals in -లు take -ల before another noun.
    fn craft(&self, craft: &Wording) -> String {
        match craft.text.strip_suffix("లు").filter(|_| craft.known) {
            Some(stem) => format!("{stem}ల"),
            None => craft.text.clone(),
        }
    }

    /// In the dative, which చెందిన governs.
    fn place(&self, place: &Wording) -> String {
        if place.known {
            dative(&place.text)
        } else {
            format!("{} ప్రాంతానికి", place.text)
        }
    }

    fn side(&self, side: Side, measure: &str) -> String {
        let name = match side {
            Side::Length => "పొడవు",
            Side::Width => "వెడల్పు",
            Side::Height => "ఎత్తు",
        };
        format!("{name} {measure}")
    }

    fn length_unit(&self, unit: LengthUnit, value: f64) -> &'static str {
        match (unit, value > 1.0) {
            (LengthUnit::Mm, true) => "మిల్లీమీటర్లు",
            (LengthUnit::Mm, false) => "మిల్లీమీటరు",
            (LengthUnit::Cm, true) => "సెంటీమీటర్లు",
            (LengthUnit::Cm, false) => "సెంటీమీటరు",
            (LengthUnit::M, true) => "మీటర్లు",
            (LengthUnit::M, false) => "మీటరు",
            (LengthUnit::In, true) => "అంగుళాలు",
            (LengthUnit::In, false) => "అంగుళం",
        }
    }

    fn weight_units(&self, value: f64) -> (&'static str, &'static str) {
        if value > 1.0 {
            ("గ్రాములు", "కిలోగ్రాములు")
        } else {
            ("గ్రాము", "కిలోగ్రాము")
        }
    }

    fn time_unit(&self, unit: Unit, value: f64) -> &'static str {
        match (unit, value > 1.0) {
            (Unit::Minute, true) => "నిమిషాలు",
            (Unit::Minute, false) => "నిమిషం",
            (Unit::Hour, true) => "గంటలు",
            (Unit::Hour, false) => "గంట",
            (Unit::Day, true) => "రోజులు",
            (Unit::Day, false) => "రోజు",
            (Unit::Week, true) => "వారాలు",
            (Unit::Week, false) => "వారం",
            (Unit::Month, true) => "నెలలు",
            (Unit::Month, false) => "నెల",
            (Unit::Year, true) => "సంవత్సరాలు",
            (Unit::Year, false) => "సంవత్సరం",
        }
    }

    fn about(&self) -> &'static str {
        "సుమారు"
    }

    /// In the oblique, as an attribute.
    fn hours(&self, value: f64, number: &str) -> String {
        let hours = if value > 1.0 { "గంటల" } else { "గంట" };
        format!("{number} {hours}")
    }
}

/// After a final consonant the ending stays apart (ZWNJ), or the letters would join.
fn seam(stem: &str) -> &'static str {
    if stem.ends_with('్') { "\u{200c}" } else { "" }
}

/// -కి after front vowels, -కు after others; plurals in -లు take -లకు, and nouns in -రం and -శం the stem in -ాని-.
pub(super) fn dative(name: &str) -> String {
    if let Some(stem) = name.strip_suffix('ం')
        && stem.ends_with(['ర', 'శ'])
    {
        return format!("{stem}ానికి");
    }
    if let Some(stem) = name.strip_suffix("వులు") {
        return format!("{stem}వులకు");
    }
    if name.ends_with(['ి', 'ీ', 'ె', 'ే', 'ై']) {
        return format!("{name}కి");
    }
    format!("{name}{}కు", seam(name))
}
