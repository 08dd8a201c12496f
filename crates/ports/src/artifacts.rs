//! Artifacts: what was trained, as files that never change.

use async_trait::async_trait;

use crate::PortError;

/// A store of immutable files.
///
/// What is in a file, and whether it is whole, is its reader's to check: a store can be tampered with.
///
/// # Contract
///
/// `conformance::check_artifacts` verifies every line below.
///
/// - An answered `put` is durable, and whole or not at all whenever the process died.
/// - `put` under a name that exists with the same bytes changes nothing; with others it is refused.
/// - Names are of lower-case letters, digits, `.`, `_`, `-` and single `/` between non-empty parts that
///   are not `.` or `..`; others are refused.
#[async_trait]
pub trait Artifacts: Send + Sync {
    /// Keeps a file.
    ///
    /// # Errors
    ///
    /// [`PortError`] when it is not known to be kept; so for every method below.
    async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), PortError>;

    /// The bytes of a file, if there is one of that name.
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, PortError>;

    /// The names that begin with `prefix`, in ascending order.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, PortError>;

    /// Removes a file; there may be none.
    async fn delete(&self, name: &str) -> Result<(), PortError>;
}
