//! Deciding: from a request to a slate, with its reasons.
//!
//! ```text
//! request ─▶ who, consent, switch ─▶ Knowledge ─▶ eligible ─▶ generate ─▶ blend ─▶ fill ─▶ reasons
//!                                                                                    │
//!                                        journal ◀── DecisionMade ◀──────────────────┘
//! ```
//!
//! # Where to start
//!
//! Read [`App::decide`], then [`slate`] for what happens under the lock.
//!
//! # Invariants
//!
//! - Everything is in memory: a shopper not seen lately costs one look-up in records, one who is asked
//!   for before any event of their first login a transaction, nothing else.
//! - What is missing (consent, a profile, candidates, time) degrades the slate and is named in it;
//!   while anything eligible is for sale, no slate is empty.
//! - Nothing ineligible is ever shown: generators see what is eligible before they cut.
//!
//! Cost: some 0.2 to 0.5 ms of one core with 300 candidates a generator and 100,000 products.

mod context;
mod elsewhere;
mod explain;
mod journal;
mod request;
mod slate;

pub use explain::ExplainedDecision;
pub use request::{DecideError, Decision, DecisionRequest};

pub(crate) use journal::Journal;

use std::sync::Arc;
use std::time::Duration;

use domain::event::deciding::DecisionMade;
use domain::{DecisionId, Personalization, Propensity, Purposes, ShopperKey, Span};
use ports::PortError;
use tracing::{Instrument, debug_span};

use crate::administration::ReadyPlacement;
use crate::pseudonyms::directory::{Met, Who};
use crate::{App, Caller};
use journal::Made;
use slate::{Allowance, Slate};

/// Of the time allowed, what is kept for deciding itself while waiting for a position.
const DECIDING_RESERVE: Span = Span::MILLISECOND.times(10);

/// How long to wait for a position when a decision may take `deadline` in all.
fn patience(deadline: Span) -> Duration {
    let micros = deadline.as_micros().saturating_sub(DECIDING_RESERVE.as_micros());
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

/// The fact that says up to which serial number lost decisions were counted.
pub(crate) const LOST_COUNTED_THROUGH: &str = "decisions_lost_counted_through";

impl App {
    /// Decides what to show.
    ///
    /// # Errors
    ///
    /// [`DecideError`] when the request cannot be understood. Everything else degrades the slate
    /// instead.
    pub async fn decide(
        &self,
        caller: &Caller,
        request: DecisionRequest,
    ) -> Result<Decision, DecideError> {
        let begun = self.now();
        let placement = self.placement(&request)?;
        let filter = request.filter.as_deref().map(rank::Filter::parse).transpose();
        let filter = filter.map_err(DecideError::Filter)?;
        let who = self.who(caller, &request)?;
        let deadline = request.deadline.unwrap_or(self.settings.deadline);
        let found = match who {
            Some(who) => self.find(who, patience(deadline)).await,
            None => Found::Nobody,
        };
        let behind = match request.after {
            Some(after) => {
                let passed = self.now().since(begun).as_micros();
                let left = Span::from_micros(deadline.as_micros().saturating_sub(passed));
                self.seen(after, patience(left)).instrument(debug_span!("wait for events")).await
            }
            None => 0,
        };

        let purposes = self.purposes(&request, found);
        let knowledge = self.known_here(self.knowledge(&placement, purposes, found));
        let allowance = Allowance { begun, deadline };
        let slate = self.slate(&request, &placement, filter.as_ref(), knowledge, allowance);
        let made = self.made(&request, &placement, slate, begun);
        let decision = Decision {
            id: made.decision,
            placement: request.placement.clone(),
            slate: made.slate.clone(),
            fallback: made.fallback,
            versions: made.versions.clone(),
            seen: made.seen,
            behind,
        };
        let market = request.market;
        self.journal.push(Made { decision: made, who, purposes, market, time: begun });
        Ok(decision)
    }

    fn placement(&self, request: &DecisionRequest) -> Result<Arc<ReadyPlacement>, DecideError> {
        self.placements.get(&request.placement).ok_or_else(|| DecideError::UnknownPlacement {
            placement: request.placement.clone(),
            known: self.placements.names(),
        })
    }

    /// Who is asked for; `None` for a slate without a shopper, which everybody may be shown.
    fn who(&self, caller: &Caller, request: &DecisionRequest) -> Result<Option<Who>, DecideError> {
        if request.visitor.is_none() && request.user.is_none() {
            return Ok(None);
        }
        Ok(Some(self.directory.who(caller, request.visitor.as_deref(), request.user.as_ref())?))
    }

    /// What the answer to this request may serve.
    fn purposes(&self, request: &DecisionRequest, found: Found) -> Purposes {
        let stored = match found {
            Found::Shopper(met) => {
                let live = self.live();
                let at_visitor = met.at_visitor.map(|it| live.answers(&it)).unwrap_or_default();
                live.answers(&met.shopper).with_refusals_of(at_visitor)
            }
            Found::Nobody | Found::NotInTime => self.live().answers_of_strangers(),
        };
        consent::at_intake(&request.signals, stored, self.settings.consent_default)
    }

    /// What the decision may rest on.
    fn knowledge(&self, placement: &ReadyPlacement, purposes: Purposes, found: Found) -> Knowledge {
        let is_off = |it: Personalization| it == Personalization::Off;
        if is_off(self.switch.get().personalization) || is_off(placement.placement.personalization)
        {
            return Knowledge::SwitchedOff;
        }
        if !consent::at_use(consent::Use::Personalize, purposes).is_granted() {
            return Knowledge::RequestOnly;
        }
        match found {
            Found::Shopper(met) => Knowledge::Profile(Some(met.shopper)),
            Found::Nobody => Knowledge::Profile(None),
            Found::NotInTime => Knowledge::ShopperUnavailable,
        }
    }

    /// Looks a shopper up, for as long as a decision can wait: records that are slow or away make it
    /// less personal, not late.
    async fn find(&self, who: Who, patience: Duration) -> Found {
        let (records, entropy) = (&*self.backends.records, &*self.backends.entropy);
        let looked_up = self.directory.find(records, entropy, who);
        let looked_up = looked_up.instrument(debug_span!("look a shopper up"));
        match tokio::time::timeout(patience, looked_up).await {
            Ok(Ok(Some(met))) => Found::Shopper(met),
            Ok(Ok(None)) => Found::Nobody,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a shopper could not be looked up");
                Found::NotInTime
            }
            Err(_) => Found::NotInTime,
        }
    }

    fn made(
        &self,
        request: &DecisionRequest,
        placement: &ReadyPlacement,
        slate: Slate,
        begun: domain::Timestamp,
    ) -> DecisionMade {
        let serial = self.journal.next_serial();
        self.backends.tally.raise(serial);
        let took_micros = self.now().since(begun).as_micros();
        metrics::histogram!("decision_seconds").record(took_micros as f64 / 1e6);
        if let Some(fallback) = slate.fallback {
            metrics::counter!("decision_fallbacks_total", "fallback" => fallback.name())
                .increment(1);
        }
        DecisionMade {
            decision: DecisionId::from_bytes(self.random()),
            placement: placement.placement.id.clone(),
            slate: slate.shown,
            fallback: slate.fallback,
            propensity: Propensity::CERTAIN,
            versions: slate.versions,
            seen: slate.seen,
            serial,
            anchors: request.products.clone(),
            took_micros: u32::try_from(took_micros.max(0)).unwrap_or(u32::MAX),
            journal: self.backends.tally.journal(),
        }
    }

    /// Counts the decisions that the last run issued and could not log before it died; each is counted
    /// by one run only.
    pub(crate) async fn count_lost_decisions(&self) -> Result<(), PortError> {
        let (records, tally) = (&self.backends.records, &self.backends.tally);
        let journal = tally.journal();
        let fact = match journal {
            None => LOST_COUNTED_THROUGH.to_owned(),
            Some(journal) => format!("{LOST_COUNTED_THROUGH}:{journal:016x}"),
        };
        let counted = records.fact(&fact).await?;
        let counted: u64 = counted.and_then(|it| it.parse().ok()).unwrap_or(0);
        let issued = tally.last();
        let lost = issued.saturating_sub(counted.max(self.live().last_serial(journal)));
        metrics::counter!("decisions_lost_total").increment(lost);
        if lost > 0 {
            tracing::warn!(lost, "decisions were answered but not logged when the last run ended");
            records.set_fact(&fact, &issued.to_string()).await?;
        }
        Ok(())
    }
}

/// Who was found behind a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// A shopper who is known, and whose the visitor's id is.
    Shopper(Met<ShopperKey>),
    /// Nobody who is known.
    Nobody,
    /// It could not be told in time.
    NotInTime,
}

/// What a decision may rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Knowledge {
    /// What is known of the shopper, if anything is.
    Profile(Option<ShopperKey>),
    /// The request alone: it could not be told in time who the shopper is, nor what they allow; or another
    /// replica follows them.
    ShopperUnavailable,
    /// The request alone: the shopper did not allow more.
    RequestOnly,
    /// Nothing about anybody: personalization is off.
    SwitchedOff,
}

impl Knowledge {
    /// The shopper whom the decision may rest on.
    const fn shopper(self) -> Option<ShopperKey> {
        match self {
            Knowledge::Profile(shopper) => shopper,
            Knowledge::ShopperUnavailable | Knowledge::RequestOnly | Knowledge::SwitchedOff => None,
        }
    }
}
