//! CSV, and its relatives with other separators.

use api::RejectionCode;
use app::Rejection;
use app::import::ImportRow;

use super::{Cell, Record, Table};
use crate::grouped::Step;
use crate::mapping::{CsvForm, Encoding};
use crate::source::{Reader, RowLimit};
use crate::{FeedError, Source};

/// Opens a table. Its first row names the columns.
pub(crate) fn csv(source: &Source, form: CsvForm) -> Result<Table, FeedError> {
    let limit = RowLimit::default();
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(form.separator)
        .quoting(form.quoted)
        .flexible(true)
        .from_reader(source.limited(&limit)?);
    let header = reader.byte_headers().map_err(|it| unreadable(source, it))?.clone();
    let columns: Vec<String> =
        header.iter().map(|it| form.encoding.decode(it).trim().to_owned()).collect();
    if let Some(first) = columns.first()
        && first.is_empty()
        && columns.len() == 1
    {
        return Err(FeedError::NotA {
            path: source.path().to_owned(),
            what: "CSV: it is empty",
            source: "the first row must name the columns".into(),
        });
    }
    let columns: Vec<String> =
        columns.into_iter().map(|it| it.trim_start_matches('\u{feff}').to_owned()).collect();
    let records = Box::new(CsvRecords {
        source: source.clone(),
        reader,
        limit,
        n_columns: columns.len(),
        form,
    });
    Ok(Table { columns, records })
}

fn unreadable(source: &Source, err: ::csv::Error) -> FeedError {
    match err.into_kind() {
        ::csv::ErrorKind::Io(err) => source.unreadable(err),
        other => FeedError::NotA {
            path: source.path().to_owned(),
            what: "CSV",
            source: format!("{other:?}").into(),
        },
    }
}

struct CsvRecords {
    source: Source,
    reader: ::csv::Reader<Reader>,
    limit: RowLimit,
    n_columns: usize,
    form: CsvForm,
}

impl Iterator for CsvRecords {
    type Item = Result<Step<Record>, FeedError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = ::csv::ByteRecord::new();
        self.limit.begin_row();
        match self.reader.read_byte_record(&mut record) {
            Ok(true) => Some(Ok(self.step(&record))),
            Ok(false) => None,
            Err(err) => Some(Err(unreadable(&self.source, err))),
        }
    }
}

impl CsvRecords {
    fn step(&self, record: &::csv::ByteRecord) -> Step<Record> {
        let line = record.position().map_or(0, ::csv::Position::line);
        let raw = self.raw(record);
        let refuse = |remedy: String| {
            let why = Rejection::new(RejectionCode::BrokenRow.name(), "row", &raw, remedy);
            Step::Refused(Box::new(ImportRow::new(line, Err(why)).with_raw(raw.clone())))
        };
        if record.len() != self.n_columns {
            return refuse(format!(
                "has {} columns where the first row names {}; quote what holds the separator",
                record.len(),
                self.n_columns
            ));
        }
        if self.form.encoding == Encoding::Utf8
            && record.iter().any(|it| std::str::from_utf8(it).is_err())
        {
            return refuse(
                "is not UTF-8; convert the file, or name its encoding in the mapping".into(),
            );
        }
        let cell = |bytes: &[u8]| match self.form.encoding.decode(bytes).trim() {
            "" => Cell::Empty,
            text => Cell::Text(text.to_owned()),
        };
        let cells = record.iter().map(cell).collect();
        Step::Row(Record { line, cells, raw })
    }

    /// The record as one writes it, which is how it stands in the file but for needless quotes.
    fn raw(&self, record: &::csv::ByteRecord) -> String {
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(self.form.separator)
            .quote_style(match self.form.quoted {
                true => ::csv::QuoteStyle::Necessary,
                false => ::csv::QuoteStyle::Never,
            })
            .flexible(true)
            .from_writer(Vec::with_capacity(record.as_slice().len() + 16));
        // Writing to memory cannot fail.
        drop(writer.write_byte_record(record));
        let bytes = writer.into_inner().unwrap_or_default();
        self.form.encoding.decode(&bytes).trim_end_matches('\n').to_owned()
    }
}
