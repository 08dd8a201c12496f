//! The wire: the JSON of the interface, and its way into and out of the product's own words.
//!
//! ```text
//! bytes ──▶ json ──▶ segment ───▶ app::Incoming      events, as Segment's libraries send them
//!                ──▶ products ──▶ domain::Product    the catalogue
//!                ──▶ decisions ─▶ app::DecisionRequest, and back with reasons in words
//!                ──▶ administration                  placements, keys, the switch, the trail
//! ```
//!
//! # Where to start
//!
//! Read [`segment`]: tens of thousands of events a second pass it, and the rest is simpler.
//!
//! # Invariants
//!
//! - Everything is checked here, once; behind this crate nothing is parsed again.
//! - What is wrong is named: the field, its value, what to do ([`app::Rejection`]); the codes are in
//!   [`RejectionCode`] and [`ErrorCode`], and nowhere else.
//! - No amount of money passes through a floating-point number.
//!
//! # What does not live here
//!
//! HTTP: routes, headers, keys, limits on traffic. That is `server`.

pub mod administration;
mod codes;
pub mod decisions;
mod json;
mod pages;
mod problem;
pub mod products;
pub mod segment;

pub use codes::{ErrorCode, RejectionCode, errors_markdown};
pub use json::{NESTING_MAX, is_nested_too_deeply, read_body};
pub use pages::{List, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, Page, PageQuery};
pub use problem::{Problem, RejectionView};
