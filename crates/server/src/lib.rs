//! The interface over HTTP: routes, keys, limits; requests in, JSON out.
//!
//! ```text
//! connection ─▶ envelope ─▶ shed ─▶ key, origin, rate ─▶ body ─▶ api ─▶ app ─▶ api ─▶ answer
//!   serve        id, span,   traffic   access, traffic    body    routes/*           envelope
//!                metrics
//! ```
//!
//! # Where to start
//!
//! Read [`router()`] for what there is, then one file of `routes`: each translates and delegates.
//!
//! # Invariants
//!
//! - Every answer carries `x-request-id`, and every refusal is problem+json, made in one place.
//! - Every body, batch, rate, wait and connection is bounded by a named limit.
//! - Too much to do is shed in a stated order: reading first, then intake, decisions last. A body that is
//!   slow to arrive holds none of the places that this is about.
//! - Logs and metrics name routes, never paths, ids or addresses.
//!
//! # What does not live here
//!
//! What JSON means is `api`'s, what requests do is `app`'s.

mod access;
mod body;
mod entrance;
mod envelope;
mod extract;
mod failure;
mod networks;
mod openapi;
mod passing;
mod router;
mod routes;
mod serve;
mod state;
mod tls;
mod traffic;

pub use entrance::{Entrance, OpeningProgress};
pub use openapi::openapi_json;
pub use router::router;
pub use serve::serve;
pub use state::{AdoptTrace, RenderMetrics, ServerLimits, ServerState};
pub use tls::{Tls, TlsError};
