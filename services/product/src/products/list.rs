use axum::{extract::State, response::Response};
use serde::{Deserialize, Deserializer, de};
use service_kit::{
    Problem, Tagged,
    extract::{AcceptLanguage, OptionalCaller, Page, PageLink, Query},
};
use shared_models::{
    ids::{ProductId, UserId},
    money::{Amount, Currency},
    product::{Product, ProductStatus, is_slug},
    text::Language,
};
use utoipa::IntoParams;

use super::kept_for;
use crate::{
    catalogue,
    domain::{PriceRange, fold},
    error::ProductError,
    state::{ProductState, Shared},
    store::{Shelf, Sort, Wanted},
};

/// Which listings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Filters {
    /// A slug.
    #[serde(deserialize_with = "slug")]
    #[param(min_length = 1, max_length = 64)]
    category: Option<String>,
    /// A slug.
    #[serde(deserialize_with = "slug")]
    #[param(min_length = 1, max_length = 64)]
    subcategory: Option<String>,
    /// A slug or a name of `/products/categories`, or what artisans wrote.
    #[serde(deserialize_with = "words")]
    #[param(max_length = 100)]
    region: Option<String>,
    /// An artisan's id; `me` for the caller's own listings, drafts included.
    #[param(value_type = Option<String>, max_length = 36)]
    artisan_id: Option<Of>,
    /// One of the materials.
    #[serde(deserialize_with = "words")]
    #[param(max_length = 100)]
    material: Option<String>,
    /// The least price, included.
    #[serde(deserialize_with = "bound")]
    #[param(value_type = Option<f64>, minimum = 0, maximum = 1_000_000_000_000_f64)]
    price_min: Option<Amount>,
    /// The greatest price, included.
    #[serde(deserialize_with = "bound")]
    #[param(value_type = Option<f64>, minimum = 0, maximum = 1_000_000_000_000_f64)]
    price_max: Option<Amount>,
    /// Only prices in this currency (ISO 4217); INR when there is a least or a greatest price.
    #[param(value_type = Option<String>, min_length = 3, max_length = 3)]
    currency: Option<Currency>,
    /// Up to 100 ids with commas between.
    #[serde(deserialize_with = "ids")]
    #[param(value_type = Option<String>, max_length = 3699)]
    ids: Option<Vec<ProductId>>,
    /// With `artisan_id=me`: `draft`, `active`, `sold_out` or `suspended`.
    #[param(inline)]
    status: Option<ProductStatus>,
    #[param(inline)]
    sort: Sort,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    Caller,
    Artisan(UserId),
}

/// What is on offer, or what the caller has herself.
///
/// Texts are in the language that the caller accepts. `Link` leads to the next page; a page may be short,
/// or empty, although there is one. Prices of different currencies are ordered as numbers: there is no
/// exchange rate here.
#[utoipa::path(get, path = "/products", tag = "products",
    params(Filters, ("limit" = Option<usize>, Query, minimum = 1, maximum = 100), ("cursor" = Option<String>, Query, max_length = 2048),
        ("offset" = Option<usize>, Query, maximum = 1000), ("Accept-Language" = Option<String>, Header),
        ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Vec<Product>), (status = 304)), security((), ("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    OptionalCaller(viewer): OptionalCaller,
    Query(filters): Query<Filters>,
    page: Page,
    AcceptLanguage(languages): AcceptLanguage,
) -> Result<Response, ProductError> {
    let wanted = filters.wanted(viewer.map(|viewer| viewer.user_id))?;
    let listed = state.listed(&wanted, &page, &languages);
    let listed = match wanted.shelf {
        Shelf::Public => {
            let asked = (page.query().to_owned(), languages.clone());
            state.memos.lists.get(asked, listed).await?
        }
        Shelf::Own { .. } => listed.await?,
    };
    Ok(kept_for("Authorization, Accept-Language", listed))
}

impl ProductState {
    async fn listed(
        &self,
        wanted: &Wanted,
        page: &Page,
        languages: &[Language],
    ) -> Result<(PageLink, Tagged<Vec<Product>>), ProductError> {
        let found = self.listings.page(wanted, page).await?;
        let body = self.summaries(&found.listings, languages).await?;
        // The tag also tells whether there is a next page: its link is not in the body.
        let answer = Tagged::new(if found.next.is_some() { "more" } else { "last" }, body)?;
        Ok((page.link(found.next.as_ref()), answer))
    }
}

impl Filters {
    fn wanted(self, viewer: Option<UserId>) -> Result<Wanted, Problem> {
        let shelf = self.shelf(viewer)?;
        let artisan = match self.artisan_id {
            Some(Of::Artisan(artisan)) => Some(artisan),
            Some(Of::Caller) | None => None,
        };
        let price = PriceRange {
            min: self.price_min,
            max: self.price_max,
        };
        let of_price = (!price.is_open()).then(Currency::default);
        Ok(Wanted {
            shelf,
            artisan,
            category: self.category,
            subcategory: self.subcategory,
            region: self.region.as_deref().map(catalogue::region_key),
            material: self.material.as_deref().map(fold),
            currency: self.currency.or(of_price),
            price,
            ids: self.ids,
            sort: self.sort,
        })
    }

    fn shelf(&self, viewer: Option<UserId>) -> Result<Shelf, Problem> {
        let refused = |detail: &'static str| {
            Problem::malformed(format!("status {detail}")).and_field("status", "out_of_range", detail)
        };
        match (self.artisan_id, self.status) {
            (Some(Of::Caller), Some(ProductStatus::Deleted)) => Err(refused("deleted is not listed")),
            (Some(Of::Caller), status) => {
                let artisan = viewer.ok_or_else(|| Problem::unauthenticated("`me` needs a bearer token"))?;
                Ok(Shelf::Own { artisan, status })
            }
            (_, None | Some(ProductStatus::Active)) => Ok(Shelf::Public),
            (_, Some(_)) => Err(refused("goes with artisan_id=me")),
        }
    }
}

impl<'de> Deserialize<'de> for Of {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "me" {
            return Ok(Self::Caller);
        }
        text.parse().map(Self::Artisan).map_err(de::Error::custom)
    }
}

fn slug<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_slug(&text) {
        return Ok(Some(text));
    }
    Err(de::Error::custom("must be a slug such as pottery"))
}

fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.chars().count() <= 100 {
        return Ok(Some(text));
    }
    Err(de::Error::custom("must be at most 100 characters"))
}

fn bound<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Amount>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let amount = Amount::parse(&text).filter(|amount| !amount.is_negative());
    amount
        .map(Some)
        .ok_or_else(|| de::Error::custom("must be an amount such as 1499.5"))
}

fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<ProductId>>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let ids: Result<Vec<ProductId>, _> = text.split(',').map(|id| id.trim().parse()).collect();
    let ids = ids.map_err(de::Error::custom)?;
    if ids.len() > 100 {
        return Err(de::Error::custom("must be at most 100 ids"));
    }
    Ok(Some(ids))
}
