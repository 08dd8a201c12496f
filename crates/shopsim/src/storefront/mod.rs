//! The demo's storefront: a small shop, rendered on the server, whose shelves are Tastemaker's.
//!
//! ```text
//! browser ──▶ page ──▶ conversation ──▶ tell: events in, position back
//!                            │
//!                            └────────▶ ask after that position: shelves, with reasons
//!    └──▶ the JavaScript client: what could be seen of the shelves, what was clicked
//! ```
//!
//! # Where to start
//!
//! [`router`] lists the pages; `conversation` is how a page talks to Tastemaker; `visitors` is what the
//! shop remembers of a browser. A page always renders: when there is no answer it says so and goes on.

mod assets;
mod conversation;
mod filters;
mod identity;
mod pages;
mod panel;
mod shelf;
mod visitors;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::catalogue::DemoShop;
use crate::client::Client;
use crate::storefront::visitors::Visitors;

/// What the storefront's pages share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct StorefrontState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    shop: Arc<DemoShop>,
    visitors: Visitors,
    /// Sets this run's message ids apart from an earlier run's.
    run: i64,
}

impl StorefrontState {
    /// A storefront that sells what `shop` has and asks through `client`.
    pub fn new(client: Client, shop: Arc<DemoShop>) -> StorefrontState {
        let run = client.clock().now().as_millisecond();
        StorefrontState(Arc::new(Inner { client, shop, visitors: Visitors::default(), run }))
    }

    fn shop(&self) -> &DemoShop {
        &self.0.shop
    }
}

/// Everything below `/` and `/shop`, and the pictures.
///
/// The routes leave `/v1`, `/healthz`, `/readyz`, `/metrics` and `/docs` to the server beside it.
pub fn router(state: StorefrontState) -> Router {
    let known = axum::middleware::from_fn_with_state(state.clone(), identity::recognise);
    Router::new()
        .route("/", get(pages::home::show))
        .route("/shop/category/{*path}", get(pages::category::show))
        .route("/shop/search", get(pages::search::show))
        .route("/shop/product/{id}", get(pages::product::show))
        .route("/shop/cart", get(pages::cart::show))
        .route("/shop/cart/add", post(pages::cart::add))
        .route("/shop/cart/remove", post(pages::cart::remove))
        .route("/shop/checkout", post(pages::order::place))
        .route("/shop/order/{id}", get(pages::order::show))
        .route("/shop/visitor/new", post(identity::start_over))
        .route("/shop/visitor/personalization", post(pages::consent::change))
        .route("/shop/panel", get(panel::show))
        .layer(known)
        .route("/pictures/{file}", get(assets::picture))
        .route("/shop/assets/{file}", get(assets::asset))
        .route("/shop/assets/tastemaker/{file}", get(assets::client_asset))
        .with_state(state)
}

#[cfg(test)]
mod tests;
