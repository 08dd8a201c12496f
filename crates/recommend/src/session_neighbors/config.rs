//! What a session neighborhood keeps, and how it weighs it.

use crate::lists::LIST_LEN_MAX;

/// The largest [`Limits::items_per_session`]: whoever touches more is seldom a shopper.
pub const ITEMS_PER_SESSION_MAX: u16 = 256;
/// The largest [`Weights::last_items`].
pub const LAST_ITEMS_MAX: u16 = 256;

/// What is kept and how it is weighed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// What is kept.
    pub limits: Limits,
    /// How it is weighed.
    pub weights: Weights,
}

/// How much is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many sessions are kept, at least 1. A new one beyond makes the oldest forgotten.
    pub sessions: u32,
    /// How many items of a session are kept, 1 to [`ITEMS_PER_SESSION_MAX`]: the first.
    pub items_per_session: u16,
    /// Through how many sessions of a product neighbors are looked for, 1 to 65,535: the newest.
    pub sessions_per_product: u16,
}

impl Default for Limits {
    /// Some fifty megabytes when sessions have five items.
    fn default() -> Limits {
        Limits { sessions: 1_000_000, items_per_session: 64, sessions_per_product: 1_500 }
    }
}

/// How sessions, and the products in them, are weighed for a visit; the [module](super) has the formula.
///
/// All numbers are finite. A *decay* or a *distance* is a scale, in steps of an item: what lies that
/// far away weighs `1/e` of what is near.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// How many of the most similar sessions answer, at least 1.
    pub neighbors: u32,
    /// How many of the visit's newest items look for neighbors, 1 to [`LAST_ITEMS_MAX`].
    pub last_items: u16,
    /// The scale on which older items of the visit count less in looking for neighbors; above 0.
    pub position_decay: f32,
    /// How strongly a rare item that is shared counts for more than a common one; 0 for not at all.
    pub idf_exponent: f32,
    /// How strongly long sessions count less; negative for more.
    pub length_exponent: f32,
    /// How strongly old sessions count less: the oldest kept one weighs `exp(-age_decay)` of the newest.
    pub age_decay: f32,
    /// How strongly a very similar session counts for more than a similar one; above 0, 1 is plain.
    pub similarity_exponent: f32,
    /// The scale on which items that follow the shared one count less; above 0.
    pub distance_forward: f32,
    /// The scale on which items that precede the shared one count less; above 0.
    pub distance_back: f32,
    /// How much the item just before the shared one counts beside the one just after; 0 or more.
    pub back_weight: f32,
    /// How much the shared item itself counts beside the one just after; 0 or more.
    pub shared_weight: f32,
    /// How strongly popular products count less; negative for more.
    pub popularity_exponent: f32,
    /// What the visit's own products get ahead of neighbors: a share of all neighbors' similarity; 0 or
    /// more.
    pub own_share: f32,
    /// The scale on which that share falls with the age of the product in the visit; above 0.
    pub own_decay: f32,
    /// A factor for the visit's own products but the last; 0 to never propose them again.
    pub earlier_factor: f32,
    /// A factor for the visit's last product; 0 to never propose it again.
    pub last_factor: f32,
}

impl Default for Weights {
    /// Between what suits the two public shops of the benchmark `sessions` best; it measures these too.
    fn default() -> Weights {
        Weights {
            neighbors: 1_500,
            last_items: 6,
            position_decay: 1.6,
            idf_exponent: 1.6,
            length_exponent: 0.15,
            age_decay: 1.0,
            similarity_exponent: 1.4,
            distance_forward: 5.0,
            distance_back: 3.5,
            back_weight: 0.6,
            shared_weight: 0.15,
            popularity_exponent: 0.18,
            own_share: 0.1,
            own_decay: 5.0,
            earlier_factor: 1.5,
            last_factor: 1.3,
        }
    }
}

impl Config {
    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let Config { limits, weights: w } = self;
        let numbers = w.numbers();
        let checks = [
            (limits.sessions > 0, "no session may be kept"),
            (
                (1..=ITEMS_PER_SESSION_MAX).contains(&limits.items_per_session),
                "the items of a session are 1 to 256",
            ),
            (
                (1..=LIST_LEN_MAX).contains(&usize::from(limits.sessions_per_product)),
                "no session may be found",
            ),
            (w.neighbors > 0, "no neighbor may answer"),
            ((1..=LAST_ITEMS_MAX).contains(&w.last_items), "the last items are 1 to 256"),
            (numbers.iter().all(|it| it.is_finite()), "a weight is not finite"),
            (
                [
                    w.position_decay,
                    w.similarity_exponent,
                    w.distance_forward,
                    w.distance_back,
                    w.own_decay,
                ]
                .iter()
                .all(|&it| it > 0.0),
                "a scale is not above 0",
            ),
            (
                [w.back_weight, w.shared_weight, w.own_share, w.earlier_factor, w.last_factor]
                    .iter()
                    .all(|&it| it >= 0.0),
                "a weight is below 0",
            ),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }
}

/// How many numbers [`Weights::numbers`] has.
pub(super) const N_NUMBERS: usize = 14;

impl Weights {
    /// All that are no counts, in the order in which snapshots keep them.
    pub(super) fn numbers(&self) -> [f32; N_NUMBERS] {
        [
            self.position_decay,
            self.idf_exponent,
            self.length_exponent,
            self.age_decay,
            self.similarity_exponent,
            self.distance_forward,
            self.distance_back,
            self.back_weight,
            self.shared_weight,
            self.popularity_exponent,
            self.own_share,
            self.own_decay,
            self.earlier_factor,
            self.last_factor,
        ]
    }

    /// The inverse of [`numbers`](Weights::numbers).
    pub(super) fn from_numbers(
        neighbors: u32,
        last_items: u16,
        numbers: [f32; N_NUMBERS],
    ) -> Weights {
        let [
            position_decay,
            idf_exponent,
            length_exponent,
            age_decay,
            similarity_exponent,
            distance_forward,
            distance_back,
            back_weight,
            shared_weight,
            popularity_exponent,
            own_share,
            own_decay,
            earlier_factor,
            last_factor,
        ] = numbers;
        Weights {
            neighbors,
            last_items,
            position_decay,
            idf_exponent,
            length_exponent,
            age_decay,
            similarity_exponent,
            distance_forward,
            distance_back,
            back_weight,
            shared_weight,
            popularity_exponent,
            own_share,
            own_decay,
            earlier_factor,
            last_factor,
        }
    }
}
