//! A simulated shop: its catalogue, its shoppers with hidden tastes, and its storefront.
//!
//! It is a customer of Tastemaker and nothing else: it uses no product crate and talks HTTP, so whatever
//! it can do, any shop can. The binary's `demo` command composes it with a server on one port.
//!
//! ```text
//!             ┌───────────── seed ─────────────┐
//!             ▼                                ▼
//!        catalogue ──▶ pictures            shoppers (tastes, plans, habits) ──▶ truth
//!             │                                │
//!             ▼                                ▼
//!        storefront ───── client ◀──────── simulation (catalogue, past, live visitors), world
//!                            │
//!                            ▼  /v1/batch, /v1/decisions, /v1/products:import
//!                        Tastemaker
//! ```
//!
//! # Where to start
//!
//! [`DemoShop::generate`], then [`seed_catalogue`], [`simulate_past`] and [`run_live_visitors`];
//! [`router`] is the shop that a person visits. [`World`] is the same shop in virtual time, [`Truth`]
//! what its slates are worth, and [`Faults`] how badly its events may travel.
//!
//! # Invariants
//!
//! - The same seed gives the same shop, people, past and pictures, to the byte, and the same world where
//!   the server answers the same. Only live visitors and what a person does differ from run to run.
//! - Tastes never reach the server; only behaviour does.
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
mod truth;
mod world;

pub use catalogue::{DemoShop, Product};
pub use client::{Client, ClientError, FaultReport, Faults, FaultyClient, Keys};
pub use clock::Clock;
pub use shoppers::Population;
pub use simulation::{
    Arm, LivePlan, LiveReport, PastPlan, PastReport, SimulationError, declare_popular_arm,
    run_live_visitors, seed_catalogue, simulate_past, simulate_past_badly,
};
pub use storefront::{StorefrontState, router};
pub use truth::{Judgement, Measure, PersonTruth, Plan, Truth, Value};
pub use world::{Comparison, RETURNS_MAX, VisitReport, Watch, World, WorldPlan, WorldReport};
