//! One visit as a conversation with the server, page by page.
//!
//! ```text
//! home ─▶ shelf ──click──▶ product ─▶ cart? ─▶ shelf ──click──▶ product ...
//!            └──nothing──▶ category ─▶ shelf, list ───────────▶ product ...
//!                                       in the end: cart ─▶ order ─▶ shelf
//! ```
//!
//! A page is one [`Visit::step`]: it tells what happened since the last page, asks what to show, and
//! looks. The caller says when the next page is due, in real or in virtual time; between steps a visit
//! holds no connection and waits for nothing.
//!
//! What a page tells of goes out under the publishable key. Logging in and ordering is told by the
//! shop's server, because what a browser says is no proof.

mod pages;
mod shelf;

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use crate::catalogue::{DemoShop, Product};
use crate::client::events::{Event, Happening};
use crate::client::{Client, Speaker};
use crate::shoppers::Shopper;
use crate::shoppers::habits::{Device, Signal};
use crate::shoppers::mind::Mind;
use crate::shoppers::mission::Mission;
use crate::simulation::arms::Arm;
use crate::simulation::error::SimulationError;
use crate::simulation::standing::Standing;
use crate::truth::{Judgement, Value};

/// After so many pages, nobody opens another product or category.
const PAGES_MAX: u32 = 12;
/// Between two pages pass at least and at most so many seconds.
const PAGE_SECONDS: std::ops::Range<i64> = 8..90;
/// Their mean.
pub(crate) const MEAN_PAUSE_SECS: f64 = 48.5;

/// How shelves are filled, and whether they are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shelves {
    /// By the usual placements.
    Usual,
    /// By those of an arm; the other arm is asked too, and both are judged by the truth.
    Judged(Arm),
}

impl Shelves {
    const fn arm(self) -> Arm {
        match self {
            Shelves::Usual => Arm::Personal,
            Shelves::Judged(arm) => arm,
        }
    }
}

/// When the next step is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// So much later.
    Pause(SignedDuration),
    /// Never: the visit is over.
    Left,
}

/// What came of a visit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) n_events: u64,
    pub(crate) n_decisions: u64,
    pub(crate) n_clicks: u64,
    pub(crate) n_adds: u64,
    pub(crate) n_orders: u64,
    /// The sum over the shelves: what they were worth when filled by each arm, and at best.
    pub(crate) personal: Value,
    pub(crate) popular: Value,
    pub(crate) best: Value,
}

/// Something that will go back.
#[derive(Debug)]
pub(crate) struct GoingBack<'a> {
    pub(crate) order: String,
    /// The device on which it was ordered.
    pub(crate) device: &'a Device,
    pub(crate) product: &'a Product,
    pub(crate) days_later: i64,
}

/// What a visit begins with.
#[derive(Debug)]
pub(crate) struct Coming<'a> {
    pub(crate) client: &'a Client,
    pub(crate) shop: &'a DemoShop,
    pub(crate) shopper: &'a Shopper,
    pub(crate) mission: &'static Mission,
    pub(crate) shelves: Shelves,
    /// Sets its message ids and its order apart from all others.
    pub(crate) id: String,
    pub(crate) rng: ChaCha12Rng,
}

/// A visit that goes on.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    client: &'a Client,
    shop: &'a DemoShop,
    shopper: &'a Shopper,
    device_number: usize,
    mission: &'static Mission,
    shelves: Shelves,
    id: String,
    n_sent: u32,
    n_pages: u32,
    position: Option<String>,
    cart: Vec<&'a Product>,
    cart_page: CartPage,
    /// What happened since the last page was told.
    untold: Vec<Event>,
    next: Page<'a>,
    outcome: Outcome,
    judgements: Vec<Judgement>,
    going_back: Vec<GoingBack<'a>>,
    rng: ChaCha12Rng,
}

/// Whether the cart's own page was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CartPage {
    NotSeen,
    Seen,
}

/// What somebody looks at next.
#[derive(Clone, Debug)]
enum Page<'a> {
    Home,
    /// A product, perhaps led there by a decision.
    Product(&'a Product, Option<String>),
    /// A kind of thing that they look for themselves.
    Category(&'static str),
    Cart,
    /// The street.
    Outside,
}

impl<'a> Visit<'a> {
    /// Begins a visit, on one of the shopper's devices.
    pub(crate) fn begin(coming: Coming<'a>) -> Visit<'a> {
        let Coming { client, shop, shopper, mission, shelves, id, mut rng } = coming;
        let device_number = shopper.habits.device(&mut rng);
        Visit {
            client,
            shop,
            shopper,
            device_number,
            mission,
            shelves,
            id,
            n_sent: 0,
            n_pages: 0,
            position: None,
            cart: Vec::new(),
            cart_page: CartPage::NotSeen,
            untold: Vec::new(),
            next: Page::Home,
            outcome: Outcome::default(),
            judgements: Vec::new(),
            going_back: Vec::new(),
            rng,
        }
    }

    /// Through what it talks.
    pub(crate) const fn client(&self) -> &'a Client {
        self.client
    }

    /// Who visits.
    pub(crate) const fn shopper(&self) -> &'a Shopper {
        self.shopper
    }

    /// Which arm fills the shelves.
    pub(crate) const fn arm(&self) -> Arm {
        self.shelves.arm()
    }

    /// What came of it so far.
    pub(crate) const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What was judged since the last call.
    pub(crate) fn take_judgements(&mut self) -> Vec<Judgement> {
        std::mem::take(&mut self.judgements)
    }

    /// What was ordered since the last call and will go back.
    pub(crate) fn take_going_back(&mut self) -> Vec<GoingBack<'a>> {
        std::mem::take(&mut self.going_back)
    }

    /// Looks at the next page.
    ///
    /// # Errors
    ///
    /// [`SimulationError`] if the server does not answer or refuses; the visit is over then.
    pub(crate) async fn step(
        &mut self,
        now: Timestamp,
        standing: &mut Standing<'a>,
    ) -> Result<After, SimulationError> {
        self.n_pages += 1;
        let page = std::mem::replace(&mut self.next, Page::Outside);
        self.next = match page {
            Page::Home => self.home(now, standing).await?,
            Page::Category(kind) => self.category(kind, now, standing).await?,
            Page::Product(product, led_by) => self.product(product, led_by, now, standing).await?,
            Page::Cart => self.check_out(now, standing).await?,
            Page::Outside => {
                self.tell(Vec::new(), now).await?;
                standing.n_visits += 1;
                return Ok(After::Left);
            }
        };
        if self.n_pages >= PAGES_MAX && !matches!(self.next, Page::Outside) {
            // Whoever has something in the cart still decides about it.
            self.next = if self.cart.is_empty() { Page::Outside } else { Page::Cart };
        }
        let seconds = self.rng.random_range(PAGE_SECONDS);
        Ok(After::Pause(SignedDuration::from_secs(seconds)))
    }

    /// Tells what happened since the last page and what happens now, and waits until it is kept.
    async fn tell(
        &mut self,
        happenings: Vec<Happening>,
        now: Timestamp,
    ) -> Result<(), SimulationError> {
        let mut events = std::mem::take(&mut self.untold);
        for happening in happenings {
            events.push(self.event(happening, now));
        }
        self.send(self.page(), &events).await
    }

    /// Lets the shop's server tell something.
    async fn tell_by_server(
        &mut self,
        happening: Happening,
        now: Timestamp,
    ) -> Result<(), SimulationError> {
        let customer = self.shopper.habits.account.as_deref();
        let event = self.event(happening, now).of_customer(customer);
        self.send(Speaker::Server, &[event]).await
    }

    async fn send(&mut self, speaker: Speaker, events: &[Event]) -> Result<(), SimulationError> {
        if events.is_empty() {
            return Ok(());
        }
        let answer = self.client.send_patiently(speaker, events).await?;
        SimulationError::unless_all_taken("events", &answer.rejected)?;
        self.outcome.n_events += u64::try_from(answer.accepted).unwrap_or(u64::MAX);
        if answer.position.is_some() {
            self.position = answer.position;
        }
        Ok(())
    }

    /// Notes something for the next time that a page tells of anything.
    fn note(&mut self, happening: Happening, time: Timestamp) {
        let event = self.event(happening, time);
        self.untold.push(event);
    }

    fn event(&mut self, happening: Happening, time: Timestamp) -> Event {
        let message_id = format!("{}-{}", self.id, self.n_sent);
        self.n_sent += 1;
        happening.by(&self.device().visitor, message_id, time)
    }

    fn device(&self) -> &'a Device {
        &self.shopper.habits.devices[self.device_number]
    }

    /// As whom the browser speaks.
    fn page(&self) -> Speaker {
        match self.device().signal {
            Signal::None => Speaker::Page,
            Signal::PrivacyControl => Speaker::PrivatePage,
        }
    }

    fn mind<'b>(&'b self, now: Timestamp, standing: &'b Standing<'a>) -> Mind<'b> {
        Mind::new(self.shopper, self.mission, now, &standing.belongings).with_cart(&self.cart)
    }
}
