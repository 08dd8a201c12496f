//! The truth: what slates are worth to the simulated shoppers, computed and not sampled.
//!
//! ```text
//! Mind (taste, plan, season, belongings, cart) ─▶ click, cart and margin of each product
//!                                                        │ cascade over the places
//!                                                        ▼
//!                                    value of a slate, and of the best one: regret = best − value
//! ```
//!
//! # Where to start
//!
//! [`value()`] holds the formula. [`Truth`] is for tests of other programs, which know shoppers by number;
//! simulated visits judge the slates they are shown by themselves ([`Judgement`]).
//!
//! # What is not counted
//!
//! What a slate teaches, and what it makes of later visits: a value is that of the moment.

mod value;

use jiff::Timestamp;
use serde::Serialize;

pub(crate) use self::value::{Choices, best, value};
pub use self::value::{Measure, Value};
use crate::catalogue::{DemoShop, Product};
use crate::shoppers::Population;
use crate::shoppers::belongings::Belongings;
use crate::shoppers::habits::Attitude;
use crate::shoppers::mind::Mind;
use crate::shoppers::mission::{self, MISSIONS, Mission};
use crate::simulation::Arm;

/// What is true of a shop and its shoppers.
///
/// Moments are those of somebody who comes in: the cart is empty and nothing was bought before.
#[derive(Clone, Copy, Debug)]
pub struct Truth<'a> {
    shop: &'a DemoShop,
    population: &'a Population,
}

/// Why a shopper comes, as a number below [`Truth::n_plans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan(usize);

impl<'a> Truth<'a> {
    /// The truth about a shop and its shoppers.
    pub const fn new(shop: &'a DemoShop, population: &'a Population) -> Truth<'a> {
        Truth { shop, population }
    }

    /// How many plans people can come with.
    pub fn n_plans() -> usize {
        MISSIONS.len()
    }

    /// The plans that somebody may come with at a time, each with its probability; they sum to one.
    ///
    /// # Panics
    ///
    /// If there is no shopper of this number, as do all functions here.
    pub fn plans(&self, shopper: usize, time: Timestamp) -> Vec<(Plan, f64)> {
        let taste = &self.population.all()[shopper].taste;
        (0..).map(Plan).zip(mission::chances(taste, time)).collect()
    }

    /// What a slate is worth to a shopper who comes at a time with a plan; products that the shop has
    /// not are passed over.
    pub fn value(&self, shopper: usize, time: Timestamp, plan: Plan, slate: &[&str]) -> Value {
        let products: Vec<&Product> = slate.iter().filter_map(|it| self.shop.product(it)).collect();
        self.with_mind(shopper, time, plan, |mind| value(mind, &products))
    }

    /// What a slate is worth when nobody knows why the shopper comes: the mean over all plans.
    pub fn value_of_any_visit(&self, shopper: usize, time: Timestamp, slate: &[&str]) -> Value {
        let plans = self.plans(shopper, time).into_iter();
        Value::mixture(plans.map(|(plan, chance)| (chance, self.value(shopper, time, plan, slate))))
    }

    /// The best slate of at most `n_places`, by one measure.
    pub fn best(
        &self,
        shopper: usize,
        time: Timestamp,
        plan: Plan,
        (n_places, measure): (usize, Measure),
    ) -> Vec<&'a Product> {
        let for_sale = self.shop.products().iter().filter(|it| it.stock > 0);
        self.with_mind(shopper, time, plan, |mind| best(mind, for_sale, n_places, measure))
    }

    /// How much worse than the best a slate is, by one measure; never below zero.
    pub fn regret(
        &self,
        shopper: usize,
        time: Timestamp,
        plan: Plan,
        (slate, measure): (&[&str], Measure),
    ) -> f64 {
        let best = self.best(shopper, time, plan, (slate.len(), measure));
        let best: Vec<&str> = best.iter().map(|it| it.id()).collect();
        let best = self.value(shopper, time, plan, &best).get(measure);
        best - self.value(shopper, time, plan, slate).get(measure)
    }

    /// Everything that is hidden about each shopper, to be written out line by line.
    pub fn people(&self) -> impl Iterator<Item = PersonTruth<'a>> + use<'a> {
        self.population.all().iter().map(|it| PersonTruth {
            shopper: it.number,
            visitors: it.habits.devices.iter().map(|it| it.visitor.as_str()).collect(),
            customer: it.habits.account.as_deref(),
            departments: &it.taste.departments,
            visits_per_day: it.habits.visits_per_day,
            consent: match it.habits.attitude {
                Attitude::Silent => "silent",
                Attitude::Accepts => "accepts",
                Attitude::Refuses => "refuses",
                Attitude::Withdraws { .. } => "withdraws",
            },
            message_channel: it.habits.messages.channel.name(),
            message_hour: it.habits.messages.hour,
            message_open_chance: it.habits.messages.open_chance(
                it.habits.messages.channel,
                it.habits.messages.hour,
                0,
            ),
        })
    }

    fn with_mind<T>(
        &self,
        shopper: usize,
        time: Timestamp,
        plan: Plan,
        ask: impl FnOnce(&Mind<'_>) -> T,
    ) -> T {
        let (shopper, belongings) = (&self.population.all()[shopper], Belongings::none());
        let mission: &Mission = &MISSIONS[plan.0];
        ask(&Mind::new(shopper, mission, time, &belongings))
    }
}

/// What is hidden about one shopper.
#[derive(Clone, Debug, Serialize)]
pub struct PersonTruth<'a> {
    shopper: usize,
    /// The anonymous ids of their devices.
    visitors: Vec<&'a str>,
    /// Their id as a customer.
    customer: Option<&'a str>,
    /// The departments that they care for, favourite first.
    departments: &'a [&'static str],
    visits_per_day: f64,
    consent: &'static str,
    message_channel: &'static str,
    message_hour: u8,
    message_open_chance: f64,
}

/// What a shelf that was filled in a visit was worth, both ways of filling it, and the best way.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// The decision that was shown.
    pub decision_id: String,
    /// When.
    #[serde(serialize_with = "as_text")]
    pub time: Timestamp,
    /// To whom, by number.
    pub shopper: usize,
    /// The shelf, by the name of its usual placement.
    pub placement: &'static str,
    /// Which way of filling it was shown.
    pub shown: Arm,
    /// The fallback that the personal slate names.
    pub fallback: Option<String>,
    /// What the personal slate is worth.
    pub personal: Value,
    /// What the popular slate is worth.
    pub popular: Value,
    /// The most that a slate can be worth, by each measure.
    pub best: Value,
}

fn as_text<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[cfg(test)]
mod tests;
