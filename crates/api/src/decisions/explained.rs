//! "Why was this shown?": a decision with everything known about it afterwards.

use std::collections::BTreeMap;

use app::ExplainedDecision;
use domain::{Join, Outcome};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{shown, versions};
use super::{ShownView, Wording};

/// What a shopper did about a product that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OutcomeView {
    /// The product; missing when the whole slate was exposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// `exposed`, `clicked`, `viewed`, `added` or `ordered`.
    pub kind: &'static str,
    /// `named` when the event named the decision, `inferred` when shopper, product and time fit.
    pub join: &'static str,
    /// When, as RFC 3339.
    pub time: String,
    /// The position of the event that tells of it.
    pub position: String,
}

impl From<&Outcome> for OutcomeView {
    fn from(outcome: &Outcome) -> OutcomeView {
        OutcomeView {
            product_id: outcome.product.as_ref().map(ToString::to_string),
            kind: outcome.kind.name(),
            join: match outcome.join {
                Join::Named => "named",
                Join::Inferred => "inferred",
            },
            time: outcome.time.to_string(),
            position: outcome.position.to_string(),
        }
    }
}

/// A decision with everything known about it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ExplainedView {
    /// Its id.
    pub decision_id: String,
    /// When it was made, as RFC 3339.
    pub decide_time: String,
    /// Where it was shown.
    pub placement: String,
    /// What was shown, first to last, and why.
    pub products: Vec<ShownView>,
    /// What was fallen back to; `null` when nothing was missing.
    pub fallback: Option<&'static str>,
    /// The chance with which this slate was shown; 1 when nothing was explored.
    pub propensity: f64,
    /// The versions of what decided, by name.
    pub versions: BTreeMap<String, String>,
    /// The position up to which events had been seen.
    pub position: String,
    /// How many decisions the shop had made by then, this one included.
    pub serial: u64,
    /// What the shopper was looking at.
    pub anchor_product_ids: Vec<String>,
    /// How long it took.
    pub took_micros: u32,
    /// What became of it, oldest first.
    pub outcomes: Vec<OutcomeView>,
}

impl ExplainedView {
    /// The explanation, with reasons in words.
    pub fn new(explained: &ExplainedDecision, wording: &Wording<'_>) -> ExplainedView {
        let made = &explained.made;
        ExplainedView {
            decision_id: made.decision.to_string(),
            decide_time: explained.time.to_string(),
            placement: made.placement.to_string(),
            products: shown(&made.slate, wording),
            fallback: made.fallback.map(domain::Fallback::name),
            propensity: made.propensity.get(),
            versions: versions(&made.versions),
            position: made.seen.to_string(),
            serial: made.serial,
            anchor_product_ids: made.anchors.iter().map(ToString::to_string).collect(),
            took_micros: made.took_micros,
            outcomes: explained.outcomes.iter().map(OutcomeView::from).collect(),
        }
    }
}
