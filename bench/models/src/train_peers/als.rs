//! Alternating least squares: ours and the peers, by turns.

use linalg::{Csr, Dense};
use recommend::als::{Factorization, Objective, Solver};

use super::peers::{Peers, Trained};
use super::{Dataset, TrainPeersArgs};
use crate::report::Row;
use crate::stopwatch;

/// What a count weighs; one more is what is there.
const ALPHA: f32 = 10.0;
/// How strongly vectors are kept short.
const REGULARIZATION: f32 = 10.0;
/// How many steps a row is solved by.
const STEPS: usize = 3;
const OURS: &str = "tastemaker";
const PEERS: [&str; 2] = ["implicit", "irspack"];

/// How a method did.
struct Found {
    method: &'static str,
    /// Of all sweeps of all rounds.
    seconds: Vec<f64>,
    loss: f64,
}

pub(super) fn rows(dataset: Dataset, args: &TrainPeersArgs) -> anyhow::Result<Vec<Row>> {
    let peers = Peers::new(dataset, args)?;
    let mut matrix = peers.matrix()?;
    matrix.values_mut().iter_mut().for_each(|it| *it *= ALPHA);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let mut rows = Vec::new();
    for &n_factors in &args.factors {
        let none = |method| Found { method, seconds: Vec::new(), loss: 0.0 };
        let mut found = vec![none(OURS), none(PEERS[0]), none(PEERS[1])];
        for _ in 0..args.rounds {
            for it in &mut found {
                let trained = match it.method {
                    OURS => pool.install(|| ours(&matrix, n_factors, args.sweeps))?,
                    peer => peers.train(peer, n_factors, (ALPHA, REGULARIZATION, STEPS))?,
                };
                it.loss = loss(&matrix, &trained.rows, &trained.columns);
                it.seconds.extend(trained.seconds);
            }
        }
        rows.extend(table(dataset, &matrix, n_factors, &found));
    }
    Ok(rows)
}

fn table(dataset: Dataset, matrix: &Csr, n_factors: usize, found: &[Found]) -> Vec<Row> {
    let ours = &found[0];
    let row = |it: &Found| {
        Row::new()
            .text("data", dataset.name())
            .whole("entries", matrix.n_entries() as u64)
            .whole("factors", n_factors as u64)
            .text("method", it.method)
            .decimal("sweep_ms", median(&it.seconds) * 1e3, 1)
            .decimal("fastest_ms", least(&it.seconds) * 1e3, 1)
            .decimal("loss", it.loss, 0)
            .decimal("loss_of_ours", it.loss / ours.loss, 4)
            .decimal("times_ours", median(&it.seconds) / median(&ours.seconds), 2)
    };
    found.iter().map(row).collect()
}

fn median(seconds: &[f64]) -> f64 {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn least(seconds: &[f64]) -> f64 {
    seconds.iter().copied().fold(f64::INFINITY, f64::min)
}

fn ours(matrix: &Csr, n_factors: usize, n_sweeps: usize) -> anyhow::Result<Trained> {
    let objective =
        Objective { unobserved: 1.0, regularization: REGULARIZATION, nu: 0.0, pull_beside: 1.0 };
    let mut vectors = Factorization::new(matrix.clone(), n_factors, objective, 1);
    let mut seconds = Vec::new();
    for _ in 0..n_sweeps {
        let start = stopwatch::now();
        vectors.sweep(Solver::Gradients(STEPS))?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(Trained { rows: vectors.rows().clone(), columns: vectors.columns().clone(), seconds })
}

/// What all of them minimize: with `w` the weight of an entry,
/// `Σ entries (1 + w)·(1 − x·y)² + Σ other pairs (x·y)² + regularization · Σ |vector|²`.
fn loss(matrix: &Csr, rows: &Dense, columns: &Dense) -> f64 {
    let mut loss = 0.0;
    for (row, (named, weights)) in matrix.rows().enumerate() {
        for (&column, &weight) in named.iter().zip(weights) {
            let dot = dot(rows.row(row), columns.row(column as usize));
            loss += (1.0 + f64::from(weight)) * (1.0 - dot).powi(2) - dot.powi(2);
        }
    }
    let (of_rows, of_columns) = (squares(rows), squares(columns));
    let of_pairs: f64 = of_rows.iter().zip(&of_columns).map(|(a, b)| a * b).sum();
    let short = rows.values().iter().chain(columns.values()).map(|it| f64::from(*it).powi(2));
    loss + of_pairs + f64::from(REGULARIZATION) * short.sum::<f64>()
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// Every column's products with every other.
fn squares(vectors: &Dense) -> Vec<f64> {
    let n = vectors.n_columns();
    let mut sums = vec![0.0; n * n];
    for row in 0..vectors.n_rows() {
        let row = vectors.row(row);
        for (sums, a) in sums.chunks_exact_mut(n).zip(row) {
            for (sum, b) in sums.iter_mut().zip(row) {
                *sum += f64::from(*a) * f64::from(*b);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loss_is_the_sum_over_all_pairs() {
        let mut matrix = Csr::new(2);
        matrix.push_row([(0, 3.0)]);
        matrix.push_row([]);
        let rows = Dense::from_values(2, 1, vec![0.5, 2.0]).unwrap();
        let columns = Dense::from_values(2, 1, vec![1.0, 3.0]).unwrap();
        // 4·(1 − 0.5)² + 1.5² + 2² + 6², and all lengths.
        let expected = 1.0 + 2.25 + 4.0 + 36.0 + f64::from(REGULARIZATION) * (4.25 + 10.0);
        assert!((loss(&matrix, &rows, &columns) - expected).abs() < 1e-9);
    }
}
