use std::collections::BTreeMap;

use axum::{Json, extract::State};
use backends::documents::Position;
use service_kit::{
    Problem,
    extract::{AcceptLanguage, ValidJson, decode_cursor, encode_cursor},
};
use shared_models::{
    ids::ProductId,
    money::Money,
    product::{
        FacetCount, Highlights, PriceFacet, Product, SearchAnswer, SearchFacets, SearchFilters,
        SearchRequest, SearchResult, SearchSort,
    },
};

use super::index::{Bucket, Facets, Filters, Found, Order, PRICE_BOUNDS, Place, Question, highlight};
use crate::{
    catalogue,
    domain::fold,
    error::ProductError,
    state::{ProductState, Shared},
};

/// Finds listings by words, in any of the six languages and scripts, and by what they are.
///
/// Words meet exactly, by sound across scripts and spellings (`madhubani`, `मधुबनी`), by their beginnings, and
/// with one typing error from four letters, two from eight. Answers 503 with Retry-After until the index has
/// caught up with the catalogue.
#[utoipa::path(post, path = "/products/search", tag = "products",
    params(("Accept-Language" = Option<String>, Header)), request_body = SearchRequest,
    responses((status = 200, body = SearchAnswer)))]
pub(crate) async fn post(
    State(state): State<Shared>,
    AcceptLanguage(languages): AcceptLanguage,
    ValidJson(request): ValidJson<SearchRequest>,
) -> Result<Json<SearchAnswer>, ProductError> {
    let question = question(&request)?;
    let text = question.text.clone();
    let limit = question.limit;
    let found = state
        .shelf
        .search(Question {
            limit: limit + 1,
            ..question
        })
        .await?;
    let next_cursor = next_cursor(&found, limit)?;
    let products = shown(&state, &found, limit, &languages).await?;
    let results = products.into_iter().map(|(score, product)| SearchResult {
        highlights: highlights(&product, &text),
        score,
        product,
    });
    Ok(Json(SearchAnswer {
        results: results.collect(),
        total: found.total,
        facets: facets(found.facets),
        next_cursor,
    }))
}

fn question(request: &SearchRequest) -> Result<Question, Problem> {
    let after = request.cursor.as_deref().map(place).transpose()?;
    Ok(Question {
        text: request.query.clone(),
        filters: filters(&request.filters)?,
        order: match request.sort {
            SearchSort::Relevance => Order::Relevance,
            SearchSort::Newest => Order::Newest,
            SearchSort::PriceAsc => Order::PriceAscending,
            SearchSort::PriceDesc => Order::PriceDescending,
        },
        after,
        limit: request.limit,
    })
}

fn filters(filters: &SearchFilters) -> Result<Filters, Problem> {
    let minor = |pointer: &str, amount: Option<shared_models::money::Amount>| {
        let money = amount
            .map(|amount| amount.in_currency(filters.currency))
            .transpose();
        let money = money.map_err(|error| Problem::field(pointer, "invalid", error.to_string()))?;
        Ok::<_, Problem>(money.map(|money| money.minor))
    };
    let (price_min, price_max) = (
        minor("/filters/price_min", filters.price_min)?,
        minor("/filters/price_max", filters.price_max)?,
    );
    let priced = price_min.is_some() || price_max.is_some();
    Ok(Filters {
        category: filters.category.clone(),
        subcategory: filters.subcategory.clone(),
        region: filters.region.as_deref().map(catalogue::region_key),
        material: filters.material.as_deref().map(fold),
        artisan: filters.artisan_id.map(|artisan| artisan.0),
        // Amounts of different currencies do not compare.
        currency: priced.then(|| filters.currency.code().to_owned()),
        price_min,
        price_max,
    })
}

fn place(cursor: &str) -> Result<Place, Problem> {
    let refused = || Problem::field("/cursor", "malformed", "is not one of ours");
    let position = decode_cursor(cursor).ok_or_else(refused)?;
    Ok(Place {
        rank: position
            .value
            .and_then(|value| value.as_f64())
            .ok_or_else(refused)?,
        id: position.id.parse().map_err(|_| refused())?,
    })
}

fn next_cursor(found: &Found, limit: usize) -> Result<Option<String>, ProductError> {
    let last = found
        .hits
        .get(limit.saturating_sub(1))
        .filter(|_| found.hits.len() > limit);
    let encoded = last.map(|hit| {
        let value = Some(serde_json::to_value(hit.place.rank)?);
        let id = hit.id.to_string();
        Ok::<_, serde_json::Error>(encode_cursor(&Position { value, id }))
    });
    Ok(encoded.transpose()?)
}

/// The hits as they are stored now; what was taken down a moment ago is left out.
async fn shown(
    state: &ProductState,
    found: &Found,
    limit: usize,
    languages: &[shared_models::text::Language],
) -> Result<Vec<(f32, Product)>, ProductError> {
    let hits = found.hits.iter().take(limit);
    let ids: Vec<ProductId> = hits.clone().map(|hit| ProductId(hit.id)).collect();
    let active = state.listings.active(&ids).await?;
    let summaries = state.summaries(&active, languages).await?;
    let mut products: BTreeMap<ProductId, Product> = summaries
        .into_iter()
        .map(|product| (product.id, product))
        .collect();
    let shown = hits.filter_map(|hit| Some((hit.score, products.remove(&ProductId(hit.id))?)));
    Ok(shown.collect())
}

fn highlights(product: &Product, query: &str) -> Highlights {
    let first =
        |text: &shared_models::text::Localized| text.0.values().find_map(|text| highlight(text, query));
    Highlights {
        title: first(&product.title),
        description: first(&product.description),
    }
}

fn facets(facets: Facets) -> SearchFacets {
    let counts = |buckets: Vec<Bucket>| {
        let count = |Bucket { value, count }| FacetCount { value, count };
        buckets.into_iter().map(count).collect()
    };
    SearchFacets {
        category: counts(facets.categories),
        region: counts(facets.regions),
        material: counts(facets.materials),
        price: facets
            .prices
            .into_iter()
            .map(|(from, count)| price(from, count))
            .collect(),
    }
}

/// The range that begins at `from` paise.
fn price(from: i64, count: usize) -> PriceFacet {
    let to = PRICE_BOUNDS.into_iter().find(|bound| *bound > from);
    PriceFacet {
        from: Money::inr(from).amount(),
        to: to.map(|to| Money::inr(to).amount()),
        count,
    }
}
