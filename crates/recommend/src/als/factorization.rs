//! Vectors for both sides of a sparse matrix, by turns.

use linalg::normal_equations::{Equations, Scratch, Steps, by_blocks, by_gradients};
use linalg::spectrum::{directions, gram, turn};
use linalg::{Csr, Dense};
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// The standard deviation of a product's first vector's length.
const FIRST_LENGTH: f32 = 0.1;
/// How many rows a thread solves before it takes more.
const ROWS_AT_ONCE: usize = 16;

/// What is minimized:
///
/// ```text
/// Σ over entries  weight·(1 − x·y)² − 2·pull_beside·x·y
///   + unobserved · Σ over all pairs (x·y)²
///   + regularization · Σ over vectors (their weights' sum + unobserved · n of the others)^nu · |v|²
/// ```
///
/// Without `pull_beside` it is that of Rendle et al.; with as much as `unobserved` it is, but for a constant,
/// that of Hu, Koren and Volinsky, where what is there pulls towards one with all of its confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// What a pair without an entry weighs; above 0.
    pub unobserved: f32,
    /// How strongly vectors are kept short; above 0.
    pub regularization: f32,
    /// How strongly those with much behind them are kept shorter.
    pub nu: f32,
    /// What an entry pulls beside its weight.
    pub pull_beside: f32,
}

/// How a row is solved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Solver {
    /// So many steps of conjugate gradients from where it stood.
    Gradients(usize),
    /// Exactly in so many columns at a time, and never 0.
    Blocks(usize),
}

/// Vectors of both sides, on their way to the least of an [`Objective`].
#[derive(Debug)]
pub struct Factorization {
    objective: Objective,
    rows: Side,
    columns: Side,
}

/// The rows or the columns of the matrix.
#[derive(Debug)]
struct Side {
    entries: Csr,
    /// How many have any entries.
    n_named: usize,
    vectors: Dense,
}

/// The numbers have left all bounds, as when almost nothing keeps the vectors short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vectors' numbers left all bounds; raise the regularization")]
pub struct Diverged;

impl Factorization {
    /// Begins with small columns' vectors drawn by `seed`, and none of the rows.
    ///
    /// # Panics
    ///
    /// If the unobserved weight or the regularization is not above 0.
    pub fn new(matrix: Csr, n_factors: usize, objective: Objective, seed: u64) -> Factorization {
        assert!(objective.unobserved > 0.0 && objective.regularization > 0.0, "{objective:?}");
        let mut columns = Side::new(matrix.transposed(), n_factors);
        let rows = Side::new(matrix, n_factors);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // Twelve times the variance of a number drawn evenly from a range of length one is one.
        let range = FIRST_LENGTH * (12.0 / n_factors as f32).sqrt();
        for column in
            (0..columns.entries.n_rows()).filter(|&it| !columns.entries.row(it).0.is_empty())
        {
            let vector = columns.vectors.row_mut(column);
            vector.iter_mut().for_each(|it| *it = (rng.random::<f32>() - 0.5) * range);
        }
        Factorization { objective, rows, columns }
    }

    /// Solves the rows, then the columns.
    ///
    /// # Errors
    ///
    /// [`Diverged`], after which nothing can be done with it any more.
    pub fn sweep(&mut self, solver: Solver) -> Result<(), Diverged> {
        solve(&mut self.rows, &mut self.columns, &self.objective, solver)?;
        solve(&mut self.columns, &mut self.rows, &self.objective, solver)
    }

    /// The rows' vectors, which belong to the columns' as they stood before these were solved.
    pub fn rows(&self) -> &Dense {
        &self.rows.vectors
    }

    /// The columns' vectors.
    pub fn columns(&self) -> &Dense {
        &self.columns.vectors
    }

    /// The columns' vectors turned into their directions, and how far they stretch in each.
    ///
    /// # Errors
    ///
    /// [`Diverged`].
    pub fn into_columns(self) -> Result<(Dense, Vec<f32>), Diverged> {
        let mut vectors = self.columns.vectors;
        let (stretch, directions) = directions(&gram(&vectors)).ok_or(Diverged)?;
        turn(&mut vectors, &directions);
        Ok((vectors, stretch))
    }
}

impl Side {
    fn new(entries: Csr, n_factors: usize) -> Side {
        let n_named = entries.rows().filter(|(named, _)| !named.is_empty()).count();
        let vectors = Dense::zeros(entries.n_rows(), n_factors);
        Side { entries, n_named, vectors }
    }
}

/// Solves one side for the other as it stands; both are turned so that the other's squares are a diagonal.
fn solve(
    side: &mut Side,
    other: &mut Side,
    objective: &Objective,
    solver: Solver,
) -> Result<(), Diverged> {
    let (stretch, directions) = directions(&gram(&other.vectors)).ok_or(Diverged)?;
    turn(&mut other.vectors, &directions);
    turn(&mut side.vectors, &directions);
    let (entries, others) = (&side.entries, &other.vectors);
    let beside = Beside { stretch: &stretch, n_others: other.n_named };
    let n_factors = others.n_columns();
    let blocks = side.vectors.values_mut().par_chunks_mut(ROWS_AT_ONCE * n_factors).enumerate();
    blocks.for_each_init(
        || (Vec::new(), Scratch::default()),
        |(diagonal, scratch), (block, vectors)| {
            for (at, x) in vectors.chunks_exact_mut(n_factors).enumerate() {
                let (named, weights) = entries.row(block * ROWS_AT_ONCE + at);
                if named.is_empty() {
                    continue;
                }
                beside.diagonal(objective, weights, diagonal);
                let pull_beside = objective.pull_beside;
                let equations = Equations { diagonal, rows: others, named, weights, pull_beside };
                match solver {
                    Solver::Gradients(max) => {
                        by_gradients(equations, Steps { max, enough: 0.0 }, x, scratch);
                    }
                    Solver::Blocks(length) => by_blocks(equations, length, x, scratch),
                }
            }
        },
    );
    Ok(())
}

/// What all of the other side asks of a vector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside<'a> {
    /// How far the other side stretches in each of its directions.
    pub(super) stretch: &'a [f32],
    /// How many they are.
    pub(super) n_others: usize,
}

impl Beside<'_> {
    /// The diagonal of the equations of a vector with these entries.
    pub(super) fn diagonal(self, objective: &Objective, weights: &[f32], diagonal: &mut Vec<f32>) {
        let behind = weights.iter().sum::<f32>() + objective.unobserved * self.n_others as f32;
        let short = objective.regularization * behind.powf(objective.nu);
        diagonal.clear();
        diagonal.extend(self.stretch.iter().map(|it| it.max(0.0) * objective.unobserved + short));
    }
}
