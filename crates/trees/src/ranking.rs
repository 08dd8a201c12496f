//! What a place in a list is worth: shared by the objective that ranks and the metric that judges it.

use crate::dataset::Dataset;

/// What a gain counts in each place of the longest list, from the first: `1 / log2(place + 2)`.
pub(crate) fn discounts(data: &Dataset) -> Vec<f32> {
    let longest = data.groups().map(|it| it.len()).max().unwrap_or(0);
    #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough to rank by")]
    let discount = |place: usize| (1.0 / ((place + 2) as f64).log2()) as f32;
    (0..longest).map(discount).collect()
}

/// The discounted gain of the first `k` places of a list in its best order.
pub(crate) fn best_gain(gains: &[f32], k: usize, discounts: &[f32]) -> f64 {
    let mut sorted = gains.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let best = sorted.iter().take(k).zip(discounts);
    best.map(|(gain, discount)| f64::from(*gain) * f64::from(*discount)).sum()
}

/// Writes the places of scores to `out`, the highest first; of two as high, the earlier.
///
/// No score may be a NaN.
pub(crate) fn order(scores: &[f32], keys: &mut Vec<u64>, out: &mut Vec<u32>) {
    let key = |(place, score): (u32, &f32)| u64::from(descending(*score)) << 32 | u64::from(place);
    keys.clear();
    keys.extend((0..).zip(scores).map(key));
    keys.sort_unstable();
    out.clear();
    #[expect(clippy::cast_possible_truncation, reason = "the place is in the lower half")]
    out.extend(keys.iter().map(|it| *it as u32));
}

/// Bits that fall as the number rises.
fn descending(score: f32) -> u32 {
    // Zero has two signs, but is one number.
    let bits = (score + 0.0).to_bits();
    if bits >> 31 == 0 { !bits & !(1 << 31) } else { bits }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_scores_and_then_of_places(
            scores in prop::collection::vec(
                prop_oneof![-1e30_f32..1e30, (-3..3_i8).prop_map(f32::from), Just(-0.0)], 0..200),
        ) {
            let mut found = Vec::new();
            order(&scores, &mut Vec::new(), &mut found);
            let mut expected: Vec<u32> = (0..).take(scores.len()).collect();
            let score = |it: &u32| scores[*it as usize];
            expected.sort_by(|a, b| score(b).partial_cmp(&score(a)).unwrap());
            prop_assert_eq!(found, expected);
        }
    }
}
