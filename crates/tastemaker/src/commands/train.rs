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
    /// One generator alone. Without, all that placements draw on, and the ranker over them.
    #[arg(long, value_name = "NAME")]
    generator: Option<String>,
    /// Parameters that `tastemaker tune` found. Without, those of the live model if a search found them,
    /// else the defaults.
    #[arg(long, value_name = "FILE", requires = "generator")]
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
    let trained = match args.generator {
        Some(generator) => {
            let options = TrainOptions { generator, params, seed: args.seed };
            shop.app.train(&Caller::command(), options).await.map(|it| vec![it])
        }
        None => shop.app.train_all(&Caller::command(), args.seed).await,
    };
    shop.close().await?;
    for Trained { model, lineage } in trained? {
        if args.json {
            say(json!({
                "id": model.id, "stage": stage_name(model.stage), "reason": model.reason,
                "canary_percent": model.canary_percent, "lineage": lineage,
            }));
            continue;
        }
        say_lineage(&lineage);
        say(format_args!("{} is {}: {}", model.id, stage_name(model.stage), model.reason));
    }
    Ok(())
}
