//! Chances, with their ranges kept by the type.

use minicbor::{Decode, Encode};

/// A chance from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// Wraps `value`, or returns `None` unless `0 <= value <= 1`.
    pub fn new(value: f64) -> Option<Probability> {
        (0.0..=1.0).contains(&value).then_some(Probability(value))
    }

    /// The value.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// The chance with which a logged action was taken: a probability that is not zero.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Encode, Decode)]
#[cbor(transparent)]
pub struct Propensity(#[n(0)] f64);

impl Propensity {
    /// The propensity of what could not have been otherwise.
    pub const CERTAIN: Propensity = Propensity(1.0);

    /// Wraps `value`, or returns `None` unless `0 < value <= 1`.
    pub fn new(value: f64) -> Option<Propensity> {
        (0.0 < value && value <= 1.0).then_some(Propensity(value))
    }

    /// The value.
    pub const fn get(self) -> f64 {
        self.0
    }
}
