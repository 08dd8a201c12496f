//! Scores of one list on one scale, so that they can be weighed against something else.

/// The scores moved and stretched so that the least becomes 0 and the greatest 1.
///
/// Where all are alike, each is 1. A score that is not finite counts as the least.
pub(crate) fn scaled(scores: &[f32]) -> Vec<f64> {
    let finite = || scores.iter().filter(|it| it.is_finite()).map(|&it| f64::from(it));
    let least = finite().fold(f64::INFINITY, f64::min);
    let width = finite().fold(f64::NEG_INFINITY, f64::max) - least;
    let scale = |score: f32| match (score.is_finite(), width > 0.0) {
        (false, _) => 0.0,
        (true, false) => 1.0,
        (true, true) => (f64::from(score) - least) / width,
    };
    scores.iter().map(|&it| scale(it)).collect()
}

/// The numbers of `values` from the greatest to the least, of equals the first first.
pub(crate) fn greatest_first(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    order
}

/// Fills `n` places one by one, each with what is worth most there and has no place yet; of equals with
/// the first.
///
/// `worth` is asked for every candidate without a place, `place` is told who got one.
pub(crate) fn greedy<S>(
    n_candidates: usize,
    n: usize,
    state: &mut S,
    worth: impl Fn(&S, usize) -> f64,
    mut place: impl FnMut(&mut S, usize),
) -> Vec<usize> {
    let mut waiting: Vec<usize> = (0..n_candidates).collect();
    let mut placed = Vec::with_capacity(n.min(n_candidates));
    while placed.len() < n && !waiting.is_empty() {
        let mut best = (0, f64::NEG_INFINITY);
        for (at, &candidate) in waiting.iter().enumerate() {
            let worth = worth(state, candidate);
            if worth > best.1 {
                best = (at, worth);
            }
        }
        // Not `swap_remove`: who waits stays in the order of the list, by which equals are told apart.
        let chosen = waiting.remove(best.0);
        placed.push(chosen);
        place(state, chosen);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_zero_and_the_greatest_one() {
        assert_eq!(scaled(&[3.0, 1.0, 2.0]), [1.0, 0.0, 0.5]);
        assert_eq!(scaled(&[f32::NAN, 5.0, f32::INFINITY, 7.0]), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(scaled(&[2.0, 2.0]), [1.0, 1.0]);
        assert_eq!(scaled(&[f32::MAX, f32::MIN]), [1.0, 0.0]);
        assert!(scaled(&[]).is_empty());
    }

    #[test]
    fn of_equals_the_first_comes_first() {
        assert_eq!(greatest_first(&[1.0, 2.0, 1.0, 2.0]), [1, 3, 0, 2]);
    }
}
