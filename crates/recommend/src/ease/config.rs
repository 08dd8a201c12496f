//! What a linear model keeps, and how it is fitted.

use crate::interactions::weighs_habits;
use crate::knobs::{configuration, factor, plus, whole};
use crate::links::LINKS_MAX;

/// The most products that another is told from.
const TELLERS_MAX: u16 = 1_000;

configuration! {
    /// What is kept and how it is fitted; the [module](super) has the formula.
    ///
    /// All numbers are finite, and 0 or more; half-lives and the ridge are above 0.
    ///
    /// The defaults lie between what suits the public sets of films and of places best.
    pub struct Config {
        /// The days in which a habit loses half of its weight when a shopper is answered.
        half_life_days: factor(720.0, (3.0, 3_000.0)),
        /// How strongly a frequent habit counts for more when a shopper is answered.
        count_exponent: plus(0.3, (0.0, 2.0), 0.3),
        /// What a view or an addition counts beside an order.
        touch_weight: plus(0.1, (0.0, 1.0), 0.1),
        /// The days in which a habit loses half of its weight in fitting.
        fit_half_life_days: factor(720.0, (3.0, 3_000.0)),
        /// How strongly a frequent habit counts for more in fitting.
        fit_count_exponent: plus(0.3, (0.0, 2.0), 0.3),
        /// How strongly shoppers of many products teach less of each.
        length_exponent: plus(0.35, (0.0, 1.0), 0.15),
        /// How strongly products that many have are played down in fitting and as what the shopper has.
        popularity_exponent: plus(0.3, (0.0, 1.0), 0.15),
        /// How strongly they are favored again as what is proposed.
        restore_exponent: plus(0.25, (0.0, 1.0), 0.15),
        /// How reluctantly links are made, in units of a product's own weight in the mean.
        ridge: factor(5.0, (0.01, 10_000.0)),
        /// The same in units of each product's own weight: how many of the shopper's products a link has to do
        /// without.
        dropout: plus(0.05, (0.0, 2.0), 0.2),
        /// How many links that lead away from a product are kept, 1 to 2,000: the strongest.
        links_per_product: whole(300.0, LINKS_MAX),
        /// From how many other products a product is told where all of them are too many, 1 to 1,000.
        tellers_per_product: whole(200.0, TELLERS_MAX),
    }
}

weighs_habits!(Config);
