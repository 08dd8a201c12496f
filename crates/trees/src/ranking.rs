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
pub(crate) fn order(scores: &[f32], out: &mut Vec<u32>) {
    out.clear();
    out.extend((0_u32..).take(scores.len()));
    out.sort_by(|a, b| scores[*b as usize].total_cmp(&scores[*a as usize]));
}
