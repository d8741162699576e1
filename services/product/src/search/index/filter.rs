use uuid::Uuid;

/// What a listing must be, beside matching the words. Prices are inclusive, in minor units.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    pub category: Option<String>,
    pub subcategory: Option<String>,
    pub region: Option<String>,
    pub material: Option<String>,
    pub artisan: Option<Uuid>,
    pub currency: Option<String>,
    pub price_min: Option<i64>,
    pub price_max: Option<i64>,
}

/// In which order hits are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Relevance,
    Newest,
    PriceAscending,
    PriceDescending,
}

/// The place of a hit in an order, to go on after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The score, or the negated time, or the price with its sign: what the order sorts by, smaller first.
    pub rank: f64,
    pub id: Uuid,
}
