use shared_models::{ids::ProductId, product::ProductStatus};

use super::{
    index::{Entry, Field},
    shelf::Change,
};
use crate::{
    catalogue,
    domain::{Listing, fold},
    enrichment::Enrichment,
};

/// What a stored listing, or none, means to the index: only what is active can be found.
pub(super) fn change(id: ProductId, listing: Option<&Listing>, known: Option<&Enrichment>) -> Change {
    match listing {
        Some(listing) if listing.status() == ProductStatus::Active => {
            Change::Put(Box::new(entry(listing, known)))
        }
        _ => Change::Remove(id.0),
    }
}

fn entry(listing: &Listing, known: Option<&Enrichment>) -> Entry {
    let content = &listing.content;
    let titles = content.title.0.values().map(|text| (Field::Title, text.clone()));
    let bodies = content
        .description
        .0
        .values()
        .map(|text| (Field::Body, text.clone()));
    let machine = known.into_iter().flat_map(Enrichment::texts);
    let machine = machine.map(|text| (Field::Machine, text.clone()));
    let labels = labels(listing).into_iter().map(|text| (Field::Label, text));
    Entry {
        id: listing.id.0,
        texts: titles.chain(labels).chain(bodies).chain(machine).collect(),
        artisan: listing.artisan_id.0,
        category: content.category.clone(),
        subcategory: content.subcategory.clone(),
        region: content.region.as_deref().map(catalogue::region_key),
        materials: content.materials.iter().map(|material| fold(material)).collect(),
        currency: content.price.currency.code().to_owned(),
        price: content.price.minor,
        created: listing.created_at.timestamp_millis(),
    }
}

/// What the piece is, of what, and from where: as written, and by its names in all languages.
fn labels(listing: &Listing) -> Vec<String> {
    let content = &listing.content;
    let mut labels = catalogue::names_of(&content.category);
    labels.extend(catalogue::names_of(&content.subcategory));
    labels.extend([spaced(&content.category), spaced(&content.subcategory)]);
    labels.extend(content.materials.iter().cloned());
    labels.extend(content.region.clone());
    labels.extend(content.cultural_origin.clone());
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// A slug as words.
fn spaced(slug: &str) -> String {
    slug.replace(['-', '_'], " ")
}
