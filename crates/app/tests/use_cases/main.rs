//! The use cases from outside: a whole shop on the real adapters, its clock in the test's hand.
//!
//! One module an area. [`past`] tells the shops what happened before a test begins, and [`steps`]
//! makes up what may happen, for the tests that hold for every history.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

mod archive;
mod backup;
mod consent;
mod decisions;
mod eligibility;
mod habits;
mod identity;
mod import;
mod influence;
mod judging;
mod metrics;
mod migrate;
mod outcomes;
mod own_shares;
mod past;
mod privacy;
mod replay;
mod replicas;
mod steps;
mod training;

/// What a property test waits on: proptest calls closures that cannot be `async`.
fn runtime() -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made")
}
