//! `tastemaker models`: what was trained, which of it decides, and going back.
//!
//! It opens the data folder itself, so the server must not run meanwhile; while it runs, the same is asked of
//! it over HTTP (`/v1/models`, `/v1/models:promote`, `/v1/models:rollback`).

use std::collections::BTreeMap;

use app::{Caller, Lineage, MethodLineage, ModelInUse, ModelStatus};
use clap::{Args, Subcommand};
use ports::Stage;
use serde_json::{Value, json};

use super::say;
use crate::compose::{Shop, ShopOptions};

/// Options of `models`.
#[derive(Args, Debug)]
pub(crate) struct ModelsArgs {
    #[command(flatten)]
    shop: ShopOptions,
    #[command(subcommand)]
    command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// Lists the models, the newest first.
    List {
        /// Print one JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Prints where a model came from and what was measured.
    Show {
        /// The model, such as `item_neighbors-7`.
        id: String,
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Prints what differs between two models.
    Diff {
        /// One model.
        a: String,
        /// The other.
        b: String,
    },
    /// Lets a model decide.
    Promote {
        /// The model.
        id: String,
        /// For this share of the shoppers only, 1 to 99 percent.
        #[arg(long, value_name = "PERCENT")]
        canary: Option<u8>,
    },
    /// Goes back: takes the canary from its share or, where there is none, lets the model decide that was
    /// live before.
    Rollback {
        /// The generator, such as `item_neighbors`.
        generator: String,
    },
}

pub(super) async fn run(args: ModelsArgs) -> anyhow::Result<()> {
    let shop = Shop::open(args.shop.settings()?).await?;
    let done = obey(&shop, args.command).await;
    shop.close().await?;
    done
}

async fn obey(shop: &Shop, command: ModelsCommand) -> anyhow::Result<()> {
    let app = &shop.app;
    match command {
        ModelsCommand::List { json } => {
            for model in app.models().await? {
                if json { say(document(&model)) } else { say_line(&model) }
            }
        }
        ModelsCommand::Show { id, json } => {
            let model = app.model(&id).await?;
            if json { say(document(&model)) } else { say_model(&model) }
        }
        ModelsCommand::Diff { a, b } => {
            say_differences(&document(&app.model(&a).await?), &document(&app.model(&b).await?));
        }
        ModelsCommand::Promote { id, canary } => {
            say_line(&app.promote_model(&Caller::command(), &id, canary).await?);
        }
        ModelsCommand::Rollback { generator } => {
            say_line(&app.roll_back_models(&Caller::command(), &generator).await?);
        }
    }
    Ok(())
}

/// A stage in one word.
pub(super) const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Candidate => "candidate",
        Stage::Refused => "refused",
        Stage::Canary => "canary",
        Stage::Live => "live",
        Stage::Retired => "retired",
    }
}

fn stage(model: &ModelStatus) -> String {
    match model.record.stage {
        Stage::Canary => format!("canary {} %", model.record.canary_percent),
        other => stage_name(other).to_owned(),
    }
}

fn say_line(model: &ModelStatus) {
    let record = &model.record;
    let (stage, bytes) = (stage(model), record.n_bytes);
    say(format_args!(
        "{:24} {stage:12} trained {}  {bytes} bytes  {}",
        record.id, record.create_time, record.reason
    ));
    if let Some(refusal) = &model.refusal {
        say(format_args!("  {refusal}"));
    }
}

fn document(model: &ModelStatus) -> Value {
    let record = &model.record;
    json!({
        "id": record.id,
        "generator": record.generator,
        "stage": stage_name(record.stage),
        "canary_percent": record.canary_percent,
        "reason": record.reason,
        "create_time": record.create_time.to_string(),
        "change_time": record.change_time.to_string(),
        "artifact": record.artifact,
        "checksum": record.checksum,
        "file_bytes": record.n_bytes,
        "in_use": model.in_use == ModelInUse::Yes,
        "load_error": model.refusal,
        "lineage": serde_json::from_str::<Value>(&record.lineage).unwrap_or_default(),
    })
}

fn say_model(model: &ModelStatus) {
    say_line(model);
    match Lineage::read(&model.record.lineage) {
        Some(lineage) => say_lineage(&lineage),
        None => say("where it came from was written by a newer program; `--json` prints it"),
    }
}

/// Where a model came from and what was measured, for people.
pub(super) fn say_lineage(lineage: &Lineage) {
    let data = &lineage.data;
    say(format_args!(
        "learned from   {} acts of {} shoppers with {} products, {} to {}",
        data.acts, data.shoppers, data.products, data.first, data.last
    ));
    if data.one_shopper_of > 1 {
        say(format_args!(
            "               one shopper of {}, for want of memory",
            data.one_shopper_of
        ));
    }
    let left_out = [
        ("not allowed", data.left_out_no_consent),
        ("orders without proof", data.left_out_unverified),
        ("too many of one shopper", data.left_out_capped),
        ("not drawn", data.left_out_sampled),
        ("other", data.left_out_other),
    ];
    for (why, n_acts) in left_out.iter().filter(|(_, n_acts)| *n_acts > 0) {
        say(format_args!("left out       {n_acts} acts: {why}"));
    }
    say(format_args!(
        "judged by      {}: {} cases of {}",
        lineage.holdout.cut, lineage.holdout.cases, lineage.holdout.asked
    ));
    say(format_args!("parameters     {}", lineage.parameters_from));
    if lineage.parameters_fit_data == Some(false) {
        say("               searched on other data than the history before the held-out part");
    }
    lineage.measured.iter().for_each(say_method);
    for it in &lineage.gate {
        let told = if it.passed { "passed" } else { "FAILED" };
        say(format_args!("{told:14} {}: {}", it.check, it.says));
    }
    say(format_args!(
        "took           {:.1} s to read, {:.1} s to fit, {:.1} s to judge",
        lineage.data_secs, lineage.fit_secs, lineage.judge_secs
    ));
}

fn say_method(it: &MethodLineage) {
    let [mean, low, high] = it.recall_at_20;
    let [ndcg, ..] = it.ndcg_at_20;
    let coverage = 100.0 * it.coverage;
    say(format_args!(
        "{:14} recall@20 {mean:.4} ({low:.4} to {high:.4})  ndcg@20 {ndcg:.4}  names {coverage:.1} % of \
         the products",
        it.method
    ));
}

/// Every value that is not the same in both, by its path.
fn say_differences(a: &Value, b: &Value) {
    let (a, b) = (flat(a), flat(b));
    let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let of =
            |side: &BTreeMap<String, String>| side.get(name).cloned().unwrap_or("-".to_owned());
        let (left, right) = (of(&a), of(&b));
        if left != right {
            say(format_args!("{name:40} {left}  →  {right}"));
        }
    }
}

/// The single values of a document, each by its path.
fn flat(document: &Value) -> BTreeMap<String, String> {
    fn walk(path: &str, value: &Value, out: &mut BTreeMap<String, String>) {
        let below = |name: &str| match path.is_empty() {
            true => name.to_owned(),
            false => format!("{path}.{name}"),
        };
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| walk(&below(name), value, out));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.for_each(|(at, value)| walk(&below(&name_of(at, value)), value, out));
            }
            value => drop(out.insert(path.to_owned(), value.to_string())),
        }
    }
    let mut out = BTreeMap::new();
    walk("", document, &mut out);
    out
}

/// Items of the lists of a lineage are known by what they are about, not by where they stand.
fn name_of(at: usize, item: &Value) -> String {
    let about = ["method", "check"].iter().find_map(|it| item.get(it)?.as_str());
    about.map_or_else(|| at.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_compared_value_by_value() {
        let document = json!({"a": {"b": 1}, "list": [{"method": "live", "x": [1, 2]}], "c": null});
        let flat = flat(&document);
        let told: Vec<String> =
            flat.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let expected =
            ["a.b=1", "c=null", "list.live.method=\"live\"", "list.live.x.0=1", "list.live.x.1=2"];
        assert_eq!(told, expected);
    }
}
