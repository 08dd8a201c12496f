//! `tastemaker restore`: fills an empty place from a backup.

use std::path::{Path, PathBuf};

use anyhow::Context;
use app::backup::{Backup, BackupProgress, Forgotten};
use clap::Args;

use super::backup::{progress_bar, show};
use super::say;
use crate::backends::{Opened, open_backends};
use crate::backup_places::{self, keys_beside, summary};
use crate::compose::{ShopOptions, shop_profile};
use crate::moving::ensure_ours;
use crate::root_key;

/// Options of `restore`.
#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// The folder of the backup.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// The folder of its shoppers' keys; the backup's with `.keys` appended unless another is named.
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// A list of shoppers who were forgotten since: their keys and whose ids are theirs are left out.
    #[arg(long, value_name = "FILE")]
    forgotten: Option<PathBuf>,
}

pub(super) async fn run(args: RestoreArgs) -> anyhow::Result<()> {
    let settings = args.shop.settings()?;
    let forgotten = args.forgotten.as_deref().map(forgotten).transpose()?.unwrap_or_default();
    let root_key = root_key::read(&settings.data.root_key_file)?;
    let keys = args.keys.unwrap_or_else(|| keys_beside(&args.from));
    let bar = progress_bar();
    let tell = |it: BackupProgress| show(&bar, it.step, it.n_done, it.n_all);
    let backup = Backup::open(backup_places::find(&args.from, &keys).await?, &tell).await?;
    let shop = shop_profile(&settings);
    backup.check_belongs(&shop, &root_key)?;

    let folder = &settings.data.folder;
    ensure_ours(folder)?;
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let opened = open_backends(&settings, backup.log_first()).await?;
    let Opened { backends, records, .. } = opened;
    let restored = backup.restore((&shop, &root_key), &backends, &forgotten, &tell).await;
    records.close().await?;
    let restored = restored?;
    bar.finish_and_clear();
    say(format_args!("restored {}", summary(backup.manifest())));
    if !forgotten.is_empty() {
        say(format_args!("{} shoppers stay forgotten", restored.n_forgotten));
    }
    say(match restored.is_compared {
        true => "its state is the one that was backed up",
        false => "its state was not compared: another version of the program made the backup",
    });
    Ok(())
}

fn forgotten(file: &Path) -> anyhow::Result<Forgotten> {
    let reading = || format!("reading {}", file.display());
    let text = std::fs::read_to_string(file).with_context(reading)?;
    Forgotten::parse(&text).with_context(reading)
}
