//! The one error of all ports.

use std::error::Error;

/// Why a backend did not do what it was asked.
///
/// A port's caller can do three things: try again, give up, or tell the operator. The message is for
/// the operator; the two questions below are for the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// The backend cannot be reached or is too busy; the same call may succeed later.
    #[error("{backend} is not available: {what}")]
    Unavailable {
        /// Which backend, in words an operator knows.
        backend: &'static str,
        /// What was tried.
        what: String,
        /// What the backend's library said.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// There is no room left to write.
    #[error("{backend} has no room left: {what}; free disk space, then try again")]
    Full {
        /// Which backend.
        backend: &'static str,
        /// What was tried.
        what: String,
        /// What the backend's library said.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// What is stored cannot be read: damaged, or written by a newer program.
    #[error("{backend} holds something unreadable: {what}")]
    Unreadable {
        /// Which backend.
        backend: &'static str,
        /// What, and what to do about it.
        what: String,
        /// What the backend's library said.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The call itself is wrong; the same call will never succeed.
    #[error("{backend} refused: {what}")]
    Refused {
        /// Which backend.
        backend: &'static str,
        /// What was asked, why not, and what to do instead.
        what: String,
        /// What the backend's library said.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl PortError {
    /// Whether the same call may succeed later without anybody doing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, PortError::Unavailable { .. })
    }
}
