//! Keeping the tables where there are replicas: beside the follower, which waits for nobody.

use std::time::Duration;

use domain::Position;
use ports::{PortError, Share};

use crate::own_shares::Left;
use crate::{App, Replicas};

/// How often it is looked who keeps which share.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// How often shares are brought to the live state's position, also where nothing was written.
const LEVEL_EVERY: Duration = Duration::from_secs(1);
/// How often whoever waits for that looks.
const SEEN_EVERY: Duration = Duration::from_millis(100);
/// How long writing rests after a backend failed.
const RETRY_AFTER: Duration = Duration::from_millis(500);

impl App {
    /// Keeps this replica's shares of the tables, and the snapshot if that falls to it, until following
    /// ends. Run one of it. Where there is one process its follower does this, and nothing happens here.
    pub async fn keep_tables(&self) {
        if self.settings.replicas == Replicas::One {
            return;
        }
        // Beside each other: however long writing takes, leases are renewed.
        tokio::join!(self.keep_shares(), self.keep_writing());
    }

    async fn keep_shares(&self) {
        let mut stopping = self.stopping.subscribe();
        let mut look = every(LOOK_EVERY);
        while !*stopping.borrow() {
            tokio::select! {
                _ = look.tick() => self.told(self.share_tables().await),
                _ = stopping.changed() => break,
            };
        }
    }

    async fn keep_writing(&self) {
        let mut stopping = self.stopping.subscribe();
        let mut level = every(LEVEL_EVERY);
        while !*stopping.borrow() {
            let kept = tokio::select! {
                _ = level.tick() => self.level_and_save().await,
                () = self.tables.grown.notified() => self.write_tables().await,
                _ = stopping.changed() => break,
            };
            if !self.told(kept) {
                tokio::select! {
                    () = tokio::time::sleep(RETRY_AFTER) => {}
                    _ = stopping.changed() => {}
                }
            }
        }
    }

    /// Tells of an error; whether there was none.
    fn told(&self, kept: Result<(), PortError>) -> bool {
        let Err(error) = kept else { return true };
        metrics::counter!("tables_failures_total").increment(1);
        tracing::error!(error = &error as &dyn std::error::Error, "the tables are falling behind");
        false
    }

    /// Takes this replica's part of the tables, or gives back what is more than that, follows whom it is to
    /// follow, and brings its part to the live state's position: what [`keep_tables`](App::keep_tables) and
    /// [`follow`](App::follow) do every few seconds, once. Not beside them.
    ///
    /// # Errors
    ///
    /// [`PortError`] when leases or projections fail; what was not done is at the next look.
    pub async fn look_after_tables(&self) -> Result<(), PortError> {
        self.share_tables().await?;
        while self.change_following().await? != Left::Nothing {
            self.write_tables().await?;
            tokio::task::yield_now().await;
        }
        self.level_and_save().await
    }

    async fn level_and_save(&self) -> Result<(), PortError> {
        self.tables.note(self.backends.projections.positions().await?);
        self.level_tables().await?;
        let follows_shares = self.live().shares().is_some();
        if follows_shares || self.saves_snapshots() { self.save_when_due().await } else { Ok(()) }
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
            tokio::time::sleep(SEEN_EVERY).await;
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

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    interval
}
