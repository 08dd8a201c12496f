//! What is kept of past sessions, and how one more touch is learned.

use std::collections::VecDeque;

use domain::ProductIdx;

use super::tables::Tables;
use super::{Config, Weights};
use crate::SessionIdx;
use crate::lists::{List, Lists};

/// The sessions of a shop, to be found by any of their products.
///
/// See the [module](super) for what is kept, what it costs and how it answers.
#[derive(Clone, Debug)]
pub struct SessionNeighbors {
    pub(super) config: Config,
    pub(super) tables: Tables,
    pub(super) lists: Lists<u32>,
    /// The number of the oldest kept session. Numbers wrap around after four billion.
    pub(super) oldest: u32,
    /// The products of each kept session, in order, repeats included; from the oldest session on.
    pub(super) sessions: VecDeque<List>,
    pub(super) products: Vec<Postings>,
}

/// The sessions of one product.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Postings {
    /// The newest of them, in the order in which they came to this product.
    pub(super) newest: List,
    /// How many kept sessions hold it, whether or not they are among `newest`.
    pub(super) n_sessions: u32,
}

impl SessionNeighbors {
    /// An empty model.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges its fields state.
    pub fn new(config: Config) -> SessionNeighbors {
        if let Some(problem) = config.problem() {
            panic!("a session neighborhood cannot be configured so: {problem}");
        }
        SessionNeighbors {
            tables: Tables::new(&config),
            config,
            lists: Lists::default(),
            oldest: 0,
            sessions: VecDeque::new(),
            products: Vec::new(),
        }
    }

    /// How it is configured.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Weighs differently from now on; what was learned stays.
    ///
    /// # Panics
    ///
    /// If `weights` lie outside the ranges their fields state.
    pub fn set_weights(&mut self, weights: Weights) {
        self.config.weights = weights;
        if let Some(problem) = self.config.problem() {
            panic!("sessions cannot be weighed so: {problem}");
        }
        self.tables = Tables::new(&self.config);
    }

    /// Learns that a visit touched `product`, and returns the session that stands for the visit.
    ///
    /// Give that session back with the visit's next touch. With `None`, or with a session forgotten
    /// meanwhile, a new one begins. From now on the session counts for everybody else.
    ///
    /// Takes time in proportion to the session's length, and to
    /// [`sessions_per_product`](super::Limits::sessions_per_product) copied words once a product has
    /// so many: about a microsecond.
    pub fn append(&mut self, session: Option<SessionIdx>, product: ProductIdx) -> SessionIdx {
        let kept = session.filter(|it| self.slot(it.get()).is_some());
        let session = kept.unwrap_or_else(|| self.begin());
        let slot = self.slot(session.get()).expect("what was just found or begun is kept");

        let items = &mut self.sessions[slot];
        let items_max = usize::from(self.config.limits.items_per_session);
        if items.len() == items_max {
            return session;
        }
        let is_first = !self.lists.get(*items).contains(&product.get());
        self.lists.push(items, product.get(), items_max);
        if is_first {
            let sessions_max = usize::from(self.config.limits.sessions_per_product);
            let postings = postings(&mut self.products, product.get());
            self.lists.push(&mut postings.newest, session.get(), sessions_max);
            postings.n_sessions += 1;
        }
        session
    }

    /// How many sessions are kept.
    pub fn n_sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Memory held for what was learned, in bytes, what is reserved for more included.
    pub fn heap_bytes(&self) -> usize {
        self.lists.heap_bytes()
            + self.sessions.capacity() * size_of::<List>()
            + self.products.capacity() * size_of::<Postings>()
    }

    /// Where a kept session stands in `sessions`: its rank in time among the kept.
    #[inline]
    pub(super) fn slot(&self, session: u32) -> Option<usize> {
        let slot = session.wrapping_sub(self.oldest) as usize;
        (slot < self.sessions.len()).then_some(slot)
    }

    fn begin(&mut self) -> SessionIdx {
        if self.sessions.len() == self.config.limits.sessions as usize {
            self.forget_oldest();
        }
        let slot = u32::try_from(self.sessions.len()).expect("the limit of sessions is a u32");
        self.sessions.push_back(List::default());
        SessionIdx::new(self.oldest.wrapping_add(slot))
    }

    fn forget_oldest(&mut self) {
        let Some(mut items) = self.sessions.pop_front() else { return };
        for product in distinct(self.lists.get(items)) {
            let postings = &mut self.products[product as usize];
            self.lists.remove(&mut postings.newest, self.oldest);
            postings.n_sessions -= 1;
        }
        self.lists.clear(&mut items);
        self.oldest = self.oldest.wrapping_add(1);
    }
}

/// The postings of `product`, which may be new.
pub(super) fn postings(products: &mut Vec<Postings>, product: u32) -> &mut Postings {
    let at = product as usize;
    if products.len() <= at {
        products.resize(at + 1, Postings::default());
    }
    &mut products[at]
}

/// `items` without repeats, in order. Sessions are short, so that looking back is quick.
pub(super) fn distinct(items: &[u32]) -> Vec<u32> {
    let is_first = |&(at, item): &(usize, &u32)| !items[..at].contains(item);
    items.iter().enumerate().filter(is_first).map(|(_, &item)| item).collect()
}
