//! What co-occurrence keeps, and how it weighs it.

use crate::lists::LIST_LEN_MAX;

/// What is kept and how it is weighed; [`Config::also_viewed`] and [`Config::bought_together`] are the
/// two that a shop needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// What a group is.
    pub relation: Relation,
    /// How two products' closeness is measured.
    pub affinity: Affinity,
    /// How many groups' worth of doubt a pair has to overcome; 0 or more, finite.
    pub shrinkage: f32,
    /// How many products are kept beside each, 1 to 65,535.
    pub neighbors_per_product: u16,
    /// With how many of the group's newest products a further one is paired, at least 1.
    pub window: u16,
    /// How many anchors are looked at, at least 1.
    pub anchors: u16,
}

/// What makes products belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They were touched in one visit.
    AlsoViewed,
    /// They were bought in one order.
    BoughtTogether,
}

impl Relation {
    /// The name of the generator.
    pub const fn name(self) -> &'static str {
        match self {
            Relation::AlsoViewed => "also_viewed",
            Relation::BoughtTogether => "bought_together",
        }
    }
}

/// How two products' closeness is measured, from `n(a, b)` groups that hold both, `n(a)` and `n(b)`
/// that hold each, and `n` groups in all; `s` is the shrinkage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Affinity {
    /// `n(a, b) / (n(a, b) + s) · n(a, b) / √(n(a) · n(b))`: favors what is found with it most often.
    Cosine,
    /// `ln((n(a, b) + s) / (n(a) · n(b) / n + s))`: favors what is found with it more often than chance
    /// would have it; the shrinkage draws pairs that chance may explain toward 0.
    Lift,
}

impl Config {
    /// For products touched in one visit.
    pub const fn also_viewed() -> Config {
        Config {
            relation: Relation::AlsoViewed,
            affinity: Affinity::Cosine,
            shrinkage: 5.0,
            neighbors_per_product: 64,
            window: 8,
            anchors: 8,
        }
    }

    /// For products bought in one order. Most orders fit the window whole; in the bulk orders of a
    /// wholesaler, lines far apart have little to do with each other, and crowd out what has.
    pub const fn bought_together() -> Config {
        Config {
            relation: Relation::BoughtTogether,
            affinity: Affinity::Lift,
            shrinkage: 10.0,
            neighbors_per_product: 192,
            window: 12,
            anchors: 8,
        }
    }

    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let checks = [
            (
                self.shrinkage.is_finite() && self.shrinkage >= 0.0,
                "the shrinkage is no finite number of 0 or more",
            ),
            (
                (1..=LIST_LEN_MAX).contains(&usize::from(self.neighbors_per_product)),
                "no neighbor may be kept",
            ),
            (self.window > 0, "nothing may be paired"),
            (self.anchors > 0, "no anchor may be looked at"),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }
}
