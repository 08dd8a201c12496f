//! `tastemaker export`: what a shop takes along, its catalogue and its events.
//!
//! Events leave as far as their shoppers allow that data is shared: the gate is `consent`'s. They carry
//! pseudonyms, and nothing that is sealed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use domain::{Position, Product};
use feeds::export::{EventFormat, ProductFormat, write_events, write_products};

use crate::compose::{Shop, ShopOptions};

/// How many events are read at once.
const READ_MAX: usize = 4_096;
/// How many products are read at once.
const PAGE_PRODUCTS: usize = 1_024;

/// Options of `export`.
#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// Writes to this file instead of to standard output.
    #[arg(long, global = true, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(subcommand)]
    command: ExportCommand,
}

#[derive(Debug, Subcommand)]
enum ExportCommand {
    /// Writes the catalogue.
    Products {
        /// How.
        #[arg(long)]
        format: ProductFormatName,
    },
    /// Writes the events that may leave.
    Events {
        /// How.
        #[arg(long)]
        format: EventFormatName,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProductFormatName {
    /// One JSON object a line, with everything.
    Jsonl,
    /// CSV with everything, a row for each variant.
    Csv,
    /// A feed for Google Merchant Center as RSS.
    GoogleXml,
    /// The same as tab-separated text.
    GoogleTsv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum EventFormatName {
    /// The open part of each event, one JSON object a line.
    Jsonl,
    /// Messages as Segment's libraries send them, one a line.
    Segment,
}

pub(super) async fn run(args: ExportArgs) -> anyhow::Result<()> {
    let shop = Shop::open(args.shop.settings()?).await?;
    let mut out: Box<dyn Write + Send> = match &args.out {
        Some(path) => {
            let file = File::create(path);
            Box::new(BufWriter::new(file.with_context(|| format!("writing {}", path.display()))?))
        }
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    match args.command {
        ExportCommand::Products { format } => {
            let n_products = products(&shop, format, &mut out)?;
            tell(format_args!("{n_products} products"));
        }
        ExportCommand::Events { format } => {
            let (n_events, n_withheld) = events(&shop, format, &mut out).await?;
            tell(format_args!(
                "{n_events} events; {n_withheld} stay, because sharing them is not allowed"
            ));
        }
    }
    out.flush().context("writing the export")?;
    shop.close().await
}

fn products(shop: &Shop, format: ProductFormatName, out: &mut dyn Write) -> anyhow::Result<u64> {
    let format = match format {
        ProductFormatName::Jsonl => ProductFormat::JsonLines,
        ProductFormatName::Csv => ProductFormat::Csv,
        ProductFormatName::GoogleXml => ProductFormat::GoogleXml,
        ProductFormatName::GoogleTsv => ProductFormat::GoogleTsv,
    };
    write_products(format, || catalogue(shop), out).context("writing the export")
}

/// Every product, a page in memory at a time.
fn catalogue(shop: &Shop) -> impl Iterator<Item = Product> {
    let mut after = None;
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let page = shop.app.products(after, PAGE_PRODUCTS);
        match page.last() {
            None => is_over = true,
            Some(last) => after = shop.app.product_number(&last.id),
        }
        (!is_over).then_some(page)
    })
    .flatten()
}

async fn events(
    shop: &Shop,
    format: EventFormatName,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<(u64, u64)> {
    let format = match format {
        EventFormatName::Jsonl => EventFormat::JsonLines,
        EventFormatName::Segment => EventFormat::Segment,
    };
    let (mut n_events, mut n_withheld) = (0, 0);
    let mut after = Position::START;
    loop {
        let handed_out = shop.app.hand_out(after, READ_MAX).await?;
        n_withheld += handed_out.n_withheld;
        n_events += write_events(format, &handed_out.events, out).context("writing the export")?;
        let Some(next) = handed_out.next else { return Ok((n_events, n_withheld)) };
        after = next;
    }
}

/// Says what was written, beside it rather than in it.
fn tell(line: impl std::fmt::Display) {
    // Whoever closed it does not want to read it.
    drop(writeln!(std::io::stderr(), "{line}"));
}
