//! Pages of lists: `page_size` and `page_token`, alike for every list (AIP-158).
//!
//! A token holds the place of the last item of its page, in an order in which places are never given
//! anew: whatever is deleted meanwhile, the next page begins after that place.

use std::fmt::Display;
use std::str::FromStr;

use app::Rejection;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::RejectionCode;
use crate::json::refuse;

/// How many items a page has when the request does not say.
pub const PAGE_SIZE_DEFAULT: u32 = 50;
/// The most items of a page; larger wishes are cut to it.
pub const PAGE_SIZE_MAX: u32 = 1_000;

/// Which page of a list is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items at most; 50 when not given, 1,000 at most.
    pub page_size: Option<u32>,
    /// The `next_page_token` of the page before; not given for the first page.
    pub page_token: Option<String>,
}

/// The lists that have pages. A token of one is none of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Products, by the number of their first mention.
    Products,
    /// Placements, by id.
    Placements,
    /// Keys, by how many are older: none is ever deleted.
    Keys,
    /// Refused events, by their ids.
    Quarantine,
    /// The audit trail, by the ids of its entries.
    AuditTrail,
    /// Models, by how many are newer.
    Models,
}

impl List {
    /// What tokens of the list begin with.
    const fn mark(self) -> &'static str {
        match self {
            List::Products => "product:",
            List::Placements => "placement:",
            List::Keys => "key:",
            List::Quarantine => "quarantine:",
            List::AuditTrail => "audit:",
            List::Models => "model:",
        }
    }
}

/// A page that is wanted of a list with places `P`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<P> {
    list: List,
    after: Option<P>,
    n_items_max: u32,
}

impl<P: FromStr + Display> Page<P> {
    /// The page that `query` wants.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] of a token that was never given for this list.
    pub fn of(list: List, query: &PageQuery) -> Result<Page<P>, Rejection> {
        let token = query.page_token.as_deref().filter(|it| !it.is_empty());
        let after = token.map(|token| {
            place(list, token).ok_or_else(|| {
                let remedy = "is no place in this list; begin again without it";
                refuse(RejectionCode::WrongType, "page_token", token, remedy)
            })
        });
        let n_items_max = query.page_size.unwrap_or(PAGE_SIZE_DEFAULT).clamp(1, PAGE_SIZE_MAX);
        Ok(Page { list, after: after.transpose()?, n_items_max })
    }

    /// The place after which the page begins; `None` for the first one.
    pub const fn after(&self) -> Option<&P> {
        self.after.as_ref()
    }

    /// How many items to look up: one more than the page holds, which tells whether it is the last.
    pub const fn n_wanted(&self) -> u32 {
        self.n_items_max + 1
    }

    /// Cuts what was looked up to the page. Answers the token of the next one, if there is a next one:
    /// `place` says where the last item of this page is.
    pub fn cut<T>(&self, items: &mut Vec<T>, place: impl FnOnce(&T) -> P) -> Option<String> {
        let n_page = self.n_items_max as usize;
        let has_more = items.len() > n_page;
        items.truncate(n_page);
        let last = items.last().filter(|_| has_more)?;
        Some(URL_SAFE_NO_PAD.encode(format!("{}{}", self.list.mark(), place(last))))
    }
}

fn place<P: FromStr>(list: List, token: &str) -> Option<P> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix(list.mark())?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(page_size: u32, token: &str) -> PageQuery {
        PageQuery { page_size: Some(page_size), page_token: Some(token.to_owned()) }
    }

    /// Reads the numbers below 10 page by page; `page_size` may change on the way.
    fn check(page_sizes: &[u32], expected: &[&[u32]]) {
        let (mut pages, mut token) = (Vec::new(), String::new());
        for page_size in page_sizes {
            let page: Page<u32> = Page::of(List::Keys, &query(*page_size, &token)).unwrap();
            let start = page.after().map_or(0, |it| it + 1);
            let mut items: Vec<u32> = (start..10).take(page.n_wanted() as usize).collect();
            token = page.cut(&mut items, |it| *it).unwrap_or_default();
            pages.push(items);
        }
        assert_eq!(pages, expected);
        assert_eq!(token, "", "the last page has no next one");
    }

    #[test]
    fn every_item_is_on_one_page() {
        check(&[4, 4, 4], &[&[0, 1, 2, 3], &[4, 5, 6, 7], &[8, 9]]);
        check(&[5, 5], &[&[0, 1, 2, 3, 4], &[5, 6, 7, 8, 9]]);
        check(&[0, 4_000], &[&[0], &[1, 2, 3, 4, 5, 6, 7, 8, 9]]);
        check(&[10], &[&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    }

    #[test]
    fn tokens_of_nobody_and_of_other_lists_are_refused() {
        let page: Page<u32> = Page::of(List::Products, &query(1, "")).unwrap();
        let token = page.cut(&mut vec![7, 8], |it| *it).unwrap();
        let read = |list, token: &str| Page::<u32>::of(list, &query(1, token));
        assert_eq!(read(List::Products, &token).unwrap().after(), Some(&7));
        assert!(read(List::Keys, &token).is_err());
        for token in ["Z", "7", "product:7", "cHJvZHVjdDo", "cHJvZHVjdDotMQ", "\u{fe}"] {
            let refused = read(List::Products, token).unwrap_err();
            assert_eq!(refused.field, "page_token", "{token}");
        }
    }
}
