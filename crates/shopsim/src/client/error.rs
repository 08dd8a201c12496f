//! Why the shop got no answer.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

/// Why a request to Tastemaker brought nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No HTTP client could be made.
    #[error("no HTTP client could be set up")]
    Setup(#[source] reqwest::Error),
    /// There was no answer.
    #[error("the personalization service did not answer")]
    Unreachable(#[source] reqwest::Error),
    /// There was an answer that says something else than the interface promises.
    #[error("the answer of the personalization service cannot be read")]
    Unreadable(#[source] reqwest::Error),
    /// The server asks to come back later.
    #[error("the personalization service asks to wait for {} s", .wait.as_secs())]
    Deferred {
        /// How long.
        wait: Duration,
    },
    /// The server refused.
    #[error("the personalization service refused with {status} {code}: {detail}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// The stable code; empty when the server gave none.
        code: String,
        /// What was wrong.
        detail: String,
    },
}

/// The part of a problem document that the shop looks at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub(super) code: String,
    pub(super) detail: String,
}
