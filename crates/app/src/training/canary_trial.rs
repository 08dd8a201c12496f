//! The end of a trial: a canary takes the live model's place, unless it is clicked less.
//!
//! ```text
//! decisions since the trial began, under a shopper ─▶ by which model ─▶ shown, clicked ─▶ two shares
//! ```
//!
//! # How it is told
//!
//! A decision names in its versions which model was asked. All those that asked either model are compared,
//! over the same time, whether or not a product of the model was in the slate: those of shoppers in the
//! canary's share with those of all others. The share alone tells the sides apart, not the model: at first
//! contact, or without consent to personalize, the live model is asked for everybody, and such decisions
//! weigh on both sides alike. One is clicked when any of its outcomes is a click, an addition to a cart or an
//! order. The canary goes back when the share of clicked decisions on its side is below that on the other
//! with 95 percent confidence (one-sided two-proportion z-test).
//!
//! Counting may take minutes. It is leased, the lease is renewed meanwhile, and who loses it changes nothing.
//!
//! # What this cannot tell
//!
//! Decisions of one shopper are not independent, so the test is somewhat too sure of itself. As it only ever
//! takes a canary back, that is to the canary's disadvantage. With fewer than [`DECISIONS_MIN`] decisions on a
//! side nothing is tested: the canary passed the gate, and its time decides.

use domain::event::deciding::DecisionMade;
use domain::{
    DecisionId, Event, Outcome, OutcomeKind, Position, Recorded, ShopperKey, Span, Timestamp,
};
use ports::{Lease, ModelRecord, PortError, Stage, StageChange, Table};

use crate::{App, CanaryShare, ModelError};

/// The work that is leased.
const WORK: &str = "model_trials";
/// For how long it is leased at a time.
const LEASE_TERM: Span = Span::MINUTE.times(2);
/// How often the lease is renewed while decisions are counted.
const RENEW_EVERY: Span = Span::SECOND.times(30);
/// How many events are read at once.
const READ_MAX: usize = 4_096;
/// How many outcomes of one decision are looked at.
const OUTCOMES_MAX: usize = 100;
/// With fewer decisions on either side nothing is tested.
const DECISIONS_MIN: u64 = 200;
/// So many decisions on one side are enough: what comes later counts for neither.
const DECISIONS_MAX: u64 = 500_000;
/// The quantile of the normal distribution at 95 percent.
const Z_95: f64 = 1.645;

/// How often what a model decided was clicked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Arm {
    n_shown: u64,
    n_clicked: u64,
}

/// Both sides of a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Trial {
    canary: Arm,
    live: Arm,
}

/// The lease of trials while decisions are counted.
struct Held {
    lease: Lease,
    renew_at: Timestamp,
}

/// How a trial ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Promote,
    TakeBack,
}

impl App {
    /// Ends the trials of canaries that have lasted for the setting `training.canary_hours`.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the registry or the history cannot be read; the trials go on.
    pub async fn end_trials(&self) -> Result<(), PortError> {
        let Some(lasts) = self.settings.training.canary_for else { return Ok(()) };
        let records = self.backends.registry.models().await?;
        let is_over = |it: &&ModelRecord| {
            it.stage == Stage::Canary && self.now().since(it.change_time) >= lasts
        };
        for canary in records.iter().filter(is_over) {
            let holder = format!("{:016x}", u64::from_le_bytes(self.random()));
            let leases = &self.backends.leases;
            let lease = leases.take(WORK, &holder, self.now(), LEASE_TERM).await?;
            let Some(lease) = lease else { return Ok(()) };
            let ended = self.end_trial(canary, &records, &lease).await;
            if let Err(error) = leases.give_back(&lease).await {
                tracing::warn!(%error, "the lease of trials could not be given back; it ends by itself");
            }
            ended?;
        }
        Ok(())
    }

    async fn end_trial(
        &self,
        canary: &ModelRecord,
        records: &[ModelRecord],
        lease: &Lease,
    ) -> Result<(), PortError> {
        let is_live =
            |it: &&ModelRecord| it.generator == canary.generator && it.stage == Stage::Live;
        let trial = match records.iter().find(is_live) {
            Some(live) => self.trial(canary, live, lease).await?,
            None => Some(Trial::default()),
        };
        let held = self.backends.leases.renew(lease, self.now(), LEASE_TERM).await?;
        let (Some(trial), Some(_)) = (trial, held) else {
            tracing::warn!(model = canary.id, "somebody else looks at its trial meanwhile");
            return Ok(());
        };
        let (verdict, reason) = trial.verdict();
        // Counting takes its time: what somebody decided meanwhile holds.
        let is_still = |it: &ModelRecord| {
            it.id == canary.id && it.stage == Stage::Canary && it.change_time == canary.change_time
        };
        if !self.backends.registry.models().await?.iter().any(is_still) {
            return Ok(());
        }
        tracing::info!(model = canary.id, ?verdict, reason, "the trial of a model has ended");
        let refused = match verdict {
            Verdict::TakeBack => reason,
            Verdict::Promote => match self.promote(&canary.id, None, &reason).await {
                Ok(()) => return Ok(()),
                // It would be refused again after every further trial.
                Err(ModelError::Refused { reason }) => reason,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, model = canary.id, "a canary could not be promoted");
                    return Ok(());
                }
            },
        };
        let change = StageChange {
            id: canary.id.clone(),
            stage: Stage::Refused,
            canary_percent: 0,
            time: self.now(),
            reason: refused,
        };
        self.backends.registry.change_stages(vec![change]).await?;
        self.refresh_models().await
    }

    /// How both did since the trial began; none when the lease was lost while it was counted.
    async fn trial(
        &self,
        canary: &ModelRecord,
        live: &ModelRecord,
        lease: &Lease,
    ) -> Result<Option<Trial>, PortError> {
        let mut held = Held { lease: lease.clone(), renew_at: self.now().plus(RENEW_EVERY) };
        let history = self.history();
        let share = CanaryShare::of_percent(canary.canary_percent);
        let mut position = self.position_at(canary.change_time).await?;
        let mut trial = Trial::default();
        loop {
            let events = history.read(position, READ_MAX).await?;
            let Some(last) = events.last() else { return Ok(Some(trial)) };
            position = last.position;
            for event in &events {
                if !self.is_held(&mut held).await? {
                    return Ok(None);
                }
                let Some((made, shopper)) = made(event) else { continue };
                if !made.versions.contains(&canary.id) && !made.versions.contains(&live.id) {
                    continue;
                }
                let arm = match share.contains(&canary.generator, shopper) {
                    true => &mut trial.canary,
                    false => &mut trial.live,
                };
                arm.n_shown += 1;
                arm.n_clicked += u64::from(self.is_clicked(made.decision).await?);
                if arm.n_shown == DECISIONS_MAX {
                    return Ok(Some(trial));
                }
            }
        }
    }

    /// Whether the lease is held; it is renewed when it is time to.
    async fn is_held(&self, held: &mut Held) -> Result<bool, PortError> {
        let now = self.now();
        if now < held.renew_at {
            return Ok(true);
        }
        held.renew_at = now.plus(RENEW_EVERY);
        match self.backends.leases.renew(&held.lease, now, LEASE_TERM).await {
            Ok(Some(renewed)) => held.lease = renewed,
            Ok(None) => return Ok(false),
            Err(error) if now < held.lease.until => {
                tracing::warn!(%error, "the lease of trials could not be renewed; it holds yet");
            }
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    async fn is_clicked(&self, decision: DecisionId) -> Result<bool, PortError> {
        let key = decision.as_bytes();
        let found = self.backends.projections.scan(Table::Outcomes, key, OUTCOMES_MAX).await?;
        let outcomes = found.iter().filter_map(|(_, it)| minicbor::decode::<Outcome>(it).ok());
        let mut kinds = outcomes.map(|it| it.kind);
        Ok(kinds.any(|it| {
            matches!(it, OutcomeKind::Clicked | OutcomeKind::Added | OutcomeKind::Ordered)
        }))
    }

    /// The last position before events were received at `time`, about: the log's clock hardly ever goes
    /// back, and a few decisions more or less change nothing.
    async fn position_at(&self, time: Timestamp) -> Result<Position, PortError> {
        let history = self.history();
        let (mut before, mut after) = (0, history.head().get());
        while before < after {
            let middle = before + (after - before) / 2;
            let found = history.read(Position::new(middle), 1).await?;
            match found.first() {
                Some(it) if it.envelope.received_time < time => before = middle + 1,
                _ => after = middle,
            }
        }
        Ok(Position::new(before))
    }
}

/// A decision that was made for a shopper, and for whom.
fn made(recorded: &Recorded) -> Option<(&DecisionMade, &ShopperKey)> {
    let shopper = &recorded.envelope.shopper;
    match &recorded.envelope.event {
        Event::DecisionMade(made) if *shopper != ShopperKey::NOBODY => Some((made, shopper)),
        _ => None,
    }
}

impl Arm {
    fn share(self) -> f64 {
        self.n_clicked as f64 / self.n_shown.max(1) as f64
    }
}

impl Trial {
    /// What becomes of the canary, and why, in words.
    fn verdict(self) -> (Verdict, String) {
        let Trial { canary, live } = self;
        let (shown, of_live) = (canary.n_shown, live.n_shown);
        if shown < DECISIONS_MIN || of_live < DECISIONS_MIN {
            let reason = format!(
                "its trial is over; {shown} decisions against {of_live} are too few to compare"
            );
            return (Verdict::Promote, reason);
        }
        let (clicked, by_live) = (100.0 * canary.share(), 100.0 * live.share());
        let found = format!(
            "{clicked:.2} % of {shown} decisions were clicked, {by_live:.2} % of {of_live} of the live \
             model's"
        );
        match canary.is_surely_below(live) {
            true => (Verdict::TakeBack, format!("its trial failed: {found}")),
            false => (Verdict::Promote, format!("its trial is over: {found}")),
        }
    }
}

impl Arm {
    /// Whether its share is below the other's, and that is not chance.
    fn is_surely_below(self, other: Arm) -> bool {
        let (n, m) = (self.n_shown as f64, other.n_shown as f64);
        let pooled = (self.n_clicked + other.n_clicked) as f64 / (n + m);
        let deviation = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
        self.share() - other.share() < -Z_95 * deviation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(canary: (u64, u64), live: (u64, u64), verdict: Verdict, says: &str) {
        let arm = |(n_clicked, n_shown)| Arm { n_shown, n_clicked };
        let (found, reason) = Trial { canary: arm(canary), live: arm(live) }.verdict();
        assert_eq!(found, verdict, "{reason}");
        assert!(reason.contains(says), "{reason}");
    }

    #[test]
    fn a_canary_is_taken_back_only_when_it_is_surely_clicked_less() {
        check((50, 1_000), (1_000, 10_000), Verdict::TakeBack, "5.00 % of 1000 decisions");
        check((90, 1_000), (1_000, 10_000), Verdict::Promote, "its trial is over: 9.00 %");
        check((200, 1_000), (1_000, 10_000), Verdict::Promote, "20.00 %");
        check((0, 1_000), (0, 10_000), Verdict::Promote, "0.00 %");
        check((0, 199), (5_000, 10_000), Verdict::Promote, "too few to compare");
        check((0, 0), (0, 0), Verdict::Promote, "too few to compare");
    }
}
