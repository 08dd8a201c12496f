//! `replicas`: several processes on PostgreSQL, NATS and an S3 server of this machine, beside the one process
//! with everything in its folder.
//!
//! All of them share the machine with the load and with the servers, so the figures say what sharing costs,
//! not what more machines bring. The S3 server is the tests' own and counts for little: the lake is written
//! in the background.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use hdrhistogram::Histogram;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tempfile::TempPath;
use test_backends::{NatsServer, Postgres, S3Server};

use crate::report::{Output, Row};
use crate::serve::{block_on, fill};
use crate::server_under_test::{Client, ServerUnderTest};
use crate::shop_load::ShopLoad;
use crate::stopwatch;

/// How many connections send, and ask, at the same time.
const CONNECTIONS: usize = 8;

/// Options of `replicas`.
#[derive(Args, Debug)]
pub(crate) struct ReplicasArgs {
    /// Replicas.
    #[arg(long, default_value_t = 3)]
    replicas: usize,
    /// Seconds of each load.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Products of the catalogue.
    #[arg(long, default_value_t = 20_000)]
    products: usize,
    /// Visitors.
    #[arg(long, default_value_t = 100_000)]
    visitors: usize,
    /// Events before the load begins.
    #[arg(long, default_value_t = 200_000)]
    history: usize,
    /// Events in a batch.
    #[arg(long, default_value_t = 500)]
    batch: usize,
    /// How often an event is sent to one replica and a decision that must have seen it asked of the next.
    #[arg(long, default_value_t = 500)]
    reads: usize,
    /// Lets the stream's server sync each message before it acknowledges it, instead of every two minutes.
    #[arg(long)]
    sync_stream: bool,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server to measure; the one built beside this benchmark by default.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Runs the benchmark and prints its rows.
pub(crate) fn run(args: &ReplicasArgs) -> anyhow::Result<()> {
    block_on(measure(args))
}

async fn measure(args: &ReplicasArgs) -> anyhow::Result<()> {
    let alone = Fleet::start(args.binary.as_deref(), 1, &[])?;
    let mut rows = vec![one_fleet("embedded", alone, args).await?];

    let (postgres, s3) = (Postgres::start(), S3Server::start());
    let sync = if args.sync_stream { ", sync_interval: always" } else { "" };
    let nats = NatsServer::start_with(&format!("jetstream {{ store_dir: store{sync} }}"));
    let (postgres, nats) = postgres.zip(nats).context("PostgreSQL and nats-server are needed")?;
    let settings = [
        ("TASTEMAKER_BACKENDS__LOG_URL", nats.url()),
        ("TASTEMAKER_BACKENDS__RECORDS_URL", postgres.database()),
        ("TASTEMAKER_BACKENDS__LAKE_URL", s3.url("shop")),
        ("TASTEMAKER_S3__ENDPOINT", s3.endpoint()),
        ("TASTEMAKER_S3__REGION", "us-east-1".to_owned()),
        ("TASTEMAKER_S3__ACCESS_KEY_ID", S3Server::ACCESS_KEY_ID.to_owned()),
        ("TASTEMAKER_S3__SECRET_ACCESS_KEY", S3Server::SECRET_ACCESS_KEY.to_owned()),
    ];
    let fleet = Fleet::start(args.binary.as_deref(), args.replicas, &settings)?;
    rows.push(one_fleet("replicas", fleet, args).await?);
    args.output.print(&rows)
}

async fn one_fleet(name: &str, mut fleet: Fleet, args: &ReplicasArgs) -> anyhow::Result<Row> {
    let shop = ShopLoad { n_products: args.products, n_visitors: args.visitors };
    let mut rng = ChaCha8Rng::seed_from_u64(args.seed);
    let clients = fleet.clients()?;
    fill(&clients[0], shop, args.history, &mut rng).await?;
    let load = Load { clients: &clients, shop, args };
    let events = load.events().await?;
    let seen = load.reads().await?;
    let decisions = load.decisions().await?;
    let restart = fleet.restart()?;
    let ms = |quantile: f64| seen.value_at_quantile(quantile) as f64 / 1000.0;
    Ok(Row::new()
        .text("benchmark", "replicas")
        .text("backends", name)
        .whole("processes", fleet.servers.len() as u64)
        .decimal("events_per_s", events, 0)
        .decimal("decisions_per_s", decisions, 0)
        .decimal("own_writes_p50_ms", ms(0.5), 1)
        .decimal("own_writes_p99_ms", ms(0.99), 1)
        .decimal("restart_s", restart.as_secs_f64(), 2)
        .decimal("rss_mb_each", fleet.servers[0].rss_mb()?, 0))
}

/// Processes that are one shop.
struct Fleet {
    servers: Vec<ServerUnderTest>,
    /// Read at each start; it goes with the fleet.
    _root_key: TempPath,
}

impl Fleet {
    fn start(
        binary: Option<&Path>,
        n_servers: usize,
        settings: &[(&'static str, String)],
    ) -> anyhow::Result<Fleet> {
        let root_key = tempfile::NamedTempFile::new()?.into_temp_path();
        std::fs::remove_file(&root_key)?;
        let mut servers = Vec::new();
        for _ in 0..n_servers {
            servers.push(ServerUnderTest::start_with(binary, &root_key, settings)?);
        }
        Ok(Fleet { servers, _root_key: root_key })
    }

    fn clients(&self) -> anyhow::Result<Vec<Client>> {
        self.servers.iter().map(ServerUnderTest::client).collect()
    }

    /// Kills the last process and starts it again; how long it took until it served.
    fn restart(&mut self) -> anyhow::Result<Duration> {
        let server = self.servers.pop().context("there is a server")?;
        let start = stopwatch::now();
        self.servers.push(server.kill_and_start()?);
        Ok(start.elapsed())
    }
}

/// What is asked of a fleet.
struct Load<'a> {
    clients: &'a [Client],
    shop: ShopLoad,
    args: &'a ReplicasArgs,
}

impl Load<'_> {
    fn client(&self, number: usize) -> Client {
        self.clients[number % self.clients.len()].clone()
    }

    /// Events a second, acknowledged.
    async fn events(&self) -> anyhow::Result<f64> {
        let (shop, n_events, seed) = (self.shop, self.args.batch, self.args.seed);
        let sent = self.closed_loop(move |client, connection, turn| async move {
            let batch = (connection as u64 + 1) * 1_000_000_000 + turn;
            let mut rng = ChaCha8Rng::seed_from_u64(seed ^ batch);
            let body = shop.batch(n_events, batch, &mut rng);
            client.post("/v1/batch", "application/json", body).await.map(drop)
        });
        Ok(sent.await? * self.args.batch as f64)
    }

    /// Decisions a second.
    async fn decisions(&self) -> anyhow::Result<f64> {
        let (shop, seed) = (self.shop, self.args.seed);
        self.closed_loop(move |client, connection, turn| async move {
            let mut rng = ChaCha8Rng::seed_from_u64(seed ^ ((connection as u64) << 40) ^ turn);
            client
                .post("/v1/decisions", "application/json", shop.decision(&mut rng))
                .await
                .map(drop)
        })
        .await
    }

    /// How long it takes from sending an event to one process to a decision of the next that has seen it.
    async fn reads(&self) -> anyhow::Result<Histogram<u64>> {
        let mut seen = Histogram::new_with_bounds(1, 60_000_000, 3)?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.args.seed ^ 0x5EE);
        for n in 0..self.args.reads {
            let start = stopwatch::now();
            let body = self.shop.batch(1, 7_000_000_000_000 + n as u64, &mut rng);
            let told = self.client(n).post("/v1/batch", "application/json", body).await?;
            let told: serde_json::Value = serde_json::from_slice(&told)?;
            let after = told["position"].as_str().context("an acknowledgement has a position")?;
            let asked = format!(
                r#"{{"visitor_id":"visitor-1","placement":"home","count":8,"after":"{after}","deadline_ms":1000}}"#
            );
            let answer =
                self.client(n + 1).post("/v1/decisions", "application/json", asked).await?;
            let answer: serde_json::Value = serde_json::from_slice(&answer)?;
            anyhow::ensure!(
                answer["behind"] == 0,
                "a decision did not see what was told: {answer}"
            );
            seen.saturating_record(u64::try_from(start.elapsed().as_micros())?.max(1));
        }
        Ok(seen)
    }

    /// Does `work` over and over on all connections; how often a second it was done.
    async fn closed_loop<W: Future<Output = anyhow::Result<()>> + Send + 'static>(
        &self,
        work: impl Fn(Client, usize, u64) -> W + Clone + Send + 'static,
    ) -> anyhow::Result<f64> {
        let start = stopwatch::now();
        let end = start + Duration::from_secs(self.args.seconds);
        let mut connections = tokio::task::JoinSet::new();
        for connection in 0..CONNECTIONS {
            let (client, work) = (self.client(connection), work.clone());
            connections.spawn(async move {
                let mut n_done = 0;
                while stopwatch::now() < end {
                    work(client.clone(), connection, n_done).await?;
                    n_done += 1;
                }
                anyhow::Ok(n_done)
            });
        }
        let mut n_done = 0;
        while let Some(done) = connections.join_next().await {
            n_done += done??;
        }
        Ok(n_done as f64 / start.elapsed().as_secs_f64())
    }
}
