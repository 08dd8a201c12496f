//! The pages, one file each, and what they have in common.

pub(super) mod cart;
pub(super) mod category;
pub(super) mod consent;
pub(super) mod home;
pub(super) mod order;
pub(super) mod product;
pub(super) mod search;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::generate::slug;
use crate::catalogue::product::euros;
use crate::client::events::{Consent, Pieces};
use crate::storefront::StorefrontState;
use crate::storefront::identity::Who;
use crate::storefront::panel::Panel;
use crate::storefront::visitors::CartLine;

/// How many products a shelf shows.
const SHELF: usize = 8;

/// What every page shows around its content.
#[derive(Debug)]
struct Frame {
    /// The page's name, for the browser's tab.
    title: String,
    /// The departments.
    departments: Vec<Link>,
    /// How many pieces are in the cart.
    n_in_cart: u32,
    /// What is in the search box.
    query: String,
    /// What the page's script is told, for its JavaScript client.
    client: ClientView,
    /// The panel.
    panel: Panel,
}

/// What the JavaScript client of a page starts with.
#[derive(Debug)]
struct ClientView {
    /// The publishable key.
    key: String,
    /// The visitor, unless they do not want to be followed: then the page knows nobody.
    visitor: String,
    /// What the visitor said about personalization.
    consent: &'static str,
}

impl ClientView {
    fn of(state: &StorefrontState, who: &Who) -> ClientView {
        let consent = state.0.visitors.get(&who.id).consent;
        let visitor = match consent {
            Consent::Given => who.id.as_str().to_owned(),
            Consent::Denied => String::new(),
        };
        let key = state.0.client.publishable_key().to_owned();
        ClientView { key, visitor, consent: consent.word() }
    }
}

/// A name with an address.
#[derive(Debug)]
struct Link {
    name: String,
    url: String,
}

impl Frame {
    /// The frame of a page; made last, so that the panel shows what the page itself told and asked.
    fn new(state: &StorefrontState, who: &Who, title: impl Into<String>) -> Frame {
        let departments = DEPARTMENTS
            .iter()
            .map(|it| Link { name: it.name.to_owned(), url: category_url(&[it.name]) })
            .collect();
        Frame {
            title: title.into(),
            departments,
            n_in_cart: state.0.visitors.get(&who.id).n_pieces(),
            query: String::new(),
            client: ClientView::of(state, who),
            panel: Panel::of(state, who),
        }
    }
}

/// Where a category's page is.
pub(super) fn category_url(names: &[&str]) -> String {
    let slugs: Vec<String> = names.iter().map(|it| slug(it)).collect();
    format!("/shop/category/{}", slugs.join("/"))
}

/// The pieces that cart lines stand for; products the shop no longer has are left out.
fn pieces<'a>(state: &'a StorefrontState, lines: &'a [CartLine]) -> Vec<Pieces<'a>> {
    lines
        .iter()
        .filter_map(|it| {
            let product = state.shop().product(&it.product_id)?;
            Some(Pieces { product, variant: it.variant.as_deref(), quantity: it.quantity })
        })
        .collect()
}

/// A line of a cart or an order, as templates see it.
#[derive(Debug)]
struct LineView {
    title: String,
    brand: &'static str,
    size: String,
    quantity: u32,
    total: String,
    url: String,
    picture: String,
    product_id: String,
    variant: String,
}

impl LineView {
    fn of(pieces: &Pieces<'_>) -> LineView {
        let product = pieces.product;
        let variants = product.variants.iter();
        let variant = variants.clone().find(|it| Some(it.id.as_str()) == pieces.variant);
        LineView {
            title: product.title().to_owned(),
            brand: product.brand.name,
            size: variant.map(|it| it.size.to_owned()).unwrap_or_default(),
            quantity: pieces.quantity,
            total: euros(pieces.total_minor()),
            url: product.url(),
            picture: product.picture(),
            product_id: product.id().to_owned(),
            variant: pieces.variant.unwrap_or_default().to_owned(),
        }
    }
}

/// What lines cost together, as shoppers see it.
fn total(lines: &[Pieces<'_>]) -> String {
    euros(lines.iter().map(Pieces::total_minor).sum())
}

/// A page that says one thing, such as that there is no such page.
#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    frame: Frame,
    heading: &'static str,
    text: &'static str,
}

/// Says that something is not there.
fn not_found(state: &StorefrontState, who: &Who, text: &'static str) -> Response {
    let heading = "Not on our shelves";
    let frame = Frame::new(state, who, heading);
    (StatusCode::NOT_FOUND, render(&MessagePage { frame, heading, text })).into_response()
}

/// Renders a template.
pub(super) fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the demo shop could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
