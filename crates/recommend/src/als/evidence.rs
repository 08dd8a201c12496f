//! Which of a shopper's products a candidate rests on.

use linalg::Dense;
use linalg::few_equations::solve;
use linalg::vectors::dot;

use super::generate::Own;

/// Of how many of a shopper's products it is told what each adds: of the weightiest.
const WITNESSES_MAX: usize = 64;

/// What each of a shopper's products adds to their vector.
///
/// The vector is a sum over them, `x = Σ weight[j] · A⁻¹·row[j]`, where `A` is the diagonal and the rows'
/// weighed squares. With as many unknowns as products rather than as numbers of a vector, and `S` holding
/// `√weight[j] · row[j] / √diagonal`,
///
/// ```text
/// √weight[j] · A⁻¹·row[j] = the j-th row of (I + S·Sᵀ)⁻¹ · S / √diagonal
/// ```
///
/// A shopper of more products is answered by all of them; here, it is as if they had the weightiest alone.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// The places of the products' vectors.
    places: Vec<u32>,
    order: Vec<u32>,
    /// A row for each product.
    shares: Vec<f32>,
    length: usize,
    matrix: Vec<f32>,
}

impl Shares {
    /// Finds out what each of `own` adds.
    pub(super) fn divide(&mut self, rows: &Dense, own: &Own, diagonal: &[f32]) {
        let Shares { places, order, shares, length, matrix } = self;
        weightiest(own, order);
        *length = diagonal.len();
        shares.clear();
        places.clear();
        for &at in &*order {
            let (place, weight) = (own.places[at as usize], own.weights[at as usize]);
            places.push(place);
            let scaled = rows.row(place as usize).iter().zip(diagonal);
            shares.extend(scaled.map(|(it, diagonal)| it * (weight / diagonal).sqrt()));
        }
        let n = places.len();
        matrix.clear();
        matrix.resize(n * n, 0.0);
        for (a, row) in shares.chunks_exact(*length).enumerate() {
            for (b, other) in shares.chunks_exact(*length).enumerate().skip(a) {
                matrix[a * n + b] = dot(row, other);
            }
            matrix[a * n + a] += 1.0;
        }
        if !solve(n, matrix, shares) {
            places.clear();
            return;
        }
        for (share, &at) in shares.chunks_exact_mut(*length).zip(&*order) {
            let weight = own.weights[at as usize];
            for (it, diagonal) in share.iter_mut().zip(diagonal) {
                *it *= (weight / diagonal).sqrt();
            }
        }
    }

    /// The place of the product that adds most to the score of the product of this vector, if any adds.
    pub(super) fn greatest(&self, vector: &[f32]) -> Option<u32> {
        let added = |(share, &place): (&[f32], &u32)| (dot(share, vector), place);
        let added = self.shares.chunks_exact(self.length.max(1)).zip(&self.places).map(added);
        let positive = added.filter(|(added, _)| *added > 0.0);
        positive.reduce(|most, it| if it.0 > most.0 { it } else { most }).map(|it| it.1)
    }
}

/// Which of `own` weigh most, in their order.
fn weightiest(own: &Own, order: &mut Vec<u32>) {
    order.clear();
    order.extend((0..).take(own.places.len()));
    if order.len() > WITNESSES_MAX {
        let weight = |it: &u32| own.weights[*it as usize];
        let heavier = |a: &u32, b: &u32| weight(b).total_cmp(&weight(a)).then(a.cmp(b));
        order.select_nth_unstable_by(WITNESSES_MAX - 1, heavier);
        order.truncate(WITNESSES_MAX);
        order.sort_unstable();
    }
}
