//! Visitors who are there now: they ask what to show, look, click, and sometimes buy.
//!
//! Each visitor is one loop over visits. A visit is a conversation with the server through the
//! publishable key, as a page would hold it: what is shown next depends on what was answered. When
//! nothing shown is liked, people help themselves by browsing a category.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::catalogue::{DemoShop, Product};
use crate::client::events::{self, Happening, Pieces};
use crate::client::wire::{AskContext, DecisionAsk};
use crate::client::{Client, ClientError, Speaker};
use crate::shoppers::attention::{look_along, prefer, want_chance};
use crate::shoppers::mission::{self, Fashion, Mission};
use crate::shoppers::visit::one;
use crate::shoppers::{Population, Shopper};

/// How long to wait before a visitor tries again after an error.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(3);
/// How many products a shelf has.
const SHELF: usize = 8;
/// A decision may take this long.
const DEADLINE_MS: u32 = 200;
/// The most pages of one visit.
const PAGES_MAX: u32 = 9;
/// How likely somebody with a full cart orders it.
const ORDERS: f64 = 0.6;

/// How busy the shop is.
#[derive(Clone, Copy, Debug)]
pub struct LivePlan {
    /// What visits are drawn from; together with the start time, so that no two runs are alike.
    pub seed: u64,
    /// How many people are in the shop at once.
    pub n_visitors: u64,
    /// The mean pause between two things a visitor does.
    pub pause: Duration,
}

impl Default for LivePlan {
    /// Six visitors, who together send about six events a second.
    fn default() -> LivePlan {
        LivePlan { seed: 1, n_visitors: 6, pause: Duration::from_millis(1_500) }
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
    let visitors = (0..plan.n_visitors).map(|number| {
        let seed = plan.seed.wrapping_mul(31).wrapping_add(number) ^ run.unsigned_abs();
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let (shop, population, counts) = (shop, population, &counts);
        async move {
            for nth in 0_u64.. {
                let shopper = population.anybody(&mut rng);
                let visit = Visit {
                    client,
                    shop,
                    shopper,
                    counts,
                    id: format!("live-{run}-{number}-{nth}"),
                    n_sent: 0,
                    position: None,
                    cart: Vec::new(),
                    pause: plan.pause,
                    rng: &mut rng,
                };
                counts.visits.fetch_add(1, Relaxed);
                if let Err(error) = visit.play().await {
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

/// What somebody does next.
enum Next<'a> {
    /// Opens a product, perhaps led there by a decision.
    Open(&'a Product, Option<String>),
    /// Looks for a kind of thing themselves.
    Browse(&'static str),
}

struct Visit<'a, 'r> {
    client: &'a Client,
    shop: &'a DemoShop,
    shopper: &'a Shopper,
    counts: &'a Counts,
    id: String,
    n_sent: u32,
    position: Option<String>,
    cart: Vec<&'a Product>,
    pause: Duration,
    rng: &'r mut ChaCha12Rng,
}

impl<'a> Visit<'a, '_> {
    async fn play(mut self) -> Result<(), ClientError> {
        let mission = mission::draw(&self.shopper.taste, Fashion::None, self.rng);
        let mut next = match self.shelf("home", AskContext::default()).await? {
            Some((product, decision)) => Next::Open(product, Some(decision)),
            None => Next::Browse(self.wanted(mission)),
        };
        for _ in 0..PAGES_MAX {
            let led_on = match next {
                Next::Open(product, decision) => self.product_page(product, decision).await?,
                Next::Browse(kind) => self.category_page(kind).await?,
            };
            next = match led_on {
                Some((product, decision)) => Next::Open(product, decision),
                None if self.rng.random_bool(0.5) => Next::Browse(self.wanted(mission)),
                None => break,
            };
        }
        if self.cart.is_empty() { Ok(()) } else { self.check_out().await }
    }

    fn wanted(&mut self, mission: &Mission) -> &'static str {
        mission.kinds[self.rng.random_range(0..mission.kinds.len())]
    }

    /// A category page: its shelf, and the list below it.
    async fn category_page(
        &mut self,
        kind: &str,
    ) -> Result<Option<(&'a Product, Option<String>)>, ClientError> {
        let all: Vec<&Product> =
            self.shop.products().iter().filter(|it| it.kind.plural == kind).collect();
        let Some(first) = all.first() else { return Ok(None) };
        let category = first.category();
        self.say(events::product_list_viewed(&category, all.iter().copied())).await?;
        let context = AskContext {
            category: category.iter().map(|it| (*it).to_owned()).collect(),
            ..AskContext::default()
        };
        if let Some((product, decision)) = self.shelf("category", context).await? {
            return Ok(Some((product, Some(decision))));
        }
        let liked = prefer(&self.shopper.taste, &all, self.rng);
        Ok(liked.filter(|_| self.rng.random_bool(0.8)).map(|it| (it, None)))
    }

    /// A product page: perhaps into the cart, then the shelves below.
    async fn product_page(
        &mut self,
        product: &'a Product,
        decision: Option<String>,
    ) -> Result<Option<(&'a Product, Option<String>)>, ClientError> {
        self.say(events::product_viewed(product).led_by(decision.as_deref())).await?;
        let wants = want_chance(self.shopper.taste.liking(product));
        let added = product.stock > 0 && self.rng.random_bool(wants);
        if added {
            self.say(events::product_added(one(product)).led_by(decision.as_deref())).await?;
            self.cart.push(product);
        }
        let placement = if added { "bought_together" } else { "similar" };
        let context = AskContext {
            product_ids: vec![product.id().to_owned()],
            cart_product_ids: self.cart_ids(),
            ..AskContext::default()
        };
        let led_on = self.shelf(placement, context).await?;
        Ok(led_on.map(|(product, decision)| (product, Some(decision))))
    }

    async fn check_out(mut self) -> Result<(), ClientError> {
        let cart = std::mem::take(&mut self.cart);
        let lines: Vec<Pieces<'_>> = cart.iter().map(|it| one(it)).collect();
        self.say(events::cart_viewed(&lines)).await?;
        let cart_product_ids: Vec<String> = cart.iter().map(|it| it.id().to_owned()).collect();
        let context = AskContext { cart_product_ids, ..AskContext::default() };
        self.shelf("cart", context).await?;
        if self.rng.random_bool(ORDERS) {
            let order = format!("{}-order", self.id);
            self.say(events::checkout_started(&order, &lines)).await?;
            self.say(events::order_completed(&order, &lines)).await?;
            self.counts.orders.fetch_add(1, Relaxed);
            let product_ids = cart.iter().map(|it| it.id().to_owned()).collect();
            let context = AskContext { product_ids, ..AskContext::default() };
            self.shelf("order_confirmation", context).await?;
        }
        Ok(())
    }

    /// Asks for a shelf, looks along it, and returns what was clicked with the decision's id.
    async fn shelf(
        &mut self,
        placement: &'static str,
        context: AskContext,
    ) -> Result<Option<(&'a Product, String)>, ClientError> {
        let ask = DecisionAsk {
            visitor_id: self.shopper.visitor.clone(),
            placement,
            context,
            count: SHELF,
            after: self.position.clone(),
            deadline_ms: DEADLINE_MS,
            ..DecisionAsk::default()
        };
        let decision = self.client.decide(Speaker::Page, &ask).await?;
        self.counts.decisions.fetch_add(1, Relaxed);
        let shop = self.shop;
        let shown: Vec<&Product> =
            decision.products.iter().filter_map(|it| shop.product(&it.product_id)).collect();
        if shown.is_empty() {
            return Ok(None);
        }
        let glance = look_along(&self.shopper.taste, &shown, self.rng);
        let seen = (1..).zip(shown.iter().take(glance.n_seen).map(|it| it.id()));
        self.say(events::exposed(&decision.decision_id, seen)).await?;
        let Some((rank, product)) = glance.clicked else { return Ok(None) };
        let clicked =
            events::product_clicked(product, rank).led_by(Some(decision.decision_id.as_str()));
        self.say(clicked).await?;
        self.counts.clicks.fetch_add(1, Relaxed);
        Ok(Some((product, decision.decision_id)))
    }

    /// Sends one event after a pause.
    async fn say(&mut self, happening: Happening) -> Result<(), ClientError> {
        tokio::time::sleep(self.pause.mul_f64(self.rng.random_range(0.3..1.7))).await;
        let message_id = format!("{}-{}", self.id, self.n_sent);
        self.n_sent += 1;
        let now = self.client.clock().now();
        let event = happening.by(&self.shopper.visitor, message_id, now);
        let answer = self.client.send(Speaker::Page, &[event]).await?;
        if answer.position.is_some() {
            self.position = answer.position;
        }
        Ok(())
    }

    fn cart_ids(&self) -> Vec<String> {
        self.cart.iter().map(|it| it.id().to_owned()).collect()
    }
}
