//! Who keeps which share: all of them the one process there is, or each of the replicas its part.
//!
//! Every replica holds a lease that says that it lives, so that each knows how many there are and takes
//! as many shares as then fall to it, rounded up. Who has more gives some back; what a dead one had is
//! free when its leases end.
//!
//! The same leases say who follows whom, where there are so many replicas that each follows its own shares,
//! and where they are reached: a holder is a name and, after a space, an address.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::{Span, Timestamp};
use ports::{Lease, N_SHARES, PortError, Share};
use tokio::sync::watch;

use crate::App;
use crate::pseudonyms::hex;
use crate::shares::{Following, Shares};

/// How long a replica that says nothing is taken to be alive.
const TERM: Span = Span::SECOND.times(10);
/// What the leases that say who lives are called by.
const REPLICA: &str = "replica-";
/// What the leases of shares are called by.
const SHARE: &str = "tables-";

/// How long there have to be many replicas before each follows its own shares: one that died counts until its
/// lease ends.
const MANY_FOR: Span = Span::SECOND.times(15);
/// How long there have to be few replicas before each follows everybody again: one that is started anew is
/// away for less, and to follow everybody much has to be folded.
const FEW_FOR: Span = Span::MINUTE;

/// How many replicas there are, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Few,
    Many,
}

/// Which shares are ours.
#[derive(Debug)]
pub(crate) struct Sharing {
    /// A bit for each.
    ours: AtomicU16,
    /// The leases that this replica holds.
    held: tokio::sync::Mutex<Held>,
    /// Whom this replica is to follow.
    wanted: watch::Sender<Following>,
    /// Where this replica is reached by the others.
    address: OnceLock<Arc<str>>,
    /// Where those are reached who have each share, as of the last look.
    addresses: Mutex<[Option<Arc<str>>; N_SHARES]>,
}

impl Default for Sharing {
    fn default() -> Sharing {
        Sharing {
            ours: AtomicU16::default(),
            held: tokio::sync::Mutex::default(),
            wanted: watch::Sender::new(Following::Whole),
            address: OnceLock::new(),
            addresses: Mutex::default(),
        }
    }
}

#[derive(Debug, Default)]
struct Held {
    /// What this process is called among replicas.
    name: String,
    alive: Option<Lease>,
    shares: Vec<(Share, Lease)>,
    /// Whether there were few replicas when they were counted last, and since when that is so.
    counted: Option<(Number, Timestamp)>,
}

impl Sharing {
    /// The shares that are ours.
    pub(crate) fn ours(&self) -> Shares {
        Shares::from_bits(self.ours.load(Ordering::Acquire))
    }

    /// Whether a share is ours.
    pub(crate) fn is_ours(&self, share: Share) -> bool {
        self.ours().contains(share)
    }

    /// All of them are ours: there is nobody else.
    pub(crate) fn take_all(&self) {
        self.own(Shares::ALL);
    }

    fn own(&self, shares: Shares) {
        self.ours.store(shares.to_bits(), Ordering::Release);
    }

    /// Whom this replica is to follow.
    pub(crate) fn wanted(&self) -> Following {
        *self.wanted.borrow()
    }

    pub(crate) fn want(&self, following: Following) {
        self.wanted.send_if_modified(|it| std::mem::replace(it, following) != following);
    }

    /// Tells of changes of whom this replica is to follow.
    pub(crate) fn wishes(&self) -> watch::Receiver<Following> {
        self.wanted.subscribe()
    }

    /// Where another replica is reached that has the share, as far as is known.
    pub(crate) fn elsewhere(&self, share: Share) -> Option<Arc<str>> {
        let address = self.addresses()[share.index()].clone()?;
        (self.address.get() != Some(&address)).then_some(address)
    }

    fn addresses(&self) -> std::sync::MutexGuard<'_, [Option<Arc<str>>; N_SHARES]> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of who has which share.
    fn note_holders(&self, leases: &[Lease]) {
        let mut addresses: [Option<Arc<str>>; N_SHARES] = Default::default();
        for share in Share::all() {
            let lease = leases.iter().find(|it| it.work == work_of(share));
            let address = lease.and_then(|it| it.holder.split_once(' ')).map(|(_, it)| it);
            addresses[share.index()] = address.map(Arc::from);
        }
        *self.addresses() = addresses;
    }
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
        let Held { name, alive, shares, counted } = &mut *held;
        let holder = match self.tables.sharing.address.get() {
            Some(address) => format!("{name} {address}"),
            None => name.clone(),
        };
        self.say_alive(alive, name, &holder).await?;
        let n_replicas = self.backends.leases.held(REPLICA, self.now()).await?.len();
        let n_fair = fair(n_replicas);
        self.renew_shares(shares, n_fair).await?;
        let n_before = shares.len();
        let taken = self.take_shares(shares, n_fair, &holder).await;
        if n_before < shares.len() {
            self.tables.note(self.backends.projections.positions().await?);
        }
        let ours = self.own(shares);
        metrics::gauge!("table_shares").set(shares.len() as f64);
        self.want_shares(ours, n_replicas, counted);
        if self.tables.sharing.wanted() != Following::Whole {
            let leases = self.backends.leases.held(SHARE, self.now()).await?;
            self.tables.sharing.note_holders(&leases);
        }
        taken
    }

    /// Chooses whom to follow: everybody among few replicas, our shares among many, once that has lasted.
    fn want_shares(
        &self,
        ours: Shares,
        n_replicas: usize,
        counted: &mut Option<(Number, Timestamp)>,
    ) {
        let (sharing, now) = (&self.tables.sharing, self.now());
        let (number, long) = match n_replicas <= self.settings.whole_up_to as usize {
            true => (Number::Few, FEW_FOR),
            false => (Number::Many, MANY_FOR),
        };
        let since = counted.filter(|it| it.0 == number).map_or(now, |it| it.1);
        *counted = Some((number, since));
        let is_whole = match long <= now.since(since) {
            true => number == Number::Few,
            false => sharing.wanted() == Following::Whole,
        };
        sharing.want(if is_whole { Following::Whole } else { Following::Own(ours) });
    }

    /// Says where this replica is reached by the others, before [`keep_tables`](App::keep_tables) begins:
    /// `http://` and a host, without a path.
    pub fn announce(&self, address: &str) {
        // A second address would be a mistake of the program; the first one stays.
        drop(self.tables.sharing.address.set(address.trim_end_matches('/').into()));
    }

    /// Renews the lease that says that this replica lives, or takes it.
    async fn say_alive(
        &self,
        alive: &mut Option<Lease>,
        name: &str,
        holder: &str,
    ) -> Result<(), PortError> {
        let leases = &self.backends.leases;
        if let Some(lease) = alive {
            *alive = leases.renew(lease, self.now(), TERM).await?;
        }
        if alive.is_none() {
            let work = format!("{REPLICA}{name}");
            *alive = leases.take(&work, holder, self.now(), TERM).await?;
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
        holder: &str,
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
            let lease = leases.take(&work_of(share), holder, self.now(), TERM).await?;
            shares.extend(lease.map(|lease| (share, lease)));
        }
        Ok(())
    }

    fn own(&self, shares: &[(Share, Lease)]) -> Shares {
        let ours = shares.iter().map(|(share, _)| *share).collect();
        self.tables.sharing.own(ours);
        ours
    }

    /// How many replicas live beside this one.
    ///
    /// # Errors
    ///
    /// [`PortError`] when leases cannot be read.
    pub(crate) async fn n_other_replicas(&self) -> Result<usize, PortError> {
        let ours = format!("{REPLICA}{}", self.tables.sharing.held.lock().await.name);
        let held = self.backends.leases.held(REPLICA, self.now()).await?;
        Ok(held.iter().filter(|it| it.work != ours).count())
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
