//! The follower: keeps the live state in step with the log.
//!
//! ```text
//! history ──read──▶ fold (a few hundred events under the lock) ──▶ tables, snapshot
//!                                       └──▶ applied position ──▶ whoever waits for it
//! ```
//!
//! It is the only writer of the live state, and runs on a thread of its own: folding is work for the
//! processor, not waiting. Where one process is the shop, what was folded is in the tables before it is told;
//! a replica writes its part of them beside ([`crate::tables`]), so that a database that is away keeps no
//! decision from seeing what happened.

use std::sync::PoisonError;
use std::time::Duration;

use domain::{Position, Recorded, Timestamp};
use ports::{PortError, Snapshot};
use tokio::time::Instant;

use crate::live::{Live, SavedBy, SnapshotDamage};
use crate::own_shares::Left;
use crate::tables::{Backlog, Pending};
use crate::{App, Replicas};

/// How many events are read at once.
const READ_MAX: usize = 4_096;
/// How many are read at once while nobody waits for them to be folded soon: reading the lake costs the
/// less an event the more are read. Two such readings are in memory.
const CATCH_UP_MAX: usize = 32_768;
/// How many are folded under one lock: a fraction of a millisecond in which no decision is made.
const FOLD_MAX: usize = 128;
/// How long the follower rests after a backend failed it.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// How long a change that must be in force when it is answered waits for that, before it is answered
/// all the same.
pub(crate) const VISIBLE_WITHIN: Duration = Duration::from_secs(2);
/// How long a log that others append to may take to show what they appended.
const LOG_WITHIN: Duration = Duration::from_secs(10);
/// The name of the snapshot.
pub(crate) const SNAPSHOT: &str = "live";

/// The last snapshot: what it contains, and when it was made.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Saved {
    position: Position,
    time: Timestamp,
}

/// What folding some events gave.
struct Folded {
    n_events: usize,
    through: Position,
}

/// Why the live state could not be brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// A backend failed.
    #[error("the live state could not be brought up to date")]
    Backend(#[from] PortError),
    /// The log ends before what was computed from it.
    #[error(
        "the log ends at {head}, but projections know of {last}: it was put back to an earlier state, or cannot \
         be read to its end; if the events between are lost, stop all replicas and drop the schema `projections`, \
         which is computed again"
    )]
    LogPutBack {
        /// The end of the log.
        head: Position,
        /// The last event that was known.
        last: Position,
    },
    /// The snapshot cannot be used.
    #[error(
        "the snapshot of the live state cannot be used; delete the folder `projections`, it is made \
         anew from the history"
    )]
    Snapshot(#[from] SnapshotDamage),
}

impl App {
    /// Loads the last snapshot and folds everything after it, up to the present end of the log.
    ///
    /// # Errors
    ///
    /// [`FollowError`] when that is not possible; the message says what to do.
    pub(crate) async fn catch_up(&self) -> Result<(), FollowError> {
        let projections = &self.backends.projections;
        let positions = projections.positions().await?;
        let (mut least, last) = (positions.iter().min(), positions.iter().max());
        let (mut snapshot, is_of_nobody) = self.newest_snapshot().await?;
        let last = snapshot.as_ref().map(|it| it.position).max(last.copied()).unwrap_or_default();
        let head = self.log_past(last).await;
        self.tables.note(positions);
        if last > head && !self.is_alone() {
            return Err(FollowError::LogPutBack { head, last });
        }
        if last > head {
            // The log was put back to an earlier state: what was computed from its lost end is void.
            tracing::warn!(%last, %head, "projections are ahead of the log and are computed anew");
            projections.clear().await?;
            self.tables.note(Default::default());
            (least, snapshot) = (None, None);
        }
        // One process begins anew where its tables lack what folding up to the snapshot wrote; a replica's
        // shares are caught up with by whoever takes them.
        let is_usable = |position: Position| match self.settings.replicas {
            Replicas::One => least.is_some_and(|least| position <= *least),
            Replicas::Many => true,
        };
        let snapshot = snapshot.filter(|it| self.is_of_ours(it));
        let mut begun_with_nobody = false;
        if let Some(snapshot) = snapshot.filter(|it| is_usable(it.position)) {
            let live = Live::decode(&snapshot.bytes, self.shop().currency)?;
            // So must a state that was folded under other bounds.
            if live.is_configured_as(&self.live()) {
                self.replace_live(live);
                begun_with_nobody = is_of_nobody;
            }
        }
        let position = self.live().position();
        let pending = Pending::after(position, self.settings.replicas);
        *self.tables.backlog() = Backlog::Whole(pending);
        if begun_with_nobody {
            self.begin_with_no_share();
        }
        self.note_saved(Saved { position, time: self.now() });
        Ok(self.fold_all().await?)
    }

    /// Whether a snapshot is of a program with the same state. An earlier one's is computed anew; so is a newer
    /// one's among replicas, which are restarted one after the other. One process alone refuses that: who
    /// began a newer program on its folder would lose by going on with this one.
    fn is_of_ours(&self, snapshot: &Snapshot) -> bool {
        match SavedBy::of(&snapshot.bytes) {
            SavedBy::Ours => return true,
            SavedBy::Newer if self.is_alone() => return true,
            SavedBy::Newer => tracing::warn!("the snapshot is a newer program's"),
            SavedBy::Earlier => tracing::info!("the snapshot is an earlier program's"),
        }
        tracing::info!("the live state is computed anew from the history");
        false
    }

    /// The end of the log, once it shows `position`: others may have appended what this process has only
    /// heard of. After a while its end as it is.
    pub(crate) async fn log_past(&self, position: Position) -> Position {
        let log = &self.backends.log;
        if self.is_alone() || position <= log.head() {
            return log.head();
        }
        let before = Position::new(position.get().saturating_sub(1));
        let shown = tokio::time::timeout(LOG_WITHIN, log.wait_past(before)).await;
        shown.unwrap_or_else(|_| log.head())
    }

    /// Folds what the log has that decisions do not see yet: what [`follow`](App::follow) does all
    /// the time, once. Not beside it.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the log cannot be read or projections cannot be written.
    pub async fn fold_all(&self) -> Result<(), PortError> {
        let history = self.history();
        let position = self.live().position();
        let mut events = history.read(position, CATCH_UP_MAX).await?;
        while let Some(last) = events.last().map(|it| it.position) {
            // The next ones are read while these are folded.
            let history = history.clone();
            let reading = tokio::spawn(async move { history.read(last, CATCH_UP_MAX).await });
            let folded = self.fold_events(&events);
            self.write_tables().await?;
            self.tell(&folded);
            events = reading.await.map_err(given_up)??;
        }
        Ok(())
    }

    /// Follows the log until [`App::stop_following`]. Run one of it, on a thread of its own.
    ///
    /// Should that thread die, the state may be half folded: it must not be saved, and the process has
    /// to begin anew.
    pub async fn follow(&self) {
        let mut stopping = self.stopping.subscribe();
        let mut wishes = self.tables.sharing.wishes();
        let mut change_again = None;
        while !*stopping.borrow() {
            wishes.mark_unchanged();
            let left = self.change_or_report(&mut change_again).await;
            match self.fold_some().await {
                Ok(folded) if folded.n_events == 0 && left == Left::More => {}
                Ok(folded) if folded.n_events == 0 => {
                    let until = change_again.unwrap_or_else(Instant::now);
                    tokio::select! {
                        _ = self.backends.log.wait_past(self.applied()) => {}
                        _ = wishes.changed() => {}
                        () = self.tables.settled.notified(), if left == Left::Awaited => {}
                        () = tokio::time::sleep_until(until), if change_again.is_some() => {}
                        _ = stopping.changed() => {}
                    }
                }
                Ok(folded) => {
                    // What is folded is folded: its writes are tried until the backend takes them.
                    while self.is_alone() && self.rest_after_error(self.write_tables().await).await
                    {
                    }
                    self.tell(&folded);
                }
                Err(error) => drop(self.rest_after_error(Err(error)).await),
            }
            if self.is_alone() {
                self.rest_after_error(self.save_when_due().await).await;
            }
        }
    }

    /// Changes what is followed; after an error not before `again`, so that folding does not wait for it.
    async fn change_or_report(&self, again: &mut Option<Instant>) -> Left {
        if again.is_some_and(|it| Instant::now() < it) {
            return Left::Awaited;
        }
        let changed = self.change_following().await;
        *again = changed.is_err().then(|| Instant::now() + RETRY_AFTER);
        changed.unwrap_or_else(|error| {
            metrics::counter!("follow_failures_total").increment(1);
            tracing::error!(%error, "the shares that are followed could not be changed");
            Left::Awaited
        })
    }

    fn is_alone(&self) -> bool {
        self.settings.replicas == Replicas::One
    }

    /// Ends [`follow`](App::follow) after what it is folding: part of an orderly end.
    pub fn stop_following(&self) {
        self.stopping.send_replace(true);
    }

    /// Reports an error and rests a while; whether there was one.
    async fn rest_after_error(&self, result: Result<(), PortError>) -> bool {
        let Err(error) = result else { return false };
        metrics::counter!("follow_failures_total").increment(1);
        tracing::error!(%error, "the live state is falling behind the log");
        tokio::time::sleep(RETRY_AFTER).await;
        true
    }

    /// Reads some events and folds them into the live state.
    async fn fold_some(&self) -> Result<Folded, PortError> {
        let position = self.live().position();
        Ok(self.fold_events(&self.history().read(position, READ_MAX).await?))
    }

    fn fold_events(&self, events: &[Recorded]) -> Folded {
        for chunk in events.chunks(FOLD_MAX) {
            self.fold_chunk(chunk);
        }
        let through = events.last().map_or_else(|| self.applied(), |it| it.position);
        Folded { n_events: events.len(), through }
    }

    /// Tells those who wait what was folded.
    fn tell(&self, folded: &Folded) {
        self.applied.send_replace(folded.through);
        self.tables.grown.notify_one();
        metrics::counter!("events_folded_total").increment(folded.n_events as u64);
    }

    pub(crate) fn note_saved(&self, saved: Saved) {
        *self.saved.lock().unwrap_or_else(PoisonError::into_inner) = saved;
    }

    fn fold_chunk(&self, events: &[Recorded]) {
        let mut writes = Vec::with_capacity(events.len());
        let shares = {
            let mut live = self.live_mut();
            for event in events {
                let mut of_event = Vec::new();
                live.fold(event, &mut of_event);
                writes.push(of_event);
            }
            live.shares()
        };
        // Not under the lock that decisions wait for.
        self.tables.backlog().add(events, writes, shares);
    }

    pub(crate) async fn save_when_due(&self) -> Result<(), PortError> {
        let Saved { position, time } = *self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let n_events = self.applied().get().saturating_sub(position.get());
        let age = self.now().since(time);
        let is_due = n_events >= self.settings.snapshot_every_events
            || (n_events > 0 && age >= self.settings.snapshot_every);
        if is_due { self.save_live().await } else { Ok(()) }
    }

    /// Saves the live state, so that the next start need not fold the whole log again.
    ///
    /// Decisions go on meanwhile; folding waits, in a replica only until the state is encoded. A replica saves
    /// nothing where that falls to another one, or while the tables lack something.
    ///
    /// # Errors
    ///
    /// [`PortError`] when it cannot be written; the previous snapshot then stays.
    pub async fn save_live(&self) -> Result<(), PortError> {
        let saved = Saved { position: self.applied(), time: self.now() };
        let shares = self.live().shares();
        if let Some(shares) = shares {
            self.save_shares(shares).await?;
            self.note_saved(saved);
            return Ok(());
        }
        let snapshot = {
            let live = self.live();
            Snapshot { position: live.position(), bytes: live.encode() }
        };
        let saved = Saved { position: snapshot.position, ..saved };
        // The tables contain the same events, also where those left nothing in them.
        self.level_tables().await?;
        if !self.is_alone() && !self.are_tables_at(snapshot.position).await? {
            return Ok(());
        }
        self.backends.projections.save_snapshot(SNAPSHOT, snapshot).await?;
        self.note_saved(saved);
        Ok(())
    }

    /// Whether a replica may save what is of this position: where a share lacks something of it, whoever
    /// takes that share over needs the snapshot before.
    async fn are_tables_at(&self, position: Position) -> Result<bool, PortError> {
        if !self.saves_snapshots() {
            return Ok(false);
        }
        let positions = self.backends.projections.positions().await?;
        self.tables.note(positions);
        Ok(positions.iter().all(|it| position <= *it))
    }

    /// Waits until decisions see the event at `position`.
    pub async fn wait_until_seen(&self, position: Position) {
        let mut applied = self.applied.subscribe();
        // The sender is this very shop's, so that waiting cannot end in its absence.
        drop(applied.wait_for(|it| *it >= position).await);
    }

    /// Waits until decisions see the event at `position`, at most for `patience`; how many events
    /// they are behind it then.
    pub(crate) async fn seen(&self, position: Position, patience: Duration) -> u64 {
        let mut applied = self.applied.subscribe();
        let caught_up = applied.wait_for(|it| *it >= position);
        match tokio::time::timeout(patience, caught_up).await {
            Ok(_) => 0,
            Err(_) => position.get().saturating_sub(self.applied().get()),
        }
    }
}

pub(crate) fn given_up(source: tokio::task::JoinError) -> PortError {
    PortError::Unavailable {
        backend: "the history",
        what: "reading it was given up".to_owned(),
        source: Some(source.into()),
    }
}
