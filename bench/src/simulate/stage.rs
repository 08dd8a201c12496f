//! A whole shop with its HTTP interface in this process, whose clock is the simulation's.

use std::sync::Arc;

use app::Caller;
use domain::Span;
use ports::{Clock as _, KeyScope};
use server::{ServerLimits, ServerState};
use shopsim::{Client, Clock, Keys, VisitReport, Watch};
use testkit::{ManualClock, TestShop};
use tokio::net::TcpListener;

/// How many of the last days a model is judged by.
const HOLDOUT_DAYS: u16 = 2;

/// A shop that is served, follows its log and keeps its journal, until it is dropped.
#[derive(Debug)]
pub(super) struct Stage {
    /// The shop.
    pub(super) shop: TestShop,
    /// The simulated shop's line to it.
    pub(super) client: Client,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Stage {
    /// Opens an empty shop and lets requests in.
    ///
    /// # Errors
    ///
    /// When there is no free port, or keys cannot be made.
    pub(super) async fn open() -> anyhow::Result<Stage> {
        let shop = TestShop::with(|settings| {
            // A shop of some days cannot keep a month of them to judge by.
            settings.training.holdout_days = HOLDOUT_DAYS;
        })
        .await;
        let caller = Caller::command();
        let secret = shop.app.create_key(&caller, KeyScope::Secret, Vec::new()).await?.text;
        let publishable =
            shop.app.create_key(&caller, KeyScope::Publishable, Vec::new()).await?.text;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = server::router(ServerState {
            app: Arc::clone(&shop.app),
            settings: ServerLimits {
                requests_per_second_per_key: u32::MAX,
                ..ServerLimits::default()
            },
            render_metrics: Arc::new(String::new),
            adopt_trace: |_, _| None,
        });
        let journal = Arc::clone(&shop.app);
        let tasks = vec![
            tokio::spawn(server::serve(listener, None, router, std::future::pending())),
            tokio::spawn(async move { journal.keep_journal().await }),
        ];
        // On a thread of its own, as when it is served: folding is work for the processor.
        let (follower, runtime) = (Arc::clone(&shop.app), tokio::runtime::Handle::current());
        std::thread::spawn(move || runtime.block_on(follower.follow()));
        let clock = Arc::clone(&shop.clock);
        let clock = Clock::of(move || moment(&clock));
        let client = Client::new(&url, Keys { secret, publishable }, clock)?;
        Ok(Stage { shop, client, tasks })
    }

    /// The time that it thinks it is.
    pub(super) fn now(&self) -> jiff::Timestamp {
        moment(&self.shop.clock)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.shop.app.stop_following();
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn moment(clock: &ManualClock) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(clock.now().as_micros())
        .expect("tests begin in this century and simulate no other")
}

/// Sets the shop's clock to the simulation's time, and keeps what visits come to.
#[derive(Debug)]
pub(super) struct Audience {
    clock: Arc<ManualClock>,
    pub(super) visits: Vec<VisitReport>,
}

impl Audience {
    /// Nobody was seen yet.
    pub(super) fn of(stage: &Stage) -> Audience {
        Audience { clock: Arc::clone(&stage.shop.clock), visits: Vec::new() }
    }
}

impl Watch for Audience {
    fn moment(&mut self, now: jiff::Timestamp) {
        let ahead = now.as_microsecond() - self.clock.now().as_micros();
        self.clock.advance(Span::from_micros(ahead.max(0)));
    }

    fn visit(&mut self, visit: VisitReport) {
        self.visits.push(visit);
    }
}
