//! A product's page.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::catalogue::Product;
use crate::catalogue::product::Eco;
use crate::client::events::{product_clicked, product_viewed};
use crate::client::wire::AskContext;
use crate::storefront::StorefrontState;
use crate::storefront::conversation::{Conversation, ShelfAsk};
use crate::storefront::identity::Who;
use crate::storefront::pages::category::crumbs;
use crate::storefront::pages::{Frame, Link, SHELF, not_found, render};
use crate::storefront::shelf::{Shelf, shelf};

/// How many products are offered to be bought together.
const TOGETHER: usize = 4;

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage {
    frame: Frame,
    crumbs: Vec<Link>,
    id: String,
    title: String,
    brand: &'static str,
    description: String,
    price: String,
    picture: String,
    stock_text: &'static str,
    for_sale: bool,
    sizes: Vec<Size>,
    facts: Vec<(&'static str, &'static str)>,
    decision_id: String,
    shelves: Vec<Shelf>,
}

/// A size to choose.
struct Size {
    id: String,
    name: &'static str,
    left: bool,
    chosen: bool,
}

/// Which recommendation led here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::storefront) struct Origin {
    from: String,
    rank: String,
}

/// `GET /shop/product/{id}`
pub(in crate::storefront) async fn show(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Query(origin): Query<Origin>,
) -> Response {
    let Some(product) = state.shop().product(&id) else {
        return not_found(&state, &who, "There is no such product, or no longer.");
    };
    // An address can be made up or shared: only what was decided for this visitor is believed.
    let visitor = state.0.visitors.get(&who.id);
    let decision = visitor.decision(&origin.from).map(|it| it.id.as_str());
    let mut happenings = Vec::with_capacity(2);
    if let (Some(decision), Ok(rank)) = (decision, origin.rank.parse()) {
        happenings.push(product_clicked(product, rank).led_by(Some(decision)));
    }
    happenings.push(product_viewed(product).led_by(decision));
    let conversation = Conversation::new(&state, &who.id);
    conversation.tell(happenings).await;

    let context = AskContext {
        product_ids: vec![id.clone()],
        cart_product_ids: visitor.cart_ids(),
        ..AskContext::default()
    };
    let together = ShelfAsk {
        placement: "bought_together",
        context: context.clone(),
        count: TOGETHER,
        ..ShelfAsk::default()
    };
    let similar = ShelfAsk { placement: "similar", context, count: SHELF, ..ShelfAsk::default() };
    let (together, similar) = tokio::join!(
        shelf(
            state.shop(),
            &conversation,
            ("Bought together", "What others took with it."),
            together
        ),
        shelf(state.shop(), &conversation, ("Similar", "If this is nearly it."), similar),
    );
    render(&page(&state, &who, product, decision, vec![together, similar]))
}

fn page(
    state: &StorefrontState,
    who: &Who,
    product: &Product,
    decision: Option<&str>,
    shelves: Vec<Shelf>,
) -> ProductPage {
    let first_left = product.variants.iter().position(|it| it.stock > 0);
    let sizes = product.variants.iter().enumerate().map(|(at, it)| Size {
        id: it.id.clone(),
        name: it.size,
        left: it.stock > 0,
        chosen: Some(at) == first_left,
    });
    ProductPage {
        frame: Frame::new(state, who, product.title()),
        crumbs: crumbs(&product.category()),
        id: product.id().to_owned(),
        title: product.title().to_owned(),
        brand: product.brand.name,
        description: product.description.clone(),
        price: product.price_text(),
        picture: product.picture(),
        stock_text: match product.stock {
            0 => "Sold out for now",
            1..=4 => "Only a few left",
            _ => "In stock, leaves tomorrow",
        },
        for_sale: product.stock > 0,
        sizes: sizes.collect(),
        facts: facts(product),
        decision_id: decision.unwrap_or_default().to_owned(),
        shelves,
    }
}

fn facts(product: &Product) -> Vec<(&'static str, &'static str)> {
    let mut facts = vec![
        ("Colour", product.colour.name),
        ("Material", product.material),
        ("Style", product.style.name()),
        ("Season", product.kind.season.name()),
    ];
    if product.eco == Eco::Yes {
        facts.push(("Footprint", "light on the earth"));
    }
    facts
}
