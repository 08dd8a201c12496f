//! Which size a shopper takes, and how likely it goes back.
//!
//! A body has a size between those of the chart. Shoppers take the nearest one that is in stock, do
//! not know how a product is really cut, and send back what does not fit or disappoints.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use crate::catalogue::kind::Sizes;
use crate::catalogue::product::{Product, Variant};

/// How far from their size somebody still takes one, in sizes.
const TAKES_WITHIN: f64 = 1.0;
/// How likely something goes back although it fits and is as well made as can be.
const SECOND_THOUGHTS: f64 = 0.02;
/// How much likelier the worst made product goes back.
const DISAPPOINTS: f64 = 0.12;

/// Where a body lies in each chart, counted in sizes from the smallest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Body {
    clothing: f64,
    shoes: f64,
    small_to_large: f64,
    /// The index of the size that their child, or their bed, has.
    child: usize,
    bed: usize,
}

impl Body {
    /// Draws a body: tall people have large feet.
    pub(crate) fn draw(rng: &mut ChaCha12Rng) -> Body {
        let stature: f64 = (0..3).map(|_| rng.random_range(0.0..1.0)).sum::<f64>() / 3.0;
        let around = |span: f64, rng: &mut ChaCha12Rng| {
            ((stature + rng.random_range(-0.12..0.12)).clamp(0.0, 1.0)) * span
        };
        Body {
            clothing: around(5.0, rng),
            shoes: around(8.0, rng),
            small_to_large: around(2.0, rng),
            child: rng.random_range(0..Sizes::Children.names().len()),
            bed: rng.random_range(0..Sizes::Bed.names().len()),
        }
    }

    /// Where the body lies in a chart of what is worn.
    fn in_chart(&self, sizes: Sizes) -> Option<f64> {
        match sizes {
            Sizes::Clothing => Some(self.clothing),
            Sizes::Shoes => Some(self.shoes),
            Sizes::SmallToLarge => Some(self.small_to_large),
            Sizes::One | Sizes::Children | Sizes::Bed => None,
        }
    }

    /// What they would take of a product.
    pub(crate) fn choose<'a>(&self, product: &'a Product) -> Choice<'a> {
        let numbered = || (0_u32..).zip(&product.variants).filter(|(_, it)| it.stock > 0);
        let sizes = product.kind.sizes;
        if product.stock == 0 {
            return Choice::Nothing;
        }
        if let Some(place) = self.in_chart(sizes) {
            let distance = |number: u32| (f64::from(number) - place).abs();
            let nearest = numbered().min_by(|(a, _), (b, _)| distance(*a).total_cmp(&distance(*b)));
            return match nearest {
                Some((number, variant)) if distance(number) <= TAKES_WITHIN => Choice::Size {
                    variant,
                    off_by: f64::from(number) + product.cut().sizes_larger() - place,
                },
                _ => Choice::Nothing,
            };
        }
        let wanted = match sizes {
            Sizes::Children => self.child,
            Sizes::Bed => self.bed,
            _ => return Choice::TheOnlyOne,
        };
        match product.variants.get(wanted).filter(|it| it.stock > 0) {
            Some(variant) => Choice::Size { variant, off_by: 0.0 },
            None => Choice::Nothing,
        }
    }
}

/// What somebody would take of a product.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Choice<'a> {
    /// It comes in one size.
    TheOnlyOne,
    /// A size, which will turn out so many sizes too large.
    Size {
        /// The size.
        variant: &'a Variant,
        /// By how many sizes it is too large; below zero when it is too small.
        off_by: f64,
    },
    /// Nothing: it is sold out, at least for them.
    Nothing,
}

impl<'a> Choice<'a> {
    /// The size that is taken, where there are sizes.
    pub(crate) const fn variant(&self) -> Option<&'a Variant> {
        match self {
            Choice::Size { variant, .. } => Some(variant),
            Choice::TheOnlyOne | Choice::Nothing => None,
        }
    }

    /// How likely it goes back once it was delivered.
    pub(crate) fn return_chance(&self, product: &Product) -> f64 {
        let off_by = match self {
            Choice::Size { off_by, .. } => *off_by,
            Choice::TheOnlyOne | Choice::Nothing => 0.0,
        };
        let misfits = 0.85 * (1.0 - (-off_by * off_by).exp());
        let disappoints = SECOND_THOUGHTS + DISAPPOINTS * (1.0 - product.workmanship());
        1.0 - (1.0 - misfits) * (1.0 - disappoints)
    }
}
