//! How much is let in: how often each key may call, and what is turned away when there is too much.

mod rates;
mod shed;

pub(crate) use rates::Rates;
pub(crate) use shed::{Class, Shedder, shed};
