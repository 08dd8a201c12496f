//! The decision journal: decisions become events a moment after they were answered.
//!
//! ```text
//! decide ──▶ tally (survives the process) ──▶ queue (bounded) ──▶ every 20 ms one append ──▶ log
//! ```
//!
//! # Invariants
//!
//! - No shopper waits for it: what does not fit the queue is dropped and counted.
//! - At most [`GATHER`] and one append of decisions can be lost in a crash. Every decision carries a
//!   serial number and the tally knows the last one issued, so the next start counts what was lost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use domain::event::deciding::DecisionMade;
use domain::{
    Envelope, Event, KeyKind, MarketId, MessageKey, Purposes, ShopperKey, Source, Timestamp,
};
use tokio::sync::mpsc;

use crate::App;
use crate::ingest::BatchAnswers;
use crate::pseudonyms::directory::{Acquaintance, Meeting, Who};

/// How long decisions are gathered before they are appended together.
const GATHER: Duration = Duration::from_millis(20);
/// How many decisions may wait; at 1,000 a second, eight seconds of a log that does not answer.
const QUEUE_MAX: usize = 8_192;

/// A decision on its way to the log.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) decision: DecisionMade,
    pub(crate) who: Option<Who>,
    pub(crate) purposes: Purposes,
    pub(crate) market: Option<MarketId>,
    pub(crate) time: Timestamp,
}

impl Made {
    /// Who is to be met for it: nobody, where it may not be kept under its shopper.
    fn acquaintance(&self) -> Option<(Who, Acquaintance)> {
        let who = self.who?;
        let is_linked = consent::keeping(self.purposes) == consent::Keeping::Linked;
        is_linked.then_some((who, Acquaintance::Make))
    }
}

/// Where decisions wait.
#[derive(Debug)]
pub(crate) struct Journal {
    issued: AtomicU64,
    /// `None` once the journal was closed.
    sender: RwLock<Option<mpsc::Sender<Made>>>,
    receiver: tokio::sync::Mutex<mpsc::Receiver<Made>>,
}

impl Journal {
    /// A journal that goes on after `issued` decisions.
    pub(crate) fn after(issued: u64) -> Journal {
        let (sender, receiver) = mpsc::channel(QUEUE_MAX);
        let receiver = tokio::sync::Mutex::new(receiver);
        Journal { issued: AtomicU64::new(issued), sender: RwLock::new(Some(sender)), receiver }
    }

    /// The serial number of the next decision.
    pub(crate) fn next_serial(&self) -> u64 {
        self.issued.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How many decisions wait for the log.
    pub(crate) fn n_waiting(&self) -> usize {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        sender.as_ref().map_or(0, |it| QUEUE_MAX - it.capacity())
    }

    /// Takes no more decisions; those that wait are still appended.
    fn close(&self) {
        *self.sender.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Hands a decision over, or drops and counts it.
    pub(crate) fn push(&self, made: Made) {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        if sender.as_ref().is_none_or(|it| it.try_send(made).is_err()) {
            metrics::counter!("decisions_dropped_total").increment(1);
        }
    }
}

impl App {
    /// Appends decisions to the log as they come, until [`App::close_journal`] and the last of them.
    ///
    /// Run one of it.
    pub async fn keep_journal(&self) {
        let mut receiver = self.journal.receiver.lock().await;
        let mut made = Vec::new();
        while receiver.recv_many(&mut made, 1).await > 0 {
            tokio::time::sleep(GATHER).await;
            while let Ok(next) = receiver.try_recv() {
                made.push(next);
            }
            self.append_decisions(std::mem::take(&mut made)).await;
        }
    }

    /// Takes no more decisions, so that [`keep_journal`](App::keep_journal) ends when the last of them
    /// is logged: part of an orderly end.
    pub fn close_journal(&self) {
        self.journal.close();
    }

    /// Appends everything that waits, where no [`keep_journal`](App::keep_journal) runs.
    pub async fn flush_decisions(&self) {
        let mut receiver = self.journal.receiver.lock().await;
        let mut made = Vec::new();
        while let Ok(next) = receiver.try_recv() {
            made.push(next);
        }
        self.append_decisions(made).await;
    }

    async fn append_decisions(&self, made: Vec<Made>) {
        if made.is_empty() {
            return;
        }
        let n_made = made.len() as u64;
        let appended = async {
            let whos: Vec<_> = made.iter().filter_map(Made::acquaintance).collect();
            let records = &*self.backends.records;
            let meeting = self.directory.meet(records, &*self.backends.entropy, &whos).await?;
            self.backends.log.append(self.decision_envelopes(made, &meeting)).await?;
            self.directory.settle(records, meeting).await
        };
        match appended.await {
            Ok(()) => metrics::counter!("decisions_logged_total").increment(n_made),
            Err(error) => {
                metrics::counter!("decisions_dropped_total").increment(n_made);
                tracing::warn!(%error, n_made, "decisions could not be logged");
            }
        }
    }

    /// `meeting` is of the decisions that have an [`acquaintance`](Made::acquaintance).
    fn decision_envelopes(&self, made: Vec<Made>, meeting: &Meeting) -> Vec<Envelope> {
        let mut answers = BatchAnswers::before(&self.live(), &meeting.met);
        let mut all_met = meeting.met.iter();
        let mut envelopes = Vec::with_capacity(made.len());
        for made in made {
            let met = made.acquaintance().and_then(|_| all_met.next()?.as_ref());
            let shopper = met.map_or(ShopperKey::NOBODY, |it| it.shopper.key);
            let Made { decision, who: _, purposes, market, time } = made;
            let envelope = Envelope {
                message: MessageKey::from_bytes(*decision.decision.as_bytes()),
                shop: self.shop_id().clone(),
                shopper,
                event_time: time,
                received_time: self.now(),
                source: Source { key: KeyKind::Own, verification: domain::Verification::Verified },
                purposes,
                event: Event::DecisionMade(decision),
                open: Vec::new(),
                sealed: Vec::new(),
                address_range: None,
                market,
                unknown: Vec::new(),
            };
            if let Some(change) = met.and_then(|it| answers.take_over(it)) {
                let stored = answers.of(&shopper);
                envelopes.push(self.refusal_taken_over(shopper, change, stored, &envelope));
            }
            envelopes.push(envelope);
        }
        envelopes
    }
}
