//! Fading counts of what is done with products: overall, by category and by market.
//!
//! Each event goes into two counts at once, a slow one that says what is popular and a fast one that
//! says what is moving. [`Cell::lift`] sets the fast one against the slow one.
//!
//! ```text
//! Tally ──▶ Counts::record ─┬─▶ Overall     an array by product, with the leaders kept in order
//!                           ├─▶ Scope       one for each category: its products, ascending
//!                           └─▶ Scope       one for each market
//! ```
//!
//! # Cost
//!
//! - Recording: about 200 ns for the product overall, and as much for each category and the market.
//! - Memory: 16 bytes a product, 20 bytes for each product in each category and market in which
//!   something was done with it, and 64 KiB of leaders. At most [`SCOPED_CELLS_MAX`] of the second
//!   kind, so about 20 MiB.
//!
//! # What does not live here
//!
//! How much of an event counts is decided before, by [`Influence`](crate::Influence). What is shown
//! is decided after, by `recommend`.

mod overall;
mod scope;
mod snapshot;
#[cfg(test)]
mod tests;

use domain::{ProductIdx, Timestamp};

pub use overall::{Leaders, Overall};
pub use scope::Scope;
use scope::Scopes;

use crate::{CategoryIdx, HalfLife, LogCount, MarketIdx, Weight};

/// How many products the leaders hold, of each window.
pub const LEADERS_MAX: usize = 2_048;
/// How many products a category or a market holds before its less popular half is forgotten.
pub const SCOPE_CELLS_MAX: usize = 2_048;
/// How many cells all categories hold, or all markets, before the quietest are forgotten.
pub const SCOPED_CELLS_MAX: usize = 1 << 20;
/// Categories and markets with a higher number are not counted.
pub const SCOPES_MAX: usize = 1 << 16;
/// Products with a higher number are not counted.
pub const PRODUCTS_MAX: usize = 1 << 24;

/// How fast counts fade, and how much it takes to be trending.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountsConfig {
    /// Of the slow counts.
    pub popularity: HalfLife,
    /// Of the fast counts.
    pub trend: HalfLife,
    /// What is added to both rates before one is divided by the other, in weight per day.
    ///
    /// A product that is seldom touched needs about so much more a day before it can lead.
    pub trend_shrinkage: Weight,
}

impl Default for CountsConfig {
    /// A month, a day, and five views a day.
    fn default() -> CountsConfig {
        const FIVE_VIEWS: Weight = match Weight::new(5.0) {
            Some(weight) => weight,
            None => Weight::VIEWED,
        };
        CountsConfig {
            popularity: HalfLife::days(30),
            trend: HalfLife::days(1),
            trend_shrinkage: FIVE_VIEWS,
        }
    }
}

impl CountsConfig {
    /// The half-life of one of the two counts.
    pub const fn half_life(&self, window: Window) -> HalfLife {
        match window {
            Window::Popularity => self.popularity,
            Window::Trend => self.trend,
        }
    }
}

/// Which of the two counts is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Window {
    /// The slow one.
    Popularity,
    /// The fast one.
    Trend,
}

/// The two counts of one product, in one place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    popularity: LogCount,
    trend: LogCount,
}

impl Cell {
    /// One of the two counts.
    pub const fn count(&self, window: Window) -> LogCount {
        match window {
            Window::Popularity => self.popularity,
            Window::Trend => self.trend,
        }
    }

    /// How much more is done with the product these days than usually.
    ///
    /// With both counts read as rates, weight per day, and the shrinkage `c`:
    ///
    /// ```text
    /// lift = (fast rate + c) / (slow rate + c)
    /// ```
    ///
    /// One means as usual. The shrinkage pulls products with little behind them toward one, so that
    /// three views of something never seen before are no sensation.
    pub fn lift(&self, now: Timestamp, config: &CountsConfig) -> f64 {
        let rate = |window| {
            let half_life = config.half_life(window);
            self.count(window).at(now, half_life) / half_life.mean_days()
        };
        // Both at zero would be no number; a shrinkage of nothing is allowed to mean "hardly any".
        let c = f64::from(config.trend_shrinkage.get()).max(1e-9);
        (rate(Window::Trend) + c) / (rate(Window::Popularity) + c)
    }

    /// The counts of a single event.
    fn of(tally: &Tally<'_>, config: &CountsConfig) -> Cell {
        let count = |half_life| LogCount::of(tally.weight, tally.time, half_life);
        Cell { popularity: count(config.popularity), trend: count(config.trend) }
    }

    /// Adds to both counts.
    fn add(&mut self, other: Cell) {
        self.popularity.add(other.popularity);
        self.trend.add(other.trend);
    }
}

/// One event, as far as counts are concerned.
#[derive(Clone, Copy, Debug)]
pub struct Tally<'a> {
    /// With which product something was done.
    pub product: ProductIdx,
    /// The categories it is in, each level of each of its paths once.
    pub categories: &'a [CategoryIdx],
    /// In which market.
    pub market: Option<MarketIdx>,
    /// How much it counts, after [`Influence::admit`](crate::Influence::admit).
    pub weight: Weight,
    /// When: the event's time, not after the moment the log received it.
    pub time: Timestamp,
}

/// All counts of a shop.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    config: CountsConfig,
    overall: Overall,
    categories: Scopes,
    markets: Scopes,
}

impl Counts {
    /// Nothing counted yet.
    pub fn new(config: CountsConfig) -> Counts {
        Counts {
            config,
            overall: Overall::default(),
            categories: Scopes::default(),
            markets: Scopes::default(),
        }
    }

    /// The configuration, which stays the same for as long as the counts are kept.
    pub const fn config(&self) -> &CountsConfig {
        &self.config
    }

    /// Counts an event.
    pub fn record(&mut self, tally: Tally<'_>) {
        if tally.weight.is_zero() || tally.product.as_usize() >= PRODUCTS_MAX {
            return;
        }
        let event = Cell::of(&tally, &self.config);
        self.overall.record(tally.product, event);
        for category in tally.categories {
            self.categories.record(category.as_usize(), tally.product, event);
        }
        if let Some(market) = tally.market {
            self.markets.record(market.as_usize(), tally.product, event);
        }
    }

    /// The counts over everything.
    pub const fn overall(&self) -> &Overall {
        &self.overall
    }

    /// The counts in a category, or `None` if nothing was done in it.
    pub fn category(&self, category: CategoryIdx) -> Option<&Scope> {
        self.categories.get(category.as_usize())
    }

    /// The counts in a market, or `None` if nothing was done in it.
    pub fn market(&self, market: MarketIdx) -> Option<&Scope> {
        self.markets.get(market.as_usize())
    }

    /// The bytes of memory that the counts take.
    pub fn memory_bytes(&self) -> usize {
        self.overall.memory_bytes() + self.categories.memory_bytes() + self.markets.memory_bytes()
    }
}
