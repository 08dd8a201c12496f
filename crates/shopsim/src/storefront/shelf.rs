//! Shelves and the cards on them, as templates see them.

use crate::catalogue::{DemoShop, Product};
use crate::client::wire::Decision;
use crate::storefront::conversation::{Conversation, ShelfAsk};

/// A row of recommended products.
#[derive(Debug)]
pub(super) struct Shelf {
    /// The heading.
    pub(super) title: &'static str,
    /// A word on what it is.
    pub(super) lead: &'static str,
    /// The decision that filled it; empty when there was none.
    pub(super) decision_id: String,
    /// What is on it.
    pub(super) cards: Vec<Card>,
    /// What to say instead of or beside the products.
    pub(super) note: Option<String>,
}

/// Generators that know nothing of the visitor.
const IMPERSONAL: [&str; 2] = ["popular", "trending"];

impl Shelf {
    /// Whether anything on it was proposed because of who looks.
    pub(super) fn is_personal(&self) -> bool {
        let mut reasons = self.cards.iter().filter_map(|it| it.why.as_ref());
        reasons.any(|it| !IMPERSONAL.contains(&it.generator.as_str()))
    }
}

/// A product in a list.
#[derive(Debug)]
pub(super) struct Card {
    /// The product.
    pub(super) id: String,
    /// Its title.
    pub(super) title: String,
    /// Who makes it.
    pub(super) brand: &'static str,
    /// What it costs.
    pub(super) price: String,
    /// Where its page is.
    pub(super) url: String,
    /// Where its picture is.
    pub(super) picture: String,
    /// A word in the corner; empty for none.
    pub(super) badge: &'static str,
    /// Why it is here, when it was recommended.
    pub(super) why: Option<Why>,
}

/// Why a product is on a shelf.
#[derive(Debug)]
pub(super) struct Why {
    /// In words.
    pub(super) text: String,
    /// What proposed it.
    pub(super) generator: String,
    /// Its score.
    pub(super) score: String,
    /// Its place, counted from 1.
    pub(super) rank: usize,
}

impl Card {
    /// A card of the shop's own lists.
    pub(super) fn of(product: &Product) -> Card {
        Card {
            id: product.id().to_owned(),
            title: product.title().to_owned(),
            brand: product.brand.name,
            price: product.price_text(),
            url: product.url(),
            picture: product.picture(),
            badge: badge(product),
            why: None,
        }
    }
}

/// Products younger than this are called new.
const NEW_DAYS: i64 = 14;
/// With so few pieces left, shoppers are told, because it is true.
const FEW_PIECES: u32 = 4;

fn badge(product: &Product) -> &'static str {
    match (product.stock, product.age_days) {
        (0, _) => "Sold out",
        (1..=FEW_PIECES, _) => "Few left",
        (_, ..NEW_DAYS) => "New",
        _ => "",
    }
}

/// Asks for a shelf and fills it.
pub(super) async fn shelf(
    shop: &DemoShop,
    conversation: &Conversation<'_>,
    (title, lead): (&'static str, &'static str),
    ask: ShelfAsk,
) -> Shelf {
    match conversation.ask(ask).await {
        Ok(decision) => {
            let note = decision.fallback.as_deref().and_then(fallback_note);
            let cards = cards(shop, &decision);
            Shelf { title, lead, decision_id: decision.decision_id, cards, note }
        }
        Err(message) => Shelf {
            title,
            lead,
            decision_id: String::new(),
            cards: Vec::new(),
            note: Some(format!(
                "This shelf is empty for the moment: {message}. The rest of the shop works as ever."
            )),
        },
    }
}

fn cards(shop: &DemoShop, decision: &Decision) -> Vec<Card> {
    (1..)
        .zip(&decision.products)
        .filter_map(|(rank, recommended)| {
            let product = shop.product(&recommended.product_id)?;
            Some(Card {
                url: format!("{}?from={}", product.url(), decision.decision_id),
                why: Some(Why {
                    text: recommended.reason.text.clone(),
                    generator: recommended.generator.replace('_', " "),
                    score: format!("{:.3}", recommended.score),
                    rank,
                }),
                ..Card::of(product)
            })
        })
        .collect()
}

/// What a shopper should know about a fallback; most need no words.
fn fallback_note(fallback: &str) -> Option<String> {
    match fallback {
        "no_consent" => Some("Personalization is off, so this is what everybody likes.".to_owned()),
        "switched_off" => Some("The shop shows everybody the same at the moment.".to_owned()),
        _ => None,
    }
}
