//! What is saved where replicas follow their own shares: each share, and what belongs to no single shopper.

use std::sync::Arc;

use domain::Position;
use ports::{N_SHARES, PortError, Share, Snapshot};
use tokio::task::JoinHandle;

use crate::follow::SNAPSHOT;
use crate::live::{Joining, Live};
use crate::shares::{Following, Shares};
use crate::tables::{Backlog, state_before};
use crate::{App, Replicas};

/// The name of the snapshot of what belongs to no single shopper.
const COMMON: &str = "common";

/// A share as it was saved.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) joining: Joining,
    /// Up to where the tables of each share are.
    pub(super) positions: [Position; N_SHARES],
}

fn snapshot_of(share: Share) -> String {
    format!("share-{:02}", share.number())
}

impl App {
    /// Loads a share, beside the follower, which waits for nobody.
    ///
    /// What is saved of it may be more than its tables contain, where these were put back to an earlier state,
    /// or nothing, where everybody was followed until now: then it is taken from the state of everybody.
    pub(super) fn load_share(&self, share: Share) -> JoinHandle<Result<Loaded, PortError>> {
        let projections = Arc::clone(&self.backends.projections);
        let (empty, currency) = (self.empty_live(), self.shop().currency);
        self.beside_follower(async move {
            let positions = projections.positions().await?;
            let written = positions[share.index()];
            let saved = projections.load_snapshot(&snapshot_of(share)).await?;
            let saved = saved.filter(|it| it.position <= written).and_then(|it| {
                let decoded = Joining::decode(share, &it.bytes, empty.places_of_share());
                let refused = |error: &_| tracing::warn!(%error, "a saved share is passed over");
                decoded.inspect_err(refused).ok().flatten()
            });
            let joining = match saved {
                Some(joining) => joining,
                None => {
                    let whole = state_before(written, &*projections, empty, currency).await?;
                    Joining::of(share, &whole)
                }
            };
            Ok(Loaded { joining, positions })
        })
    }

    /// Loads the state of everybody as it was saved up to `position`, beside the follower.
    pub(super) fn load_whole(&self, position: Position) -> JoinHandle<Result<Live, PortError>> {
        tracing::info!("there are few replicas: everybody is caught up with");
        let projections = Arc::clone(&self.backends.projections);
        let (empty, currency) = (self.empty_live(), self.shop().currency);
        self.beside_follower(
            async move { state_before(position, &*projections, empty, currency).await },
        )
    }

    /// Runs something, and tells the follower when it is done.
    fn beside_follower<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, PortError>> + Send + 'static,
    ) -> JoinHandle<Result<T, PortError>> {
        let done = Arc::clone(&self.tables.settled);
        tokio::spawn(async move {
            let result = work.await;
            done.notify_one();
            result
        })
    }

    /// Saves the shares that are followed and are ours, each unless its tables lack something of it, and, if
    /// that falls to this replica, what does not belong to one shopper.
    ///
    /// # Errors
    ///
    /// [`PortError`] when they cannot be written; the snapshots before then stay.
    pub(crate) async fn save_shares(&self, followed: Shares) -> Result<(), PortError> {
        let projections = &self.backends.projections;
        if self.saves_snapshots() {
            let common = {
                let live = self.live();
                Snapshot { position: live.position(), bytes: live.encode() }
            };
            projections.save_snapshot(COMMON, common).await?;
        }
        for share in followed.and(self.tables.sharing.ours()).iter() {
            let snapshot = {
                let live = self.live();
                live.encode_share(share).map(|bytes| Snapshot { position: live.position(), bytes })
            };
            let Some(snapshot) = snapshot else { continue };
            self.level_tables().await?;
            let positions = projections.positions().await?;
            self.tables.note(positions);
            if snapshot.position <= positions[share.index()] {
                projections.save_snapshot(&snapshot_of(share), snapshot).await?;
            }
        }
        Ok(())
    }

    /// Begins as a replica that follows no share yet, from what was saved of what does not belong to one
    /// shopper.
    pub(crate) fn begin_with_no_share(&self) {
        self.live_mut().keep_only(Shares::NONE);
        *self.tables.backlog() = Backlog::of_none();
        self.tables.sharing.want(Following::Own(Shares::NONE));
    }

    /// The newest snapshot, and whether it is of somebody who follows no share: as the shop was kept last, so
    /// is begun.
    ///
    /// # Errors
    ///
    /// [`PortError`] when none can be read.
    pub(crate) async fn newest_snapshot(&self) -> Result<(Option<Snapshot>, bool), PortError> {
        let projections = &self.backends.projections;
        let whole = projections.load_snapshot(SNAPSHOT).await?;
        if self.settings.replicas == Replicas::One {
            return Ok((whole, false));
        }
        let position = |it: &Option<Snapshot>| it.as_ref().map(|it| it.position);
        let common = projections.load_snapshot(COMMON).await?;
        let is_common = position(&whole) < position(&common);
        Ok((if is_common { common } else { whole }, is_common))
    }
}
