//! Several rankings as one.
//!
//! Scores of different generators cannot be compared: one counts visits, another divides by
//! frequencies. Their ranks can. So a product's blended score is its weighted reciprocal rank, summed
//! over the rankings that name it:
//!
//! ```text
//! score(p) = Σ weight[g] / (RANK_OFFSET + rank[g](p))        rank counts from 1
//! ```
//!
//! A product that several generators agree on rises above one that a single generator likes best.
//!
//! # Source
//!
//! G. Cormack, C. Clarke and S. Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
//! Rank Learning Methods", SIGIR 2009; the weights are ours.

use domain::ProductIdx;
use rustc_hash::FxHashMap;

/// How far ranks are moved before they are inverted: the constant of the paper, which keeps the first
/// few places from outweighing agreement.
pub const RANK_OFFSET: f32 = 60.0;

/// A product that a generator proposes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// The product.
    pub product: ProductIdx,
    /// How strongly it is proposed; comparable within its ranking only.
    pub score: f32,
    /// The product on which this rests most.
    pub evidence: Option<ProductIdx>,
}

/// What one generator proposes.
#[derive(Clone, Copy, Debug)]
pub struct Ranking<'a> {
    /// How much it counts for: positive and finite. A ranking of another weight is passed over.
    pub weight: f32,
    /// The products, best first. Of a product that stands here twice only the first counts.
    pub candidates: &'a [Scored],
}

/// A product of the blend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blended {
    /// The product.
    pub product: ProductIdx,
    /// Its blended score; positive, and comparable within this blend only.
    pub score: f32,
    /// The ranking that added most to the score, as an index; the first of several that added as much.
    pub ranking: usize,
    /// The product on which that ranking's proposal rests.
    pub evidence: Option<ProductIdx>,
}

/// A product whose score is being summed.
struct Tally {
    blended: Blended,
    /// What `blended.ranking` added.
    most: f32,
    /// The last ranking that named it.
    last: usize,
}

/// Blends `rankings` into one and returns its `n_max` best, best first, ties by ascending product.
///
/// Takes O(n) time for n candidates and O(`n_max` log `n_max`) to sort what is returned: 14 µs for three
/// rankings of 300.
pub fn blend(rankings: &[Ranking<'_>], n_max: usize) -> Vec<Blended> {
    let n_candidates = rankings.iter().map(|it| it.candidates.len()).sum();
    let mut tallies: Vec<Tally> = Vec::with_capacity(n_candidates);
    let mut places: FxHashMap<ProductIdx, usize> = FxHashMap::default();
    places.reserve(n_candidates);

    for (ranking, Ranking { weight, candidates }) in rankings.iter().enumerate() {
        if !(weight.is_finite() && *weight > 0.0) {
            continue;
        }
        let mut divisor = RANK_OFFSET;
        for &Scored { product, score: _, evidence } in *candidates {
            divisor += 1.0;
            let added = weight / divisor;
            let place = *places.entry(product).or_insert(tallies.len());
            let Some(tally) = tallies.get_mut(place) else {
                let blended = Blended { product, score: added, ranking, evidence };
                tallies.push(Tally { blended, most: added, last: ranking });
                continue;
            };
            if tally.last == ranking {
                continue;
            }
            tally.last = ranking;
            tally.blended.score += added;
            if added > tally.most {
                tally.most = added;
                tally.blended = Blended { ranking, evidence, ..tally.blended };
            }
        }
    }
    best(tallies.into_iter().map(|it| it.blended).collect(), n_max)
}

fn best(mut blended: Vec<Blended>, n_max: usize) -> Vec<Blended> {
    let order = |a: &Blended, b: &Blended| {
        b.score.total_cmp(&a.score).then_with(|| a.product.cmp(&b.product))
    };
    if n_max < blended.len() {
        if n_max > 0 {
            blended.select_nth_unstable_by(n_max - 1, order);
        }
        blended.truncate(n_max);
    }
    blended.sort_unstable_by(order);
    blended
}

#[cfg(test)]
mod tests;
