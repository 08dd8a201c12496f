//! `tastemaker train`: a model from the shop's history, judged before it decides.
//!
//! It opens the data folder itself, so the server must not run meanwhile; a running server trains by itself,
//! or when it is asked to: `POST /v1/models:train`.

use std::path::PathBuf;

use anyhow::Context;
use app::judging::TunedParams;
use app::{Caller, TrainOptions, Trained};
use clap::Args;
use serde_json::json;

use super::models::{say_lineage, stage_name};
use super::say;
use crate::compose::{Shop, ShopOptions};

/// Options of `train`.
#[derive(Args, Debug)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// The generator.
    #[arg(long, default_value = "item_neighbors", value_name = "NAME")]
    generator: String,
    /// Parameters that `tastemaker tune` found. Without, those of the live model if a search found them,
    /// else the defaults.
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,
    /// The seed of what is drawn while the model is judged.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: TrainArgs) -> anyhow::Result<()> {
    let params = match &args.params {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("reading {}", file.display()))?;
            Some(TunedParams::read(&text).with_context(|| format!("in {}", file.display()))?)
        }
        None => None,
    };
    let shop = Shop::open(args.shop.settings()?).await?;
    let options = TrainOptions { generator: args.generator, params, seed: args.seed };
    let trained = shop.app.train(&Caller::command(), options).await;
    shop.close().await?;
    let Trained { model, lineage } = trained?;
    if args.json {
        say(json!({
            "id": model.id, "stage": stage_name(model.stage), "reason": model.reason,
            "canary_percent": model.canary_percent, "lineage": lineage,
        }));
        return Ok(());
    }
    say_lineage(&lineage);
    say(format_args!("{} is {}: {}", model.id, stage_name(model.stage), model.reason));
    Ok(())
}
