//! `tastemaker config`: every setting, its value and where it comes from.

use clap::Args;

use super::say;
use crate::compose::ShopOptions;

/// Options of `config`.
#[derive(Args, Debug)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// Prints the page of the documentation instead.
    #[arg(long, conflicts_with = "example")]
    markdown: bool,
    /// Prints a settings file with every setting at its default instead.
    #[arg(long)]
    example: bool,
}

pub(super) fn run(args: &ConfigArgs) -> anyhow::Result<()> {
    let text = if args.markdown {
        settings::markdown()
    } else if args.example {
        settings::example_file()
    } else {
        args.shop.settings()?.report()
    };
    say(text.trim_end());
    Ok(())
}
