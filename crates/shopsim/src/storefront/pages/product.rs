//! A product's page.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::catalogue::Product;
use crate::catalogue::product::Eco;
use crate::catalogue::reviews::{Review, mean_stars};
use crate::client::events::product_viewed;
use crate::client::wire::AskContext;
use crate::storefront::StorefrontState;
use crate::storefront::conversation::{Conversation, ShelfAsk};
use crate::storefront::identity::Who;
use crate::storefront::pages::category::crumbs;
use crate::storefront::pages::{Frame, Link, SHELF, not_found, render};
use crate::storefront::shelf::{Shelf, shelf};

/// How many products are offered to be bought together.
const TOGETHER: usize = 4;
/// How many reviews a page shows.
const REVIEWS_SHOWN: usize = 5;

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
    stars: Option<Stars>,
    reviews: Vec<ReviewRow>,
    n_reviews: usize,
    decision_id: String,
    shelves: Vec<Shelf>,
}

/// A size to choose.
struct Size {
    id: String,
    name: &'static str,
    /// What it fits.
    fits: &'static str,
    stock_text: &'static str,
    left: bool,
    chosen: bool,
}

/// What buyers think in the mean.
struct Stars {
    mean: String,
    drawn: String,
}

/// What one buyer said.
struct ReviewRow {
    drawn: String,
    stars: u8,
    author: &'static str,
    when: String,
    text: String,
}

/// Which recommendation led here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::storefront) struct Origin {
    from: String,
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
    // The click itself is the browser's to tell; what it led to is told here.
    let conversation = Conversation::new(&state, &who.id);
    conversation.tell(vec![product_viewed(product).led_by(decision)]).await;

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
    let chart = product.kind.sizes.chart();
    let sizes = product.variants.iter().enumerate().map(|(at, it)| Size {
        id: it.id.clone(),
        name: it.size,
        fits: chart.get(at).copied().unwrap_or_default(),
        stock_text: stock_text(it.stock),
        left: it.stock > 0,
        chosen: Some(at) == first_left,
    });
    let reviews = product.reviews();
    ProductPage {
        frame: Frame::new(state, who, product.title()),
        crumbs: crumbs(&product.category()),
        id: product.id().to_owned(),
        title: product.title().to_owned(),
        brand: product.brand.name,
        description: product.description.clone(),
        price: product.price_text(),
        picture: product.picture(),
        stock_text: stock_text(product.stock),
        for_sale: product.stock > 0,
        sizes: sizes.collect(),
        facts: facts(product),
        stars: mean_stars(&reviews)
            .map(|mean| Stars { mean: format!("{mean:.1}"), drawn: drawn_stars(mean) }),
        n_reviews: reviews.len(),
        reviews: reviews.into_iter().take(REVIEWS_SHOWN).map(ReviewRow::of).collect(),
        decision_id: decision.unwrap_or_default().to_owned(),
        shelves,
    }
}

/// How much is left, as shoppers are told.
fn stock_text(n_left: u32) -> &'static str {
    match n_left {
        0 => "Sold out for now",
        1..=4 => "Only a few left",
        _ => "In stock, leaves tomorrow",
    }
}

impl ReviewRow {
    fn of(review: Review) -> ReviewRow {
        let when = match review.days_ago {
            ..=1 => "yesterday".to_owned(),
            days @ ..=45 => format!("{days} days ago"),
            days => format!("{} months ago", days / 30),
        };
        let drawn = drawn_stars(f64::from(review.stars));
        ReviewRow { drawn, stars: review.stars, author: review.author, when, text: review.text }
    }
}

/// Five stars, so many of them full.
fn drawn_stars(stars: f64) -> String {
    (1..=5_u8)
        .map(|it| if stars + 0.5 >= f64::from(it) { '\u{2605}' } else { '\u{2606}' })
        .collect()
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
