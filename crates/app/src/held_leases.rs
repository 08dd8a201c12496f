//! Which leases this process holds, for whoever watches it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::{Span, Timestamp};
use ports::{Lease, Leases, PortError};

/// What parts the kind of a work from its number: `tables-07` is of the kind `tables`.
const NUMBER: char = '-';

/// Leases, of which those that are held are remembered until they end.
pub(crate) struct HeldLeases {
    leases: Arc<dyn Leases>,
    /// When each ends. A kind stays when none of it is held any more.
    held: Mutex<BTreeMap<String, BTreeMap<String, Timestamp>>>,
}

impl HeldLeases {
    pub(crate) fn of(leases: Arc<dyn Leases>) -> Arc<HeldLeases> {
        Arc::new(HeldLeases { leases, held: Mutex::default() })
    }

    /// How many leases of each kind of work are held at `now`, of every kind that ever was.
    pub(crate) fn by_kind(&self, now: Timestamp) -> Vec<(String, usize)> {
        let held = self.held();
        let by_kind = held.iter().map(|(kind, ends)| {
            let n_held = ends.values().filter(|it| now < **it).count();
            (kind.clone(), n_held)
        });
        by_kind.collect()
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, BTreeMap<String, Timestamp>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, lease: &Lease) {
        let kind = kind(&lease.work).to_owned();
        self.held().entry(kind).or_default().insert(lease.work.clone(), lease.until);
    }

    fn strike(&self, lease: &Lease) {
        if let Some(held) = self.held().get_mut(kind(&lease.work)) {
            held.remove(&lease.work);
        }
    }
}

fn kind(work: &str) -> &str {
    work.split(NUMBER).next().unwrap_or(work)
}

#[async_trait]
impl Leases for HeldLeases {
    async fn take(
        &self,
        work: &str,
        holder: &str,
        now: Timestamp,
        term: Span,
    ) -> Result<Option<Lease>, PortError> {
        let taken = self.leases.take(work, holder, now, term).await?;
        if let Some(lease) = &taken {
            self.note(lease);
        }
        Ok(taken)
    }

    async fn renew(
        &self,
        lease: &Lease,
        now: Timestamp,
        term: Span,
    ) -> Result<Option<Lease>, PortError> {
        let renewed = self.leases.renew(lease, now, term).await?;
        match &renewed {
            Some(lease) => self.note(lease),
            None => {
                self.strike(lease);
                metrics::counter!("leases_lost_total", "work" => kind(&lease.work).to_owned())
                    .increment(1);
            }
        }
        Ok(renewed)
    }

    async fn give_back(&self, lease: &Lease) -> Result<(), PortError> {
        self.strike(lease);
        self.leases.give_back(lease).await
    }

    async fn forget(&self, prefix: &str, now: Timestamp) -> Result<(), PortError> {
        self.leases.forget(prefix, now).await
    }

    async fn held(&self, prefix: &str, now: Timestamp) -> Result<Vec<Lease>, PortError> {
        self.leases.held(prefix, now).await
    }
}
