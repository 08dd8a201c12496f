//! `tastemaker log`: what happened, for people and tests.

use clap::{Args, Subcommand};
use domain::event::shopping::Line;
use domain::{Event, Position, ProductId, Recorded};
use serde_json::{Value, json};

use super::say;
use crate::compose::{Shop, ShopOptions};

/// How many events are read at once.
const READ_MAX: usize = 32_768;

/// Options of `log`.
#[derive(Args, Debug)]
pub(crate) struct LogArgs {
    #[command(flatten)]
    shop: ShopOptions,
    #[command(subcommand)]
    command: LogCommand,
}

#[derive(Debug, Subcommand)]
enum LogCommand {
    /// Prints every event's open part, one JSON object a line; what the log has let go of comes from
    /// the lake.
    Export,
    /// Prints how many events there are and how many bytes they take in the log, if that is in the
    /// data folder.
    Size,
}

pub(super) async fn run(args: LogArgs) -> anyhow::Result<()> {
    let shop = Shop::open(args.shop.settings()?).await?;
    match args.command {
        LogCommand::Export => export(&shop).await?,
        LogCommand::Size => {
            let events = shop.app.readiness().head.get();
            let bytes = shop.local_log().map(|it| it.disk_bytes()).transpose()?;
            say(json!({ "events": events, "disk_bytes": bytes }));
        }
    }
    shop.close().await
}

async fn export(shop: &Shop) -> anyhow::Result<()> {
    let mut position = Position::START;
    loop {
        let events = shop.app.events(position, READ_MAX).await?;
        let Some(last) = events.last() else { return Ok(()) };
        position = last.position;
        events.iter().for_each(|it| say(line(it)));
    }
}

/// What is said of one event. Its checksum covers all of it, what is sealed and what is unknown included.
pub(super) fn line(event: &Recorded) -> Value {
    let Recorded { position, envelope } = event;
    let products: Vec<&str> = products(&envelope.event).map(ProductId::as_str).collect();
    json!({
        "position": position.get(),
        "message": envelope.message.to_string(),
        "kind": envelope.event.kind_name(),
        "shopper": envelope.shopper.to_string(),
        "event_time": envelope.event_time.to_string(),
        "verification": format!("{:?}", envelope.source.verification),
        "products": products,
        "checksum": blake3::hash(&envelope.encode()).to_hex().as_str(),
    })
}

/// The products that somebody did something with, or that changed.
fn products(event: &Event) -> impl Iterator<Item = &ProductId> {
    let (one, lines): (Option<&ProductId>, &[Line]) = match event {
        Event::ProductViewed(it) => (Some(&it.product), &[]),
        Event::ProductClicked(it) => (Some(&it.product), &[]),
        Event::ProductAdded(it) => (Some(&it.line.product), &[]),
        Event::ProductRemoved(it) => (Some(&it.line.product), &[]),
        Event::Wishlisted(it) => (Some(&it.product), &[]),
        Event::CartViewed(it) => (None, &it.lines),
        Event::OrderCompleted(it) => (None, &it.lines),
        Event::ProductUpserted(it) => (Some(&it.product.id), &[]),
        Event::ProductPatched(it) => (Some(&it.product), &[]),
        Event::ProductDeleted(it) => (Some(&it.product), &[]),
        _ => (None, &[]),
    };
    one.into_iter().chain(lines.iter().map(|it| &it.product))
}
