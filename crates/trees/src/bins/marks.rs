//! Where bins begin and end.

use super::{BINS_MAX, FeatureKind};

/// How many bins there are for values that are not missing.
const VALUE_BINS_MAX: usize = BINS_MAX - 1;

/// The marks of a feature with such values, in any order.
pub(super) fn marks(kind: FeatureKind, values: impl Iterator<Item = f32>) -> Vec<f32> {
    let counted = counted(values.filter(|it| !it.is_nan()).collect());
    match kind {
        FeatureKind::Number => between(&counted),
        FeatureKind::Category => most_frequent(counted),
    }
}

/// Every value once, ascending, with how often it is there.
fn counted(mut values: Vec<f32>) -> Vec<(f32, usize)> {
    values.sort_unstable_by(f32::total_cmp);
    values.chunk_by(|a, b| a >= b).map(|alike| (alike[0], alike.len())).collect()
}

/// Marks between values, so that bins are about equally full.
fn between(counted: &[(f32, usize)]) -> Vec<f32> {
    if counted.len() <= VALUE_BINS_MAX {
        return counted.windows(2).map(|it| halfway(it[0].0, it[1].0)).collect();
    }
    let n: usize = counted.iter().map(|it| it.1).sum();
    let is_heavy = |count: usize| count * VALUE_BINS_MAX >= n;
    // Heavy values have bins of their own; the others share what is left.
    let n_heavy = counted.iter().filter(|it| is_heavy(it.1)).count();
    let (mut bins_left, mut rest) = (VALUE_BINS_MAX - n_heavy, n);
    rest -= counted.iter().filter(|it| is_heavy(it.1)).map(|it| it.1).sum::<usize>();
    let mut marks = Vec::with_capacity(VALUE_BINS_MAX - 1);
    let mut in_bin = 0;
    for pair in counted.windows(2) {
        let ((value, count), (next, next_count)) = (pair[0], pair[1]);
        if !is_heavy(count) {
            in_bin += count;
        }
        let is_full = in_bin * bins_left.max(1) >= rest;
        if marks.len() + 1 < VALUE_BINS_MAX && (is_heavy(count) || is_heavy(next_count) || is_full)
        {
            marks.push(halfway(value, next));
            if in_bin > 0 {
                bins_left = bins_left.saturating_sub(1);
                rest -= in_bin;
                in_bin = 0;
            }
        }
    }
    marks
}

/// A value from `low` on and below `high`.
fn halfway(low: f32, high: f32) -> f32 {
    let middle = low / 2.0 + high / 2.0;
    if low <= middle && middle < high { middle } else { low }
}

/// The most frequent, ascending; of two as frequent, the smaller.
fn most_frequent(mut counted: Vec<(f32, usize)>) -> Vec<f32> {
    counted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.total_cmp(&b.0)));
    counted.truncate(VALUE_BINS_MAX);
    let mut kept: Vec<f32> = counted.into_iter().map(|it| it.0).collect();
    kept.sort_unstable_by(f32::total_cmp);
    kept
}
