//! How a shopper is answered from what they did before.

use std::cmp::Reverse;
use std::num::NonZeroU32;

use domain::Timestamp;
use features::Habit;

use super::Config;
use crate::{Candidate, CandidateGenerator, Context};

/// What this shopper keeps coming back to.
#[derive(Clone, Copy, Debug)]
pub struct BuyAgain {
    rule: Rule,
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    Faded(Config),
    MostFrequent,
}

impl BuyAgain {
    /// How often and how lately, weighed by `config`.
    pub const fn new(config: Config) -> BuyAgain {
        BuyAgain { rule: Rule::Faded(config) }
    }

    /// How often it was ordered; of products ordered equally often, the latest first.
    pub const fn most_frequent() -> BuyAgain {
        BuyAgain { rule: Rule::MostFrequent }
    }

    fn score(&self, habit: &Habit, now: Timestamp) -> f32 {
        match self.rule {
            Rule::Faded(config) => faded(habit, now, &config),
            Rule::MostFrequent => habit.orders().map_or(0.0, |it| {
                // Less than one order, and less for every day: it decides among equals only.
                let lateness = 0.5 / (1.0 + age_days(it.last, now) / 365.0);
                f32::from(it.n) + lateness
            }),
        }
    }
}

/// What a habit counts at `now`: how often, fading from the last time.
fn faded(habit: &Habit, now: Timestamp, config: &Config) -> f32 {
    let n_orders = habit.orders().map_or(0.0, |it| f32::from(it.n));
    let count = n_orders + config.touch_weight * f32::from(habit.n_touches());
    if count <= 0.0 {
        return 0.0;
    }
    let halvings = age_days(habit.last(), now) / config.half_life_days;
    count.powf(config.count_exponent) * (-halvings).exp2()
}

/// How long ago, in days; what lies ahead is now.
#[expect(clippy::cast_possible_truncation, reason = "days to seven digits")]
pub(crate) fn age_days(time: Timestamp, now: Timestamp) -> f32 {
    now.since(time).as_days_f64().max(0.0) as f32
}

impl CandidateGenerator for BuyAgain {
    fn name(&self) -> &'static str {
        match self.rule {
            Rule::Faded(_) => "buy_again",
            Rule::MostFrequent => "most_frequent",
        }
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        let start = out.len();
        out.extend(
            context
                .past
                .iter()
                .filter(|it| context.eligible.contains(it.product()))
                .map(|it| Candidate {
                    product: it.product(),
                    score: self.score(it, context.now),
                    evidence: Some(it.product()),
                })
                .filter(|it| it.score > 0.0 && it.score.is_finite()),
        );
        // The bits of positive floats are in the order of the floats.
        out[start..].sort_unstable_by_key(|it| (Reverse(it.score.to_bits()), it.product));
        out.truncate(start + limit.get() as usize);
    }
}
