//! Leases: work that must not run twice at once, wherever the processes are.

use async_trait::async_trait;
use domain::{Span, Timestamp};

use crate::PortError;

/// The right to do a piece of work until a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The work, such as `training`.
    pub work: String,
    /// Who holds it.
    pub holder: String,
    /// Grows each time the work is leased anew: of two who think they hold it, the larger is right.
    pub token: u64,
    /// When it ends, unless it is renewed.
    pub until: Timestamp,
}

/// Who may do which work.
///
/// # Contract
///
/// `conformance::check_leases` verifies every line below.
///
/// - At any `now`, at most one holder has a lease of a work that has not ended.
/// - A lease that ended can be taken by anybody, and its former holder cannot renew it once it was.
/// - `held` tells every lease that has not ended, whoever holds it, and no other.
/// - `forget` leaves every lease that has not ended, and every other work's token as it is.
/// - Taking a lease one holds already is refused as any other: a holder names one process's one task.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes the lease of a work, if nobody else holds it at `now`.
    ///
    /// # Errors
    ///
    /// [`PortError`] when it cannot be told who holds it; so for every method below.
    async fn take(
        &self,
        work: &str,
        holder: &str,
        now: Timestamp,
        term: Span,
    ) -> Result<Option<Lease>, PortError>;

    /// Holds it for another `term`; none when somebody else took it meanwhile.
    async fn renew(
        &self,
        lease: &Lease,
        now: Timestamp,
        term: Span,
    ) -> Result<Option<Lease>, PortError>;

    /// Gives it back, unless somebody else took it meanwhile.
    async fn give_back(&self, lease: &Lease) -> Result<(), PortError>;

    /// The leases of the works whose names begin with `prefix` that have not ended at `now`, by work.
    async fn held(&self, prefix: &str, now: Timestamp) -> Result<Vec<Lease>, PortError>;

    /// Forgets the works whose names begin with `prefix` and that nobody holds at `now`. Their tokens begin
    /// anew: this is for works that are named once and never again.
    async fn forget(&self, prefix: &str, now: Timestamp) -> Result<(), PortError>;
}
