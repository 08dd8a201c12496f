//! Invents the shop's past and sends it in order.

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::catalogue::DemoShop;
use crate::client::events::Event;
use crate::client::{
    BATCH_BYTES_MAX, BATCH_EVENTS_MAX, Client, FaultReport, Faults, FaultyClient, Speaker,
};
use crate::shoppers::belongings::Belongings;
use crate::shoppers::habits::VISITS_BY_HOUR;
use crate::shoppers::mind::Mind;
use crate::shoppers::mission::{self, Fashion};
use crate::shoppers::{Population, visit};
use crate::simulation::SimulationError;

/// For how many days before now everybody wants the same thing, so that something trends.
const FASHION_DAYS: i64 = 3;
/// How many events a batch has where things go wrong: many batches, so that much can.
const SMALL_BATCH_EVENTS: usize = 40;

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
        SimulationError::unless_all_taken(WHAT, &answer.rejected)?;
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

/// Invents the same past and sends it over a line on which things go wrong; the server must count it
/// as it counts [`simulate_past`].
///
/// # Errors
///
/// - [`SimulationError::Client`] if the server does not answer or refuses a batch that arrived well.
/// - [`SimulationError::Rejected`] if it refuses an event.
pub async fn simulate_past_badly(
    client: &Client,
    shop: &DemoShop,
    population: &Population,
    plan: PastPlan,
    faults: Faults,
) -> Result<FaultReport, SimulationError> {
    const WHAT: &str = "events";
    let failed = |source| SimulationError::Client { what: WHAT, source };
    let mut line = FaultyClient::new(client, faults);
    let events = past(shop, population, plan, client.clock().now());
    for batch in events.chunks(SMALL_BATCH_EVENTS) {
        line.send(Speaker::Server, batch).await.map_err(failed)?;
        SimulationError::unless_all_taken(WHAT, &line.take_rejected())?;
    }
    line.finish(Speaker::Server).await.map_err(failed)?;
    SimulationError::unless_all_taken(WHAT, &line.take_rejected())?;
    Ok(line.report())
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
        let mission = mission::draw(&shopper.taste, fashion, start, &mut rng);
        let device = &shopper.habits.devices[shopper.habits.device(&mut rng)];
        let customer = shopper.habits.account.as_deref();
        let mut is_known = false;
        let order = format!("order-{}-{number}", plan.seed);
        let belongings = Belongings::none();
        let mind = Mind::new(shopper, mission, start, &belongings);
        let mut time = start;
        for (nth, step) in visit::play(shop, mind, &order, &mut rng).into_iter().enumerate() {
            time += SignedDuration::from_secs(step.seconds_later);
            // A visit that began a moment ago is cut off by the present.
            if time >= now {
                break;
            }
            // Whoever has an account says so when they order.
            is_known |= step.happening.name == "Checkout Started";
            let message_id = format!("past-{}-{number}-{nth}", plan.seed);
            let event = step.happening.by(&device.visitor, message_id, time);
            events.push(event.of_customer(customer.filter(|_| is_known)));
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
