//! `tastemaker backup`: a shop as it is at this moment, in a folder, its keys in another.
//!
//! The running server is asked over its control socket; where none runs, the data folder is opened here.

use std::path::{Path, PathBuf};

use app::backup::{Backup, BackupProgress};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::backup_places::{self, keys_beside, summary};
use crate::compose::{Shop, ShopOptions};
use crate::control;
use crate::wish::Wish;

/// Options of `backup`.
#[derive(Args, Debug)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// Makes a backup in this folder, which is empty or not there yet.
    #[arg(long, value_name = "DIR", required_unless_present = "verify", conflicts_with = "verify")]
    to: Option<PathBuf>,
    /// Checks every file of the backup in this folder.
    #[arg(long, value_name = "DIR")]
    verify: Option<PathBuf>,
    /// The folder of the shoppers' keys; the backup's with `.keys` appended unless another is named.
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
}

pub(super) async fn run(args: BackupArgs) -> anyhow::Result<()> {
    match (args.to, args.verify) {
        (Some(to), _) => {
            // The server that is asked works in another folder.
            let data = std::path::absolute(to)?;
            let keys = args.keys.map(std::path::absolute).transpose()?;
            make(args.shop, &data, &keys.unwrap_or_else(|| keys_beside(&data))).await
        }
        (None, Some(data)) => verify(&data, args.keys).await,
        (None, None) => unreachable!("one of the two is required"),
    }
}

async fn make(shop: ShopOptions, data: &Path, keys: &Path) -> anyhow::Result<()> {
    let settings = shop.settings()?;
    let bar = progress_bar();
    let told = |step: &str, n_done, n_all| show(&bar, step, n_done, n_all);
    let wish = Wish::Backup { data: data.to_path_buf(), keys: keys.to_path_buf() };
    let asked = control::ask(&settings.data.folder, &wish, told).await?;
    let made = match asked {
        Some(made) => made,
        None => {
            let shop = Shop::open(settings).await?;
            let tell = |it: BackupProgress| show(&bar, it.step, it.n_done, it.n_all);
            let made = wish.come_true(&shop.app, &tell).await;
            shop.close().await?;
            made?
        }
    };
    bar.finish_and_clear();
    say(made);
    say(format_args!(
        "the data are in {}, the shoppers' keys in {}",
        data.display(),
        keys.display()
    ));
    say("the root key is in neither: keep a copy of it somewhere else");
    Ok(())
}

async fn verify(data: &Path, keys: Option<PathBuf>) -> anyhow::Result<()> {
    let bar = progress_bar();
    let tell = |it: BackupProgress| show(&bar, it.step, it.n_done, it.n_all);
    let keys = keys.or_else(|| Some(keys_beside(data)).filter(|it| it.is_dir()));
    let (manifest, keys) = match keys {
        Some(keys) => {
            let backup = Backup::open(backup_places::find(data, &keys).await?, &tell).await?;
            (backup.manifest().clone(), "so are its keys")
        }
        None => {
            let data = backup_places::find_one(data).await?;
            let manifest = Backup::check_without_keys(data, &tell).await?;
            (manifest, "its keys are elsewhere and were not looked at")
        }
    };
    bar.finish_and_clear();
    say(summary(&manifest));
    say(format_args!("every file is what it was; {keys}"));
    Ok(())
}

/// A line that tells how far it is, where somebody sees it.
pub(super) fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:10} {bar:40} {pos} of {len}");
    ProgressBar::new(0).with_style(style.expect("the template names known fields"))
}

pub(super) fn show(bar: &ProgressBar, step: &str, n_done: u64, n_all: u64) {
    bar.set_message(step.to_owned());
    bar.set_length(n_all.max(n_done));
    bar.set_position(n_done);
}
