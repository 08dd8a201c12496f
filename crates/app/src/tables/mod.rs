//! The tables: decisions and their outcomes, found by id, kept beside the live state.
//!
//! ```text
//! fold ──▶ writes, pending (bounded) ──▶ of the shares that are ours ──▶ projections
//!                  │                                ▲
//!                  └── let go of when every share   └── one process: all; replicas: by lease
//!                      contains them
//! ```
//!
//! Every process folds everything, so every process knows what is to be written; where there are so many
//! that each follows its own shares ([`crate::own_shares`]), it knows what it has to write itself. Who writes which
//! [share](ports::Share) is settled by leases ([`sharing`]); what a process writes that lost its share
//! without noticing does no harm, because entries are the same from everybody and no share can have a gap.
//!
//! # Where to start
//!
//! Read [`App::write_tables`], then [`sharing`].
//!
//! # What was missed
//!
//! Whoever takes a share over goes on where it stands. When that is before what is pending here, the
//! history from there is folded once more, beside the live state, for its writes alone ([`again`]): rare,
//! and as long as it lasts it takes as much memory as the live state does.

mod again;
mod backlog;
mod keep;
mod pending;
mod sharing;

pub(crate) use again::state_before;
pub(crate) use backlog::Backlog;
pub(crate) use pending::Pending;
pub(crate) use sharing::Sharing;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Position;
use ports::{Batch, N_SHARES, PortError, Share};

use crate::App;
use backlog::Next;

/// The tables, as far as this process is concerned with them.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    backlog: Mutex<Backlog>,
    /// Up to where each share was when it was last looked at.
    positions: Mutex<[Position; N_SHARES]>,
    /// Held by whoever writes.
    writing: tokio::sync::Mutex<()>,
    /// Told when there is something to write.
    pub(crate) grown: tokio::sync::Notify,
    /// Told when something was written, and when a share was loaded.
    pub(crate) settled: Arc<tokio::sync::Notify>,
    pub(crate) sharing: Sharing,
}

impl Tables {
    pub(crate) fn backlog(&self) -> MutexGuard<'_, Backlog> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn positions(&self) -> MutexGuard<'_, [Position; N_SHARES]> {
        self.positions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Up to where a share was when it was last looked at.
    pub(crate) fn position(&self, share: Share) -> Position {
        self.positions()[share.index()]
    }

    /// Takes note of where the shares are, and lets go of what all of them contain.
    pub(crate) fn note(&self, positions: [Position; N_SHARES]) {
        *self.positions() = positions;
        self.settle();
    }

    fn settle(&self) {
        let positions = *self.positions();
        self.backlog().settle(&positions);
        self.settled.notify_one();
    }
}

/// Shares that are at one position.
struct Level {
    shares: Vec<Share>,
    after: Position,
}

impl App {
    /// Writes what is pending to the shares that are ours.
    ///
    /// # Errors
    ///
    /// [`PortError`] when projections or the history fail; what was not written stays pending.
    pub(crate) async fn write_tables(&self) -> Result<(), PortError> {
        self.write_shares(When::ThereAreWrites).await
    }

    /// The same, so that our shares are at the live state's position also where nothing was written.
    ///
    /// # Errors
    ///
    /// As [`App::write_tables`].
    pub(crate) async fn level_tables(&self) -> Result<(), PortError> {
        self.write_shares(When::Always).await
    }

    async fn write_shares(&self, when: When) -> Result<(), PortError> {
        let _alone = self.tables.writing.lock().await;
        for level in self.levels() {
            self.write_level(level, when).await?;
        }
        self.tables.settle();
        Ok(())
    }

    /// Writes everything that is pending to shares that are at one position.
    async fn write_level(&self, level: Level, when: When) -> Result<(), PortError> {
        let Level { shares, mut after } = level;
        loop {
            let next = self.tables.backlog().next(&shares, after);
            let (through, end) = match next {
                Next::Batch { batch, end } => {
                    let through = batch.through;
                    let is_moving = after < through;
                    let is_wanted = !batch.writes.is_empty() || (is_moving && when == When::Always);
                    if is_wanted && !self.apply(batch).await? {
                        return Ok(());
                    }
                    (through, end)
                }
                Next::FoldAgain => {
                    let end = self.tables.backlog().through();
                    (self.write_again(&shares, after).await?, end)
                }
                Next::BeginAnew => {
                    // Not while the database is away, which is why so much waited.
                    self.tables.note(self.backends.projections.positions().await?);
                    self.tables.backlog().forget(&shares);
                    return Ok(());
                }
                Next::Nothing => return Ok(()),
            };
            // What comes meanwhile is for the next time; and so is what could not be written.
            if end <= through || through <= after {
                return Ok(());
            }
            after = through;
        }
    }

    /// Our shares, those at one position together unless each is followed for itself.
    fn levels(&self) -> Vec<Level> {
        let positions = *self.tables.positions();
        let together = self.tables.backlog().is_whole();
        let mut levels: Vec<Level> = Vec::new();
        for share in self.tables.sharing.ours().iter() {
            let after = positions[share.index()];
            match levels.iter_mut().find(|it| together && it.after == after) {
                Some(level) => level.shares.push(share),
                None => levels.push(Level { shares: vec![share], after }),
            }
        }
        levels
    }

    /// Writes a batch; `false` where a share turns out to be elsewhere than was known, and only that is
    /// found out.
    async fn apply(&self, batch: Batch) -> Result<bool, PortError> {
        let (shares, through) = (batch.shares.clone(), batch.through);
        if self.backends.projections.apply(batch).await? {
            let mut positions = self.tables.positions();
            for share in shares {
                let position = &mut positions[share.index()];
                *position = through.max(*position);
            }
            return Ok(true);
        }
        let found = self.backends.projections.positions().await?;
        tracing::warn!(?found, "the tables are not where they were left; they are caught up with");
        self.tables.note(found);
        Ok(false)
    }
}

/// When shares are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Where there is something to write.
    ThereAreWrites,
    /// Also where only their position moves.
    Always,
}
