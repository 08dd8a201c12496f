//! `ingest`: how many events a second are taken in over HTTP, durable, with everything folded.
//!
//! Batches are made before the clock starts, and sent by a few connections as fast as they are
//! answered. The figure counts acknowledged events until the last is also folded into what decisions
//! see. Load and server share the machine.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use clap::Args;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::report::{Output, Row};
use crate::serve::{block_on, fill, send_history};
use crate::server_under_test::ServerUnderTest;
use crate::shop_load::ShopLoad;
use crate::stopwatch;

/// How many different bodies are made beforehand; each is sent with message ids of its own.
const BODIES: usize = 256;

/// Options of `ingest`.
#[derive(Args, Debug)]
pub(crate) struct IngestArgs {
    /// Seconds of load.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Events in a batch.
    #[arg(long, default_value_t = 1_000)]
    batch: usize,
    /// Connections that send.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Products of the catalogue.
    #[arg(long, default_value_t = 20_000)]
    products: usize,
    /// Visitors who send.
    #[arg(long, default_value_t = 200_000)]
    visitors: usize,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server to measure; the one built beside this benchmark by default.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Runs the benchmark and prints its row.
pub(crate) fn run(args: &IngestArgs) -> anyhow::Result<()> {
    block_on(measure(args))
}

async fn measure(args: &IngestArgs) -> anyhow::Result<()> {
    let shop = ShopLoad { n_products: args.products, n_visitors: args.visitors };
    let server = ServerUnderTest::start(args.binary.as_deref())?;
    let client = server.client()?;
    let mut rng = ChaCha8Rng::seed_from_u64(args.seed);
    fill(&client, shop, 10_000, &mut rng).await?;
    let disk_bytes_before = server.disk_bytes();
    let bodies: Arc<Vec<Body>> =
        Arc::new((0..BODIES).map(|body| Body::new(shop, args.batch, body, &mut rng)).collect());

    let next = Arc::new(AtomicUsize::new(0));
    let n_accepted = Arc::new(AtomicU64::new(0));
    let start = stopwatch::now();
    let end = start + Duration::from_secs(args.seconds);
    let mut connections = tokio::task::JoinSet::new();
    for _ in 0..args.connections {
        let (client, bodies) = (client.clone(), Arc::clone(&bodies));
        let (next, n_accepted) = (Arc::clone(&next), Arc::clone(&n_accepted));
        connections.spawn(async move {
            while stopwatch::now() < end {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                let body = bodies[turn % BODIES].of_turn(turn / BODIES);
                let answer = client.post("/v1/batch", "application/json", body).await?;
                let answer: serde_json::Value = serde_json::from_slice(&answer)?;
                n_accepted.fetch_add(answer["accepted"].as_u64().unwrap_or(0), Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = connections.join_next().await {
        done??;
    }
    let seconds_acknowledged = start.elapsed().as_secs_f64();
    // Nothing is sent any more; a decision that must have seen everything tells when all is folded.
    send_history(&client, shop, 1_000, 3_000_000, &mut rng).await?;
    let seconds_folded = start.elapsed().as_secs_f64();

    let n_accepted = n_accepted.load(Ordering::Relaxed);
    let disk_bytes = server.disk_bytes().saturating_sub(disk_bytes_before);
    let row = Row::new()
        .text("benchmark", "ingest")
        .whole("visitors", args.visitors as u64)
        .whole("batch", args.batch as u64)
        .whole("events", n_accepted)
        .decimal("seconds", seconds_folded, 1)
        .decimal("events_per_s", n_accepted as f64 / seconds_folded, 0)
        .decimal("acknowledged_per_s", n_accepted as f64 / seconds_acknowledged, 0)
        .decimal("disk_bytes_per_event", disk_bytes as f64 / n_accepted as f64, 1)
        .decimal("rss_mb", server.rss_mb()?, 0);
    args.output.print(&[row])
}

/// A body that can be sent many times, each time with new message ids.
#[derive(Debug)]
struct Body {
    text: String,
    placeholder: String,
}

impl Body {
    fn new(shop: ShopLoad, n_events: usize, body: usize, rng: &mut ChaCha8Rng) -> Body {
        let batch_id = 0xB0D1_0000_0000_u64 + body as u64;
        Body { text: shop.batch(n_events, batch_id, rng), placeholder: format!("{batch_id:x}-") }
    }

    fn of_turn(&self, turn: usize) -> String {
        self.text.replace(&self.placeholder, &format!("{turn:x}-{}", self.placeholder))
    }
}
