//! Whether what was bought tells of the shopper, or of somebody they bought it for.
//!
//! ```text
//! familiar(g) = acts(g) / (acts(g) + 1)                     by what the shopper did in category g before
//! leap        = known · Σ share(g) · (1 − familiar(g))      over what was bought; known = acts / (acts + KNOWN_AFTER)
//! weight      = (1 − GIFT_WRAP·[wrapped]) · (1 − OTHER_ADDRESSEE·[sent elsewhere]) · (1 − LEAP·leap²)
//! ```
//!
//! So a category that the shopper never touched makes a leap, the longer they are known the more; of somebody
//! new everything is in character. A leap counts a little all the same, so that who begins something new is
//! believed at the second or third time.
//!
//! The strengths are a judgement, not learned: that a wrapped order is a gift is likely, that a leap is one is
//! less so. Among the baskets of 84.51's "Complete Journey", by product category, another household's leaps
//! farther than one's own in 71 of 100 pairs; on average one's own keeps a weight of 0.87, the other's 0.75.

use crate::calibration::Mix;

/// How much less a wrapped order tells.
const GIFT_WRAP: f64 = 0.8;
/// How much less an order tells that goes to somebody else.
const OTHER_ADDRESSEE: f64 = 0.6;
/// How much less an order tells that has nothing to do with what the shopper did before.
const LEAP: f64 = 0.7;
/// After how many acts a shopper is half known.
const KNOWN_AFTER: f64 = 10.0;

/// What an order or a visit was about.
#[derive(Clone, Debug, PartialEq)]
pub struct Bought {
    /// How its products are spread over categories.
    pub categories: Mix,
    /// Whether it was wrapped as a gift, as far as is known.
    pub is_gift_wrapped: bool,
    /// Whether it went to somebody else than usual, as far as is known.
    pub has_other_addressee: bool,
}

/// How much an order or a visit tells of the shopper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Character {
    /// What its acts count for in the profile, above 0 and at most 1.
    pub weight: f64,
    /// How far it leaps out of what the shopper did before, from 0 to 1.
    pub leap: f64,
}

impl Character {
    /// Of what was bought, by somebody who before did what `own` says, in acts.
    pub fn of(bought: &Bought, own: &Mix) -> Character {
        let strange = |(category, share)| share / (own.weight(category) + 1.0);
        let known = own.total() / (own.total() + KNOWN_AFTER);
        let leap = known * bought.categories.shares().map(strange).sum::<f64>();
        let kept = |is_so: bool, strength: f64| if is_so { 1.0 - strength } else { 1.0 };
        let weight = kept(bought.is_gift_wrapped, GIFT_WRAP)
            * kept(bought.has_other_addressee, OTHER_ADDRESSEE)
            * (1.0 - LEAP * leap * leap);
        Character { weight, leap }
    }
}
