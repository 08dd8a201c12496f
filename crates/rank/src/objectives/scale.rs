//! Facts of any unit on one scale: the share of the catalogue that has less.

use super::{Facts, Objective};

/// How many equal parts of the catalogue a scale tells apart.
const N_PARTS: usize = 64;

/// How one fact is spread over the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// The fact in the middle of each part, ascending.
    middles: [f32; N_PARTS],
}

impl Scale {
    /// The spread of `facts`, or `None` where none is known. Takes O(n log n).
    pub fn fit(facts: impl IntoIterator<Item = f32>) -> Option<Scale> {
        let mut sorted: Vec<f32> = facts.into_iter().filter(|it| it.is_finite()).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let middle = |part: usize| sorted[(2 * part + 1) * sorted.len() / (2 * N_PARTS)];
        (!sorted.is_empty()).then(|| Scale { middles: std::array::from_fn(middle) })
    }

    /// The share of the catalogue that has less than `fact`, half of those that have as much among them;
    /// between two middles by proportion. From 0 to 1.
    pub fn share_below(&self, fact: f32) -> f32 {
        let n_below = self.middles.partition_point(|it| *it < fact);
        let n_upto = self.middles.partition_point(|it| *it <= fact);
        let between =
            n_below.checked_sub(1).map(|it| self.middles[it]).zip(self.middles.get(n_upto));
        let parts = match between {
            Some((below, above)) if n_below == n_upto => {
                // Halved, so that no distance is beyond the greatest number.
                n_below as f32 - 0.5 + (fact / 2.0 - below / 2.0) / (above / 2.0 - below / 2.0)
            }
            _ => (n_below + n_upto) as f32 / 2.0,
        };
        parts / N_PARTS as f32
    }
}

/// How all facts are spread over the catalogue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scales([Option<Scale>; Objective::N]);

impl Scales {
    /// The spread over all products of the catalogue.
    pub fn fit(products: &[Facts]) -> Scales {
        let of = |objective| Scale::fit(products.iter().filter_map(|it| it.get(objective)));
        Scales(Objective::ALL.map(of))
    }

    /// A fact as a value from −½ to ½; `None` where the catalogue has no such facts to compare it with.
    pub fn value(&self, objective: Objective, fact: f32) -> Option<f32> {
        self.0[objective as usize].as_ref().map(|it| it.share_below(fact) - 0.5)
    }
}
