//! temp
mod catalogue;
mod pictures;
mod client;
mod clock;
mod shoppers;
mod simulation;
pub use catalogue::{DemoShop, Product};
pub use client::{Client, ClientError, Keys};
pub use clock::Clock;
pub use shoppers::Population;
pub use simulation::*;
