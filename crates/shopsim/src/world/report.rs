//! What came of visits.

use jiff::Timestamp;

use crate::simulation::arms::Arm;
use crate::simulation::visit::Visit;
use crate::truth::{Judgement, Value};

/// What came of one visit.
#[derive(Clone, Debug)]
pub struct VisitReport {
    /// Who came, by number.
    pub shopper: usize,
    /// When.
    pub since: Timestamp,
    /// Which arm filled the shelves.
    pub shown: Arm,
    /// How many events were taken.
    pub n_events: u64,
    /// How many decisions were asked for, those among them that nobody saw.
    pub n_decisions: u64,
    /// How many recommended products were clicked.
    pub n_clicks: u64,
    /// How many products were put into the cart, found in whatever way.
    pub n_adds: u64,
    /// How many orders were placed.
    pub n_orders: u64,
    /// What its shelves were worth in sum when filled personally.
    pub personal: Value,
    /// What they were worth when filled with what is popular.
    pub popular: Value,
    /// The most that they could be worth, by each measure.
    pub best: Value,
    /// Each shelf by itself; empty where nothing is compared.
    pub judgements: Vec<Judgement>,
}

impl VisitReport {
    pub(super) fn of(visit: &mut Visit<'_>, since: Timestamp) -> VisitReport {
        let outcome = visit.outcome();
        VisitReport {
            shopper: visit.shopper().number,
            since,
            shown: visit.arm(),
            n_events: outcome.n_events,
            n_decisions: outcome.n_decisions,
            n_clicks: outcome.n_clicks,
            n_adds: outcome.n_adds,
            n_orders: outcome.n_orders,
            personal: outcome.personal,
            popular: outcome.popular,
            best: outcome.best,
            judgements: visit.take_judgements(),
        }
    }
}

/// What happened in a world so far; events and what follows are those of visits that are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorldReport {
    /// How many visits began.
    pub n_visits: u64,
    /// How many events were taken.
    pub n_events: u64,
    /// How many decisions were asked for.
    pub n_decisions: u64,
    /// How many recommended products were clicked.
    pub n_clicks: u64,
    /// How many orders were placed.
    pub n_orders: u64,
    /// How many products came back.
    pub n_returns: u64,
}

impl WorldReport {
    pub(super) fn add(&mut self, visit: &VisitReport) {
        self.n_events += visit.n_events;
        self.n_decisions += visit.n_decisions;
        self.n_clicks += visit.n_clicks;
        self.n_orders += visit.n_orders;
    }
}
