//! Products linked to products: what several trained generators come down to when they answer.
//!
//! ```text
//! score(p) = Σ own(q) · link(q, p)
//! ```
//!
//! However the links were found, each product keeps the strongest that lead away from it, whether they speak
//! for a product or against it, so that answering walks one short row a product of the shopper's own.
//!
//! # Bounds and cost
//!
//! A link takes 8 bytes, at most [`LINKS_MAX`] a product. Answering walks the links of each habit: some 100 to
//! 200 µs of one core for fifty habits of a hundred links, spread over 100,000 products.

mod shared;
mod snapshot;
mod strongest;
#[cfg(test)]
pub(crate) mod suite;

use std::cell::RefCell;
use std::num::NonZeroU32;

use domain::ProductIdx;
use linalg::Csr;

use crate::interactions::{Weighing, weigh_own};
use crate::scratch::{Best, Marked, Tally};
use crate::{Candidate, Context};

pub(crate) use shared::Shared;
pub(crate) use snapshot::{decode_links, encode_links};
pub(crate) use strongest::{keep_strongest, link_all};

/// The most links that may lead away from a product.
pub(crate) const LINKS_MAX: u16 = 2_000;

thread_local! {
    /// Reused, so that answering allocates nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    own: Vec<(ProductIdx, f32)>,
    tallies: Marked<Tally>,
    best: Best,
}

/// Proposes what the links of the shopper's own products lead to; `links` has a row for each product.
pub(crate) fn follow(
    links: &Csr,
    weighing: &Weighing,
    context: &Context<'_>,
    limit: NonZeroU32,
    out: &mut Vec<Candidate>,
) {
    SCRATCH.with_borrow_mut(|Scratch { own, tallies, best }| {
        weigh_own(context, weighing, |it| it.as_usize() < links.n_rows(), own);
        tallies.reset(links.n_columns());
        for &(from, weight) in own.iter() {
            let (products, strengths) = links.row(from.as_usize());
            for (&product, strength) in products.iter().zip(strengths) {
                tallies.touch(product).add(weight * strength, from.get());
            }
        }
        best.append(tallies, |_| 1.0, (context.eligible, limit), out);
    });
}
