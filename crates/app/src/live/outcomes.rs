//! The join of what was shown with what became of it.
//!
//! An event that names its decision is joined to it. One that does not (a checkout that dropped the
//! id) is joined to the latest decision that showed this shopper this product within
//! [`INFERENCE_WINDOW`], and marked as inferred.

use domain::{DecisionId, Join, Outcome, OutcomeKind, ProductId, ProductIdx, Recorded, Span};
use ports::{Table, Write};

use super::fold::Fold;

/// How long after a decision an outcome may be inferred to be its own.
const INFERENCE_WINDOW: Span = Span::DAY;

impl Fold<'_> {
    /// Adds what became of a shown product, if any decision can be found that showed it.
    pub(super) fn outcome(
        &self,
        recorded: &Recorded,
        decision: Option<DecisionId>,
        product: ProductIdx,
        kind: OutcomeKind,
        writes: &mut Vec<Write>,
    ) {
        let Some(product_id) = self.catalogue.id(product).cloned() else { return };
        if let Some(decision) = decision {
            writes.push(named(recorded, decision, Some(product_id), kind));
            return;
        }
        let envelope = &recorded.envelope;
        let visitor = self.people.visits.get(&envelope.shopper);
        let shown = visitor.and_then(|it| it.shown(product, envelope.event_time, INFERENCE_WINDOW));
        if let Some(shown) = shown {
            let product = Some(product_id);
            let join = Join::Inferred;
            writes.push(outcome_write(recorded, shown.decision, product, kind, join));
        }
    }
}

/// What became of a product of a decision that the event names.
pub(super) fn named(
    recorded: &Recorded,
    decision: DecisionId,
    product: Option<ProductId>,
    kind: OutcomeKind,
) -> Write {
    outcome_write(recorded, decision, product, kind, Join::Named)
}

/// The entry of an outcome: decision, position, product. Folding an event again writes the same entry.
fn outcome_write(
    recorded: &Recorded,
    decision: DecisionId,
    product: Option<ProductId>,
    kind: OutcomeKind,
    join: Join,
) -> Write {
    let position = recorded.position;
    let mut key = decision.as_bytes().to_vec();
    key.extend_from_slice(&position.get().to_be_bytes());
    key.extend_from_slice(product.as_ref().map_or("", ProductId::as_str).as_bytes());
    let time = recorded.envelope.event_time;
    let outcome = Outcome { decision, product, kind, join, time, position };
    let value = minicbor::to_vec(&outcome).expect("writing to memory cannot fail");
    Write { table: Table::Outcomes, key, value }
}
