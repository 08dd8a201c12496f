//! Files of others: what a shop brings from elsewhere, and what it takes along.
//!
//! ```text
//! file ─▶ Source ─▶ lines, elements, tables ─▶ a format's recipe ─▶ app::ImportRow
//!         .gz, .zip      (csv, parquet, xml)      shopify, google, mapping, …
//!
//! app::products, app::events ─▶ export ─▶ JSON lines, CSV, Google's XML and TSV, Segment's messages
//! ```
//!
//! # Where to start
//!
//! Read [`open`], then `mapping`: the recipe for any table. A format of its own has a folder of its own.
//!
//! # Invariants
//!
//! - Rows stream: no recipe holds more of a file than the rows of its open groups (a product's variants,
//!   an order's lines) and a number for each key it has met. Groups that all stay open are the whole file.
//! - A file that changes while it is read twice is refused where that shows, not taken in in part.
//! - The same file gives the same rows with the same lines, each time.
//! - A bad row is refused alone, with its line and in words of the file: the column's name, its value.
//! - What a row means is read by `api`, as if it had come over HTTP, wherever it comes close to that.
//!
//! # What does not live here
//!
//! Taking rows in, and counting them once, is `app::import`'s.

mod bestbuy;
mod complete_journey;
mod error;
pub mod export;
mod facts;
mod format;
mod google;
mod grouped;
mod html;
mod json_rows;
mod mapping;
mod online_retail;
mod product_json;
mod sessions;
mod shopify;
mod source;
mod table;

use std::path::Path;

pub use api::segment::Rules;
use app::import::{ImportRow, Unreadable};

pub use error::FeedError;
pub use facts::Facts;
pub use format::Format;
use mapping::Mapping;
pub use source::Meter;
use source::{Source, folder_checksum};

/// The rows of a file.
pub type Rows = Box<dyn Iterator<Item = Result<ImportRow, Unreadable>> + Send>;

/// A file, open for import.
pub struct Feed {
    /// The name of the file by its content.
    pub checksum: String,
    /// Its rows.
    pub rows: Rows,
    /// What the file holds, as counted while its rows are read; whole when they are.
    pub facts: Facts,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("checksum", &self.checksum).finish_non_exhaustive()
    }
}

/// What is to be opened.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The file, or the folder where the format is one of several files.
    pub path: &'a Path,
    /// What it is.
    pub format: Format,
    /// The file that says what its columns mean.
    pub mapping: Option<&'a Path>,
    /// What the shop has to say about reading.
    pub rules: &'a Rules,
}

/// Opens a file: reads it once for its checksum, and once more where its rows have to be grouped.
///
/// `meter` tells meanwhile, and while rows are read, how far reading has come.
///
/// # Errors
///
/// [`FeedError`] when the file cannot be read or is not of that format as a whole.
pub fn open(request: Request<'_>, meter: &Meter) -> Result<Feed, FeedError> {
    let Request { path, format, mapping, rules } = request;
    let facts = Facts::default();
    let mapping = mapping.map(Mapping::read).transpose()?;
    if mapping.is_some() && !matches!(format, Format::Csv | Format::Parquet) {
        return Err(FeedError::MappingNotWanted);
    }
    if format == Format::CompleteJourney {
        let checksum = folder_checksum(path, &complete_journey::FILES, meter)?;
        let rows = complete_journey::rows(path, &facts, meter)?;
        return Ok(Feed { checksum, rows, facts });
    }
    let source = Source::open(path, meter)?;
    let checksum = source.checksum()?;
    let rows = match format {
        Format::Products => json_rows::products(&source, rules, &facts)?,
        Format::Events => json_rows::events(&source, rules, &facts)?,
        Format::ProductsCsv => {
            let table = table::csv(&source, mapping::CsvForm::default())?;
            let mapping = Mapping::of_columns(&table.columns).ok_or_else(|| {
                FeedError::NoColumns { path: path.to_owned(), columns: table.columns.clone() }
            })?;
            mapping::rows(&source, mapping, rules, &facts)?
        }
        Format::Csv => {
            let mapping = mapping.ok_or(FeedError::MappingMissing)?;
            mapping::rows(&source, mapping, rules, &facts)?
        }
        Format::Parquet => {
            let columns = table::parquet(&source)?.columns;
            let mapping = mapping.or_else(|| Mapping::of_columns(&columns));
            let mapping = mapping.ok_or(FeedError::NoColumns { path: path.to_owned(), columns })?;
            mapping::rows(&source, mapping.of_parquet(), rules, &facts)?
        }
        Format::Shopify => shopify::rows(&source, rules, &facts)?,
        Format::GoogleXml => google::xml_rows(&source, rules, &facts)?,
        Format::GoogleTsv => google::tsv_rows(&source, rules, &facts)?,
        Format::OnlineRetail => online_retail::rows(&source, &facts)?,
        Format::Bestbuy => bestbuy::rows(&source, &facts)?,
        Format::Sessions => sessions::rows(&source, &facts)?,
        Format::CompleteJourney => unreachable!("a folder is opened above"),
    };
    Ok(Feed { checksum, rows, facts })
}

/// The rules that tests of this crate read by.
#[cfg(test)]
pub(crate) fn test_rules(currency: domain::Currency) -> Rules {
    Rules {
        currency,
        open_properties: std::collections::BTreeSet::new(),
        event_bytes_max: api::segment::EVENT_BYTES_MAX,
        batch_events_max: api::segment::BATCH_EVENTS_MAX,
    }
}
