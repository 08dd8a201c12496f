//! Placing an order, and its confirmation.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::client::events::{checkout_started, order_completed};
use crate::client::wire::AskContext;
use crate::storefront::StorefrontState;
use crate::storefront::conversation::{Conversation, ShelfAsk};
use crate::storefront::identity::Who;
use crate::storefront::pages::{Frame, LineView, SHELF, not_found, pieces, render, total};
use crate::storefront::shelf::{Shelf, shelf};

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    frame: Frame,
    id: String,
    lines: Vec<LineView>,
    total: String,
    shelves: Vec<Shelf>,
}

/// `POST /shop/checkout`: orders what is in the cart.
pub(in crate::storefront) async fn place(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
) -> Response {
    // The cart is taken in one step, so that pressing the button twice orders once.
    let placed = state.0.visitors.with(&who.id, |visitor| {
        if visitor.cart.is_empty() {
            return None;
        }
        let number = visitor.n_sent;
        let short: String = who.id.as_str().chars().take(6).collect();
        let id = format!("{}-{short}-{number}", state.0.run);
        visitor.order(id.clone());
        visitor.orders.back().map(|it| (id, it.lines.clone()))
    });
    let Some((id, lines)) = placed else { return Redirect::to("/shop/cart").into_response() };
    let lines = pieces(&state, &lines);
    let happenings = vec![checkout_started(&id, &lines), order_completed(&id, &lines)];
    Conversation::new(&state, &who.id).tell(happenings).await;
    Redirect::to(&format!("/shop/order/{id}")).into_response()
}

/// `GET /shop/order/{id}`: for the browser that placed it.
pub(in crate::storefront) async fn show(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Response {
    let visitor = state.0.visitors.get(&who.id);
    let Some(order) = visitor.orders.iter().find(|it| it.id == id) else {
        return not_found(&state, &who, "There is no such order of yours.");
    };
    let lines = pieces(&state, &order.lines);
    let product_ids: Vec<String> = order.lines.iter().map(|it| it.product_id.clone()).collect();
    let ask = ShelfAsk {
        placement: "order_confirmation",
        context: AskContext { product_ids: product_ids.clone(), ..AskContext::default() },
        count: SHELF,
        exclude: product_ids,
        ..ShelfAsk::default()
    };
    let conversation = Conversation::new(&state, &who.id);
    let words = ("For next time", "What goes with what you have just bought.");
    let shelves = vec![shelf(state.shop(), &conversation, words, ask).await];
    render(&OrderPage {
        frame: Frame::new(&state, &who, "Thank you"),
        id,
        total: total(&lines),
        lines: lines.iter().map(LineView::of).collect(),
        shelves,
    })
}
