//! `serve`: how fast decisions are answered while events flow, open loop.
//!
//! Requests fall due at a fixed rate whether or not earlier ones were answered, and a request's latency
//! counts from the moment it fell due, so that a stall is not hidden by the load waiting for it
//! (G. Tene, "How NOT to Measure Latency", 2013). Load and server share the machine.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use hdrhistogram::Histogram;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::report::{Output, Row};
use crate::server_under_test::{Client, ServerUnderTest};
use crate::shop_load::ShopLoad;
use crate::stopwatch;

/// Options of `serve`.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Decisions that fall due each second.
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// Seconds of load.
    #[arg(long, default_value_t = 120)]
    seconds: u32,
    /// Products of the catalogue.
    #[arg(long, default_value_t = 100_000)]
    products: usize,
    /// Visitors with a live profile.
    #[arg(long, default_value_t = 200_000)]
    visitors: usize,
    /// Events sent each second meanwhile.
    #[arg(long, default_value_t = 500)]
    events_per_second: u32,
    /// Events sent before the load, so that every visitor has a history.
    #[arg(long, default_value_t = 1_000_000)]
    history: usize,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server to measure; the one built beside this benchmark by default.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// What the load's tasks count together.
#[derive(Debug)]
struct Counts {
    latency_micros: Mutex<Histogram<u64>>,
    n_fallback: AtomicU64,
    n_empty: AtomicU64,
    n_failed: AtomicU64,
}

/// Runs the benchmark and prints its row.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<()> {
    block_on(measure(args))
}

/// Runs a future to its end, with one thread for the load: the server needs the rest.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?
        .block_on(future)
}

async fn measure(args: &ServeArgs) -> anyhow::Result<()> {
    let shop = ShopLoad { n_products: args.products, n_visitors: args.visitors };
    let server = ServerUnderTest::start(args.binary.as_deref())?;
    let client = server.client()?;
    let mut rng = ChaCha8Rng::seed_from_u64(args.seed);
    fill(&client, shop, args.history, &mut rng).await?;
    let rss_mb_before = server.rss_mb()?;

    let counts = Arc::new(Counts {
        latency_micros: Mutex::new(Histogram::new_with_bounds(1, 60_000_000, 3)?),
        n_fallback: AtomicU64::new(0),
        n_empty: AtomicU64::new(0),
        n_failed: AtomicU64::new(0),
    });
    let events = tokio::spawn(send_events(client.clone(), shop, args.events_per_second, args.seed));
    ask(&client, shop, args, &counts, &mut rng).await;
    events.abort();

    let latency = counts.latency_micros.lock().map_err(|_| anyhow::anyhow!("a task panicked"))?;
    let ms = |quantile: f64| latency.value_at_quantile(quantile) as f64 / 1000.0;
    let row = Row::new()
        .text("benchmark", "serve")
        .whole("products", args.products as u64)
        .whole("visitors", args.visitors as u64)
        .whole("rate", u64::from(args.rate))
        .whole("seconds", u64::from(args.seconds))
        .whole("n", latency.len())
        .decimal("p50_ms", ms(0.5), 3)
        .decimal("p99_ms", ms(0.99), 3)
        .decimal("p999_ms", ms(0.999), 3)
        .decimal("max_ms", ms(1.0), 3)
        .whole("fallbacks", counts.n_fallback.load(Ordering::Relaxed))
        .whole("empty", counts.n_empty.load(Ordering::Relaxed))
        .whole("failed", counts.n_failed.load(Ordering::Relaxed))
        .decimal("rss_mb", server.rss_mb()?, 0)
        .decimal("rss_mb_before", rss_mb_before, 0);
    args.output.print(&[row])
}

/// Sends the catalogue and a history of every visitor, and waits until decisions have seen it.
pub(crate) async fn fill(
    client: &Client,
    shop: ShopLoad,
    n_events: usize,
    rng: &mut ChaCha8Rng,
) -> anyhow::Result<()> {
    for body in shop.catalogue(5_000) {
        client.post("/v1/products:import", "application/x-ndjson", body).await?;
    }
    send_history(client, shop, n_events, 1_000_000, rng).await
}

/// Sends events of random visitors and waits until decisions have seen them all.
///
/// Batches are numbered from `first_batch_id`, on which their message ids rest: a number counts once.
pub(crate) async fn send_history(
    client: &Client,
    shop: ShopLoad,
    n_events: usize,
    first_batch_id: u64,
    rng: &mut ChaCha8Rng,
) -> anyhow::Result<()> {
    let mut position = String::new();
    for batch in 0..n_events / 1_000 {
        let body = shop.batch(1_000, first_batch_id + batch as u64, rng);
        let answer = client.post("/v1/batch", "application/json", body).await?;
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        position = answer["position"].as_str().context("an acknowledgement has a position")?.into();
    }
    // A decision that must have seen the last event answers when everything is folded.
    let last = format!(
        r#"{{"visitor_id":"visitor-0","placement":"home","count":1,"after":"{position}","deadline_ms":1000}}"#
    );
    for _ in 0..120 {
        let answer = client.post("/v1/decisions", "application/json", last.clone()).await?;
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        if answer["behind"].as_u64().unwrap_or(0) == 0 {
            return Ok(());
        }
    }
    anyhow::bail!("the history was not folded within two minutes")
}

async fn ask(
    client: &Client,
    shop: ShopLoad,
    args: &ServeArgs,
    counts: &Arc<Counts>,
    rng: &mut ChaCha8Rng,
) {
    let n_requests = u64::from(args.rate) * u64::from(args.seconds);
    let start = stopwatch::now();
    let mut tasks = tokio::task::JoinSet::new();
    for request in 0..n_requests {
        let due = start + Duration::from_secs_f64(request as f64 / f64::from(args.rate));
        tokio::time::sleep_until(due.into()).await;
        let body = shop.decision(rng);
        let (client, counts) = (client.clone(), Arc::clone(counts));
        tasks.spawn(async move {
            let answer = client.post("/v1/decisions", "application/json", body).await;
            let micros = stopwatch::now().duration_since(due).as_micros();
            let micros = u64::try_from(micros).unwrap_or(u64::MAX).max(1);
            if let Ok(mut latency) = counts.latency_micros.lock() {
                latency.saturating_record(micros);
            }
            let counter = match answer {
                Err(_) => Some(&counts.n_failed),
                Ok(bytes) if contains(&bytes, br#""products":[]"#) => Some(&counts.n_empty),
                Ok(bytes) if !contains(&bytes, br#""fallback":null"#) => Some(&counts.n_fallback),
                Ok(_) => None,
            };
            if let Some(counter) = counter {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|it| it == needle)
}

/// Sends small batches of events at a fixed rate until it is stopped.
async fn send_events(client: Client, shop: ShopLoad, events_per_second: u32, seed: u64) {
    const BATCHES_PER_SECOND: u32 = 20;
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xE7E7);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / BATCHES_PER_SECOND);
    for batch in 2_000_000_000.. {
        ticks.tick().await;
        let n_events = (events_per_second / BATCHES_PER_SECOND).max(1) as usize;
        let body = shop.batch(n_events, batch, &mut rng);
        drop(client.post("/v1/batch", "application/json", body).await);
    }
}
