//! What a shopper said not to like.
//!
//! "Not interested" takes the product away for good, and weakens what is like it a little; "less like this"
//! takes nothing away and weakens more. What is weakened recovers with a half-life of [`DISLIKE_HALF_LIFE`]:
//!
//! ```text
//! factor = Π over dislikes of 1 − strength · like(disliked, candidate) · 2^(−age / half-life)     ≥ DISLIKE_FACTOR_MIN
//! ```

use domain::{ProductIdx, Span, Timestamp};

use crate::diversity::jaccard;

/// How many dislikes of a shopper are kept.
pub const DISLIKES_MAX: usize = 128;
/// In which time half of the weakening is gone.
pub const DISLIKE_HALF_LIFE: Span = Span::DAY.times(30);
/// How far dislikes weaken at most, all of them together: a taste is no ban.
pub const DISLIKE_FACTOR_MIN: f32 = 0.05;
/// How far one weakens what is entirely like it.
const STRENGTH_NOT_INTERESTED: f32 = 0.4;
const STRENGTH_LESS_LIKE_THIS: f32 = 0.8;
/// How alike products are that share nothing but all of their categories, or their brand.
const SAME_CATEGORIES: f32 = 0.6;
const SAME_BRAND: f32 = 0.4;

/// What the shopper said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DislikeKind {
    /// Less like this product.
    LessLikeThis,
    /// Not interested in this product.
    NotInterested,
}

/// Something a shopper said not to like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dislike {
    /// The product.
    pub product: ProductIdx,
    /// What was said; the stronger of both.
    pub kind: DislikeKind,
    /// When last.
    pub time: Timestamp,
}

/// What a shopper said not to like, by ascending product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dislikes(Vec<Dislike>);

impl Dislikes {
    /// Notes that something was said of a product.
    ///
    /// Among too many, the oldest goes of which less was wanted; only where there is none, the oldest product
    /// that is of no interest may come back.
    pub fn note(&mut self, product: ProductIdx, kind: DislikeKind, time: Timestamp) {
        match self.0.binary_search_by_key(&product, |it| it.product) {
            Ok(at) => {
                let it = &mut self.0[at];
                *it = Dislike { product, kind: it.kind.max(kind), time: it.time.max(time) };
            }
            Err(at) => self.0.insert(at, Dislike { product, kind, time }),
        }
        if self.0.len() > DISLIKES_MAX {
            let weights = self.0.iter().enumerate().map(|(at, it)| (it.kind, it.time, at));
            if let Some((.., least)) = weights.min() {
                self.0.remove(least);
            }
        }
    }

    /// Takes back what was said of a product.
    pub fn take_back(&mut self, product: ProductIdx) {
        self.0.retain(|it| it.product != product);
    }

    /// Takes back everything.
    pub fn reset(&mut self) {
        self.0.clear();
    }

    /// Whether the shopper is not interested in that very product.
    pub fn excludes(&self, product: ProductIdx) -> bool {
        let found = self.0.binary_search_by_key(&product, |it| it.product);
        found.is_ok_and(|at| self.0[at].kind == DislikeKind::NotInterested)
    }

    /// How far a candidate is weakened: 1 for not at all.
    ///
    /// `like` says how like a disliked product it is, from 0 to 1; [`Traits::like`] is one way.
    pub fn factor(&self, now: Timestamp, like: impl Fn(ProductIdx) -> f32) -> f32 {
        let left = |it: &Dislike| {
            let strength = match it.kind {
                DislikeKind::NotInterested => STRENGTH_NOT_INTERESTED,
                DislikeKind::LessLikeThis => STRENGTH_LESS_LIKE_THIS,
            };
            let age = now.since(it.time).as_secs_f64().max(0.0);
            #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
            let fade = (-age / DISLIKE_HALF_LIFE.as_secs_f64()).exp2() as f32;
            1.0 - strength * like(it.product).clamp(0.0, 1.0) * fade
        };
        self.0.iter().map(left).product::<f32>().max(DISLIKE_FACTOR_MIN)
    }

    /// All of them, by ascending product.
    pub fn as_slice(&self) -> &[Dislike] {
        &self.0
    }
}

/// What products have in common, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits<'a> {
    /// The brand.
    pub brand: Option<u32>,
    /// The categories, ascending and each once.
    pub categories: &'a [u32],
}

impl Traits<'_> {
    /// How alike two products are, by brand, by categories, or by what else is known as `near`: whichever says
    /// the most, from 0 to 1.
    pub fn like(&self, other: &Traits<'_>, near: f32) -> f32 {
        let same_brand = self.brand.is_some() && self.brand == other.brand;
        let by_brand = if same_brand { SAME_BRAND } else { 0.0 };
        let by_categories = SAME_CATEGORIES * jaccard(self.categories, other.categories);
        near.clamp(0.0, 1.0).max(by_brand).max(by_categories)
    }
}
