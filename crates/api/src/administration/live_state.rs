//! The state that decisions are made from, on the wire.

use app::StateDigest;
use domain::Position;
use serde::Serialize;
use utoipa::ToSchema;

/// Digests of the state that decisions are made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LiveStateView {
    /// The last event that it contains.
    #[schema(example = "182736")]
    pub position: String,
    /// Its parts.
    pub parts: Vec<StatePartView>,
}

/// A part of the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatePartView {
    /// Its name.
    #[schema(example = "catalogue")]
    pub name: String,
    /// The BLAKE3 digest of its bytes, in hexadecimal.
    pub digest: String,
    /// How many bytes it has.
    pub bytes: u64,
}

impl LiveStateView {
    /// The state at a position.
    pub fn new(position: Position, parts: Vec<StateDigest>) -> LiveStateView {
        let part = |it: StateDigest| StatePartView {
            name: it.name.to_owned(),
            digest: it.digest,
            bytes: it.n_bytes as u64,
        };
        LiveStateView {
            position: position.to_string(),
            parts: parts.into_iter().map(part).collect(),
        }
    }
}
