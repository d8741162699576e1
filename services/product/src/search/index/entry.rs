use uuid::Uuid;

/// Where in a listing a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The title, in any language.
    Title,
    /// Category, subcategory, region, origin, materials.
    Label,
    /// The description, in any language.
    Body,
    /// What a machine wrote.
    Machine,
}

impl Field {
    /// How much a word here counts beside one in the description.
    pub(super) fn weight(self) -> f32 {
        match self {
            Self::Title => 3.0,
            Self::Label => 2.0,
            Self::Body => 1.0,
            Self::Machine => 0.25,
        }
    }

    /// How many words a word here makes a listing longer by: what a machine adds must not dilute what its artisan
    /// says.
    pub(super) fn length(self) -> f32 {
        match self {
            Self::Machine => 0.0,
            _ => 1.0,
        }
    }
}

/// What the index learns of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: Uuid,
    pub texts: Vec<(Field, String)>,
    pub artisan: Uuid,
    pub category: String,
    pub subcategory: String,
    pub region: Option<String>,
    pub materials: Vec<String>,
    /// ISO 4217.
    pub currency: String,
    /// In minor units.
    pub price: i64,
    /// Milliseconds since 1970.
    pub created: i64,
}
