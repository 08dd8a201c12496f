//! `tastemaker log`: what happened, for people and tests.

use clap::{Args, Subcommand};
use domain::Position;
use serde_json::json;

use super::say;
use crate::compose::{Shop, ShopOptions};

/// How many events are read at once.
const READ_MAX: usize = 4_096;

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
    /// Prints every event's open part, one JSON object a line.
    Export,
    /// Prints how many events there are and how many bytes they take.
    Size,
}

pub(super) async fn run(args: LogArgs) -> anyhow::Result<()> {
    let shop = Shop::open(args.shop.settings()?).await?;
    match args.command {
        LogCommand::Export => export(&shop).await?,
        LogCommand::Size => {
            let events = shop.app.readiness().head.get();
            let bytes = shop.log().disk_bytes()?;
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
        for event in &events {
            say(json!({
                "position": event.position.get(),
                "message": event.envelope.message.to_string(),
                "kind": event.envelope.event.kind_name(),
                "shopper": event.envelope.shopper.to_string(),
                "event_time": event.envelope.event_time.to_string(),
                "verification": format!("{:?}", event.envelope.source.verification),
            }));
        }
    }
}
