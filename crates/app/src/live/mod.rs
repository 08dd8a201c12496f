//! The live state: everything that decisions are made from, folded from the log.
//!
//! ```text
//!                   ┌▶ catalogue      products, their numbers, what may be shown
//!                   ├▶ answers        what shoppers allowed and refused; bounded, no refusal is lost
//! log ──▶ fold ─────┼▶ visits         what each is doing now            ─┐
//!                   ├▶ counts         what everybody likes               ├─▶ snapshot, digest
//!                   ├▶ models         visits like this, seen or bought together ─┘
//!                   └▶ writes         decisions and their outcomes, by id (projections)
//! ```
//!
//! # Where to start
//!
//! Read [`fold`]: one function an event comes through.
//!
//! # Invariants
//!
//! - The state is a function of the log alone: time is the events' time, and nothing is random. Folding
//!   the same events gives the same state to the bit, whether or not a snapshot lay between.
//! - Every event passes the gate of use: what a shopper has refused by now is not folded, whatever
//!   they allowed when the event came in.
//! - What one visitor or address range adds to anything shared goes through `features::Influence`.

mod answers;
mod catalogue;
mod fold;
mod limits;
mod numbering;
mod outcomes;
mod serials;
mod snapshot;

pub(crate) use answers::{AnswerBook, Silence};
pub(crate) use catalogue::Catalogue;
pub(crate) use snapshot::SavedBy;
pub use snapshot::SnapshotDamage;

use std::num::NonZeroU32;

use consent::Answers;
use domain::{Currency, Position, ProductIdx, ShopperKey, Timestamp};
use features::{Counts, CountsConfig, Habits, Influence, Visits, Window};
use recommend::popularity::{Popular, Trending};
use recommend::{
    BuyAgain, Candidate, CandidateGenerator, CoOccurrence, Context, SessionNeighbors, buy_again,
};
use serials::Serials;

/// The names of the generators that placements can draw on.
pub(crate) const GENERATORS: [&str; 7] = [
    "session_neighbors",
    "also_viewed",
    "bought_together",
    "trending",
    "popular",
    "item_neighbors",
    "buy_again",
];

/// Everything that decisions are made from.
#[derive(Debug)]
pub(crate) struct Live {
    position: Position,
    /// The latest time of receipt: the log's own clock.
    log_time: Timestamp,
    catalogue: Catalogue,
    answers: AnswerBook,
    visits: Visits,
    habits: Habits,
    influence: Influence,
    /// What orders may teach has caps of its own, so that looking at a product uses nothing of them up.
    order_influence: Influence,
    counts: Counts,
    sessions: SessionNeighbors,
    also_viewed: CoOccurrence,
    bought_together: CoOccurrence,
    /// How many decisions the log knows of: the highest serial number of each journal.
    serials: Serials,
}

/// How everybody likes a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Liking {
    /// Nobody did anything with it yet.
    None,
    /// No more than usually.
    Steady,
    /// More these days than usually.
    Rising,
}

impl Live {
    /// The state before the first event.
    pub(crate) fn new(currency: Currency, visitors_max: NonZeroU32) -> Live {
        Live {
            position: Position::START,
            log_time: Timestamp::default(),
            catalogue: Catalogue::new(currency),
            answers: AnswerBook::default(),
            visits: Visits::new(visitors_max),
            habits: Habits::new(visitors_max),
            influence: Influence::new(limits::of_everything()),
            order_influence: Influence::new(limits::of_orders()),
            counts: Counts::new(CountsConfig::default()),
            sessions: SessionNeighbors::new(recommend::session_neighbors::Config::default()),
            also_viewed: CoOccurrence::new(recommend::co_occurrence::Config::also_viewed()),
            bought_together: CoOccurrence::new(recommend::co_occurrence::Config::bought_together()),
            serials: Serials::default(),
        }
    }

    /// The last event that the state contains.
    pub(crate) const fn position(&self) -> Position {
        self.position
    }

    pub(crate) const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) const fn visits(&self) -> &Visits {
        &self.visits
    }

    pub(crate) const fn habits(&self) -> &Habits {
        &self.habits
    }

    /// The serial number of the last decision that the log has of a journal.
    pub(crate) fn last_serial(&self, journal: Option<u64>) -> u64 {
        self.serials.last(journal)
    }

    /// What holds for a shopper of what they answered so far.
    pub(crate) fn answers(&self, shopper: &ShopperKey) -> Answers {
        self.answers.of(shopper)
    }

    /// What holds for somebody who is not known.
    pub(crate) fn answers_of_strangers(&self) -> Answers {
        self.answers.silence().complete(Answers::default())
    }

    pub(crate) const fn answer_book(&self) -> &AnswerBook {
        &self.answers
    }

    /// How everybody likes a product.
    pub(crate) fn liking(&self, product: ProductIdx, now: Timestamp) -> Liking {
        let cell = self.counts.overall().cell(product);
        if cell.count(Window::Popularity).is_empty() {
            Liking::None
        } else if cell.lift(now, self.counts.config()) > 1.0 {
            Liking::Rising
        } else {
            Liking::Steady
        }
    }

    /// Whether it is bounded and weighed as `other` is: only then do they fold alike.
    pub(crate) fn is_configured_as(&self, other: &Live) -> bool {
        self.visits.visitors_max() == other.visits.visitors_max()
            && self.habits.shoppers_max() == other.habits.shoppers_max()
            && self.influence.limits() == other.influence.limits()
            && self.counts.config() == other.counts.config()
            && self.sessions.config() == other.sessions.config()
            && self.also_viewed.config() == other.also_viewed.config()
            && self.bought_together.config() == other.bought_together.config()
    }

    /// Asks the generator of that name, one of [`GENERATORS`]; others answer nothing.
    pub(crate) fn generate(
        &self,
        name: &str,
        context: &Context<'_>,
        limit: NonZeroU32,
    ) -> Vec<Candidate> {
        let mut out = Vec::new();
        match name {
            "session_neighbors" => self.sessions.generate(context, limit, &mut out),
            "also_viewed" => self.also_viewed.generate(context, limit, &mut out),
            "bought_together" => self.bought_together.generate(context, limit, &mut out),
            "trending" => Trending::new(&self.counts).generate(context, limit, &mut out),
            "popular" => Popular::new(&self.counts).generate(context, limit, &mut out),
            "buy_again" => {
                BuyAgain::new(buy_again::Config::default()).generate(context, limit, &mut out);
            }
            _ => {}
        }
        out
    }
}
