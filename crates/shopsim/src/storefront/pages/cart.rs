//! The cart.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use crate::client::events::{Pieces, cart_viewed, product_added, product_removed};
use crate::client::wire::AskContext;
use crate::storefront::StorefrontState;
use crate::storefront::conversation::{Conversation, ShelfAsk};
use crate::storefront::identity::Who;
use crate::storefront::pages::{Frame, LineView, SHELF, not_found, pieces, render, total};
use crate::storefront::shelf::{Shelf, shelf};
use crate::storefront::visitors::{CART_LINES_MAX, CartLine, PIECES_MAX, Visitor};

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage {
    frame: Frame,
    lines: Vec<LineView>,
    total: String,
    shelves: Vec<Shelf>,
}

/// `GET /shop/cart`
pub(in crate::storefront) async fn show(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
) -> Response {
    let cart = state.0.visitors.get(&who.id).cart;
    let lines = pieces(&state, &cart);
    let conversation = Conversation::new(&state, &who.id);
    conversation.tell(vec![cart_viewed(&lines)]).await;
    let ask = ShelfAsk {
        placement: "cart",
        context: AskContext {
            cart_product_ids: cart.iter().map(|it| it.product_id.clone()).collect(),
            ..AskContext::default()
        },
        count: SHELF,
        exclude: cart.iter().map(|it| it.product_id.clone()).collect(),
        ..ShelfAsk::default()
    };
    let words = ("Goes well with your cart", "Often in the same basket.");
    let shelves = vec![shelf(state.shop(), &conversation, words, ask).await];
    render(&CartPage {
        frame: Frame::new(&state, &who, "Your cart"),
        total: total(&lines),
        lines: lines.iter().map(LineView::of).collect(),
        shelves,
    })
}

/// What a cart form says.
#[derive(Debug, Deserialize)]
pub(in crate::storefront) struct CartForm {
    product_id: String,
    #[serde(default)]
    variant: String,
    /// The decision that led to the product's page; may be empty.
    #[serde(default)]
    decision_id: String,
}

impl CartForm {
    fn variant(&self) -> Option<&str> {
        (!self.variant.is_empty()).then_some(self.variant.as_str())
    }
}

/// `POST /shop/cart/add`
pub(in crate::storefront) async fn add(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
    Form(form): Form<CartForm>,
) -> Response {
    let Some(product) = state.shop().product(&form.product_id) else {
        return not_found(&state, &who, "There is no such product, or no longer.");
    };
    let size = product.variants.iter().find(|it| Some(it.id.as_str()) == form.variant());
    let left = match (product.variants.as_slice(), size) {
        ([], _) => product.stock,
        (_, Some(size)) => size.stock,
        (_, None) => 0,
    };
    if left == 0 {
        return not_found(&state, &who, "This size is sold out, or was not chosen.");
    }
    let variant = size.map(|it| it.id.as_str());
    let (added, decision) = state.0.visitors.with(&who.id, |it| {
        let decision = it.decision(&form.decision_id).map(|it| it.id.clone());
        (put(it, product.id(), variant), decision)
    });
    if added == Added::Yes {
        let pieces = Pieces { product, variant, quantity: 1 };
        let happening = product_added(pieces).led_by(decision.as_deref());
        Conversation::new(&state, &who.id).tell(vec![happening]).await;
    }
    Redirect::to("/shop/cart").into_response()
}

/// Whether there was room for one more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Added {
    Yes,
    CartFull,
}

fn put(visitor: &mut Visitor, product_id: &str, variant: Option<&str>) -> Added {
    let same = |it: &&mut CartLine| it.product_id == product_id && it.variant.as_deref() == variant;
    let n_lines = visitor.cart.len();
    match visitor.cart.iter_mut().find(same) {
        Some(line) if line.quantity < PIECES_MAX => line.quantity += 1,
        None if n_lines < CART_LINES_MAX => visitor.cart.push(CartLine {
            product_id: product_id.to_owned(),
            variant: variant.map(str::to_owned),
            quantity: 1,
        }),
        Some(_) | None => return Added::CartFull,
    }
    Added::Yes
}

/// `POST /shop/cart/remove`
pub(in crate::storefront) async fn remove(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
    Form(form): Form<CartForm>,
) -> Response {
    let removed: Vec<CartLine> = state.0.visitors.with(&who.id, |visitor| {
        let gone = |it: &mut CartLine| {
            it.product_id == form.product_id && it.variant.as_deref() == form.variant()
        };
        visitor.cart.extract_if(.., gone).collect()
    });
    let happenings: Vec<_> = pieces(&state, &removed).into_iter().map(product_removed).collect();
    if !happenings.is_empty() {
        Conversation::new(&state, &who.id).tell(happenings).await;
    }
    Redirect::to("/shop/cart").into_response()
}
