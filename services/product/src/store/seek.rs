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
