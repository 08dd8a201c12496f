//! A simulated shop: its catalogue, its shoppers with hidden tastes, and its storefront.
//!
//! It is a customer of Tastemaker and nothing else: it uses no product crate and talks HTTP, so whatever
//! it can do, any shop can. The binary's `demo` command composes it with a server on one port.
//!
//! ```text
//!             ┌───────────── seed ─────────────┐
//!             ▼                                ▼
//!        catalogue ──▶ pictures            shoppers (tastes, missions, visits)
//!             │                                │
//!             ▼                                ▼
//!        storefront ───── client ◀──────── simulation (catalogue, past, live visitors)
//!                            │
//!                            ▼  /v1/batch, /v1/decisions, /v1/products:import
//!                        Tastemaker
//! ```
//!
//! # Where to start
//!
//! [`DemoShop::generate`], then [`seed_catalogue`], [`simulate_past`] and [`run_live_visitors`];
//! [`router`] is the shop that a person visits.
//!
//! # Invariants
//!
//! - The same seed gives the same shop, people, past and pictures, to the byte. Only live visitors and
//!   what a person does differ from run to run.
//! - Tastes never leave `shoppers`; only behaviour does.
//! - A storefront page renders whether or not Tastemaker answers.

mod catalogue;
mod client;
mod clock;
#[cfg(test)]
mod fake_api;
mod pictures;
mod shoppers;
mod simulation;
mod storefront;

pub use catalogue::{DemoShop, Product};
pub use client::{Client, ClientError, Keys};
pub use clock::Clock;
pub use shoppers::Population;
pub use simulation::{
    LivePlan, LiveReport, PastPlan, PastReport, SimulationError, run_live_visitors, seed_catalogue,
    simulate_past,
};
pub use storefront::{StorefrontState, router};
