//! The archivist: moves what happened from the log into the lake, and lets the log forget it.
//!
//! ```text
//! log ──read──▶ batch (so many events, so many bytes) ──▶ lake: one commit ──▶ log: forget all but the
//!                                                              │               latest that are archived
//!                                                              └──▶ now and then: tend
//! ```
//!
//! # Where to start
//!
//! [`App::keep_archive`] does it all the time, [`App::archive_through`] once, for whoever wants a data set.
//!
//! # Invariants
//!
//! - One archives at a time: within the process by [`Archiving::turn`], among processes by a lease.
//! - The log lets go of nothing that the lake has not acknowledged. It need not keep what the last
//!   snapshot lacks: [`History`](crate::History) reads that from the lake.
//! - Nobody waits for the archivist but who asks for a data set. When it fails the log grows, and the
//!   watermark of its disk closes intake before anything is lost.
//!
//! # Cost
//!
//! A batch is held decoded: at most [`BATCH_BYTES_MAX`] of encoded events, some four times that in memory.

use std::time::Duration;

use domain::{Position, Recorded, Span, Timestamp};
use ports::{Lease, PortError, Tended};
use tokio::sync::{Mutex, MutexGuard, watch};

use crate::history::end_of_run;
use crate::{App, Replicas};

/// How many events are read from the log at once.
const READ_MAX: usize = 8_192;
/// How many encoded bytes are archived together at the most, give or take one reading.
const BATCH_BYTES_MAX: usize = 96 << 20;
/// The work that is leased.
const WORK: &str = "archive";
/// For how long it is leased; renewed when half of it is over, and all the time while the lake is tended, which
/// may take long.
const LEASE_TERM: Span = Span::SECOND.times(30);
/// How long after another process was found to archive it is looked again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How long it is waited for what another process archives.
const ELSEWHERE_WITHIN: Duration = Duration::from_secs(300);

/// Who archives, and when the lake was looked after.
#[derive(Debug)]
pub(crate) struct Archiving {
    turn: Mutex<Turn>,
    /// Whether the archivist is to end.
    stopping: watch::Sender<bool>,
}

impl Default for Archiving {
    fn default() -> Archiving {
        Archiving { turn: Mutex::default(), stopping: watch::Sender::new(false) }
    }
}

/// Whose turn it is to write the lake; held for one batch or one tending.
#[derive(Debug, Default)]
struct Turn {
    lease: Option<Lease>,
    n_commits_since_tended: u64,
    /// `None` before the first tending of this process.
    tended: Option<Timestamp>,
}

/// Why events could not be archived.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A backend failed.
    #[error("the history could not be archived")]
    Backend(#[from] PortError),
    /// Another process archives.
    #[error("another process archives this shop; ask it, or wait half a minute if it is gone")]
    Elsewhere,
}

impl App {
    /// Archives what happens, until [`App::stop_archiving`]. Run one of it, on a thread of its own.
    pub async fn keep_archive(&self) {
        let mut stopping = self.archiving.stopping.subscribe();
        while !*stopping.borrow() {
            tokio::select! {
                () = self.wait_until_due() => {}
                _ = stopping.changed() => continue,
            }
            let rest = match self.archive_head(&mut stopping).await {
                Ok(()) => continue,
                Err(ArchiveError::Elsewhere) => {
                    self.learn_archived().await;
                    LOOK_AGAIN
                }
                Err(error) => {
                    metrics::counter!("archive_failures_total").increment(1);
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the log is not archived"
                    );
                    duration(self.settings.archive.retry_after)
                }
            };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = stopping.changed() => {}
            }
        }
        self.end_archiving().await;
    }

    /// Ends [`keep_archive`](App::keep_archive) after the commit in work: part of an orderly end.
    pub fn stop_archiving(&self) {
        self.archiving.stopping.send_replace(true);
    }

    /// Lets others archive: part of an orderly end where no [`keep_archive`](App::keep_archive) runs.
    pub async fn end_archiving(&self) {
        let Some(lease) = self.archiving.turn.lock().await.lease.take() else { return };
        if let Err(error) = self.backends.leases.give_back(&lease).await {
            tracing::warn!(%error, "the lease of archiving could not be given back; it ends by itself");
        }
    }

    /// Returns when the lake has everything up to `position`, or up to the end of the log if that is
    /// earlier. A data set is of history that is archived.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`] when it could not be archived.
    pub async fn archive_through(&self, position: Position) -> Result<(), ArchiveError> {
        let position = position.min(self.backends.log.head());
        let until = tokio::time::Instant::now() + ELSEWHERE_WITHIN;
        let has_others = self.settings.replicas == Replicas::Many;
        while self.backends.lake.archived() < position {
            let mut turn = self.archiving.turn.lock().await;
            // Somebody else may have done it meanwhile.
            if position <= self.backends.lake.archived() {
                break;
            }
            match self.archive_batch(&mut turn, self.backends.log.head()).await {
                Err(ArchiveError::Elsewhere)
                    if tokio::time::Instant::now() < until && has_others => {}
                archived => {
                    archived?;
                    continue;
                }
            }
            drop(turn);
            self.learn_archived().await;
            if self.backends.lake.archived() < position {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
        Ok(())
    }

    /// Learns what another process archived.
    async fn learn_archived(&self) {
        if let Err(error) = self.backends.lake.refresh().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "it cannot be told what another process archived"
            );
        }
    }

    /// Tends the lake: merges small files and removes what nobody needs any more.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`] when that was not possible; the lake is as good as before.
    pub async fn tend_lake(&self) -> Result<Tended, ArchiveError> {
        let mut turn = self.archiving.turn.lock().await;
        self.tend(&mut turn).await
    }

    /// Waits until as many events wait for the lake as one commit takes, or one has waited long enough.
    async fn wait_until_due(&self) {
        let (log, settings) = (&self.backends.log, &self.settings.archive);
        let archived = self.backends.lake.archived();
        log.wait_past(archived).await;
        let before_last = archived.get().saturating_add(settings.commit_events.saturating_sub(1));
        let full = log.wait_past(Position::new(before_last));
        // Either is a reason.
        drop(tokio::time::timeout(duration(settings.commit_every), full).await);
    }

    /// Archives up to the present end of the log, and tends in between, unless told to stop.
    async fn archive_head(&self, stopping: &mut watch::Receiver<bool>) -> Result<(), ArchiveError> {
        let head = self.backends.log.head();
        while self.backends.lake.archived() < head && !*stopping.borrow() {
            // Whoever waits for a turn gets one after each batch.
            let mut turn = self.archiving.turn.lock().await;
            self.archive_batch(&mut turn, head).await?;
            drop(turn);
            tokio::select! {
                // A tending that is given up leaves the lake as a crash would: good.
                tended = self.tend_when_due() => tended?,
                _ = stopping.changed() => return Ok(()),
            }
        }
        Ok(())
    }

    /// Archives one batch of the events up to `through`, and lets the log forget.
    async fn archive_batch(
        &self,
        turn: &mut MutexGuard<'_, Turn>,
        through: Position,
    ) -> Result<(), ArchiveError> {
        self.hold_lease(turn).await?;
        let start = self.now();
        let events = self.gather(self.backends.lake.archived(), through).await?;
        if events.is_empty() {
            return Ok(());
        }
        let n_events = events.len() as u64;
        tracing::debug!(n_events, "archiving");
        let archived = self.backends.lake.archive(events).await?;
        turn.n_commits_since_tended += 1;
        tracing::debug!(%archived, "archived");
        metrics::counter!("events_archived_total").increment(n_events);
        metrics::counter!("archive_commits_total").increment(1);
        metrics::histogram!("archive_seconds").record(self.now().since(start).as_secs_f64());
        self.let_log_forget(archived).await?;
        Ok(())
    }

    /// Reads a batch: bounded in events and in bytes, but one event at least.
    async fn gather(
        &self,
        archived: Position,
        through: Position,
    ) -> Result<Vec<Recorded>, PortError> {
        let commit_events = usize::try_from(self.settings.archive.commit_events.max(1));
        let commit_events = commit_events.unwrap_or(usize::MAX);
        let (mut events, mut n_bytes, mut last) = (Vec::new(), 0, archived);
        while last < through && events.len() < commit_events && n_bytes < BATCH_BYTES_MAX {
            let n_left = usize::try_from(through.get() - last.get()).unwrap_or(usize::MAX);
            let n_left = n_left.min(commit_events - events.len()).min(READ_MAX);
            let mut next = self.backends.log.read(last, n_left).await?;
            last = end_of_run(last, &next)?;
            n_bytes += next.iter().map(|it| it.envelope.encode().len()).sum::<usize>();
            events.append(&mut next);
        }
        Ok(events)
    }

    async fn let_log_forget(&self, archived: Position) -> Result<(), PortError> {
        let (log, n_kept) = (&self.backends.log, self.settings.archive.log_keep_events);
        let through = Position::new(archived.get().saturating_sub(n_kept));
        if log.tail() <= through { log.forget(through).await } else { Ok(()) }
    }

    async fn tend_when_due(&self) -> Result<(), ArchiveError> {
        let settings = &self.settings.archive;
        let mut turn = self.archiving.turn.lock().await;
        // What an earlier process left is looked at once.
        let waited = turn.tended.map_or(settings.tend_every, |it| self.now().since(it));
        let is_due = turn.n_commits_since_tended >= settings.tend_every_commits
            || (turn.n_commits_since_tended > 0 && waited >= settings.tend_every);
        if is_due {
            self.tend(&mut turn).await?;
        }
        Ok(())
    }

    async fn tend(&self, turn: &mut MutexGuard<'_, Turn>) -> Result<Tended, ArchiveError> {
        self.hold_lease(turn).await?;
        let start = self.now();
        tracing::debug!("tending");
        let tended = self.tend_leased(turn, start).await?;
        (turn.n_commits_since_tended, turn.tended) = (0, Some(start));
        tracing::debug!(?tended, "tended");
        metrics::histogram!("lake_tend_seconds").record(self.now().since(start).as_secs_f64());
        metrics::counter!("lake_files_merged_total").increment(tended.n_files_merged);
        metrics::counter!("lake_files_removed_total").increment(tended.n_files_removed);
        Ok(tended)
    }

    /// Tends while the lease is held; given up, as after a crash, where somebody else has it.
    async fn tend_leased(
        &self,
        turn: &mut MutexGuard<'_, Turn>,
        now: Timestamp,
    ) -> Result<Tended, ArchiveError> {
        let mut tending = self.backends.lake.tend(now);
        loop {
            tokio::select! {
                tended = &mut tending => return Ok(tended?),
                () = tokio::time::sleep(duration(self.settings.archive.renew_every)) => {}
            }
            if let Some(lease) = &turn.lease {
                turn.lease = self.backends.leases.renew(lease, self.now(), LEASE_TERM).await?;
            }
            if turn.lease.is_none() {
                return Err(ArchiveError::Elsewhere);
            }
        }
    }

    /// Takes the lease of archiving, or holds it for longer.
    async fn hold_lease(&self, turn: &mut MutexGuard<'_, Turn>) -> Result<(), ArchiveError> {
        let (leases, now) = (&self.backends.leases, self.now());
        let half = Span::from_micros(LEASE_TERM.as_micros() / 2);
        // The lease stands in the turn while it is renewed: whoever fails at that has it still.
        let held = match &turn.lease {
            Some(lease) if half < lease.until.since(now) => return Ok(()),
            Some(lease) => leases.renew(lease, now, LEASE_TERM).await?,
            None => None,
        };
        if held.is_some() {
            turn.lease = held;
            return Ok(());
        }
        let holder = format!("archivist-{:016x}", u64::from_be_bytes(self.random()));
        turn.lease = leases.take(WORK, &holder, now, LEASE_TERM).await?;
        if turn.lease.is_none() {
            return Err(ArchiveError::Elsewhere);
        }
        // Whoever had it before may have archived.
        if let Err(error) = self.backends.lake.refresh().await {
            if let Some(lease) = turn.lease.take() {
                leases.give_back(&lease).await?;
            }
            return Err(error.into());
        }
        Ok(())
    }
}

fn duration(span: Span) -> Duration {
    Duration::from_micros(u64::try_from(span.as_micros()).unwrap_or(0))
}
