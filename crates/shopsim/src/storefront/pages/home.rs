//! The front page.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use crate::catalogue::departments::DEPARTMENTS;
use crate::client::events::{Consent, page_viewed};
use crate::simulation::TRENDING;
use crate::storefront::StorefrontState;
use crate::storefront::conversation::{Conversation, ShelfAsk};
use crate::storefront::identity::Who;
use crate::storefront::pages::{Frame, SHELF, category_url, render};
use crate::storefront::shelf::{Shelf, shelf};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    shelves: Vec<Shelf>,
    tiles: Vec<Tile>,
}

/// A department with a picture.
struct Tile {
    name: &'static str,
    tagline: &'static str,
    url: String,
    picture: String,
}

/// `GET /`
pub(in crate::storefront) async fn show(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
) -> Response {
    let conversation = Conversation::new(&state, &who.id);
    conversation.tell(vec![page_viewed("Home")]).await;
    let consent = state.0.visitors.get(&who.id).consent;
    let (title, lead) = match consent {
        Consent::Given => {
            ("For you", "From what you looked at, and what people like you went on to.")
        }
        Consent::Denied => ("Popular now", "The same for everybody, because you asked for it."),
    };
    let ask = ShelfAsk { placement: "home", count: SHELF, ..ShelfAsk::default() };
    let mut for_you = shelf(state.shop(), &conversation, (title, lead), ask).await;
    if consent == Consent::Given && !for_you.is_personal() {
        for_you.lead = "We have hardly met: look at something and come back.";
    }
    let ask = ShelfAsk {
        placement: TRENDING.id,
        count: SHELF,
        exclude: for_you.cards.iter().map(|it| it.id.clone()).collect(),
        ..ShelfAsk::default()
    };
    let words = ("Trending", "What more and more people look at this week.");
    let mut trending = shelf(state.shop(), &conversation, words, ask).await;
    for shelf in [&mut for_you, &mut trending] {
        // The headings say already that nothing here is personal.
        shelf.note.take_if(|_| consent == Consent::Denied && !shelf.decision_id.is_empty());
    }
    render(&HomePage {
        frame: Frame::new(&state, &who, "Hearth & Trail"),
        shelves: vec![for_you, trending],
        tiles: tiles(&state),
    })
}

fn tiles(state: &StorefrontState) -> Vec<Tile> {
    DEPARTMENTS
        .iter()
        .filter_map(|department| {
            let product = state.shop().in_category(&[department.name]).next()?;
            Some(Tile {
                name: department.name,
                tagline: department.tagline,
                url: category_url(&[department.name]),
                picture: product.picture(),
            })
        })
        .collect()
}
