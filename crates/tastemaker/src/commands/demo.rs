//! `tastemaker demo`: a generated shop, its past, live visitors and a storefront, on one port.
//!
//! Everything but the server talks to it over HTTP, as a real shop would. The demo keeps its data in a
//! temporary folder unless it is given one, and makes its own keys, the root key among them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use app::Caller;
use clap::Args;
use domain::Position;
use ports::KeyScope;
use settings::Settings;
use shopsim::{
    Client, Clock, DemoShop, Keys, LivePlan, PastPlan, Population, StorefrontState, Truth,
    run_live_visitors, seed_catalogue, simulate_past,
};

use super::say;
use super::serve::Running;

/// How many shoppers the demo's past and present are made of.
const SHOPPERS: usize = 3_000;

/// Options of `demo`.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// The port to listen on; 0 for any that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder to keep the demo in, to go on with it later; a temporary one by default.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The seed of the shop and its shoppers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write what is hidden about the shoppers to this file, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
}

pub(super) async fn run(args: DemoArgs) -> anyhow::Result<()> {
    let temporary = std::env::temp_dir().join(format!("tastemaker-demo-{}", std::process::id()));
    let folder = args.data.as_ref().unwrap_or(&temporary);
    let running = Running::start(demo_settings(folder)?, listen(args.port)).await?;
    say(format_args!("this demo keeps everything in {}, its root key too", folder.display()));

    let shop = Arc::new(DemoShop::generate(args.seed));
    let population = Population::generate(args.seed, SHOPPERS);
    if let Some(file) = &args.truth {
        write_truth(file, Truth::new(&shop, &population))?;
    }
    let keys = demo_keys(&running).await?;
    say(format_args!("publishable key {}", keys.publishable));
    let client = Client::new(&running.url, keys, Clock::system())?;
    let storefront = shopsim::router(StorefrontState::new(client.clone(), Arc::clone(&shop)));
    running.let_in(running.router().merge(storefront));

    let url = running.url.clone();
    say(format_args!("listening on {url}"));
    let is_new = running.shop.app.readiness().head == Position::START;
    let life = tokio::spawn(async move {
        let past = is_new.then(PastPlan::default);
        if let Err(error) = live(&client, (&shop, &population), args.seed, past, &url).await {
            tracing::error!(error = %format!("{error:#}"), "the demo's shoppers stay away");
        }
    });
    let served = running.serve().await;
    life.abort();
    if args.data.is_none() {
        std::fs::remove_dir_all(&temporary)
            .with_context(|| format!("removing the demo's folder {}", temporary.display()))?;
    }
    served
}

/// Writes down what is hidden about the shoppers.
fn write_truth(file: &Path, truth: Truth<'_>) -> anyhow::Result<()> {
    let lines: Result<Vec<String>, _> =
        truth.people().map(|it| serde_json::to_string(&it)).collect();
    std::fs::write(file, lines?.join("\n") + "\n")
        .with_context(|| format!("writing {}", file.display()))
}

/// Fills the shop, gives it a past when it is new, and lets shoppers in until the task is ended.
async fn live(
    client: &Client,
    (shop, population): (&DemoShop, &Population),
    seed: u64,
    past: Option<PastPlan>,
    url: &str,
) -> anyhow::Result<()> {
    let n_products = seed_catalogue(client, shop).await?;
    say(format_args!("{n_products} products are in"));
    if let Some(plan) = past {
        let past = simulate_past(client, shop, population, PastPlan { seed, ..plan }).await?;
        say(format_args!("{} events of the last {} days are in", past.n_accepted, plan.n_days));
    }
    say(format_args!("shop at {url}/ and try the interface at {url}/docs; Ctrl-C ends the demo"));
    let plan = LivePlan { seed, ..LivePlan::default() };
    run_live_visitors(client, shop, population, plan, std::future::pending()).await;
    Ok(())
}

fn listen(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// The usual settings, with everything in the demo's own folder.
fn demo_settings(folder: &Path) -> anyhow::Result<Settings> {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let own = [
        ("TASTEMAKER_DATA__FOLDER".to_owned(), path("data")),
        ("TASTEMAKER_DATA__ROOT_KEY_FILE".to_owned(), path("root.key")),
        ("TASTEMAKER_LOG__LEVEL".to_owned(), "warn".to_owned()),
        ("TASTEMAKER_LOG__FORMAT".to_owned(), "text".to_owned()),
    ];
    Ok(Settings::load(None, own.into_iter())?)
}

/// Keys of the demo's own, new at every start.
async fn demo_keys(running: &Running) -> anyhow::Result<Keys> {
    let (app, caller) = (&running.shop.app, Caller::command());
    let secret = app.create_key(&caller, KeyScope::Secret, Vec::new()).await?.text;
    let publishable = app.create_key(&caller, KeyScope::Publishable, Vec::new()).await?.text;
    Ok(Keys { secret, publishable })
}
