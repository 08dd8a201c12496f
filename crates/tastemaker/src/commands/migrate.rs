//! `tastemaker migrate`: carries a shop over to another place while it is served, and lets it go on there.
//!
//! The running server is asked over its control socket; where none runs, the shop is opened here.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use app::OpenError;
use app::backup::BackupProgress;
use clap::Args;

use super::backup::{progress_bar, show};
use super::say;
use crate::compose::{Shop, ShopOptions};
use crate::control;
use crate::moving::{Move, Place, finish_move};
use crate::wish::Wish;

/// Options of `migrate`.
#[derive(Args, Debug)]
pub(crate) struct MigrateArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// The addresses of the log, the records and the lake (`nats://…`, `postgres://…`, `s3://…`), or one empty
    /// data folder.
    #[arg(
        long,
        value_name = "PLACE",
        num_args = 1..=3,
        required_unless_present = "to_file",
        conflicts_with = "to_file"
    )]
    to: Vec<String>,
    /// A file with the same, a line each, where addresses hold passwords that others may not see.
    #[arg(long, value_name = "FILE")]
    to_file: Option<PathBuf>,
    /// Carries over what can be while the shop is served, and leaves it here: so that moving it later takes
    /// only a moment.
    #[arg(long)]
    stay: bool,
    /// How long nothing may be written while the shop cuts over; it goes on here if that is not enough.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    within: u64,
}

pub(super) async fn run(args: MigrateArgs) -> anyhow::Result<()> {
    let settings = args.shop.settings()?;
    let addresses = match &args.to_file {
        Some(file) => {
            let text = std::fs::read_to_string(file);
            let text = text.with_context(|| format!("reading {}", file.display()))?;
            text.lines().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
        }
        None => args.to,
    };
    let to = Place::named(&addresses, &args.shop, &settings.data.folder)?;
    let cut_over_within = (!args.stay).then(|| Duration::from_secs(args.within));
    let wish = Wish::Migrate(Move { to: to.clone(), cut_over_within });
    let bar = progress_bar();
    let told = |step: &str, n_done, n_all| show(&bar, step, n_done, n_all);
    let asked = control::ask(&settings.data.folder, &wish, told).await?;
    let done = match asked {
        Some(done) => done,
        None => match Shop::open(settings.clone()).await {
            Ok(shop) => {
                let tell = |it: BackupProgress| show(&bar, it.step, it.n_done, it.n_all);
                let done = wish.come_true(&shop.app, &tell).await;
                shop.close().await?;
                done?
            }
            Err(error) => match error.downcast_ref::<OpenError>() {
                Some(OpenError::Moved { .. }) => finish_move(&settings, &to).await?,
                _ => return Err(error),
            },
        },
    };
    bar.finish_and_clear();
    say(done);
    Ok(())
}
