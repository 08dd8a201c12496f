//! Time and chance, brought in from outside so that tests and simulations control them.

use domain::Timestamp;

/// Tells what time it is.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes.
///
/// Shopper keys, message ids and secrets come from here; in production it must be the operating
/// system's generator.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}
