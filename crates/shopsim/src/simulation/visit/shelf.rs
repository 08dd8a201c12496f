//! Shelves: what is asked, looked at and, where it is wanted, judged.

use jiff::{SignedDuration, Timestamp};

use super::{Shelves, Visit};
use crate::catalogue::Product;
use crate::client::ClientError;
use crate::client::events;
use crate::client::wire::{AskContext, Decision, DecisionAsk};
use crate::shoppers::attention::look_along;
use crate::simulation::arms::Arm;
use crate::simulation::error::SimulationError;
use crate::simulation::standing::Standing;
use crate::truth::{Choices, Judgement, value};

/// How many products a shelf has.
const SHELF: usize = 8;
/// A decision may take this long: nobody waits in virtual time, and it should be the best one.
const DEADLINE_MS: u32 = 1_000;
/// After the page was opened, its shelf was seen so much later.
const SEEN_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// And clicked so much later.
const CLICKED_AFTER: SignedDuration = SignedDuration::from_secs(6);

impl<'a> Visit<'a> {
    /// Asks for a shelf, looks along it, and returns what was clicked with the decision's id.
    pub(super) async fn shelf(
        &mut self,
        placement: &'static str,
        context: AskContext,
        now: Timestamp,
        standing: &Standing<'a>,
    ) -> Result<Option<(&'a Product, String)>, SimulationError> {
        let decision = self.decide(self.shelves.arm(), placement, &context).await?;
        let shown = self.products(&decision);
        if let Shelves::Judged(arm) = self.shelves {
            let unseen = self.decide(arm.other(), placement, &context).await?;
            let judgement = self.judge((placement, &context), (&decision, &unseen), now, standing);
            self.outcome.personal += judgement.personal;
            self.outcome.popular += judgement.popular;
            self.outcome.best += judgement.best;
            self.judgements.push(judgement);
        }
        if shown.is_empty() {
            return Ok(None);
        }
        // The mind borrows the visit, whose dice are needed beside it.
        let mut rng = self.rng.clone();
        let glance = look_along(&self.mind(now, standing), &shown, &mut rng);
        self.rng = rng;
        let seen = (1..).zip(shown.iter().take(glance.n_seen).map(|it| it.id()));
        let exposed = events::exposed(&decision.decision_id, seen);
        self.note(exposed, now + SEEN_AFTER);
        let Some((rank, product)) = glance.clicked else { return Ok(None) };
        let clicked =
            events::product_clicked(product, rank).led_by(Some(decision.decision_id.as_str()));
        self.note(clicked, now + CLICKED_AFTER);
        self.outcome.n_clicks += 1;
        Ok(Some((product, decision.decision_id)))
    }

    async fn decide(
        &mut self,
        arm: Arm,
        placement: &'static str,
        context: &AskContext,
    ) -> Result<Decision, ClientError> {
        let ask = DecisionAsk {
            visitor_id: self.device().visitor.clone(),
            placement: arm.placement(placement),
            context: context.clone(),
            count: SHELF,
            after: self.position.clone(),
            deadline_ms: DEADLINE_MS,
            ..DecisionAsk::default()
        };
        let decision = self.client.decide_patiently(self.page(), &ask).await?;
        self.outcome.n_decisions += 1;
        Ok(decision)
    }

    fn products(&self, decision: &Decision) -> Vec<&'a Product> {
        let ids = decision.products.iter();
        ids.filter_map(|it| self.shop.product(&it.product_id)).collect()
    }

    /// Compares both ways of filling a shelf with the best one.
    fn judge(
        &self,
        (placement, context): (&'static str, &AskContext),
        (shown, unseen): (&Decision, &Decision),
        now: Timestamp,
        standing: &Standing<'a>,
    ) -> Judgement {
        let mind = self.mind(now, standing);
        let (personal, popular) = match self.shelves.arm() {
            Arm::Personal => (shown, unseen),
            Arm::Popular => (unseen, shown),
        };
        let stands_there = |id: &str| {
            context.product_ids.iter().chain(&context.cart_product_ids).any(|it| it == id)
        };
        let candidates =
            self.shop.products().iter().filter(|it| it.stock > 0 && !stands_there(it.id()));
        Judgement {
            decision_id: shown.decision_id.clone(),
            time: now,
            shopper: self.shopper.number,
            placement,
            shown: self.shelves.arm(),
            fallback: personal.fallback.clone(),
            personal: value(&mind, &self.products(personal)),
            popular: value(&mind, &self.products(popular)),
            best: Choices::of(&mind, candidates).best_values(&mind, SHELF),
        }
    }
}
