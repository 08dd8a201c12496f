//! How a walk is led, and what is kept of where it ends.

use crate::interactions::weighs_habits;
use crate::knobs::{configuration, factor, plus, whole};
use crate::links::LINKS_MAX;

configuration! {
    /// How the walk is led; the [module](super) has the formula.
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
        /// How much rather a step is taken to what few others lead to; 1 is chance alone.
        step_exponent: plus(0.8, (0.0, 3.0), 0.2),
        /// How strongly products are played down that many walks end at.
        popularity_exponent: plus(0.55, (0.0, 2.0), 0.2),
        /// How many links that lead away from a product are kept, 1 to 2,000: the strongest.
        links_per_product: whole(300.0, LINKS_MAX),
    }
}

weighs_habits!(Config);
