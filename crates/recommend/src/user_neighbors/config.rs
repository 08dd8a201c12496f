//! Which shoppers are alike, and how many of them are asked.

use crate::interactions::weighs_habits;
use crate::knobs::{configuration, factor, plus, whole};

/// The most shoppers that are asked.
const NEIGHBORS_MAX: u16 = 5_000;
/// The most shoppers that are looked at for one product.
const LIST_MAX: u16 = 20_000;

configuration! {
    /// Who is alike and who is asked; the [module](super) has the formula.
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
        /// How little it says that two shoppers have what many have.
        popularity_exponent: plus(0.15, (0.0, 1.5), 0.2),
        /// How strongly shoppers of many products are alike to fewer.
        length_exponent: plus(0.5, (0.0, 1.0), 0.15),
        /// How much a shopper has to have to be alike to others, in units of the mean shopper's own weight.
        shrinkage: factor(0.1, (0.000_1, 100.0)),
        /// How much more those say who are more alike.
        sharpness: plus(3.0, (0.1, 6.0), 0.5),
        /// How strongly products that many have are favored as what is proposed.
        restore_exponent: plus(0.0, (0.0, 1.0), 0.1),
        /// How many shoppers are asked, 1 to 5,000: those most alike.
        neighbors: whole(300.0, NEIGHBORS_MAX),
        /// Among how many shoppers of a product those are sought, 1 to 20,000.
        shoppers_per_product: whole(1_000.0, LIST_MAX),
    }
}

weighs_habits!(Config);
