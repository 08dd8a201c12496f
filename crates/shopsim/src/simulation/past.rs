//! Invents the shop's past and sends it in order.

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::catalogue::DemoShop;
use crate::client::events::Event;
use crate::client::{BATCH_BYTES_MAX, BATCH_EVENTS_MAX, Client, Speaker};
use crate::shoppers::mission::{self, Fashion};
use crate::shoppers::{Population, visit};
use crate::simulation::SimulationError;

/// For how many days before now everybody wants the same thing, so that something trends.
const FASHION_DAYS: i64 = 3;
/// How the hours of a day share the visits, from midnight on.
const VISITS_BY_HOUR: [u32; 24] =
    [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 12, 11, 10, 10, 11, 13, 16, 19, 21, 18, 11, 5];

/// How much past there is.
#[derive(Clone, Copy, Debug)]
pub struct PastPlan {
    /// What it is drawn from.
    pub seed: u64,
    /// How many visits.
    pub n_visits: usize,
    /// Over how many days before now.
    pub n_days: i64,
}

impl Default for PastPlan {
    /// Eight thousand visits over thirty days.
    fn default() -> PastPlan {
        PastPlan { seed: 1, n_visits: 8_000, n_days: 30 }
    }
}

/// What was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PastReport {
    /// How many events are kept that were not kept before.
    pub n_accepted: usize,
    /// How many had been sent before.
    pub n_duplicates: usize,
    /// In how many batches.
    pub n_batches: usize,
}

/// Sends the past, oldest first, as the shop's server would have sent it.
///
/// Message ids follow from the seed, so sending the same past again adds nothing.
///
/// # Errors
///
/// - [`SimulationError::Client`] if the server does not answer or refuses a batch.
/// - [`SimulationError::Rejected`] if it refuses an event.
pub async fn simulate_past(
    client: &Client,
    shop: &DemoShop,
    population: &Population,
    plan: PastPlan,
) -> Result<PastReport, SimulationError> {
    const WHAT: &str = "events";
    let mut report = PastReport::default();
    let events = past(shop, population, plan, client.clock().now());
    for batch in batches(&events) {
        let answer = client
            .send_patiently(Speaker::Server, batch)
            .await
            .map_err(|source| SimulationError::Client { what: WHAT, source })?;
        if let Some(first) = answer.rejected.first() {
            return Err(SimulationError::Rejected {
                what: WHAT,
                n_rejected: answer.rejected.len(),
                first: format!("{} {}", first.field, first.remedy),
            });
        }
        report.n_accepted += answer.accepted;
        report.n_duplicates += answer.duplicates;
        report.n_batches += 1;
    }
    tracing::info!(
        n_events = report.n_accepted,
        n_batches = report.n_batches,
        "the demo shop has a past"
    );
    Ok(report)
}

/// Every event of the past, in the order of time.
pub(crate) fn past(
    shop: &DemoShop,
    population: &Population,
    plan: PastPlan,
    now: Timestamp,
) -> Vec<Event> {
    let mut rng = ChaCha12Rng::seed_from_u64(plan.seed ^ 0x0a57);
    let fashion = Fashion::draw(&mut rng);
    let mut events = Vec::new();
    for number in 0..plan.n_visits {
        let shopper = population.anybody(&mut rng);
        let start = start(plan, now, &mut rng);
        let fashion = if now.duration_since(start) < SignedDuration::from_hours(24 * FASHION_DAYS) {
            fashion
        } else {
            Fashion::None
        };
        let mission = mission::draw(&shopper.taste, fashion, &mut rng);
        let order = format!("order-{}-{number}", plan.seed);
        let mut time = start;
        let steps = visit::play(shop, shopper, mission, &order, &mut rng);
        for (nth, step) in steps.into_iter().enumerate() {
            time += SignedDuration::from_secs(step.seconds_later);
            // A visit that began a moment ago is cut off by the present.
            if time >= now {
                break;
            }
            let message_id = format!("past-{}-{number}-{nth}", plan.seed);
            events.push(step.happening.by(&shopper.visitor, message_id, time));
        }
    }
    events.sort_by_key(Event::time);
    events
}

/// When a visit begins: on any day, at the hours when people shop.
fn start(plan: PastPlan, now: Timestamp, rng: &mut ChaCha12Rng) -> Timestamp {
    let days_ago = rng.random_range(0..plan.n_days.max(1));
    let mut left = rng.random_range(0..VISITS_BY_HOUR.iter().sum::<u32>());
    let mut hour = 0;
    for visits in VISITS_BY_HOUR {
        if left < visits {
            break;
        }
        left -= visits;
        hour += 1;
    }
    let seconds = rng.random_range(0..3600);
    let midnight = now - SignedDuration::from_secs(now.as_second().rem_euclid(86_400));
    let day = midnight - SignedDuration::from_hours(24 * days_ago);
    let start = day + SignedDuration::from_hours(hour) + SignedDuration::from_secs(seconds);
    // Hours of today that are still to come become yesterday's.
    if start < now { start } else { start - SignedDuration::from_hours(24) }
}

/// Cuts events into batches that the interface takes.
fn batches(events: &[Event]) -> Vec<&[Event]> {
    let mut batches = Vec::new();
    let (mut from, mut n_bytes) = (0, 0);
    for (at, event) in events.iter().enumerate() {
        let size = event.to_json().to_string().len() + 1;
        if at - from == BATCH_EVENTS_MAX || n_bytes + size > BATCH_BYTES_MAX {
            batches.push(&events[from..at]);
            (from, n_bytes) = (at, 0);
        }
        n_bytes += size;
    }
    if from < events.len() {
        batches.push(&events[from..]);
    }
    batches
}
