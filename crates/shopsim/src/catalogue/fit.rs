//! How things are cut, and the size charts that shops print about it.
//!
//! The chart is what everybody sees. How a product is really cut is known to those who have worn it,
//! and so to its reviews; bodies and returns are for `shoppers`.

use crate::catalogue::kind::Sizes;
use crate::catalogue::product::Product;

/// How a product is cut, compared with its size chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Half a size too small.
    RunsSmall,
    /// As the chart says.
    True,
    /// Half a size too large.
    RunsLarge,
}

/// Of 256 products that are worn, so many run small, and so many run large.
const RUN_SMALL: u64 = 38;
const RUN_LARGE: u64 = 26;

impl Cut {
    /// How many sizes larger than its label a product is.
    pub(crate) const fn sizes_larger(self) -> f64 {
        match self {
            Cut::RunsSmall => -0.5,
            Cut::True => 0.0,
            Cut::RunsLarge => 0.5,
        }
    }
}

impl Sizes {
    /// Whether the size must fit a body, so that it can turn out wrong.
    pub(crate) const fn are_worn(self) -> bool {
        matches!(self, Sizes::Clothing | Sizes::Shoes | Sizes::SmallToLarge)
    }

    /// What each size fits, in the order of [`Sizes::names`].
    pub(crate) const fn chart(self) -> &'static [&'static str] {
        match self {
            Sizes::One => &[],
            Sizes::Clothing => &[
                "chest 80\u{2013}86 cm",
                "chest 87\u{2013}93 cm",
                "chest 94\u{2013}100 cm",
                "chest 101\u{2013}107 cm",
                "chest 108\u{2013}115 cm",
                "chest 116\u{2013}124 cm",
            ],
            Sizes::Shoes => &[
                "foot 23.3 cm",
                "foot 24.0 cm",
                "foot 24.7 cm",
                "foot 25.3 cm",
                "foot 26.0 cm",
                "foot 26.7 cm",
                "foot 27.3 cm",
                "foot 28.0 cm",
                "foot 28.7 cm",
            ],
            Sizes::SmallToLarge => &["worn with XS and S", "worn with M and L", "worn with XL"],
            Sizes::Children => &[
                "height 92\u{2013}104 cm",
                "height 105\u{2013}116 cm",
                "height 117\u{2013}128 cm",
                "height 129\u{2013}140 cm",
            ],
            Sizes::Bed => &[
                "mattress 90 \u{d7} 200 cm",
                "mattress 140 \u{d7} 200 cm",
                "mattress 160 \u{d7} 200 cm",
                "mattress 180 \u{d7} 200 cm",
            ],
        }
    }
}

impl Product {
    /// How it is cut.
    pub(crate) fn cut(&self) -> Cut {
        if !self.kind.sizes.are_worn() {
            return Cut::True;
        }
        match self.look >> 56 {
            ..RUN_SMALL => Cut::RunsSmall,
            it if it >= 256 - RUN_LARGE => Cut::RunsLarge,
            _ => Cut::True,
        }
    }
}
