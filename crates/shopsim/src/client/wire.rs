//! What is asked and what is answered, as JSON has it.
//!
//! Answers are read leniently: a field the shop does not need may be missing or new.

use serde::{Deserialize, Serialize};

/// The body of `PUT /v1/placements/{id}`.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Placement {
    /// Its id, which the path names.
    #[serde(skip)]
    pub(crate) id: &'static str,
    /// What it is called.
    pub(crate) title: &'static str,
    /// What it draws on, most telling first.
    pub(crate) generators: &'static [GeneratorShare],
}

/// A generator that a placement draws on.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct GeneratorShare {
    /// Its name.
    pub(crate) generator: &'static str,
    /// How much its ranking counts for.
    pub(crate) weight: f32,
}

/// The body of `POST /v1/decisions`.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct DecisionAsk {
    /// Who looks.
    pub(crate) visitor_id: String,
    /// Where.
    pub(crate) placement: &'static str,
    /// What is on the page.
    pub(crate) context: AskContext,
    /// How many products are wanted.
    pub(crate) count: usize,
    /// What may be shown, in the filter language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filter: Option<String>,
    /// What may not be shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) exclude: Vec<String>,
    /// A position that the answer should have seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
    /// How long it may take, in milliseconds.
    pub(crate) deadline_ms: u32,
}

/// What is on the page that the products are for.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct AskContext {
    /// Products on the page, the most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) product_ids: Vec<String>,
    /// The category of the page, widest name first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) category: Vec<String>,
    /// Products in the cart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) cart_product_ids: Vec<String>,
}

/// The answer to `POST /v1/decisions`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Decision {
    /// Its id, to be named by whatever comes of it.
    pub(crate) decision_id: String,
    /// What to show, first to last.
    pub(crate) products: Vec<Recommended>,
    /// What was fallen back to; `None` when nothing was missing.
    #[serde(default)]
    pub(crate) fallback: Option<String>,
}

/// One product of a decision.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Recommended {
    /// The product.
    pub(crate) product_id: String,
    /// The score that placed it.
    #[serde(default)]
    pub(crate) score: f64,
    /// What proposed it.
    #[serde(default)]
    pub(crate) generator: String,
    /// Why it is shown.
    #[serde(default)]
    pub(crate) reason: Reason,
}

/// Why a product is shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reason {
    /// In words.
    pub(crate) text: String,
}

/// The answer to `POST /v1/batch`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BatchAnswer {
    /// How many events are kept that were not kept before.
    pub(crate) accepted: usize,
    /// How many had been sent before.
    pub(crate) duplicates: usize,
    /// Which were refused.
    pub(crate) rejected: Vec<RejectedEvent>,
    /// The position up to which everything of the batch is kept.
    pub(crate) position: Option<String>,
}

/// One event that was refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RejectedEvent {
    /// Which field is at fault.
    pub(crate) field: String,
    /// What to do about it.
    pub(crate) remedy: String,
}

/// The answer to `POST /v1/products:import`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ImportAnswer {
    /// How many lines were taken.
    pub(crate) accepted: usize,
    /// Which were not.
    pub(crate) rejected: Vec<serde_json::Value>,
}

impl ImportAnswer {
    /// Adds the answer to another part of the same import.
    pub(crate) fn absorb(&mut self, other: ImportAnswer) {
        self.accepted += other.accepted;
        self.rejected.extend(other.rejected);
    }
}
