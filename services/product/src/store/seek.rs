//! Several queries read as one list.

use std::collections::VecDeque;

use backends::documents::{Document, Query, Store};
use futures::future::try_join_all;
use service_kit::{Problem, extract::Page};

use super::{Sort, order::Place, paging::Cut};
use crate::error::ProductError;

/// Documents that one page may read in vain, before it ends short and the next goes on.
const IN_VAIN: usize = 2_000;
/// Documents of one query at once.
const CHUNK: usize = 200;

/// Reads queries of one order side by side, always the document that comes next.
pub(super) struct Seeker<'a> {
    store: &'a Store,
    sort: Sort,
    streams: Vec<Stream>,
}

struct Stream {
    /// Where to go on.
    query: Query,
    waiting: VecDeque<Document>,
    ended: bool,
}

impl<'a> Seeker<'a> {
    pub(super) fn new(store: &'a Store, sort: Sort, queries: Vec<Query>, page: &Page) -> Self {
        let each = (page.offset + page.probe()) / queries.len().max(1) + 8;
        let stream = |query: Query| Stream {
            query: query.limit(each.min(CHUNK)).after(page.after.clone()),
            waiting: VecDeque::new(),
            ended: false,
        };
        Self {
            store,
            sort,
            streams: queries.into_iter().map(stream).collect(),
        }
    }

    /// The page of what `holds`. It ends short, but says where to go on, when much does not hold.
    pub(super) async fn seek(
        mut self,
        page: &Page,
        holds: impl Fn(&Document) -> bool,
    ) -> Result<Cut, ProductError> {
        let (mut found, mut skipped, mut in_vain) = (Vec::new(), 0, 0);
        while found.len() < page.probe() {
            let Some(document) = self.next().await? else {
                break;
            };
            if holds(&document) {
                if skipped < page.offset {
                    skipped += 1;
                } else {
                    found.push(document);
                }
                continue;
            }
            in_vain += 1;
            if in_vain == IN_VAIN {
                let next = self.sort.place_of(&document);
                return if skipped < page.offset {
                    Err(too_deep())
                } else {
                    Ok(Cut::short(found, next))
                };
            }
        }
        Ok(Cut::of(found, page.limit, self.sort))
    }

    /// The next document of all queries.
    async fn next(&mut self) -> Result<Option<Document>, ProductError> {
        let store = self.store;
        try_join_all(self.streams.iter_mut().map(|stream| stream.fill(store))).await?;
        let sort = self.sort;
        let heads = self.streams.iter().enumerate();
        let heads = heads.filter_map(|(index, stream)| {
            let place: Place = sort.place_of(stream.waiting.front()?);
            Some((index, place))
        });
        let first = heads.min_by(|(_, one), (_, other)| sort.compare(one, other));
        Ok(first.and_then(|(index, _)| self.streams[index].waiting.pop_front()))
    }
}

impl Stream {
    /// Reads on when nothing waits.
    async fn fill(&mut self, store: &Store) -> backends::Result<()> {
        if self.ended || !self.waiting.is_empty() {
            return Ok(());
        }
        let read = store.query(&self.query).await?;
        self.ended = read.len() < self.query.limit;
        if let Some(last) = read.last() {
            self.query.after = Some(self.query.position_of(last));
        }
        self.waiting = read.into();
        Ok(())
    }
}

fn too_deep() -> ProductError {
    let detail = "is too deep for these filters; follow the Link instead";
    Problem::malformed(format!("offset {detail}"))
        .and_field("offset", "out_of_range", detail)
        .into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::extract::FromRequestParts;
    use backends::documents::Batch;
    use serde_json::json;
    use service_kit::harness::Harness;

    use super::*;
    use crate::store::LISTINGS;

    const CREATED: usize = 5_000;
    /// One of so many holds.
    const RARE: usize = 700;

    async fn page(query: &str) -> Page {
        let request = http::Request::get(format!("/products?{query}")).body(()).unwrap();
        Page::from_request_parts(&mut request.into_parts().0, &())
            .await
            .unwrap()
    }

    /// Many listings in two bands, of which few are wanted.
    async fn crowd() -> Harness {
        let product = Harness::start(crate::SERVICE).await;
        for chunk in 0..CREATED / 500 {
            let mut batch = Batch::new();
            for created in chunk * 500..(chunk + 1) * 500 {
                let index = json!({ "created": created, "band": created % 2, "rare": created % RARE == 0 });
                let body = json!({ "index": index });
                batch
                    .create(LISTINGS, format!("listing-{created:05}"), &body)
                    .unwrap();
            }
            product.kit.backends.documents.commit(batch).await.unwrap();
        }
        product
    }

    fn queries() -> Vec<Query> {
        let newest = || Query::all(LISTINGS).ordered("index.created", Sort::Newest.direction());
        [0, 1].map(|band| newest().equals("index.band", band)).into()
    }

    async fn sought(product: &Harness, page: &Page) -> Result<Cut, ProductError> {
        let seeker = Seeker::new(&product.kit.backends.documents, Sort::Newest, queries(), page);
        seeker
            .seek(page, |document| document.body["index"]["rare"] == true)
            .await
    }

    #[tokio::test]
    async fn a_page_that_ends_short_says_where_to_go_on_and_nothing_is_lost() {
        let product = crowd().await;
        let (mut found, mut next, mut pages) = (Vec::new(), page("limit=6").await, 0);
        loop {
            let (documents, place) = sought(&product, &next).await.unwrap().into_parts();
            found.extend(documents.into_iter().map(|document| document.id));
            pages += 1;
            let Some(place) = place else {
                break;
            };
            next.after = Some(place.position());
        }
        let expected: BTreeSet<String> = (0..CREATED)
            .step_by(RARE)
            .map(|created| format!("listing-{created:05}"))
            .collect();
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().rev().eq(&expected), "{found:?}");
        assert_eq!(pages, 3, "2,000 in vain end a page");
    }

    #[tokio::test]
    async fn an_offset_that_would_read_too_much_is_refused() {
        let product = crowd().await;
        let deep = sought(&product, &page("offset=7").await).await;
        assert!(matches!(deep, Err(ProductError::Refused(_))));
        let near = sought(&product, &page("offset=2&limit=1").await).await.unwrap();
        assert_eq!(near.into_parts().0[0].id, "listing-03500");
    }
}
