//! What a low-pass filter lets through, and what is kept of it.

use crate::interactions::weighs_habits;
use crate::knobs::{configuration, factor, plus, whole};
use crate::links::LINKS_MAX;

/// The most directions that are let through.
const DIRECTIONS_MAX: u16 = 1_000;

configuration! {
    /// What is let through and kept; the [module](super) has the formula.
    ///
    /// All numbers are finite, and 0 or more; half-lives are above 0.
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
        length_exponent: plus(0.5, (0.0, 1.0), 0.15),
        /// How strongly products that many have are played down in fitting and as what the shopper has.
        popularity_exponent: plus(0.45, (0.0, 1.0), 0.15),
        /// How strongly they are favored again as what is proposed.
        restore_exponent: plus(0.4, (0.0, 1.0), 0.15),
        /// How many directions are let through, 1 to 1,000: the strongest.
        directions: whole(128.0, DIRECTIONS_MAX),
        /// How much less of a weak direction is let through; 0 lets all of them through alike.
        strength_exponent: plus(0.2, (0.0, 3.0), 0.3),
        /// What pairs that somebody has both of count beside the directions.
        pair_weight: plus(0.1, (0.0, 5.0), 0.3),
        /// How many links that lead away from a product are kept, 1 to 2,000: the strongest.
        links_per_product: whole(300.0, LINKS_MAX),
    }
}

weighs_habits!(Config);
