//! What is answered to a decision request.

use std::collections::BTreeMap;

use app::Decision;
use domain::Shown;
use serde::Serialize;
use utoipa::ToSchema;

use super::Wording;

/// Why a product is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReasonView {
    /// `visits_like_this`, `viewed_together`, `bought_together`, `popular`, `trending`, `goes_with_yours`,
    /// `bought_before`, `seen_before` or `for_sale`.
    pub kind: &'static str,
    /// The reason in words, in the language of the shop.
    #[schema(example = "Often looked at with Two-person dome tent")]
    pub text: String,
    /// The products it rests on.
    pub evidence_product_ids: Vec<String>,
}

/// A product that was decided to be shown.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ShownView {
    /// The product.
    pub product_id: String,
    /// Its place, counted from 1.
    pub rank: usize,
    /// What placed it: comparable within this answer only.
    pub score: f32,
    /// Which generator proposed it.
    #[schema(example = "session_neighbors")]
    pub generator: String,
    /// Why it is shown.
    pub reason: ReasonView,
}

/// A decision: what to show.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DecisionView {
    /// Its id: send it with clicks and exposures as `decision_id`.
    #[schema(example = "00c5a2f4b1d94c6e8f7a3b2c1d0e9f88")]
    pub decision_id: String,
    /// Where it is shown.
    pub placement: String,
    /// What is shown, first to last.
    pub products: Vec<ShownView>,
    /// What was fallen back to: `too_few_candidates`, `no_consent`, `switched_off`, `deadline_passed`,
    /// `shopper_unavailable`, `nothing_eligible`; `null` when nothing was missing.
    pub fallback: Option<&'static str>,
    /// The versions of what decided, by name.
    #[schema(example = json!({"session_neighbors": "1"}))]
    pub versions: BTreeMap<String, String>,
    /// The position up to which events were seen.
    #[schema(example = "124")]
    pub position: String,
    /// How many events that is behind the `after` of the request; 0 when it was reached.
    pub behind: u64,
}

impl DecisionView {
    /// The answer, with reasons in words.
    pub fn new(decision: &Decision, wording: &Wording<'_>) -> DecisionView {
        DecisionView {
            decision_id: decision.id.to_string(),
            placement: decision.placement.to_string(),
            products: shown(&decision.slate, wording),
            fallback: decision.fallback.map(domain::Fallback::name),
            versions: versions(&decision.versions),
            position: decision.seen.to_string(),
            behind: decision.behind,
        }
    }
}

pub(super) fn shown(slate: &[Shown], wording: &Wording<'_>) -> Vec<ShownView> {
    let view = |(rank, shown): (usize, &Shown)| ShownView {
        product_id: shown.product.to_string(),
        rank,
        score: shown.score,
        generator: shown.generator.clone(),
        reason: wording.reason(&shown.reason),
    };
    (1..).zip(slate).map(view).collect()
}

/// `name@version`, as a map.
pub(super) fn versions(versions: &[String]) -> BTreeMap<String, String> {
    let pair = |it: &String| match it.split_once('@') {
        Some((name, version)) => (name.to_owned(), version.to_owned()),
        None => (it.clone(), String::new()),
    };
    versions.iter().map(pair).collect()
}
