//! Search by words: the demo shop's own, plain search.

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::catalogue::Product;
use crate::client::events::products_searched;
use crate::storefront::StorefrontState;
use crate::storefront::conversation::{Conversation, ShelfAsk};
use crate::storefront::identity::Who;
use crate::storefront::pages::{Frame, SHELF, render};
use crate::storefront::shelf::{Card, Shelf, shelf};

/// The longest query that is looked at, in characters.
const QUERY_CHARS_MAX: usize = 100;
/// The most results on a page.
const RESULTS_MAX: usize = 48;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    cards: Vec<Card>,
    n_found: usize,
    shelves: Vec<Shelf>,
}

/// What was searched for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::storefront) struct SearchQuery {
    q: String,
}

/// `GET /shop/search?q=`
pub(in crate::storefront) async fn show(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
    Query(query): Query<SearchQuery>,
) -> Response {
    let query: String = query.q.trim().chars().take(QUERY_CHARS_MAX).collect();
    let found: Vec<&Product> = state.shop().search(&query).collect();
    let conversation = Conversation::new(&state, &who.id);
    if !query.is_empty() {
        conversation.tell(vec![products_searched(&query)]).await;
    }
    let ask = ShelfAsk { placement: "home", count: SHELF, ..ShelfAsk::default() };
    let words = ("You may also like", "Not searched for, but close to your taste.");
    let shelves = vec![shelf(state.shop(), &conversation, words, ask).await];
    let mut frame = Frame::new(&state, &who, "Search");
    frame.query = query;
    let cards = found.iter().take(RESULTS_MAX).map(|it| Card::of(it)).collect();
    render(&SearchPage { frame, cards, n_found: found.len(), shelves })
}
