use backends::documents::Store;
use service_kit::{Memo, Tagged, extract::PageLink};
use shared_models::{ids::ProductId, product::Product, text::Language};

use super::read::Seen;

/// Of each kind of answer.
const MOST_BYTES: usize = 8 << 20;

/// What is asked of the public list: a query as it was sent, in these languages.
type Asked = (String, Vec<Language>);
type Listed = (PageLink, Tagged<Vec<Product>>);

/// The answers that everybody gets alike, while nothing changes.
pub(crate) struct Memos {
    pub(crate) listings: Memo<ProductId, Seen>,
    pub(crate) lists: Memo<Asked, Listed>,
}

impl Memos {
    pub(crate) fn new(documents: &Store) -> Self {
        Self {
            listings: Memo::new(documents.clone(), MOST_BYTES, |_, seen| seen.answer.bytes()),
            lists: Memo::new(documents.clone(), MOST_BYTES, |(query, _), (link, answer)| {
                query.len() + link.bytes() + answer.bytes()
            }),
        }
    }
}
