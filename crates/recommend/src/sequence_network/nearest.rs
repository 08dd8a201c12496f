//! The nearest of many directions: looked for in bytes, and settled in full.
//!
//! Each row is kept a second time in steps of a 127th of its largest number, a byte each, since what takes
//! time is reading them; what is sought is taken in finer steps. A product of the two is off by no more than
//! half a step of the one for each number of the other, so whatever may be among the best is found, and then
//! multiplied exactly.

use linalg::vectors::{dot, with_widest};

/// The most that rounding adds to how far a coarse product is off.
const ROUNDING: f32 = 1e-5;
/// In how many steps the largest number of what is sought is taken: the widest product fits 32 bits.
const SOUGHT_STEPS: f32 = 8_191.0;
/// How many rows are held at least before the worse are let go.
const HELD_MIN: usize = 256;

/// Rows of length 1 in bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Coarse {
    width: usize,
    levels: Vec<i8>,
    /// By row: what a level is worth.
    steps: Vec<f32>,
    step_max: f32,
}

impl Coarse {
    #[expect(clippy::cast_possible_truncation, reason = "levels are within 127 of 0")]
    pub(super) fn of(directions: &[f32], width: usize) -> Coarse {
        let mut coarse = Coarse { width, ..Coarse::default() };
        for row in directions.chunks_exact(width) {
            let most = row.iter().fold(0.0_f32, |most, it| most.max(it.abs()));
            let step = most.max(f32::MIN_POSITIVE) / 127.0;
            coarse.steps.push(step);
            coarse.step_max = coarse.step_max.max(step);
            coarse.levels.extend(row.iter().map(|it| (it / step).round() as i8));
        }
        coarse
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.levels.capacity() + self.steps.capacity() * size_of::<f32>()
    }

    /// Makes `best` the `n_max` rows nearest to `sought` for which `is_open` says so, with their products,
    /// the nearest first and the lower row first among equals. `directions` are the rows in full.
    pub(super) fn find(
        &self,
        (sought, directions): (&[f32], &[f32]),
        is_open: impl Fn(u32) -> bool,
        n_max: usize,
        best: &mut Vec<(f32, u32)>,
    ) {
        best.clear();
        let (sought_step, sought_levels) = levels_of(sought);
        let length = (self.width as f32).sqrt();
        let off = (sought.iter().map(|it| it.abs()).sum::<f32>() + length * sought_step)
            * self.step_max
            / 2.0
            + length * sought_step / 2.0
            + ROUNDING;
        let mut least = f32::NEG_INFINITY;
        let mut held_max = n_max.saturating_mul(2).max(HELD_MIN);
        with_widest(
            #[inline(always)]
            || {
                let rows = self.levels.chunks_exact(self.width).zip(&self.steps);
                for (row, (levels, step)) in (0_u32..).zip(rows) {
                    if !is_open(row) {
                        continue;
                    }
                    let product = step * sought_step * dot_levels(&sought_levels, levels);
                    if product >= least {
                        best.push((product, row));
                        if best.len() >= held_max {
                            least = keep_possible(best, n_max, off);
                            held_max = held_max.max(2 * best.len());
                        }
                    }
                }
            },
        );
        keep_possible(best, n_max, off);
        for (product, row) in best.iter_mut() {
            *product = dot(sought, &directions[*row as usize * self.width..][..self.width]);
        }
        best.sort_unstable_by(|a, b| order(*a, *b));
        best.truncate(n_max);
    }
}

/// Lets go of rows that cannot be among the best `n_max`; returns the least product that can.
fn keep_possible(best: &mut Vec<(f32, u32)>, n_max: usize, off: f32) -> f32 {
    if best.len() <= n_max {
        return f32::NEG_INFINITY;
    }
    let (_, &mut (last, _), _) = best.select_nth_unstable_by(n_max - 1, |a, b| order(*a, *b));
    let least = last - 2.0 * off;
    best.retain(|it| it.0 >= least);
    least
}

fn order(a: (f32, u32), b: (f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

/// What a level is worth, and the levels of what is sought.
#[expect(clippy::cast_possible_truncation, reason = "levels are within 8,191 of 0")]
fn levels_of(sought: &[f32]) -> (f32, Vec<i16>) {
    let most = sought.iter().fold(0.0_f32, |most, it| most.max(it.abs()));
    let step = most.max(f32::MIN_POSITIVE) / SOUGHT_STEPS;
    (step, sought.iter().map(|it| (it / step).round() as i16).collect())
}

#[inline(always)]
fn dot_levels(sought: &[i16], levels: &[i8]) -> f32 {
    let sum: i32 = sought.iter().zip(levels).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
    sum as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::super::unit::set_unit;
    use super::*;

    proptest! {
        #[test]
        fn the_best_are_those_of_plain_products(
            seed: u64, width in 1_usize..70, n_rows in 0_usize..3_000, n_max in 1_usize..400
        ) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut random = |n: usize| -> Vec<f32> {
                // Few different numbers, so that some products are alike.
                let rows: Vec<f32> =
                    (0..n * width).map(|_| rng.random_range(-3_i8..4).into()).collect();
                let mut units = vec![0.0; rows.len()];
                for (unit, row) in units.chunks_exact_mut(width).zip(rows.chunks_exact(width)) {
                    set_unit(unit, row);
                }
                units
            };
            let (sought, directions) = (random(1), random(n_rows));
            let is_open = |row: u32| row % 3 != 1;
            let mut plain: Vec<(f32, u32)> = (0_u32..)
                .zip(directions.chunks_exact(width))
                .filter(|it| is_open(it.0))
                .map(|(row, it)| (dot(&sought, it), row))
                .collect();
            plain.sort_by(|a, b| order(*a, *b));
            plain.truncate(n_max);
            let mut best = vec![(0.0, 0)];
            let coarse = Coarse::of(&directions, width);
            coarse.find((&sought, &directions), is_open, n_max, &mut best);
            prop_assert_eq!(best, plain);
        }
    }
}
