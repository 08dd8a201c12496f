//! Intake: from what came in to what is kept.
//!
//! ```text
//! Incoming ─▶ time ─▶ who ─▶ consent ─▶ seal ─▶ Envelope ─▶ log ─▶ IngestReport
//!               │       │
//!               └───────┴──▶ Rejection: that event alone is refused
//! ```
//!
//! # Where to start
//!
//! Read [`App::ingest`]: the whole way is in it.
//!
//! # Invariants
//!
//! - Nothing is acknowledged before the log has made it durable, nor before the map knows its shopper.
//! - One bad event never refuses another.
//! - Consent is asked of `consent` alone, with what the shopper answered so far, this batch included. A
//!   change of it is answered when it is in force, for the next event as for the next decision.

mod error;
mod incoming;
mod quarantine;
mod refusals;
mod times;

pub use error::IngestError;
pub use incoming::{Caller, Incoming, IngestReport, Rejection, UserClaim};
pub use quarantine::{
    Circumstances, QuarantinedEvent, ReadAgain, RefusedEvent, ReplayReport, ReplayWanted,
};
pub(crate) use refusals::BatchAnswers;

use consent::{Answers, Keeping};
use domain::{Envelope, Event, KeyKind, Position, Source, Timestamp, Verification};
use ports::{Receipt, ShopperRecord};
use tracing::{Instrument, debug_span};

use crate::App;
use crate::follow::VISIBLE_WITHIN;
use crate::pseudonyms::directory::{Acquaintance, Met, Who};
use crate::pseudonyms::{MessageNamespace, message_key};

/// The most bytes of a sender's message id. Segment's own limit is 100 characters.
const MESSAGE_ID_BYTES_MAX: usize = 256;

/// Whose word an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// The sender's: it is counted in the report.
    Sent,
    /// Ours: it follows from the one behind it.
    Derived,
}

/// An event that passed every check, on its way to its shopper.
struct Checked {
    who: Who,
    event_time: Timestamp,
    incoming: Incoming,
}

impl App {
    /// Takes events in: each is kept, durable, or refused alone.
    ///
    /// # Errors
    ///
    /// [`IngestError`] when nothing of the batch is known to be kept; sending it again is safe for
    /// events with message ids.
    pub async fn ingest(
        &self,
        caller: &Caller,
        events: Vec<Incoming>,
    ) -> Result<IngestReport, IngestError> {
        let now = self.now();
        self.ingest_as_of(caller, events.into_iter().map(|it| (it, now)).collect()).await
    }

    /// Takes events in, the times of each judged as they would have been at the moment beside it.
    async fn ingest_as_of(
        &self,
        caller: &Caller,
        events: Vec<(Incoming, Timestamp)>,
    ) -> Result<IngestReport, IngestError> {
        self.ensure_room()?;
        let now = self.now();
        let mut report = IngestReport { position: self.applied(), ..IngestReport::default() };

        let mut checked = Vec::with_capacity(events.len());
        for (index, (incoming, as_of)) in events.into_iter().enumerate() {
            match self.check(caller, incoming, as_of) {
                Ok(event) => checked.push(event),
                Err(rejection) => report.rejected.push((index, rejection)),
            }
        }
        if checked.is_empty() {
            return Ok(report);
        }

        let records = &*self.backends.records;
        let whos: Vec<_> = checked.iter().map(|it| (it.who, self.acquaintance(it))).collect();
        let meeting = self.directory.meet(records, &*self.backends.entropy, &whos);
        let meeting =
            meeting.instrument(debug_span!("meet shoppers", n_events = whos.len())).await?;
        let enclosed = self.enclose(caller, checked, &meeting.met, now);
        let (origins, envelopes): (Vec<Origin>, Vec<Envelope>) = enclosed.into_iter().unzip();
        let is_consent = |it: &Envelope| matches!(it.event, Event::ConsentChanged(_));
        let has_consent = envelopes.iter().any(is_consent);

        let appending = debug_span!("append to the log", n_events = envelopes.len());
        let receipts = self.backends.log.append(envelopes).instrument(appending).await?;
        for (origin, receipt) in origins.into_iter().zip(receipts) {
            match (origin, &receipt) {
                (Origin::Sent, Receipt::Appended(_)) => report.n_accepted += 1,
                (Origin::Sent, Receipt::Duplicate(_)) => report.n_duplicate += 1,
                (Origin::Derived, _) => {}
            }
            report.position = report.position.max(receipt.position());
        }
        self.directory.settle(records, meeting).await?;
        if has_consent {
            self.seen(report.position, VISIBLE_WITHIN).await;
        }
        Ok(report)
    }

    /// Refuses while there is so little room that something acknowledged could be lost.
    pub(crate) fn ensure_room(&self) -> Result<(), IngestError> {
        let watermark_bytes = self.settings.disk_watermark_bytes;
        match self.backends.log.room_bytes() {
            Some(room_bytes) if room_bytes < watermark_bytes => {
                Err(IngestError::Full { room_bytes, watermark_bytes })
            }
            _ => Ok(()),
        }
    }

    fn check(
        &self,
        caller: &Caller,
        incoming: Incoming,
        as_of: Timestamp,
    ) -> Result<Checked, Rejection> {
        if let Some(id) =
            incoming.message_id.as_deref().filter(|it| it.len() > MESSAGE_ID_BYTES_MAX)
        {
            return Err(Rejection::new(
                "MESSAGE_ID_TOO_LONG",
                "messageId",
                id,
                format!("is {} bytes long; send at most {MESSAGE_ID_BYTES_MAX}", id.len()),
            ));
        }
        let event_time = times::event_time(&incoming, caller.kind, as_of, &self.settings)?;
        let who = self
            .directory
            .who(caller, incoming.visitor.as_deref(), incoming.user.as_ref())
            .map_err(|err| refuse_who(&err, &incoming))?;
        Ok(Checked { who, event_time, incoming })
    }

    /// Turns checked events into what is kept, with consent as it stands for each.
    fn enclose(
        &self,
        caller: &Caller,
        checked: Vec<Checked>,
        met: &[Option<Met<ShopperRecord>>],
        now: Timestamp,
    ) -> Vec<(Origin, Envelope)> {
        let mut answers = BatchAnswers::before(&self.live(), met);
        let verification = match caller.kind {
            KeyKind::Publishable => Verification::Unverified,
            KeyKind::Secret | KeyKind::Own => Verification::Verified,
        };
        let source = Source { key: caller.kind, verification };
        let mut envelopes = Vec::with_capacity(checked.len());
        for (event, met) in checked.into_iter().zip(met) {
            let Some(met) = met else {
                let envelope = self.envelope(event, None, Answers::default(), source, now);
                envelopes.push((Origin::Sent, envelope));
                continue;
            };
            let shopper = met.shopper.key;
            let taken_over = answers.take_over(met).map(|it| (it, answers.of(&shopper)));
            if let Event::ConsentChanged(change) = &event.incoming.event {
                answers.apply(shopper, change);
            }
            let stored = answers.of(&shopper);
            let envelope = self.envelope(event, Some(&met.shopper), stored, source, now);
            if let Some((change, stored)) = taken_over {
                let refusal = self.refusal_taken_over(shopper, change, stored, &envelope);
                envelopes.push((Origin::Derived, refusal));
            }
            envelopes.push((Origin::Sent, envelope));
        }
        envelopes
    }

    fn envelope(
        &self,
        Checked { who: _, event_time, incoming }: Checked,
        shopper: Option<&ShopperRecord>,
        stored: Answers,
        source: Source,
        now: Timestamp,
    ) -> Envelope {
        let purposes = consent::at_intake(&incoming.signals, stored, self.settings.consent_default);
        // A change of consent must reach its own shopper whatever it says.
        let is_consent = matches!(incoming.event, Event::ConsentChanged(_));
        let keeping = if is_consent { Keeping::Linked } else { consent::keeping(purposes) };

        let message = match &incoming.message_id {
            Some(id) => message_key(self.shop_id(), MessageNamespace::of_events(source.key), id),
            None => self.random_message_key(),
        };
        let linked = shopper.filter(|_| keeping == Keeping::Linked);
        let (shopper_key, sealed, address_range) = match linked {
            None => (self.random_shopper_key(), Vec::new(), None),
            Some(shopper) => {
                let range = incoming.address.map(|it| self.directory.root().address_range(it));
                (shopper.key, self.seal(shopper, &message, &incoming.private), range)
            }
        };
        let (event, open) = match linked {
            None => (incoming.event.unlinked(), Vec::new()),
            Some(_) => (incoming.event, incoming.open),
        };
        Envelope {
            message,
            shop: self.shop_id().clone(),
            shopper: shopper_key,
            event_time,
            received_time: now,
            source,
            purposes,
            event,
            open,
            sealed,
            address_range,
            market: incoming.market,
            unknown: Vec::new(),
        }
    }

    /// Seals what identifies a shopper under their own key, bound to the message it came with.
    fn seal(
        &self,
        shopper: &ShopperRecord,
        message: &domain::MessageKey,
        private: &[u8],
    ) -> Vec<u8> {
        if private.is_empty() {
            return Vec::new();
        }
        match self.directory.root().wrapping().unwrap_seal_key(shopper) {
            Ok(key) => key.seal(private, message.as_bytes(), &*self.backends.entropy),
            Err(_) => {
                // The root key is not the one the map was written with. The event itself is whole.
                metrics::counter!("seal_failures_total").increment(1);
                Vec::new()
            }
        }
    }

    /// Whether an event may make its sender known: not if what it says itself, and the shop's default,
    /// forbid to follow them. Only a change of consent has to be remembered whatever it says.
    fn acquaintance(&self, event: &Checked) -> Acquaintance {
        let Incoming { signals, event, .. } = &event.incoming;
        let unanswered = Answers::default();
        let purposes = consent::at_intake(signals, unanswered, self.settings.consent_default);
        match consent::keeping(purposes) {
            Keeping::Unlinked if !matches!(event, Event::ConsentChanged(_)) => Acquaintance::Avoid,
            _ => Acquaintance::Make,
        }
    }

    /// The position up to which events are folded into what decisions see.
    pub(crate) fn applied(&self) -> Position {
        *self.applied.borrow()
    }
}

fn refuse_who(err: &crate::WhoError, incoming: &Incoming) -> Rejection {
    match err {
        crate::WhoError::Nobody => {
            let user = incoming.user.as_ref().map_or("", |it| it.user.as_str());
            Rejection::new("NO_USER_ANON_ID", "anonymousId", user, err.to_string())
        }
        crate::WhoError::Forged => {
            let signature = incoming.user.as_ref().and_then(|it| it.signature.as_deref());
            Rejection::new(
                "FORGED_SHOPPER_ID",
                "context.user_signature",
                signature.unwrap_or_default(),
                err.to_string(),
            )
        }
    }
}
