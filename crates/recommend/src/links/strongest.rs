//! Which links are kept.

use std::cmp::Reverse;

use linalg::Csr;
use rayon::prelude::*;

/// How many products are looked at between two questions whether to give up.
const PRODUCTS_AT_ONCE: u32 = 4_096;

/// Keeps the `n_max` strongest of `links`, whether they speak for a product or against it, by ascending product;
/// of equals those that come first. What is 0 or no number is no link.
pub(crate) fn keep_strongest(links: &mut Vec<(u32, f32)>, n_max: usize) {
    links.retain(|(_, strength)| *strength != 0.0 && strength.is_finite());
    if links.len() > n_max {
        // The bits of positive floats are in the order of the floats.
        let order =
            |&(product, strength): &(u32, f32)| (Reverse(strength.abs().to_bits()), product);
        links.select_nth_unstable_by_key(n_max, order);
        links.truncate(n_max);
    }
    links.sort_unstable_by_key(|it| it.0);
}

/// A row for each of `n_products`, as `links_of` tells them with a scratch of each thread's own; nothing where
/// `is_stopped` says so.
pub(crate) fn link_all<S>(
    n_products: usize,
    is_stopped: &dyn Fn() -> bool,
    scratch: impl Fn() -> S + Sync,
    links_of: impl Fn(u32, &mut S) -> Vec<(u32, f32)> + Sync,
) -> Option<Csr> {
    let n = u32::try_from(n_products).expect("products are numbered by a u32");
    let mut links = Csr::new(n_products);
    for first in (0..n).step_by(PRODUCTS_AT_ONCE as usize) {
        if is_stopped() {
            return None;
        }
        let some = first..first.saturating_add(PRODUCTS_AT_ONCE).min(n);
        let lists: Vec<Vec<(u32, f32)>> =
            some.into_par_iter().map_init(&scratch, |scratch, it| links_of(it, scratch)).collect();
        lists.into_iter().for_each(|it| links.push_row(it));
    }
    Some(links)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn none_left_out_is_stronger_than_one_kept(
            strengths in prop::collection::vec(prop_oneof![-1.0_f32..1.0, Just(0.0), Just(f32::NAN)], 0..40),
            n_max in 1..20_usize,
        ) {
            let all: Vec<(u32, f32)> = (0..).zip(strengths).collect();
            let mut kept = all.clone();
            keep_strongest(&mut kept, n_max);
            let n_links = all.iter().filter(|it| it.1.abs() > 0.0).count();
            prop_assert_eq!(kept.len(), n_links.min(n_max));
            prop_assert!(kept.is_sorted_by(|a, b| a.0 < b.0));
            let least = kept.iter().map(|it| it.1.abs()).fold(f32::INFINITY, f32::min);
            for left_out in all.iter().filter(|it| !kept.contains(it)) {
                prop_assert!(left_out.1.is_nan() || left_out.1.abs() <= least);
            }
        }
    }
}
