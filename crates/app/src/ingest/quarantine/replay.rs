//! Replaying: refused events, taken in once more.
//!
//! An event is taken in exactly once, however late, and however often replaying was cut short: when it is
//! refused it is noted where the history ends, and whoever replays it looks behind that place.

use std::collections::BTreeMap;

use domain::{KeyKind, MessageKey, Position};
use ports::{KeyScope, PortError};
use rustc_hash::FxHashSet;

use super::{QuarantinedEvent, ReadAgain};
use crate::pseudonyms::{MessageNamespace, message_key};
use crate::{App, Caller, Incoming, IngestError, Rejection};

/// How many events are replayed together.
const BATCH_EVENTS: u32 = 500;
/// How many events are read at once.
const READ_MAX: usize = 4_096;
/// How many refusals of a replay are told one by one.
const REFUSED_SHOWN_MAX: usize = 1_000;
/// The key's id of commands.
const COMMAND: &str = "command";

/// Which refused events are to be taken in once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayWanted {
    /// All of them.
    All,
    /// Those of these ids.
    Ids(Vec<i64>),
    /// Those that were refused for this reason.
    Code(String),
}

/// What became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayReport {
    /// How many are kept now, and gone from the quarantine.
    pub n_accepted: usize,
    /// How many had been kept already, and are gone from the quarantine.
    pub n_duplicate: usize,
    /// How many are refused again, and wait on with their new reason.
    pub n_refused: usize,
    /// The first of those, by id.
    pub refused: Vec<(i64, Rejection)>,
    /// Ids of which there is no refused event.
    pub unknown: Vec<i64>,
    /// The position of the last event.
    pub position: Position,
}

impl App {
    /// Takes refused events in once more, as they were sent or as they were mended.
    ///
    /// Each is as much trusted as the key it came with, and happened when it says, or else when it was
    /// refused.
    ///
    /// # Errors
    ///
    /// [`IngestError`] when a batch could not be kept; replaying again goes on from there.
    pub async fn replay_quarantined(
        &self,
        caller: &Caller,
        wanted: &ReplayWanted,
        read: ReadAgain<'_>,
    ) -> Result<ReplayReport, IngestError> {
        let mut report = ReplayReport { position: self.applied(), ..ReplayReport::default() };
        match wanted {
            ReplayWanted::Ids(ids) => {
                for ids in ids.chunks(BATCH_EVENTS as usize) {
                    let mut events = Vec::with_capacity(ids.len());
                    for id in ids {
                        match self.quarantined_event(*id).await? {
                            Some(event) => events.push(event),
                            None => report.unknown.push(*id),
                        }
                    }
                    self.replay_batch(events, read, &mut report).await?;
                }
            }
            ReplayWanted::All | ReplayWanted::Code(_) => {
                let mut after = 0;
                loop {
                    let mut events = self.quarantined(after, BATCH_EVENTS).await?;
                    let Some(last) = events.last() else { break };
                    after = last.id;
                    if let ReplayWanted::Code(code) = wanted {
                        events.retain(|it| it.code == *code);
                    }
                    self.replay_batch(events, read, &mut report).await?;
                }
            }
        }
        let subject = format!("{} accepted, {} refused", report.n_accepted, report.n_refused);
        self.audit(caller, "quarantine.replay", &subject).await?;
        Ok(report)
    }

    async fn replay_batch(
        &self,
        mut events: Vec<QuarantinedEvent>,
        read: ReadAgain<'_>,
        report: &mut ReplayReport,
    ) -> Result<(), IngestError> {
        self.begin_replay(&mut events).await?;
        let begun = events.iter().filter_map(|it| it.replay_begun).min();
        let mut tried = Vec::with_capacity(events.len());
        for event in events {
            let kind = self.kind_of_key(&event.key_id).await?;
            let incoming = read(&event, kind).map(|it| as_of_refusal(it, &event));
            tried.push((event, kind, incoming));
        }
        let keys = tried.iter().filter_map(|(_, kind, incoming)| {
            incoming.as_ref().ok().map(|it| self.replay_key(it, *kind))
        });
        let kept_since = self.kept_since(begun, &keys.collect()).await?;
        let mut by_kind: BTreeMap<u8, (KeyKind, Vec<(QuarantinedEvent, Incoming)>)> =
            BTreeMap::new();
        let (mut done, mut refused) = (Vec::new(), Vec::new());
        for (event, kind, incoming) in tried {
            match incoming {
                Err(rejection) => refused.push((event, rejection)),
                Ok(incoming) if kept_since.contains(&self.replay_key(&incoming, kind)) => {
                    report.n_duplicate += 1;
                    done.push(event.id);
                }
                Ok(incoming) => {
                    let group = by_kind.entry(kind as u8).or_insert((kind, Vec::new()));
                    group.1.push((event, incoming));
                }
            }
        }
        for (kind, group) in by_kind.into_values() {
            let (events, incoming): (Vec<_>, Vec<_>) = group.into_iter().unzip();
            let times = events.iter().map(|it| it.time);
            let sender = Caller { key_id: COMMAND.to_owned(), kind };
            let answer =
                self.ingest_as_of(&sender, incoming.into_iter().zip(times).collect()).await?;
            report.n_accepted += answer.n_accepted;
            report.n_duplicate += answer.n_duplicate;
            report.position = report.position.max(answer.position);
            let why: BTreeMap<usize, Rejection> = answer.rejected.into_iter().collect();
            for (index, event) in events.into_iter().enumerate() {
                match why.get(&index) {
                    Some(why) => refused.push((event, why.clone())),
                    None => done.push(event.id),
                }
            }
        }
        self.backends.records.release_quarantined(&done).await?;
        self.refuse_again(refused, report).await?;
        Ok(())
    }

    /// Notes where the history ends, for those of which an earlier version did not when it refused them.
    async fn begin_replay(&self, events: &mut [QuarantinedEvent]) -> Result<(), PortError> {
        let head = self.backends.log.head();
        let mut begun = Vec::new();
        for event in events.iter_mut().filter(|it| it.replay_begun.is_none()) {
            event.replay_begun = Some(head);
            begun.push(self.close_up(event.clone()));
        }
        if begun.is_empty() {
            return Ok(());
        }
        self.backends.records.replace_quarantined(begun).await
    }

    /// Those of the wanted events that were kept behind `begun`.
    async fn kept_since(
        &self,
        begun: Option<Position>,
        wanted: &FxHashSet<MessageKey>,
    ) -> Result<FxHashSet<MessageKey>, PortError> {
        let mut keys = FxHashSet::default();
        let Some(mut position) = begun.filter(|_| !wanted.is_empty()) else { return Ok(keys) };
        loop {
            let events = self.events(position, READ_MAX).await?;
            let Some(last) = events.last() else { return Ok(keys) };
            position = last.position;
            keys.extend(
                events.iter().map(|it| it.envelope.message).filter(|it| wanted.contains(it)),
            );
        }
    }

    /// Keeps what is refused again, with its new reason.
    async fn refuse_again(
        &self,
        refused: Vec<(QuarantinedEvent, Rejection)>,
        report: &mut ReplayReport,
    ) -> Result<(), PortError> {
        report.n_refused += refused.len();
        let mut kept = Vec::with_capacity(refused.len());
        for (event, rejection) in refused {
            let again = QuarantinedEvent {
                code: rejection.code.to_owned(),
                field: rejection.field.clone(),
                remedy: rejection.remedy.clone(),
                ..event
            };
            if report.refused.len() < REFUSED_SHOWN_MAX {
                report.refused.push((again.id, rejection));
            }
            kept.push(self.close_up(again));
        }
        if kept.is_empty() {
            return Ok(());
        }
        self.backends.records.replace_quarantined(kept).await
    }

    fn replay_key(&self, incoming: &Incoming, kind: KeyKind) -> MessageKey {
        let id = incoming.message_id.as_deref().unwrap_or_default();
        message_key(self.shop_id(), MessageNamespace::of_events(kind), id)
    }

    /// What kind of key that is or was; of one that nobody knows, the kind that is trusted least.
    pub(super) async fn kind_of_key(&self, key_id: &str) -> Result<KeyKind, PortError> {
        if key_id == COMMAND {
            return Ok(KeyKind::Own);
        }
        let keys = self.keys().await?;
        let scope = keys.iter().find(|it| it.id == key_id).map(|it| it.scope);
        Ok(match scope {
            Some(KeyScope::Secret) => KeyKind::Secret,
            Some(KeyScope::Publishable) | None => KeyKind::Publishable,
        })
    }
}

/// The event as it would have been taken in then: it has an id, by which it counts once.
fn as_of_refusal(incoming: Incoming, event: &QuarantinedEvent) -> Incoming {
    let own_id = || format!("quarantine:{}", event.id);
    Incoming { message_id: Some(incoming.message_id.unwrap_or_else(own_id)), ..incoming }
}
