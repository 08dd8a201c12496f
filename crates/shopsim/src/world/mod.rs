//! The shop in virtual time: everybody's visits in one order, as fast as the server answers.
//!
//! ```text
//!        ┌────────────── next visit, next page, return ◀───────┐
//!        ▼                                                     │
//! queue of what is due ─▶ earliest ─▶ Watch::moment(now) ─▶ one page of one visit ─▶ server
//! ```
//!
//! Many visits are under way at once, and one page of one of them happens at a time, so that a run
//! depends on nothing but the seed and the server's answers. Nothing here waits for time to pass: the
//! clock jumps to whatever is due next, and whoever keeps the server's clock is told.
//!
//! # Where to start
//!
//! [`World::run_until`]. What a visit is stands in `simulation::visit`.
//!
//! # Invariants
//!
//! - Time never goes back, and every event says the virtual time at which it happened.
//! - The queue is bounded: one entry for each shopper, and at most [`RETURNS_MAX`] returns.
//! - A shopper makes one visit at a time.

mod queue;
mod report;

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use self::queue::{Due, Queue};
pub use self::report::{VisitReport, WorldReport};
use crate::catalogue::DemoShop;
use crate::client::events::{self, Event};
use crate::client::{Client, Speaker};
use crate::shoppers::mission::{self, Fashion};
use crate::shoppers::visit::one;
use crate::shoppers::{Population, Shopper};
use crate::simulation::SimulationError;
use crate::simulation::arms::Arm;
use crate::simulation::standing::Standing;
use crate::simulation::visit::{After, Coming, GoingBack, Shelves, Visit};

/// The most returns that are under way at once; whatever comes beyond is kept by its buyer.
pub const RETURNS_MAX: usize = 100_000;

/// What a world is made from.
#[derive(Clone, Copy, Debug)]
pub struct WorldPlan {
    /// What everything is drawn from.
    pub seed: u64,
    /// When it begins.
    pub start: Timestamp,
    /// How many times as often as usually people come; 1 is every third day in the mean.
    pub rush: f64,
    /// Whether shoppers are split into two arms.
    pub comparison: Comparison,
}

/// Whether personal shelves are compared with popular ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Everybody sees the usual placements.
    Off,
    /// Half of the shoppers see popular shelves, by [`Arm`]; every shelf is filled both ways and judged.
    /// The placements must have been declared by [`declare_popular_arm`](crate::declare_popular_arm).
    On,
}

/// Whoever follows a world.
pub trait Watch {
    /// It is this time now: a server under test should think so too. Called before anything happens at
    /// that time, with times that never go back.
    fn moment(&mut self, now: Timestamp);

    /// Somebody left.
    fn visit(&mut self, _visit: VisitReport) {}
}

/// A shop and its shoppers in virtual time.
#[derive(Debug)]
pub struct World<'a> {
    client: &'a Client,
    shop: &'a DemoShop,
    population: &'a Population,
    plan: WorldPlan,
    queue: Queue<What<'a>>,
    standings: Vec<Standing<'a>>,
    /// Each shopper's own dice, so that what one does leaves the others' plans alone.
    dice: Vec<ChaCha12Rng>,
    n_returns: usize,
    report: WorldReport,
}

/// What is due at some time.
#[derive(Debug)]
enum What<'a> {
    /// A shopper comes, by number.
    Arrival(usize),
    /// A visit goes on.
    Page { visit: Box<Visit<'a>>, since: Timestamp },
    /// Something comes back.
    Return { shopper: usize, back: GoingBack<'a> },
}

impl<'a> World<'a> {
    /// Sets everybody's first visit. Nothing is sent before [`run_until`](World::run_until).
    pub fn new(
        client: &'a Client,
        shop: &'a DemoShop,
        population: &'a Population,
        plan: WorldPlan,
    ) -> World<'a> {
        let mut queue = Queue::default();
        let mut dice = Vec::with_capacity(population.len());
        for shopper in population.all() {
            let number = u64::try_from(shopper.number).unwrap_or(u64::MAX);
            let mut rng = ChaCha12Rng::seed_from_u64(plan.seed.rotate_left(32) ^ number);
            let first = shopper.habits.next_visit(plan.start, plan.rush, &mut rng);
            queue.push(first, What::Arrival(shopper.number));
            dice.push(rng);
        }
        World {
            client,
            shop,
            population,
            plan,
            queue,
            standings: vec![Standing::default(); population.len()],
            dice,
            n_returns: 0,
            report: WorldReport::default(),
        }
    }

    /// What happened so far.
    pub const fn report(&self) -> WorldReport {
        self.report
    }

    /// Lets everything happen that is due before `end`; visits under way then go on at the next call.
    ///
    /// # Errors
    ///
    /// [`SimulationError`] if the server does not answer or refuses; the world cannot go on then.
    pub async fn run_until(
        &mut self,
        end: Timestamp,
        watch: &mut impl Watch,
    ) -> Result<(), SimulationError> {
        while let Some(Due { time, what }) = self.queue.pop_before(end) {
            watch.moment(time);
            match what {
                What::Arrival(shopper) => self.arrive(shopper, time),
                What::Page { visit, since } => self.go_on(visit, since, time, watch).await?,
                What::Return { shopper, back } => self.take_back(shopper, &back, time).await?,
            }
        }
        watch.moment(end);
        Ok(())
    }

    /// Opens the door to somebody.
    fn arrive(&mut self, number: usize, now: Timestamp) {
        let shopper = &self.population.all()[number];
        let rng = &mut self.dice[number];
        let mission = mission::draw(&shopper.taste, Fashion::None, now, rng);
        let shelves = match self.plan.comparison {
            Comparison::Off => Shelves::Usual,
            Comparison::On => Shelves::Judged(Arm::of(self.plan.seed, number)),
        };
        self.report.n_visits += 1;
        let visit = Visit::begin(Coming {
            client: self.client,
            shop: self.shop,
            shopper,
            mission,
            shelves,
            id: format!("visit-{}-{}", self.plan.seed, self.report.n_visits),
            rng: ChaCha12Rng::from_rng(rng),
        });
        self.queue.push(now, What::Page { visit: Box::new(visit), since: now });
    }

    /// Lets a visit look at its next page.
    async fn go_on(
        &mut self,
        mut visit: Box<Visit<'a>>,
        since: Timestamp,
        now: Timestamp,
        watch: &mut impl Watch,
    ) -> Result<(), SimulationError> {
        let number = visit.shopper().number;
        let after = visit.step(now, &mut self.standings[number]).await?;
        for back in visit.take_going_back() {
            if self.n_returns < RETURNS_MAX {
                self.n_returns += 1;
                let time = now + SignedDuration::from_hours(24 * back.days_later);
                self.queue.push(time, What::Return { shopper: number, back });
            }
        }
        match after {
            After::Pause(pause) => self.queue.push(now + pause, What::Page { visit, since }),
            After::Left => {
                let report = VisitReport::of(&mut visit, since);
                self.report.add(&report);
                watch.visit(report);
                let habits = &visit.shopper().habits;
                let next = habits.next_visit(now, self.plan.rush, &mut self.dice[number]);
                self.queue.push(next, What::Arrival(number));
            }
        }
        Ok(())
    }

    /// Takes something back that was ordered, and tells the server.
    async fn take_back(
        &mut self,
        number: usize,
        back: &GoingBack<'a>,
        now: Timestamp,
    ) -> Result<(), SimulationError> {
        let shopper: &Shopper = &self.population.all()[number];
        let GoingBack { order, device, product, .. } = back;
        self.n_returns -= 1;
        self.report.n_returns += 1;
        self.standings[number].belongings.remove(product);
        let message_id = format!("{order}-return-{}", product.id());
        let refunded = events::order_refunded(order, &[one(shopper, product)]);
        let event: Event = refunded
            .by(&device.visitor, message_id, now)
            .of_customer(shopper.habits.account.as_deref());
        let answer = self.client.send_patiently(Speaker::Server, &[event]).await?;
        SimulationError::unless_all_taken("returns", &answer.rejected)
    }
}

#[cfg(test)]
mod tests;
