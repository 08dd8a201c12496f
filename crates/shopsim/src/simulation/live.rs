//! Visitors who are there now: they ask what to show, look, click, and sometimes buy.
//!
//! Each visitor is one loop over visits, whose pages follow each other in real time. What a visit is
//! stands in [`visit`](super::visit).

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use rustc_hash::FxHashMap;

use crate::catalogue::DemoShop;
use crate::client::Client;
use crate::shoppers::Population;
use crate::shoppers::mission::{self, Fashion};
use crate::simulation::SimulationError;
use crate::simulation::standing::Standing;
use crate::simulation::visit::{After, Coming, MEAN_PAUSE_SECS, Outcome, Shelves, Visit};

/// How long to wait before a visitor tries again after an error.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(3);

/// How busy the shop is.
#[derive(Clone, Copy, Debug)]
pub struct LivePlan {
    /// What visits are drawn from; together with the start time, so that no two runs are alike.
    pub seed: u64,
    /// How many people are in the shop at once.
    pub n_visitors: u64,
    /// The mean pause between two pages that a visitor looks at.
    pub pause: Duration,
}

impl Default for LivePlan {
    /// Six visitors, who together send about five events a second.
    fn default() -> LivePlan {
        LivePlan { seed: 1, n_visitors: 6, pause: Duration::from_secs(4) }
    }
}

/// What the live visitors did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LiveReport {
    /// How many visits began.
    pub n_visits: u64,
    /// How many decisions were answered.
    pub n_decisions: u64,
    /// How many recommended products were clicked.
    pub n_clicks: u64,
    /// How many orders were placed.
    pub n_orders: u64,
    /// How many visits an error ended.
    pub n_errors: u64,
}

/// Lets visitors shop until `shutdown` completes.
pub async fn run_live_visitors(
    client: &Client,
    shop: &DemoShop,
    population: &Population,
    plan: LivePlan,
    shutdown: impl Future<Output = ()> + Send,
) -> LiveReport {
    let counts = Counts::default();
    // Message ids must not repeat those of an earlier run of the same demo.
    let run = client.clock().now().as_millisecond();
    let standings = Mutex::new(FxHashMap::default());
    let visitors = (0..plan.n_visitors).map(|number| {
        let seed = plan.seed.wrapping_mul(31).wrapping_add(number) ^ run.unsigned_abs();
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let (counts, standings) = (&counts, &standings);
        async move {
            for nth in 0_u64.. {
                let shopper = population.anybody(&mut rng);
                let time = client.clock().now();
                let visit = Visit::begin(Coming {
                    client,
                    shop,
                    shopper,
                    mission: mission::draw(&shopper.taste, Fashion::None, time, &mut rng),
                    shelves: Shelves::Usual,
                    id: format!("live-{run}-{number}-{nth}"),
                    rng: ChaCha12Rng::from_rng(&mut rng),
                });
                counts.visits.fetch_add(1, Relaxed);
                let mut standing = take(standings, shopper.number);
                let visited = stay(visit, &mut standing, plan.pause, counts).await;
                put_back(standings, shopper.number, standing);
                if let Err(error) = visited {
                    counts.errors.fetch_add(1, Relaxed);
                    tracing::debug!(%error, "a simulated visit ended early");
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            }
        }
    });
    tokio::select! {
        () = shutdown => {}
        () = all(visitors) => {}
    }
    counts.report()
}

type Standings<'a> = Mutex<FxHashMap<usize, Standing<'a>>>;

fn take<'a>(standings: &Standings<'a>, shopper: usize) -> Standing<'a> {
    let mut standings = standings.lock().unwrap_or_else(PoisonError::into_inner);
    standings.remove(&shopper).unwrap_or_default()
}

fn put_back<'a>(standings: &Standings<'a>, shopper: usize, standing: Standing<'a>) {
    standings.lock().unwrap_or_else(PoisonError::into_inner).insert(shopper, standing);
}

/// Goes through a visit in real time.
async fn stay<'a>(
    mut visit: Visit<'a>,
    standing: &mut Standing<'a>,
    pause: Duration,
    counts: &Counts,
) -> Result<(), SimulationError> {
    let mut before = Outcome::default();
    loop {
        let stepped = visit.step(visit.client().clock().now(), standing).await;
        let outcome = visit.outcome();
        counts.add(before, outcome);
        before = outcome;
        match stepped? {
            After::Left => return Ok(()),
            // How long it is drawn from the visit, how long it takes here from the plan.
            After::Pause(drawn) => {
                tokio::time::sleep(pause.mul_f64(drawn.as_secs_f64() / MEAN_PAUSE_SECS)).await;
            }
        }
    }
}

/// Runs futures side by side on one task until all have ended.
async fn all<F: Future<Output = ()>>(futures: impl Iterator<Item = F>) {
    let mut running: Vec<_> = futures.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        running.retain_mut(|it| it.as_mut().poll(context).is_pending());
        if running.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

#[derive(Default)]
struct Counts {
    visits: AtomicU64,
    decisions: AtomicU64,
    clicks: AtomicU64,
    orders: AtomicU64,
    errors: AtomicU64,
}

impl Counts {
    /// Adds what a page brought.
    fn add(&self, before: Outcome, after: Outcome) {
        self.decisions.fetch_add(after.n_decisions - before.n_decisions, Relaxed);
        self.clicks.fetch_add(after.n_clicks - before.n_clicks, Relaxed);
        self.orders.fetch_add(after.n_orders - before.n_orders, Relaxed);
    }

    fn report(&self) -> LiveReport {
        LiveReport {
            n_visits: self.visits.load(Relaxed),
            n_decisions: self.decisions.load(Relaxed),
            n_clicks: self.clicks.load(Relaxed),
            n_orders: self.orders.load(Relaxed),
            n_errors: self.errors.load(Relaxed),
        }
    }
}
