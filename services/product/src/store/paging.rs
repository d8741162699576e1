//! Lists: which listings, in which order, and where the next page begins.

use std::cmp::Ordering;

use backends::documents::{Document, Filter, Position, Query};
use service_kit::extract::Page;
use shared_models::{
    ids::{ProductId, UserId},
    money::{Amount, Currency},
    product::ProductStatus,
};

use super::{LISTINGS, Listings, Sort, listings::listing, order::Place, seek::Seeker};
use crate::{
    domain::{Bands, Keys, Listing, PriceRange},
    error::ProductError,
};

/// Whose view of the listings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shelf {
    /// What is on offer.
    Public,
    /// What an artisan has herself, of one status or of all but the deleted ones.
    Own {
        artisan: UserId,
        status: Option<ProductStatus>,
    },
}

/// What is asked of a list.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) shelf: Shelf,
    pub(crate) artisan: Option<UserId>,
    pub(crate) category: Option<String>,
    pub(crate) subcategory: Option<String>,
    /// As it is keyed.
    pub(crate) region: Option<String>,
    /// Folded.
    pub(crate) material: Option<String>,
    pub(crate) currency: Option<Currency>,
    pub(crate) price: PriceRange,
    pub(crate) ids: Option<Vec<ProductId>>,
    pub(crate) sort: Sort,
}

/// One page, and where the next begins.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) listings: Vec<Listing>,
    pub(crate) next: Option<Position>,
}

/// The documents of one page, and the place after which the next begins.
pub(super) struct Cut {
    documents: Vec<Document>,
    next: Option<Place>,
}

impl Listings {
    /// One page of a list. It may be short although more follows, when few of very many match.
    pub(crate) async fn page(&self, wanted: &Wanted, page: &Page) -> Result<Found, ProductError> {
        let after = page.after.as_ref().map(Place::of).transpose()?;
        let cut = match &wanted.ids {
            Some(ids) => self.named(ids, wanted, page, after.as_ref()).await?,
            None if wanted.is_one_query() => self.asked(wanted, page).await?,
            None => {
                let seeker = Seeker::new(&self.store, wanted.sort, wanted.queries_by_band(), page);
                seeker.seek(page, |document| wanted.price_holds(document)).await?
            }
        };
        let listings = cut.documents.iter().map(listing);
        let listings: Vec<_> = listings.collect::<Result<_, _>>()?;
        Ok(Found {
            listings: listings.into_iter().flatten().map(|kept| kept.value).collect(),
            next: cut.next.map(|place| place.position()),
        })
    }

    async fn asked(&self, wanted: &Wanted, page: &Page) -> Result<Cut, ProductError> {
        let query = wanted.query().after(page.after.clone());
        let query = query.offset(page.offset).limit(page.probe());
        let documents = self.store.query(&query).await?;
        Ok(Cut::of(documents, page.limit, wanted.sort))
    }

    async fn named(
        &self,
        ids: &[ProductId],
        wanted: &Wanted,
        page: &Page,
        after: Option<&Place>,
    ) -> Result<Cut, ProductError> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let sort = wanted.sort;
        let mut matching = Vec::new();
        for document in self.store.get_many(LISTINGS, &ids).await? {
            let place = sort.place_of(&document);
            let follows = after.is_none_or(|after| sort.compare(&place, after) == Ordering::Greater);
            let found = listing(&document)?;
            if follows && found.is_some_and(|kept| wanted.matches(&Keys::of(&kept.value))) {
                matching.push((place, document));
            }
        }
        matching.sort_by(|(one, _), (other, _)| sort.compare(one, other));
        let documents = matching.into_iter().map(|(_, document)| document);
        let documents = documents.skip(page.offset).take(page.probe()).collect();
        Ok(Cut::of(documents, page.limit, sort))
    }
}

impl Cut {
    /// A page of `limit`, when one more than that was looked for.
    pub(super) fn of(mut documents: Vec<Document>, limit: usize, sort: Sort) -> Self {
        let more = documents.len() > limit;
        documents.truncate(limit);
        let last = documents.last().filter(|_| more);
        Self {
            next: last.map(|document| sort.place_of(document)),
            documents,
        }
    }

    #[cfg(test)]
    pub(super) fn into_parts(self) -> (Vec<Document>, Option<Place>) {
        (self.documents, self.next)
    }

    /// A page that ended before it was full.
    pub(super) fn short(documents: Vec<Document>, next: Place) -> Self {
        Self {
            documents,
            next: Some(next),
        }
    }
}

impl Wanted {
    /// Whether a store can answer it at once: it orders by the field whose range is asked for, or none is.
    fn is_one_query(&self) -> bool {
        self.sort != Sort::Newest || self.price.is_open()
    }

    fn query(&self) -> Query {
        let bound = |amount: Amount| amount.tenthousandths().into();
        let field = || "index.price".to_owned();
        let least = self.price.min.map(|min| Filter::AtLeast(field(), bound(min)));
        let most = self.price.max.map(|max| Filter::AtMost(field(), bound(max)));
        least.into_iter().chain(most).fold(self.unpriced(), Query::filter)
    }

    /// One query for each band of prices; the outer bands hold prices beyond the range, too.
    fn queries_by_band(&self) -> Vec<Query> {
        let of_band = |band| self.unpriced().equals("index.band", band);
        Bands::touched_by(self.price).iter().map(of_band).collect()
    }

    /// Everything but prices.
    fn unpriced(&self) -> Query {
        let query = Query::all(LISTINGS).ordered(self.sort.field(), self.sort.direction());
        let artisan = self.artisan.map(|artisan| artisan.to_string());
        let currency = self.currency.map(|currency| currency.code().to_owned());
        let equal = [
            ("index.artisan_id", &artisan),
            ("index.category", &self.category),
            ("index.subcategory", &self.subcategory),
            ("index.region", &self.region),
            ("index.currency", &currency),
        ];
        let query = equal
            .into_iter()
            .fold(self.shelf.of(query), |query, (field, value)| match value {
                Some(value) => query.equals(field, value.clone()),
                None => query,
            });
        match &self.material {
            Some(material) => query.contains("index.materials", material.clone()),
            None => query,
        }
    }

    /// The same for one listing that was read already.
    fn matches(&self, keys: &Keys) -> bool {
        fn same<T: PartialEq>(wanted: Option<&T>, key: &T) -> bool {
            wanted.is_none_or(|wanted| wanted == key)
        }
        self.shelf.holds(keys)
            && same(self.artisan.as_ref(), &keys.artisan_id)
            && same(self.category.as_ref(), &keys.category)
            && same(self.subcategory.as_ref(), &keys.subcategory)
            && (self.region.is_none() || self.region == keys.region)
            && self
                .material
                .as_ref()
                .is_none_or(|material| keys.materials.contains(material))
            && same(self.currency.as_ref(), &keys.currency)
            && self.price.holds(keys.price)
    }

    fn price_holds(&self, document: &Document) -> bool {
        let price = document.body.pointer("/index/price");
        let price = price.and_then(serde_json::Value::as_i64);
        price.is_some_and(|price| self.price.holds(price))
    }
}

impl Shelf {
    fn of(&self, query: Query) -> Query {
        match self {
            Self::Public => query.equals("index.status", ProductStatus::Active.as_str()),
            Self::Own { artisan, status } => {
                let own = query.equals("index.artisan_id", artisan.to_string());
                match status {
                    Some(status) => own.equals("index.status", status.as_str()),
                    None => own.equals("index.deleted", false),
                }
            }
        }
    }

    fn holds(&self, keys: &Keys) -> bool {
        match self {
            Self::Public => keys.status == ProductStatus::Active,
            Self::Own { artisan, status } => {
                keys.artisan_id == *artisan && status.map_or(!keys.deleted, |status| keys.status == status)
            }
        }
    }
}
