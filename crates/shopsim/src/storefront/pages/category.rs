//! A category: a shelf, filters, and the list of its products.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use crate::catalogue::Product;
use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::generate::slug;
use crate::client::events::product_list_viewed;
use crate::client::wire::AskContext;
use crate::storefront::StorefrontState;
use crate::storefront::conversation::{Conversation, ShelfAsk};
use crate::storefront::filters::{FilterQuery, PRICE_LIMITS};
use crate::storefront::identity::Who;
use crate::storefront::pages::{Frame, Link, SHELF, category_url, not_found, render};
use crate::storefront::shelf::{Card, Shelf, shelf};

/// How many products a page of the list shows.
const PAGE: usize = 24;

#[derive(Template)]
#[template(path = "category.html")]
struct CategoryPage {
    frame: Frame,
    crumbs: Vec<Link>,
    name: &'static str,
    tagline: &'static str,
    children: Vec<Link>,
    limits: Vec<Limit>,
    only_in_stock: bool,
    n_products: usize,
    cards: Vec<Card>,
    earlier: Option<String>,
    later: Option<String>,
    shelves: Vec<Shelf>,
}

/// A price limit to choose.
struct Limit {
    eur: i64,
    chosen: bool,
}

/// A category that exists.
struct Category {
    names: Vec<&'static str>,
    tagline: &'static str,
    children: Vec<&'static str>,
}

/// `GET /shop/category/{department}/{group}/{kind}`, the last two of which may be missing.
pub(in crate::storefront) async fn show(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
    Path(path): Path<String>,
    Query(filters): Query<FilterQuery>,
) -> Response {
    let Some(category) = find(&path) else {
        return not_found(&state, &who, "There is no such category.");
    };
    let mut listed: Vec<&Product> =
        state.shop().in_category(&category.names).filter(|it| filters.admits(it)).collect();
    // A fixed mixture, so that a department does not open with twenty tents.
    listed.sort_by_key(|it| it.look);
    let page: Vec<&Product> =
        listed.iter().skip((filters.page() - 1) * PAGE).take(PAGE).copied().collect();

    let conversation = Conversation::new(&state, &who.id);
    conversation.tell(vec![product_list_viewed(&category.names, page.iter().copied())]).await;
    let ask = ShelfAsk {
        placement: "category",
        context: AskContext {
            category: category.names.iter().map(|it| (*it).to_owned()).collect(),
            ..AskContext::default()
        },
        count: SHELF,
        filter: filters.expression(),
        ..ShelfAsk::default()
    };
    let words = ("Picked for you here", "Within this category, and within your filters.");
    let picked = shelf(state.shop(), &conversation, words, ask).await;

    let name = category.names.last().copied().unwrap_or_default();
    let has_later = filters.page() * PAGE < listed.len();
    render(&CategoryPage {
        frame: Frame::new(&state, &who, name),
        crumbs: crumbs(&category.names),
        name,
        tagline: category.tagline,
        children: children(&category),
        limits: limits(&filters),
        only_in_stock: filters.only_in_stock(),
        n_products: listed.len(),
        cards: page.into_iter().map(Card::of).collect(),
        earlier: (filters.page() > 1).then(|| filters.page_query(filters.page() - 1)),
        later: has_later.then(|| filters.page_query(filters.page() + 1)),
        shelves: vec![picked],
    })
}

fn find(path: &str) -> Option<Category> {
    let mut slugs = path.split('/').filter(|it| !it.is_empty());
    let wanted = slugs.next()?;
    let department = DEPARTMENTS.iter().find(|it| slug(it.name) == wanted)?;
    let mut category = Category {
        names: vec![department.name],
        tagline: department.tagline,
        children: department.groups.iter().map(|it| it.name).collect(),
    };
    let Some(wanted) = slugs.next() else { return Some(category) };
    let group = department.groups.iter().find(|it| slug(it.name) == wanted)?;
    category.names.push(group.name);
    category.children = group.kinds.iter().map(|it| it.plural).collect();
    let Some(wanted) = slugs.next() else { return Some(category) };
    let kind = group.kinds.iter().find(|it| slug(it.plural) == wanted)?;
    category.names.push(kind.plural);
    category.children = Vec::new();
    slugs.next().is_none().then_some(category)
}

fn children(category: &Category) -> Vec<Link> {
    category
        .children
        .iter()
        .map(|child| {
            let mut names = category.names.clone();
            names.push(child);
            Link { name: (*child).to_owned(), url: category_url(&names) }
        })
        .collect()
}

/// The way to a category, itself included.
pub(super) fn crumbs(names: &[&str]) -> Vec<Link> {
    (1..=names.len())
        .zip(names)
        .map(|(depth, name)| Link { name: (*name).to_owned(), url: category_url(&names[..depth]) })
        .collect()
}

fn limits(filters: &FilterQuery) -> Vec<Limit> {
    PRICE_LIMITS
        .iter()
        .map(|eur| Limit { eur: *eur, chosen: filters.max_eur() == Some(*eur) })
        .collect()
}
