//! Which sentences are said of a piece, in which order and wording.

mod chance;
mod measures;
mod order;

use fluent_bundle::FluentArgs;
use shared_models::text::Language;

use chance::Chance;
use measures::{sides, spelt};
use order::{LEADS, orders};

use super::{
    facts::{Care, Matter},
    grammar::{self, Grammar, Spoken, script, written},
    lexicon::Term,
    messages, title,
};

/// What a sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum About {
    Name,
    /// What the piece is, of what, by which craft and from where.
    Piece,
    Origin,
    Colours,
    Size,
    Weight,
    Time,
    Hours,
    Quantity,
    Care,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) about: About,
    pub(crate) text: String,
}

/// All sentences that the facts allow, in the order in which they are read.
pub(crate) fn sentences(matter: &Matter, language: Language) -> Vec<Sentence> {
    let Some(object) = matter.object else {
        return Vec::new();
    };
    Speaker::new(matter, language, object).sentences()
}

struct Speaker<'m, 'f> {
    matter: &'m Matter<'f>,
    language: Language,
    grammar: &'static dyn Grammar,
    spoken: Spoken,
    arguments: FluentArgs<'static>,
    chance: Chance,
    said: Vec<Sentence>,
}

impl<'m, 'f> Speaker<'m, 'f> {
    fn new(matter: &'m Matter<'f>, language: Language, object: &'static Term) -> Self {
        let grammar = grammar::of(language);
        let name = object.name(language);
        let mut arguments = FluentArgs::new();
        arguments.set("agreement", name.agreement.code());
        arguments.set("this", grammar.this(name, None));
        let phrase = if language == Language::Ta {
            "a-object"
        } else {
            "object"
        };
        arguments.set(phrase, grammar.a(name));
        if language == Language::Ta {
            arguments.set("object", name.text);
        }
        let category = matter.category.map(|category| category.slug);
        let surface = matches!(category, Some("painting" | "embroidery"));
        arguments.set("making", if surface { "surface" } else { "body" });
        Self {
            matter,
            language,
            grammar,
            spoken: Spoken::of(matter, language),
            arguments,
            chance: Chance::of(&matter.facts.seed, language),
            said: Vec::new(),
        }
    }

    fn sentences(mut self) -> Vec<Sentence> {
        let named = self.name();
        let led = self.lead();
        if !named && !led {
            self.say(About::Piece, "kind");
        }
        let coloured = led && self.spoken.colours.len() == 1 && self.said_colour();
        self.origin();
        let [one, other] = orders(self.language);
        let order = if self.chance.coin() { one } else { other };
        for about in order {
            match about {
                About::Colours if coloured => {}
                About::Colours => self.colours(),
                About::Size => self.size(),
                About::Weight => self.weight(),
                About::Time => self.time(),
                About::Hours => self.hours(),
                About::Quantity => self.quantity(),
                About::Care => self.care(),
                About::Name | About::Piece | About::Origin => {}
            }
        }
        self.said
    }

    fn name(&mut self) -> bool {
        let Some(name) = title::name(&self.matter.facts.title, self.language) else {
            return false;
        };
        self.arguments.set("name", name);
        self.say(About::Name, "name")
    }

    /// One sentence of two facts and one of the third, or what there is of them.
    fn lead(&mut self) -> bool {
        let order = LEADS[self.chance.below(3)];
        self.colour_the_piece();
        let known: Vec<&str> = order.into_iter().filter(|fact| self.knows(fact)).collect();
        let (first, rest) = known.split_at(known.len().min(2));
        let mut joined = first.to_vec();
        joined.sort_unstable();
        if joined.is_empty() {
            return false;
        }
        self.say(About::Piece, &joined.join("-"));
        for fact in rest {
            self.say(About::Piece, &format!("then-{fact}"));
        }
        true
    }

    fn knows(&mut self, fact: &str) -> bool {
        match fact {
            "craft" => match &self.spoken.craft {
                Some(craft) => {
                    self.arguments.set("craft", self.grammar.craft(craft));
                    true
                }
                None => false,
            },
            "place" => match &self.spoken.place {
                Some(place) => {
                    self.arguments.set("place", self.grammar.place(place));
                    self.arguments.set("place-from", place.text.clone());
                    true
                }
                None => false,
            },
            _ => {
                let materials = &self.spoken.materials;
                self.arguments.set("materials", self.grammar.materials(materials));
                self.arguments.set("material-count", materials.len());
                !materials.is_empty()
            }
        }
    }

    /// A single colour may stand before the piece instead of in a sentence of its own.
    fn colour_the_piece(&mut self) {
        let ([colour], Some(object)) = (self.spoken.colours.as_slice(), self.matter.object) else {
            return;
        };
        if colour.known && self.chance.coin() {
            let this = self.grammar.this(object.name(self.language), Some(colour));
            self.arguments.set("coloured", this.clone());
            self.arguments.set("this", this);
        }
    }

    fn said_colour(&self) -> bool {
        self.arguments.get("coloured").is_some()
    }

    fn origin(&mut self) {
        if let Some(origin) = &self.spoken.origin {
            self.arguments.set("origin", origin.text.clone());
            self.say(About::Origin, "origin");
        }
    }

    fn colours(&mut self) {
        let colours = &self.spoken.colours;
        if colours.is_empty() {
            return;
        }
        self.arguments.set("colours", self.grammar.colours(colours));
        self.arguments.set("colour-count", colours.len());
        self.say(About::Colours, "colours");
    }

    fn size(&mut self) {
        let sides = sides(&self.matter.facts.dimensions, self.grammar);
        if !sides.is_empty() {
            self.arguments.set("size", self.grammar.list(&sides));
            self.say(About::Size, "size");
        }
    }

    fn weight(&mut self) {
        if let Some(grams) = self.matter.facts.weight_grams.filter(|grams| *grams > 0) {
            self.arguments.set("weight", self.grammar.weight(grams));
            self.say(About::Weight, "weight");
        }
    }

    fn time(&mut self) {
        if let Some(span) = self.matter.time {
            self.arguments.set("time", spelt(&span, self.grammar));
            self.arguments
                .set("time-class", self.grammar.time_class(span.unit, span.last()));
            self.say(About::Time, "time");
        } else if let Some(said) = self.own_words() {
            self.arguments.set("said", said);
            self.say(About::Time, "time-said");
        }
    }

    /// What the artisan wrote of time, in her own language and its script.
    fn own_words(&self) -> Option<String> {
        let said = written(self.matter.time_as_said(self.language)?, self.language)?;
        let own = script(self.language);
        let foreign = languages::script::Script::dominant(&said).is_some_and(|script| script != own);
        (!foreign).then_some(said)
    }

    fn hours(&mut self) {
        if let Some(hours) = self.matter.facts.labor_hours.filter(|hours| *hours > 0.0) {
            let number = self.grammar.number(hours);
            self.arguments.set("hours", self.grammar.hours(hours, &number));
            self.say(About::Hours, "hours");
        }
    }

    fn quantity(&mut self) {
        if let Some(quantity) = self.matter.facts.quantity.filter(|quantity| *quantity > 0) {
            self.arguments.set("count", quantity);
            self.arguments
                .set("pieces", self.grammar.number(f64::from(quantity)));
            self.say(About::Quantity, "quantity");
        }
    }

    fn care(&mut self) {
        let mut told: Vec<Care> = Vec::new();
        for care in &self.matter.facts.care {
            if !told.contains(care) {
                told.push(*care);
                self.add(About::Care, care_message(*care));
            }
        }
    }

    /// Says a message in one of its wordings.
    fn say(&mut self, about: About, id: &str) -> bool {
        let wordings = messages::wordings(self.language, id);
        let wording = 1 + self.chance.below(wordings);
        self.add(about, &format!("{id}-{wording}"))
    }

    fn add(&mut self, about: About, id: &str) -> bool {
        let Some(text) = messages::format(self.language, id, &self.arguments) else {
            return false;
        };
        let text = capitalised(&text, self.language);
        self.said.push(Sentence { about, text });
        true
    }
}

pub(crate) const fn care_message(care: Care) -> &'static str {
    match care {
        Care::HandWash => "care-hand-wash",
        Care::DryClean => "care-dry-clean",
        Care::WipeClean => "care-wipe-clean",
        Care::KeepDry => "care-keep-dry",
        Care::NoDirectSun => "care-no-direct-sun",
        Care::NoBleach => "care-no-bleach",
        Care::NoMicrowave => "care-no-microwave",
        Care::NoDishwasher => "care-no-dishwasher",
        Care::LowIron => "care-low-iron",
        Care::Polish => "care-polish",
        Care::HandleGently => "care-handle-gently",
    }
}

/// English sentences begin with a capital; the other scripts have none.
fn capitalised(text: &str, language: Language) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if language == Language::En => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
