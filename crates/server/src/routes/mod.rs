//! The routes, one file a resource. Each handler translates and delegates.

pub(crate) mod audit;
pub(crate) mod catalogue;
pub(crate) mod decisions;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod keys;
pub(crate) mod live_state;
pub(crate) mod models;
pub(crate) mod personalization;
pub(crate) mod placements;
pub(crate) mod products;
pub(crate) mod quarantine;
