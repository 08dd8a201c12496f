//! `tastemaker import`: a file of a shop's past or catalogue.
//!
//! It opens the data folder itself, so the server must not run meanwhile; while it runs, the same
//! files go to it over HTTP (`/v1/batch`, `/v1/products:import`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use api::segment::Rules;
use app::Caller;
use app::import::{
    Absent, Import, ImportMode, ImportWatch, RefusedRow, SHRINK_LIMIT_PERCENT, Shrink,
};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use feeds::{Feed, Format, Meter};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use settings::Settings;

use super::say;
use crate::compose::{Shop, ShopOptions};

/// The most refused and the most mended lines that are printed; all are counted.
const LINES_SHOWN_MAX: usize = 20;
/// How often the bar is drawn.
const BAR_EVERY: Duration = Duration::from_millis(200);

/// Options of `import`.
#[derive(Args, Debug)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// What the file is.
    #[arg(value_parser = formats())]
    format: Format,
    /// The file, also packed as `.gz` or `.zip`; the folder, where the format is one.
    file: PathBuf,
    /// For `csv` and `parquet`: the file that says what the columns mean.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Writes every refused row as a line of JSON, with the row as it stands in the file: to be mended
    /// and imported again.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The file is the whole catalogue: products that it does not name are deleted.
    #[arg(long)]
    replace: bool,
    /// Lets `--replace` delete more than half of the catalogue.
    #[arg(long, requires = "replace")]
    allow_shrink: bool,
}

/// The formats by their names, each with what it is.
fn formats() -> impl TypedValueParser<Value = Format> {
    let told = |it: Format| PossibleValue::new(it.name()).help(it.summary());
    PossibleValuesParser::new(Format::ALL.map(told))
        .map(|name| Format::named(&name).expect("only names of formats pass the parser before"))
}

/// What the shop has to say about reading files.
pub(super) fn rules(settings: &Settings) -> anyhow::Result<Rules> {
    Ok(Rules {
        currency: settings.shop.currency,
        open_properties: settings.intake.open_properties.iter().cloned().collect(),
        event_bytes_max: usize::try_from(settings.intake.event_bytes_max)?,
        batch_events_max: usize::try_from(settings.intake.batch_events_max)?,
    })
}

pub(super) async fn run(args: ImportArgs) -> anyhow::Result<()> {
    check_report(&args)?;
    let settings = args.shop.settings()?;
    let rules = rules(&settings)?;
    let mode = match (args.replace, args.allow_shrink) {
        (false, _) => ImportMode::Add,
        (true, false) => ImportMode::Replace(Shrink::Limited),
        (true, true) => ImportMode::Replace(Shrink::Allowed),
    };
    let meter = Meter::default();
    let bar = progress_bar(&meter);
    // The file is looked at before anything is made: one that cannot be read leaves no trace.
    let feed = open(&args, rules, &meter).await?;
    let mut watch = Watch::new(bar, meter, args.report.as_ref())?;
    let shop = Shop::open(settings).await?;
    let (follower, archivist) = (shop.follow_beside()?, shop.archive_beside()?);
    let Feed { checksum, rows, facts } = feed;
    let import = Import { checksum, mode, rows };
    let imported = shop.app.import(&Caller::command(), import, &mut watch).await;
    watch.bar.finish_and_clear();
    if let Ok(report) = &imported {
        for (name, value) in facts.all() {
            say(format_args!("{name:24} {value}"));
        }
        say(format_args!("{:24} {}", "taken in", report.n_accepted));
        say(format_args!("{:24} {}", "there already", report.n_duplicate));
    }
    // What was refused is told however the import ended.
    let reported = watch.finish();
    let outcome = match imported {
        Ok(report) => {
            let is_shrunk = tell_absent(&report.absent);
            shop.app.wait_until_seen(report.position).await;
            reported.and(is_shrunk)
        }
        Err(err) => Err(err.into()),
    };
    shop.close_with(follower, archivist).await?;
    outcome
}

/// Refuses a report that would overwrite what is read.
fn check_report(args: &ImportArgs) -> anyhow::Result<()> {
    // A report that cannot be looked up is not there yet.
    let Some(report) = args.report.as_ref().and_then(|it| it.canonicalize().ok()) else {
        return Ok(());
    };
    for read in [Some(&args.file), args.mapping.as_ref()].into_iter().flatten() {
        if read.canonicalize().is_ok_and(|it| it == report) {
            bail!(
                "the report would overwrite {}, which is read; name another file",
                read.display()
            );
        }
    }
    Ok(())
}

async fn open(args: &ImportArgs, rules: Rules, meter: &Meter) -> anyhow::Result<Feed> {
    let (path, mapping) = (args.file.clone(), args.mapping.clone());
    let (format, meter) = (args.format, meter.clone());
    let opening = move || {
        let mapping = mapping.as_deref();
        feeds::open(feeds::Request { path: &path, format, mapping, rules: &rules }, &meter)
    };
    Ok(tokio::task::spawn_blocking(opening).await.context("opening the file")??)
}

fn progress_bar(meter: &Meter) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent} % {elapsed} (left: {eta}) {msg}")
        .expect("the template names known fields");
    let bar = ProgressBar::new(100).with_style(style).with_message("reading it once before");
    bar.set_length(meter.n_bytes().max(1));
    bar.enable_steady_tick(BAR_EVERY);
    bar
}

/// Says what became of products that the file does not name; an error when that is not what was asked.
fn tell_absent(absent: &Absent) -> anyhow::Result<()> {
    match absent {
        Absent::Kept => Ok(()),
        Absent::Deleted { n_products } => {
            say(format_args!("{:24} {n_products}", "deleted"));
            Ok(())
        }
        Absent::TooMany { n_products, n_before } => bail!(
            "the file would delete {n_products} of {n_before} products (limit {SHRINK_LIMIT_PERCENT} %), \
             so none are deleted; pass `--allow-shrink` if intended"
        ),
        Absent::NoneNamed => {
            bail!("the file names no product, so none are deleted; leave `--replace` out")
        }
        Absent::Uncertain { n_rows } => bail!(
            "{n_rows} refused rows do not tell which products they are about, so none are deleted; mend \
             them and import again"
        ),
    }
}

/// Draws the bar, keeps the first lines of what is refused, and writes all of it to the report.
struct Watch {
    bar: ProgressBar,
    meter: Meter,
    report: Option<BufWriter<File>>,
    /// What went wrong with the report, to be told when the import is over.
    report_failure: Option<std::io::Error>,
    codes: BTreeMap<&'static str, u64>,
    refused: Vec<String>,
    mended: Vec<String>,
    n_mended: u64,
}

impl Watch {
    fn new(bar: ProgressBar, meter: Meter, report: Option<&PathBuf>) -> anyhow::Result<Watch> {
        let report = report.map(|path| {
            let file = File::create(path);
            file.map(BufWriter::new).with_context(|| format!("writing {}", path.display()))
        });
        Ok(Watch {
            bar,
            meter,
            report: report.transpose()?,
            report_failure: None,
            codes: BTreeMap::new(),
            refused: Vec::new(),
            mended: Vec::new(),
            n_mended: 0,
        })
    }

    /// Says what was mended and refused, and writes the report to its end.
    fn finish(&mut self) -> anyhow::Result<()> {
        say(format_args!("{:24} {}", "mended", self.n_mended));
        show_lines(&self.mended, self.n_mended);
        let n_refused = self.codes.values().sum();
        say(format_args!("{:24} {n_refused}", "refused"));
        for (code, n_rows) in &self.codes {
            say(format_args!("  {code:22} {n_rows}"));
        }
        show_lines(&self.refused, n_refused);
        if let Some(mut report) = self.report.take()
            && self.report_failure.is_none()
        {
            self.report_failure = report.flush().err();
        }
        match self.report_failure.take() {
            Some(err) => Err(err).context("writing the report on refused rows"),
            None => Ok(()),
        }
    }
}

fn show_lines(lines: &[String], n_lines: u64) {
    lines.iter().for_each(say);
    let n_more = n_lines.saturating_sub(lines.len() as u64);
    if n_more > 0 {
        say(format_args!("  and {n_more} more"));
    }
}

impl ImportWatch for Watch {
    fn progress(&mut self, n_rows: u64) {
        self.bar.set_length(self.meter.n_bytes().max(1));
        self.bar.set_position(self.meter.n_read());
        self.bar.set_message(format!("{n_rows} rows"));
    }

    fn refused(&mut self, row: RefusedRow) {
        let RefusedRow { line, rejection, raw } = row;
        *self.codes.entry(rejection.code).or_default() += 1;
        if self.refused.len() < LINES_SHOWN_MAX {
            self.refused.push(format!("  line {line}: {rejection}"));
        }
        if let Some(report) = &mut self.report {
            let told = json!({
                "line": line,
                "code": rejection.code,
                "field": rejection.field,
                "value": rejection.value,
                "remedy": rejection.remedy,
                "row": raw,
            });
            if let Err(err) = writeln!(report, "{told}") {
                self.report_failure.get_or_insert(err);
            }
        }
    }

    fn mended(&mut self, line: u64, how: &str) {
        self.n_mended += 1;
        if self.mended.len() < LINES_SHOWN_MAX {
            self.mended.push(format!("  line {line}: {how}"));
        }
    }
}
