//! Why the simulation stopped.

use crate::client::ClientError;
use crate::client::wire::RejectedEvent;

/// Why the shop's catalogue or past could not be sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The server could not be reached or refused.
    #[error("the demo shop could not send its {what}")]
    Client {
        /// What it was sending.
        what: &'static str,
        /// Why not.
        #[source]
        source: ClientError,
    },
    /// The server took the request and refused part of it, although the simulator sends only what
    /// the interface allows.
    #[error("{n_rejected} of the demo shop's {what} were refused, the first because {first}")]
    Rejected {
        /// What was sent.
        what: &'static str,
        /// How many were refused.
        n_rejected: usize,
        /// What was said of the first.
        first: String,
    },
}

impl From<ClientError> for SimulationError {
    fn from(source: ClientError) -> SimulationError {
        SimulationError::Client { what: "visits", source }
    }
}

impl SimulationError {
    /// An error if anything was refused: a simulation that is not believed shows nothing.
    pub(crate) fn unless_all_taken(
        what: &'static str,
        rejected: &[RejectedEvent],
    ) -> Result<(), SimulationError> {
        match rejected.first() {
            None => Ok(()),
            Some(first) => Err(SimulationError::Rejected {
                what,
                n_rejected: rejected.len(),
                first: format!("{} {}", first.field, first.remedy),
            }),
        }
    }
}
