//! Keeping in step with records: what is held of them in memory others may change as well.
//!
//! Every second the counts of changes are read, and what they count only where they grew. So a key, a
//! placement or the switch that was changed through one process holds on all of them a second later, and
//! whose an id is that somebody's login moved.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ports::{Changes, MovedId, PortError};

use super::ReadyPlacement;
use crate::App;

/// How long after a change was made elsewhere it is in force here, at most, while records answer.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many moved ids are read at once.
const MOVES_MAX: u32 = 4_096;

/// Up to which change records were read.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Changes>);

impl Known {
    fn get(&self) -> Changes {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, change: impl FnOnce(&mut Changes)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl App {
    /// Keeps what is held of records in step with them, until following ends. Run one of it.
    pub async fn keep_records(&self) {
        let mut stopping = self.stopping.subscribe();
        while !*stopping.borrow() {
            if let Err(error) = self.refresh_records().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "records cannot be read; what was known of them is in force"
                );
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopping.changed() => {}
            }
        }
    }

    /// Takes over what was changed in records since it was last looked.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be read; what was not taken over is at the next look.
    pub async fn refresh_records(&self) -> Result<(), PortError> {
        let (known, changes) = (self.known_changes.get(), self.backends.records.changes().await?);
        if known.decided != changes.decided {
            self.reload_decided().await?;
            self.known_changes.update(|it| it.decided = changes.decided);
        }
        if changes.moved < known.moved {
            // The database was put back.
            self.directory.forget_all();
            self.known_changes.update(|it| it.moved = changes.moved);
        }
        if known.moved < changes.moved {
            self.forget_moved(known.moved, changes.moved).await?;
        }
        Ok(())
    }

    /// Reads all that people decided, at first.
    pub(crate) async fn read_decided(&self) -> Result<(), PortError> {
        let changes = self.backends.records.changes().await?;
        self.reload_decided().await?;
        self.known_changes.update(|it| *it = changes);
        Ok(())
    }

    async fn reload_decided(&self) -> Result<(), PortError> {
        let _alone = self.administering.lock().await;
        let records = &self.backends.records;
        self.keys.replace(records.keys().await?);
        if let Some(switch) = records.switch().await? {
            self.switch.set(switch);
        }
        let mut ready = Vec::new();
        for placement in records.placements().await? {
            let id = placement.id.clone();
            match ReadyPlacement::new(placement) {
                Ok(it) => ready.push(it),
                // A newer program may know more; what was known of it here stays in force.
                Err(error) => {
                    tracing::warn!(placement = %id, %error, "a placement is not understood");
                    ready.extend(self.placements.get(&id).map(|it| ReadyPlacement::clone(&it)));
                }
            }
        }
        self.placements.replace(ready);
        Ok(())
    }

    /// Forgets whose those ids are that were moved after `after`.
    async fn forget_moved(&self, mut after: u64, through: u64) -> Result<(), PortError> {
        while after < through {
            let moves = self.backends.records.moves(after, MOVES_MAX).await?;
            let (first, last) = (moves.first().map(|it| it.number), moves.last());
            if first == Some(after + 1) {
                moves.iter().for_each(|MovedId { id, .. }| self.directory.forget(id));
            } else {
                // Some are not told any more.
                self.directory.forget_all();
            }
            after = last.map_or(through, |it| it.number);
            self.known_changes.update(|it| it.moved = after);
        }
        Ok(())
    }
}
