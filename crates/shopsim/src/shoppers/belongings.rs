//! What shoppers have, and how that changes what they want.
//!
//! Who has a tent needs no tent; who had soap for six weeks needs the same soap again.

use jiff::Timestamp;

use crate::catalogue::Product;

/// How many of the latest purchases count.
const PURCHASES_MAX: usize = 64;
/// Kinds that are used up, and after how many days.
const USED_UP: [(&str, f64); 8] = [
    ("Soaps", 24.0),
    ("Body oils", 30.0),
    ("Candles", 21.0),
    ("Socks", 60.0),
    ("Notebooks", 30.0),
    ("Pencil sets", 60.0),
    ("Seed mixes", 90.0),
    ("Towels", 365.0),
];
/// What having a thing takes from the liking of it.
const HAS_IT: f64 = 5.0;
/// What having a thing takes from the liking of others of its kind, for a time.
const HAS_SUCH: f64 = 1.5;
/// For how many days.
const HAS_SUCH_DAYS: f64 = 90.0;
/// What there being enough of it left takes from the liking of what is used up.
const ENOUGH_LEFT: f64 = 2.5;
/// What its end adds.
const RUNS_OUT: f64 = 2.2;

/// Someone's purchases, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Belongings<'a>(Vec<(&'a Product, Timestamp)>);

impl<'a> Belongings<'a> {
    /// Those of somebody who bought nothing yet.
    pub(crate) const fn none() -> Belongings<'a> {
        Belongings(Vec::new())
    }

    /// Adds something that was bought.
    pub(crate) fn add(&mut self, product: &'a Product, time: Timestamp) {
        if self.0.len() == PURCHASES_MAX {
            self.0.remove(0);
        }
        self.0.push((product, time));
    }

    /// Takes out what went back.
    pub(crate) fn remove(&mut self, product: &Product) {
        if let Some(at) = self.0.iter().rposition(|(it, _)| std::ptr::eq(*it, product)) {
            self.0.remove(at);
        }
    }

    /// How much what they have adds to the liking of a product; mostly below zero.
    pub(crate) fn longing(&self, product: &Product, now: Timestamp) -> f64 {
        let latest = |same: &dyn Fn(&Product) -> bool| {
            let found = self.0.iter().rev().find(|(it, _)| same(it));
            found.map(|(_, time)| now.duration_since(*time).as_secs_f64() / 86_400.0)
        };
        let used_up = USED_UP.iter().find(|(kind, _)| *kind == product.kind.plural);
        let same = latest(&|it| std::ptr::eq(it, product));
        let such = || latest(&|it| it.kind.plural == product.kind.plural);
        match (used_up, same) {
            (None, Some(_)) => -HAS_IT,
            (None, None) => such().filter(|days| *days < HAS_SUCH_DAYS).map_or(0.0, |_| -HAS_SUCH),
            (Some((_, lasts)), Some(days)) => match days / lasts {
                ..0.5 => -ENOUGH_LEFT,
                ..0.8 => 0.0,
                _ => RUNS_OUT,
            },
            (Some((_, lasts)), None) => {
                such().filter(|days| days / lasts < 0.5).map_or(0.0, |_| -ENOUGH_LEFT)
            }
        }
    }
}
