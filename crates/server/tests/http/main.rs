//! The interface as its callers see it: requests in, answers out, over a whole shop on real adapters.
//!
//! [`bad_input`] is also a page of the documentation; the other files go resource by resource.
#![expect(clippy::unwrap_used, reason = "these are tests")]

mod administration;
mod bad_input;
mod catalogue;
mod crowds;
mod decisions;
mod documents;
mod entrance;
mod events;
mod harness;
mod health;
mod models;
mod quarantine;
mod served;
mod tls;
