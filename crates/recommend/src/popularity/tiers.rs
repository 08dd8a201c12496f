//! The tiers: which products come from where, and with which score.

use domain::{ProductIdx, Timestamp};
use features::{Cell, Counts, CountsConfig, LogCount, Overall, Scope, Window};

use super::slate::{Remaining, Scored, Slate};
use crate::Context;

/// How many products, those with the most activity these days, are looked at to find what rises.
const TREND_POOL: usize = 512;
/// Every score lies at least this far above its tier's number, which the tier below may reach.
const CLOSENESS_MIN: f64 = 1e-5;

/// The tiers of [`Popular`](super::Popular).
pub(super) fn popular(counts: &Counts, context: &Context<'_>, slate: &mut Slate<'_>) {
    for (tier, place) in places(counts, context, 1.0) {
        slate.append(|n_wanted, remaining, scored| {
            place.gather(Window::Popularity, tier, n_wanted, (remaining, scored));
        });
    }
}

/// The tiers that [`Trending`](super::Trending) puts before those of [`popular`].
pub(super) fn trending(counts: &Counts, context: &Context<'_>, slate: &mut Slate<'_>) {
    for (tier, place) in places(counts, context, 4.0) {
        slate.append(|_, remaining, scored| {
            place.gather(Window::Trend, tier, TREND_POOL, (remaining, scored));
            scored.keep_best(TREND_POOL);
            scored.rescore(|product| {
                rise(place.cell(product), context.now, counts.config()).map(|it| score(tier, it))
            });
        });
    }
}

/// How far up a product is rising, from 0 to 1, or `None` if it is not.
fn rise(cell: Cell, now: Timestamp, config: &CountsConfig) -> Option<f64> {
    let lift = cell.lift(now, config);
    (lift > 1.0).then_some(1.0 - 1.0 / lift)
}

/// How close a count comes to the first one: 1 for the first, 1/2 for half of it, 1/3 for a quarter.
fn closeness(count: LogCount, first: LogCount) -> f64 {
    1.0 / (1.0 + count.halvings_behind(first))
}

/// The score of a candidate in a tier.
fn score(tier: f64, closeness: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "scores are small and need no more digits")]
    let score = (tier + closeness.max(CLOSENESS_MIN)) as f32;
    score
}

/// Where products are counted.
#[derive(Clone, Copy, Debug)]
enum Place<'a> {
    /// Everywhere.
    Overall(&'a Overall),
    /// In one category or market.
    Scope(&'a Scope),
}

/// The places that matter for a context with their tiers, from the narrowest, which stands highest.
fn places<'a>(
    counts: &'a Counts,
    context: &Context<'_>,
    lowest_tier: f64,
) -> impl Iterator<Item = (f64, Place<'a>)> {
    let category = context.category.and_then(|it| counts.category(it));
    let market = context.market.and_then(|it| counts.market(it));
    [
        category.map(|scope| (lowest_tier + 2.0, Place::Scope(scope))),
        market.map(|scope| (lowest_tier + 1.0, Place::Scope(scope))),
        Some((lowest_tier, Place::Overall(counts.overall()))),
    ]
    .into_iter()
    .flatten()
}

impl Place<'_> {
    fn cell(self, product: ProductIdx) -> Cell {
        match self {
            Place::Overall(overall) => overall.cell(product),
            Place::Scope(scope) => scope.cell(product),
        }
    }

    /// Scores remaining products by their counts: at least the `n_wanted` best, if there are so many.
    fn gather(
        self,
        window: Window,
        tier: f64,
        n_wanted: usize,
        (remaining, scored): (&Remaining, &mut Scored),
    ) {
        match self {
            Place::Overall(overall) => {
                gather_overall(overall, window, tier, n_wanted, (remaining, scored));
            }
            Place::Scope(scope) => {
                let counted = scope.iter().filter(|(product, _)| remaining.contains(*product));
                let counts = scope.iter().map(|(_, cell)| cell.count(window));
                let Some(first) = counts.min_by(LogCount::largest_first) else {
                    return;
                };
                for (product, cell) in counted {
                    scored.push(product, score(tier, closeness(cell.count(window), first)));
                }
            }
        }
    }
}

/// Walks down the leaders until enough are found, and looks at everything that remains if they end
/// before.
///
/// Counts that differ can have equal scores, so the walk goes on until the score falls: which of the
/// equals are taken is for their numbers to decide.
fn gather_overall(
    overall: &Overall,
    window: Window,
    tier: f64,
    n_wanted: usize,
    (remaining, scored): (&Remaining, &mut Scored),
) {
    let leaders = overall.leaders(window);
    let Some((_, first)) = leaders.iter().next() else {
        return;
    };
    for (product, count) in leaders.iter() {
        let score = score(tier, closeness(count, first));
        if scored.len() >= n_wanted && scored.last_score().is_some_and(|last| score < last) {
            return;
        }
        if remaining.contains(product) {
            scored.push(product, score);
        }
    }
    if leaders.is_everything() {
        return;
    }
    scored.clear();
    for product in remaining.iter() {
        let count = overall.cell(product).count(window);
        if !count.is_empty() {
            scored.push(product, score(tier, closeness(count, first)));
        }
    }
}
