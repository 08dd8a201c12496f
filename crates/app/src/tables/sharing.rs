//! Who keeps which share: all of them the one process there is, or each of the replicas its part.
//!
//! Every replica holds a lease that says that it lives, so that each knows how many there are and takes
//! as many shares as then fall to it, rounded up. Who has more gives some back; what a dead one had is
//! free when its leases end.

use std::sync::atomic::{AtomicU16, Ordering};

use domain::Span;
use ports::{Lease, N_SHARES, PortError, Share};

use crate::App;
use crate::pseudonyms::hex;

/// How long a replica that says nothing is taken to be alive.
const TERM: Span = Span::SECOND.times(10);
/// What the leases that say who lives are called by.
const REPLICA: &str = "replica-";
/// What the leases of shares are called by.
const SHARE: &str = "tables-";

/// Which shares are ours.
#[derive(Debug, Default)]
pub(crate) struct Sharing {
    /// A bit for each.
    ours: AtomicU16,
    /// The leases that this replica holds.
    held: tokio::sync::Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// What this process is called among replicas.
    name: String,
    alive: Option<Lease>,
    shares: Vec<(Share, Lease)>,
}

impl Sharing {
    /// The shares that are ours.
    pub(super) fn ours(&self) -> impl Iterator<Item = Share> + use<> {
        let ours = self.ours.load(Ordering::Acquire);
        Share::all().filter(move |it| ours & bit(*it) != 0)
    }

    /// Whether a share is ours.
    pub(crate) fn is_ours(&self, share: Share) -> bool {
        self.ours.load(Ordering::Acquire) & bit(share) != 0
    }

    /// All of them are ours: there is nobody else.
    pub(crate) fn take_all(&self) {
        self.ours.store(u16::MAX, Ordering::Release);
    }
}

const fn bit(share: Share) -> u16 {
    1 << share.number()
}

/// How many shares each of so many replicas keeps at the most.
const fn fair(n_replicas: usize) -> usize {
    let n_replicas = if n_replicas == 0 { 1 } else { n_replicas };
    N_SHARES.div_ceil(n_replicas)
}

fn work_of(share: Share) -> String {
    format!("{SHARE}{:02}", share.number())
}

impl App {
    /// Says that this replica lives, and takes or gives back shares, so that each replica has its part.
    ///
    /// # Errors
    ///
    /// [`PortError`] when leases cannot be had; what is held is held until its end all the same.
    pub(super) async fn share_tables(&self) -> Result<(), PortError> {
        let mut held = self.tables.sharing.held.lock().await;
        if held.name.is_empty() {
            // Each start has a name of its own, and those of the dead are never used again.
            self.backends.leases.forget(REPLICA, self.now()).await?;
            held.name = hex(&self.random::<8>());
        }
        let Held { name, alive, shares } = &mut *held;
        self.say_alive(alive, name).await?;
        let n_fair = fair(self.backends.leases.held(REPLICA, self.now()).await?.len());
        self.renew_shares(shares, n_fair).await?;
        let n_before = shares.len();
        let taken = self.take_shares(shares, n_fair, name).await;
        if n_before < shares.len() {
            self.tables.note(self.backends.projections.positions().await?);
        }
        self.own(shares);
        metrics::gauge!("table_shares").set(shares.len() as f64);
        taken
    }

    /// Renews the lease that says that this replica lives, or takes it.
    async fn say_alive(&self, alive: &mut Option<Lease>, name: &str) -> Result<(), PortError> {
        let leases = &self.backends.leases;
        if let Some(lease) = alive {
            *alive = leases.renew(lease, self.now(), TERM).await?;
        }
        if alive.is_none() {
            let work = format!("{REPLICA}{name}");
            *alive = leases.take(&work, name, self.now(), TERM).await?;
        }
        Ok(())
    }

    /// Renews the leases of shares, and gives back those that are more than `n_fair`.
    async fn renew_shares(
        &self,
        shares: &mut Vec<(Share, Lease)>,
        n_fair: usize,
    ) -> Result<(), PortError> {
        while n_fair < shares.len() {
            let Some((_, lease)) = shares.pop() else { break };
            self.own(shares);
            self.backends.leases.give_back(&lease).await?;
        }
        // Each stands in the list while it is renewed: whoever fails at that has it still.
        let mut index = 0;
        while let Some((_, lease)) = shares.get(index) {
            match self.backends.leases.renew(lease, self.now(), TERM).await? {
                Some(renewed) => {
                    shares[index].1 = renewed;
                    index += 1;
                }
                None => drop(shares.remove(index)),
            }
        }
        Ok(())
    }

    /// Takes free shares until there are `n_fair`.
    async fn take_shares(
        &self,
        shares: &mut Vec<(Share, Lease)>,
        n_fair: usize,
        name: &str,
    ) -> Result<(), PortError> {
        if shares.len() == n_fair {
            return Ok(());
        }
        let leases = &self.backends.leases;
        let theirs = leases.held(SHARE, self.now()).await?;
        let is_free = |it: &Share| theirs.iter().all(|lease| lease.work != work_of(*it));
        for share in Share::all().filter(is_free) {
            if shares.len() == n_fair {
                break;
            }
            let lease = leases.take(&work_of(share), name, self.now(), TERM).await?;
            shares.extend(lease.map(|lease| (share, lease)));
        }
        Ok(())
    }

    fn own(&self, shares: &[(Share, Lease)]) {
        let ours = shares.iter().fold(0, |ours, (share, _)| ours | bit(*share));
        self.tables.sharing.ours.store(ours, Ordering::Release);
    }

    /// How many replicas live beside this one.
    ///
    /// # Errors
    ///
    /// [`PortError`] when leases cannot be read.
    pub(crate) async fn n_other_replicas(&self) -> Result<usize, PortError> {
        let ours = self.tables.sharing.held.lock().await.name.clone();
        let held = self.backends.leases.held(REPLICA, self.now()).await?;
        Ok(held.iter().filter(|it| it.holder != ours).count())
    }

    /// Gives everything back that this replica holds: part of an orderly end.
    pub(super) async fn leave_tables(&self) {
        let mut held = self.tables.sharing.held.lock().await;
        self.own(&[]);
        let shares = std::mem::take(&mut held.shares).into_iter().map(|(_, lease)| lease);
        for lease in shares.chain(held.alive.take()) {
            if let Err(error) = self.backends.leases.give_back(&lease).await {
                tracing::warn!(%error, "a lease could not be given back; it ends by itself");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_all_replicas_are_all_shares() {
        assert_eq!([0, 1, 2, 3, 5, 16, 40].map(fair), [16, 16, 8, 6, 4, 1, 1]);
    }
}
