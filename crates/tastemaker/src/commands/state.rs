//! `tastemaker state`: the live state, for tests and the curious.

use clap::{Args, Subcommand};
use serde_json::json;

use super::say;
use crate::compose::{Shop, ShopOptions};

/// Options of `state`.
#[derive(Args, Debug)]
pub(crate) struct StateArgs {
    #[command(flatten)]
    shop: ShopOptions,
    #[command(subcommand)]
    command: StateCommand,
}

#[derive(Debug, Subcommand)]
enum StateCommand {
    /// Prints a digest of every part of the live state; equal states have equal digests.
    Digest {
        /// Folds the whole history anew, lake and log, instead of starting from the last snapshot.
        #[arg(long)]
        from_history: bool,
    },
}

pub(super) async fn run(args: StateArgs) -> anyhow::Result<()> {
    let shop = Shop::open(args.shop.settings()?).await?;
    let StateCommand::Digest { from_history } = args.command;
    let digests = match from_history {
        true => shop.app.state_digests_from_history().await?,
        false => shop.app.state_digests(),
    };
    for part in digests {
        say(json!({ "part": part.name, "digest": part.digest, "bytes": part.n_bytes }));
    }
    Ok(())
}
