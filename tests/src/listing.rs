//! Pieces that artisans list.

use serde::Serialize;
use serde_json::{Value, json};
use shared_models::{money::Amount, product::Product};

/// What an artisan says of a piece.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Piece(Value);

/// A terracotta bowl at 850 rupees.
pub fn a_bowl() -> Piece {
    Piece(json!({
        "title": "Terracotta bowl",
        "description": "Thrown on a kick wheel, burnished with a river stone.",
        "category": "pottery",
        "subcategory": "bowls",
        "price": 850,
        "materials": ["terracotta"],
        "dimensions": { "width": 18, "height": 9, "unit": "cm" },
        "production_time": "4 days",
    }))
}

impl Piece {
    /// For so many rupees: `1499.50`.
    #[must_use]
    pub fn priced(self, rupees: &str) -> Self {
        self.with("price", json!(self::rupees(rupees)))
    }

    /// Called so.
    #[must_use]
    pub fn called(self, title: &str) -> Self {
        self.with("title", json!(title))
    }

    /// Of a category.
    #[must_use]
    pub fn of(self, category: &str) -> Self {
        self.with("category", json!(category))
    }

    /// Made in so many hours, of 40 rupees of clay.
    #[must_use]
    pub fn made_in(self, hours: f64) -> Self {
        let materials = json!([{ "name": "clay", "amount": 40 }]);
        self.with(
            "costs",
            json!({ "material_costs": materials, "labor_hours": hours, "overhead": 10 }),
        )
    }

    /// With any field.
    #[must_use]
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }
}

/// An amount as the wire carries it.
pub fn rupees(text: &str) -> Amount {
    Amount::parse(text).expect("an amount of rupees")
}

/// A listing as its owner last read it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub product: Product,
    /// What If-Match takes.
    pub tag: String,
}

impl Listed {
    /// Its path in the API.
    pub fn path(&self) -> String {
        format!("/products/{}", self.product.id)
    }
}
