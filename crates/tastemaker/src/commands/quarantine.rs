//! `tastemaker quarantine`: events that were refused, to be looked at, mended and taken in again.
//!
//! While the server runs, the same is there over HTTP (`/v1/quarantine`).

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use api::administration::QuarantinedEventView;
use api::segment::read_again;
use app::{Caller, ReplayWanted};
use clap::{Args, Subcommand};
use serde_json::json;

use super::import::rules;
use super::say;
use crate::compose::{Shop, ShopOptions};

/// How many events are read at once.
const PAGE_EVENTS: u32 = 500;

/// Options of `quarantine`.
#[derive(Args, Debug)]
pub(crate) struct QuarantineArgs {
    #[command(flatten)]
    shop: ShopOptions,
    #[command(subcommand)]
    command: QuarantineCommand,
}

#[derive(Debug, Subcommand)]
enum QuarantineCommand {
    /// Lists refused events, oldest first, a line each.
    List {
        /// Those that were refused for this reason only.
        #[arg(long)]
        code: Option<String>,
    },
    /// Prints a refused event as it was sent.
    Show {
        /// Its id.
        id: i64,
    },
    /// Puts a file in the place of what was sent, if it can be read; the event waits on.
    Mend {
        /// Its id.
        id: i64,
        /// The file that holds the event as it should have been; `-` for standard input.
        file: PathBuf,
    },
    /// Takes refused events in again; each counts once.
    Replay {
        /// Its id.
        #[arg(required_unless_present_any = ["all", "code"])]
        id: Option<i64>,
        /// All of them.
        #[arg(long, conflicts_with_all = ["id", "code"])]
        all: bool,
        /// Those that were refused for this reason.
        #[arg(long, conflicts_with = "id")]
        code: Option<String>,
    },
}

pub(super) async fn run(args: QuarantineArgs) -> anyhow::Result<()> {
    let settings = args.shop.settings()?;
    let rules = rules(&settings)?;
    let shop = Shop::open(settings).await?;
    let read = |event: &_, kind| read_again(event, kind, &rules);
    let done = match args.command {
        QuarantineCommand::List { code } => list(&shop, code.as_deref()).await,
        QuarantineCommand::Show { id } => show(&shop, id).await,
        QuarantineCommand::Mend { id, file } => {
            let body = body(&file)?;
            match shop.app.mend_quarantined(&Caller::command(), id, body, &read).await? {
                None => unknown(id),
                Some(Err(why)) => Err(anyhow::anyhow!("it cannot be read either: {why}")),
                Some(Ok(_)) => {
                    say(format_args!("mended; take it in with `quarantine replay {id}`"));
                    Ok(())
                }
            }
        }
        QuarantineCommand::Replay { id, code, .. } => {
            let wanted = match (id, code) {
                (Some(id), _) => ReplayWanted::Ids(vec![id]),
                (None, Some(code)) => ReplayWanted::Code(code),
                (None, None) => ReplayWanted::All,
            };
            let (follower, archivist) = (shop.follow_beside()?, shop.archive_beside()?);
            let report = shop.app.replay_quarantined(&Caller::command(), &wanted, &read).await;
            if let Ok(report) = &report {
                say(format_args!("{:24} {}", "taken in", report.n_accepted));
                say(format_args!("{:24} {}", "there already", report.n_duplicate));
                say(format_args!("{:24} {}", "refused", report.n_refused));
                for (id, why) in &report.refused {
                    say(format_args!("  event {id}: {why}"));
                }
                shop.app.wait_until_seen(report.position).await;
            }
            let first_unknown = report.as_ref().ok().and_then(|it| it.unknown.first().copied());
            shop.close_with(follower, archivist).await?;
            report?;
            return first_unknown.map_or(Ok(()), unknown);
        }
    };
    shop.close().await?;
    done
}

fn unknown(id: i64) -> anyhow::Result<()> {
    bail!(
        "no refused event {id} waits: it was taken in, or made way; list them with `quarantine list`"
    )
}

async fn list(shop: &Shop, code: Option<&str>) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let events = shop.app.quarantined(after, PAGE_EVENTS).await?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.id;
        for event in events.into_iter().filter(|it| code.is_none_or(|code| it.code == code)) {
            say(format_args!(
                "{:6}  {}  {}  {}: {} {}",
                event.id, event.time, event.key_id, event.code, event.field, event.remedy
            ));
        }
    }
}

async fn show(shop: &Shop, id: i64) -> anyhow::Result<()> {
    let Some(event) = shop.app.quarantined_event(id).await? else { return unknown(id) };
    say(json!(QuarantinedEventView::from(event)));
    Ok(())
}

/// The event as it should have been.
fn body(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file != Path::new("-") {
        return std::fs::read(file).with_context(|| format!("reading {}", file.display()));
    }
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body).context("reading standard input")?;
    Ok(body)
}
