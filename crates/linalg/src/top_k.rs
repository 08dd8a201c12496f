//! The best of many scores, exactly.
//!
//! [`Best`] keeps the best of what it is shown. [`Shelf`] keeps rows of numbers so that those with the
//! greatest products with a vector are found while most rows are never read:
//!
//! ```text
//! rows by length, the longest first        |x|·|row| < the least of the best: no row after this can be one
//!   sixteen rows' first numbers at once    x·row ≤ first numbers' product + |rest of x|·|rest of row|
//!     the whole row                        its score
//! ```
//!
//! The bounds are those of Cauchy and Schwarz, with room for rounding, so what is found is what a look at
//! every row would find, to the bit. They bite best when the first columns hold most of each row, as after
//! a turn into its [directions](crate::spectrum).
//!
//! # Source
//!
//! C. Teflioudi, R. Gemulla and O. Mykytiuk, "LEMP: Fast Retrieval of Large Entries in a Matrix Product",
//! SIGMOD 2015; H. Li, T. N. Chan, M. L. Yiu and N. Mamoulis, "FEXIPRO: Fast and Exact Inner Product
//! Retrieval in Recommender Systems", SIGMOD 2017.

use std::cmp::Ordering;

use crate::Dense;
use crate::vectors::{Simd, WithSimd, dot, dot_with, widest};

/// How many rows are looked at at once.
const LANES: usize = 16;
/// How many numbers of each row are looked at first.
const HEAD: usize = 16;

/// A number and its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Whose score it is.
    pub id: u32,
    /// The score.
    pub score: f32,
}

impl Scored {
    /// The better first, equals by ascending number.
    #[inline]
    pub fn order(&self, other: &Scored) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id.cmp(&other.id))
    }
}

/// The best of the scores shown so far, above a least one.
#[derive(Clone, Debug, Default)]
pub struct Best {
    n_max: usize,
    /// Nothing below this is among the best.
    least: f32,
    held: Vec<Scored>,
}

impl Best {
    /// Begins anew: the `n_max` best above zero are wanted.
    pub fn reset(&mut self, n_max: usize) {
        (self.n_max, self.least) = (n_max, f32::MIN_POSITIVE);
        self.held.clear();
    }

    /// What a score must have at least to be among the best, as far as is known.
    #[inline]
    pub fn least(&self) -> f32 {
        self.least
    }

    /// Shows a score, which is kept if it may be among the best and is finite.
    #[inline]
    pub fn show(&mut self, id: u32, score: f32) {
        if score >= self.least && score < f32::INFINITY && self.n_max > 0 {
            self.held.push(Scored { id, score });
            // Half as many again: selecting takes a look at all, so it should be seldom.
            if self.held.len() / 3 >= self.n_max.div_ceil(2) {
                self.select();
            }
        }
    }

    /// The best of all that was shown, the best first, equals by ascending number.
    pub fn finish(&mut self) -> &[Scored] {
        if self.held.len() > self.n_max {
            self.select();
        }
        self.held.sort_unstable_by(Scored::order);
        &self.held
    }

    fn select(&mut self) {
        if let Some(last) = self.n_max.checked_sub(1).filter(|&it| it < self.held.len()) {
            let (_, least, _) = self.held.select_nth_unstable_by(last, Scored::order);
            self.least = least.score;
            self.held.truncate(self.n_max);
        }
    }
}

/// Rows kept by length, for [`Shelf::best`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shelf {
    /// The longest first.
    rows: Dense,
    ids: Vec<u32>,
    groups: Vec<Group>,
}

/// What is known of sixteen rows, one in each lane; beyond the last row all zero.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Group {
    head: [[f32; LANES]; HEAD],
    /// The lengths of the rows without their heads.
    rests: [f32; LANES],
    /// The length of the longest row.
    longest: f32,
}

impl Shelf {
    /// Puts rows on the shelf, each with the number it is known by.
    ///
    /// # Panics
    ///
    /// If there are not as many numbers as rows.
    pub fn new(rows: &Dense, ids: &[u32]) -> Shelf {
        assert_eq!(rows.n_rows(), ids.len(), "each row has a number");
        let lengths: Vec<f32> = (0..rows.n_rows()).map(|it| length(rows.row(it))).collect();
        let mut order: Vec<usize> = (0..rows.n_rows()).collect();
        order.sort_by(|&a, &b| lengths[b].total_cmp(&lengths[a]).then(ids[a].cmp(&ids[b])));
        let mut sorted = Dense::zeros(rows.n_rows(), rows.n_columns());
        for (to, &from) in order.iter().enumerate() {
            sorted.row_mut(to).copy_from_slice(rows.row(from));
        }
        let group =
            |some: &[usize]| group_of(some.iter().map(|&it| rows.row(it)), lengths[some[0]]);
        let groups = order.chunks(LANES).map(group).collect();
        Shelf { rows: sorted, ids: order.iter().map(|&it| ids[it]).collect(), groups }
    }

    /// The rows, the longest first.
    pub fn rows(&self) -> &Dense {
        &self.rows
    }

    /// The numbers that the rows are known by, in the rows' order.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.rows.heap_bytes()
            + self.ids.capacity() * size_of::<u32>()
            + self.groups.capacity() * size_of::<Group>()
    }

    /// Shows `best` every row that `is_wanted` and may be among the best, with its product with `x`.
    ///
    /// # Panics
    ///
    /// If `x` is not as long as the rows.
    pub fn best(&self, x: &[f32], is_wanted: impl Fn(u32) -> bool, best: &mut Best) {
        assert_eq!(x.len(), self.rows.n_columns(), "a vector is as long as the rows");
        widest(Look { shelf: self, x, is_wanted, best });
    }
}

/// A look for the best.
struct Look<'a, F> {
    shelf: &'a Shelf,
    x: &'a [f32],
    is_wanted: F,
    best: &'a mut Best,
}

impl<F: Fn(u32) -> bool> WithSimd for Look<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Look { shelf, x, is_wanted, best } = self;
        let mut head = [0.0; HEAD];
        head.iter_mut().zip(x).for_each(|(to, from)| *to = *from);
        let (whole, rest) = (length(x), length(x.get(HEAD..).unwrap_or_default()));
        // A sum of n products in single precision is off by less than this much of the lengths' product.
        let rounding = 4.0 * (x.len() as f32 + 4.0) * f32::EPSILON;
        for (group, first) in shelf.groups.iter().zip((0..).step_by(LANES)) {
            let room = group.longest * whole * rounding;
            if group.longest * whole + room < best.least() {
                break;
            }
            let mut bounds = group.rests.map(|it| it.mul_add(rest, room));
            for (x, numbers) in head.iter().zip(&group.head) {
                for lane in 0..LANES {
                    bounds[lane] = numbers[lane].mul_add(*x, bounds[lane]);
                }
            }
            let least = best.least();
            if bounds.iter().all(|it| *it < least) {
                continue;
            }
            let ids = &shelf.ids[first..shelf.ids.len().min(first + LANES)];
            for (lane, &id) in ids.iter().enumerate() {
                if bounds[lane] >= best.least() && is_wanted(id) {
                    best.show(id, dot_with(simd, shelf.rows.row(first + lane), x));
                }
            }
        }
    }
}

fn group_of<'a>(rows: impl Iterator<Item = &'a [f32]>, longest: f32) -> Group {
    let mut group = Group { head: [[0.0; LANES]; HEAD], rests: [0.0; LANES], longest };
    for (lane, row) in rows.enumerate() {
        group.head.iter_mut().zip(row).for_each(|(numbers, it)| numbers[lane] = *it);
        group.rests[lane] = length(row.get(HEAD..).unwrap_or_default());
    }
    group
}

fn length(row: &[f32]) -> f32 {
    dot(row, row).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Coarse numbers, so that scores are often equal.
    fn any_rows() -> impl Strategy<Value = (Dense, Vec<f32>)> {
        (0_usize..200, 1_usize..40).prop_flat_map(|(n_rows, n_columns)| {
            let numbers =
                |n| prop::collection::vec((-4_i8..=4).prop_map(|it| f32::from(it) / 2.0), n);
            (numbers(n_rows * n_columns), numbers(n_columns)).prop_map(move |(rows, x)| {
                (Dense::from_values(n_rows, n_columns, rows).unwrap(), x)
            })
        })
    }

    fn found(shelf: &Shelf, x: &[f32], n_max: usize) -> Vec<Scored> {
        let mut best = Best::default();
        best.reset(n_max);
        shelf.best(x, |id| id % 3 > 0, &mut best);
        best.finish().to_vec()
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_look_at_every_row_finds(
            (rows, x) in any_rows(), n_max in 0_usize..60,
        ) {
            let ids: Vec<u32> = (0_u32..).map(|it| it * 7 % 1_009).take(rows.n_rows()).collect();
            let scored = |(at, &id): (usize, &u32)| Scored { id, score: dot(rows.row(at), &x) };
            let mut all: Vec<Scored> = ids.iter().enumerate().map(scored).collect();
            all.retain(|it| it.score > 0.0 && it.id % 3 > 0);
            all.sort_by(Scored::order);
            let shelf = Shelf::new(&rows, &ids);
            prop_assert_eq!(&found(&shelf, &x, usize::MAX), &all);
            all.truncate(n_max);
            prop_assert_eq!(&found(&shelf, &x, n_max), &all);
        }
    }

    #[test]
    fn a_score_that_is_none_is_not_among_the_best() {
        let mut best = Best::default();
        best.reset(3);
        for (id, score) in (0..).zip([1.0, f32::NAN, f32::INFINITY, 0.0, -1.0, 2.0, 1.0]) {
            best.show(id, score);
        }
        let ids: Vec<u32> = best.finish().iter().map(|it| it.id).collect();
        assert_eq!(ids, [5, 0, 6]);
    }
}
