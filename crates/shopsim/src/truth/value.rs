//! What a slate is worth to a shopper, and which slate is worth most.
//!
//! People look along a slate from its first place, click at most one product, and give up with a fixed
//! chance after each place that they pass (the cascade model: N. Craswell, O. Zoeter, M. Taylor and
//! B. Ramsey, "An Experimental Comparison of Click Position-Bias Models", WSDM 2008). With `c[i]` the
//! chance of a click on place `i` once it is noticed, `g` the chance to go on and `v[i]` what a click
//! is worth,
//!
//! ```text
//! value = Σ v[i]·c[i]·Π g·(1 − c[j]) over the places j before i
//! ```
//!
//! which is exact: nothing is sampled.

use std::ops::{Add, AddAssign, Sub};

use serde::Serialize;

use crate::catalogue::Product;
use crate::shoppers::attention::GO_ON;
use crate::shoppers::mind::Mind;

/// What is to be expected of a slate.
///
/// Only what follows from it directly counts: the product that is clicked, put into the cart, ordered
/// and kept. What else a visitor finds on that product's page belongs to the slates there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Value {
    /// Clicks, from 0 to 1.
    pub clicks: f64,
    /// Products put into the cart, from 0 to 1.
    pub adds: f64,
    /// What the shop earns, in cents: the margin of what is ordered and kept, less what returns cost.
    pub margin_minor: f64,
}

/// One of the numbers of a [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Clicks.
    Clicks,
    /// Products put into the cart.
    Adds,
    /// What the shop earns, in cents.
    Margin,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Measure; 3] = [Measure::Clicks, Measure::Adds, Measure::Margin];
}

impl Value {
    /// One of the numbers.
    pub const fn get(self, measure: Measure) -> f64 {
        match measure {
            Measure::Clicks => self.clicks,
            Measure::Adds => self.adds,
            Measure::Margin => self.margin_minor,
        }
    }

    fn times(self, factor: f64) -> Value {
        Value {
            clicks: self.clicks * factor,
            adds: self.adds * factor,
            margin_minor: self.margin_minor * factor,
        }
    }

    /// The sum of values, each weighed by a probability.
    pub(super) fn mixture(parts: impl Iterator<Item = (f64, Value)>) -> Value {
        parts.fold(Value::default(), |sum, (weight, value)| sum + value.times(weight))
    }
}

impl Add for Value {
    type Output = Value;

    fn add(self, other: Value) -> Value {
        Value {
            clicks: self.clicks + other.clicks,
            adds: self.adds + other.adds,
            margin_minor: self.margin_minor + other.margin_minor,
        }
    }
}

impl AddAssign for Value {
    fn add_assign(&mut self, other: Value) {
        *self = *self + other;
    }
}

impl Sub for Value {
    type Output = Value;

    fn sub(self, other: Value) -> Value {
        self + other.times(-1.0)
    }
}

/// What a product promises: the chance of a click once it is noticed, and what that click is worth.
#[derive(Clone, Copy, Debug)]
struct Promise {
    click: f64,
    worth: Value,
}

impl Promise {
    fn of(mind: &Mind<'_>, product: &Product) -> Promise {
        let adds = mind.want_chance(product);
        let margin_minor = if adds > 0.0 { adds * mind.margin_of_cart_minor(product) } else { 0.0 };
        Promise {
            click: mind.click_chance(product),
            worth: Value { clicks: 1.0, adds, margin_minor },
        }
    }

    /// What it adds at a place that is noticed.
    fn gain(&self, measure: Measure) -> f64 {
        self.click * self.worth.get(measure)
    }

    /// How likely somebody looks past it.
    fn passes(&self) -> f64 {
        GO_ON * (1.0 - self.click)
    }
}

/// The value of a slate, first place first.
pub(crate) fn value(mind: &Mind<'_>, slate: &[&Product]) -> Value {
    let (mut sum, mut noticed) = (Value::default(), 1.0);
    for product in slate {
        let promise = Promise::of(mind, product);
        sum += promise.worth.times(noticed * promise.click);
        noticed *= promise.passes();
    }
    sum
}

/// The best slate of at most `n_places` of the candidates, by one measure, best first.
///
/// Whatever products a slate has, it is worth most when they stand by falling `gain / (1 − passes)`: of
/// two neighbours in any slate the one with the greater ratio belongs first. In that order the choice
/// is a knapsack without weights: a product is taken, and everything after it is worth `passes` as
/// much, or left. Takes O(candidates · places).
///
/// # Source
///
/// G. Aggarwal, J. Feldman, S. Muthukrishnan and M. Pál, "Sponsored Search Auctions with Markovian
/// Users", WINE 2008.
pub(crate) fn best<'a>(
    mind: &Mind<'_>,
    candidates: impl Iterator<Item = &'a Product>,
    n_places: usize,
    measure: Measure,
) -> Vec<&'a Product> {
    Choices::of(mind, candidates).best(n_places, measure)
}

/// Candidates with what each promises, to find several best slates of.
#[derive(Debug)]
pub(crate) struct Choices<'a>(Vec<(&'a Product, Promise)>);

impl<'a> Choices<'a> {
    /// Looks at every candidate once.
    pub(crate) fn of(
        mind: &Mind<'_>,
        candidates: impl Iterator<Item = &'a Product>,
    ) -> Choices<'a> {
        Choices(candidates.map(|it| (it, Promise::of(mind, it))).collect())
    }

    /// The best slate by one measure, see [`best`].
    pub(crate) fn best(&self, n_places: usize, measure: Measure) -> Vec<&'a Product> {
        let mut by_ratio: Vec<(f64, &(&'a Product, Promise))> =
            self.0.iter().map(|it| (it.1.gain(measure) / (1.0 - it.1.passes()), it)).collect();
        by_ratio.sort_by(|(a, one), (b, other)| {
            b.total_cmp(a).then_with(|| one.0.id().cmp(other.0.id()))
        });
        // `worth[n]`: of the candidates from here on, with `n` places left.
        let mut worth = vec![0.0_f64; n_places + 1];
        let mut taken = vec![false; by_ratio.len() * (n_places + 1)];
        for (at, (_, (_, promise))) in by_ratio.iter().enumerate().rev() {
            for n in (1..=n_places).rev() {
                let with = promise.gain(measure) + promise.passes() * worth[n - 1];
                if with > worth[n] {
                    worth[n] = with;
                    taken[at * (n_places + 1) + n] = true;
                }
            }
        }
        let mut left = n_places;
        let mut slate = Vec::with_capacity(n_places);
        for (at, (_, (product, _))) in by_ratio.iter().enumerate() {
            if taken[at * (n_places + 1) + left] {
                slate.push(*product);
                left -= 1;
            }
        }
        slate
    }

    /// The best value by each measure: three slates, not one.
    pub(crate) fn best_values(&self, mind: &Mind<'_>, n_places: usize) -> Value {
        let of = |measure| {
            let slate = self.best(n_places, measure);
            value(mind, &slate).get(measure)
        };
        Value {
            clicks: of(Measure::Clicks),
            adds: of(Measure::Adds),
            margin_minor: of(Measure::Margin),
        }
    }
}
