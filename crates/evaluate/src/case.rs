//! A question with a known answer: what a shopper had done, and what they did then.

use domain::{ProductIdx, Timestamp};

/// What a shopper had done by some moment, and which products they went on to.
#[derive(Clone, Debug, PartialEq)]
pub struct Case<'a, T> {
    /// The shopper's number: cases of one shopper are not independent, and are resampled together. They
    /// stand next to each other among the cases, as every split leaves them.
    pub shopper: usize,
    /// The moment of the question.
    pub now: Timestamp,
    /// What they did before it, oldest first.
    pub past: &'a [T],
    /// On how many days they did something before, which is how well they are known.
    pub n_days: usize,
    /// What they went on to: at least one product, each once, ascending.
    pub truth: Vec<ProductIdx>,
}

/// How acts are read: this crate does not know what they are.
#[derive(Debug)]
pub struct Reading<T> {
    /// The product of an act.
    pub product: fn(&T) -> ProductIdx,
    /// When it was. Where data tell no times, all may be of one moment.
    pub time: fn(&T) -> Timestamp,
    /// Whether it is one that is asked for, such as an order; others belong to the past only.
    pub is_asked: fn(&T) -> bool,
}

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Reading<T> {
        *self
    }
}

impl<T> Copy for Reading<T> {}
