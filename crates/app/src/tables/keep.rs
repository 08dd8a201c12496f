//! Keeping the tables where there are replicas: beside the follower, which waits for nobody.

use std::time::Duration;

use domain::Position;
use ports::{PortError, Share};

use crate::{App, Replicas};

/// How often shares are looked at, and brought to the live state's position.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked whether all shares have come to a position.
const LEVEL_EVERY: Duration = Duration::from_millis(100);
/// How long writing rests after a backend failed.
const RETRY_AFTER: Duration = Duration::from_millis(500);

impl App {
    /// Keeps this replica's shares of the tables, and the snapshot if that falls to it, until following
    /// ends. Run one of it. Where there is one process its follower does this, and nothing happens here.
    pub async fn keep_tables(&self) {
        if self.settings.replicas == Replicas::One {
            return;
        }
        let mut stopping = self.stopping.subscribe();
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !*stopping.borrow() {
            let kept = tokio::select! {
                _ = look.tick() => self.look_after_tables().await,
                () = self.tables.grown.notified() => self.write_tables().await,
                _ = stopping.changed() => break,
            };
            if let Err(error) = kept {
                metrics::counter!("tables_failures_total").increment(1);
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the tables are falling behind"
                );
                tokio::select! {
                    () = tokio::time::sleep(RETRY_AFTER) => {}
                    _ = stopping.changed() => {}
                }
            }
        }
    }

    async fn look_after_tables(&self) -> Result<(), PortError> {
        self.share_tables().await?;
        self.tables.note(self.backends.projections.positions().await?);
        self.level_tables().await?;
        if self.saves_snapshots() { self.save_when_due().await } else { Ok(()) }
    }

    /// Waits until all shares contain `position`, at most for `patience`; whether there was anything to
    /// wait for. A process that is alone has them there before it tells of an event.
    ///
    /// # Errors
    ///
    /// [`PortError`] when projections cannot be read.
    pub(crate) async fn tables_seen(
        &self,
        position: Position,
        patience: Duration,
    ) -> Result<bool, PortError> {
        if self.settings.replicas == Replicas::One {
            return Ok(false);
        }
        let until = tokio::time::Instant::now() + patience;
        loop {
            let positions = self.backends.projections.positions().await?;
            if positions.iter().all(|it| position <= *it) || until <= tokio::time::Instant::now() {
                return Ok(true);
            }
            tokio::time::sleep(LEVEL_EVERY).await;
        }
    }

    /// Whether snapshots of the live state are this process's to save: the same everywhere, one is enough.
    pub(crate) fn saves_snapshots(&self) -> bool {
        Share::all().next().is_some_and(|first| self.tables.sharing.is_ours(first))
    }

    /// Writes what is pending and gives this replica's shares to the others: part of an orderly end, after
    /// the last fold.
    ///
    /// # Errors
    ///
    /// [`PortError`] when projections fail; the others write what was not.
    pub async fn end_tables(&self) -> Result<(), PortError> {
        let written = self.level_tables().await;
        if self.settings.replicas == Replicas::Many {
            self.leave_tables().await;
        }
        written
    }
}
