//! A row of a file: what it tells or why it is refused, and where it stands.

use domain::{Product, ProductId};

use crate::{CatalogueChange, Incoming, Rejection};

/// One thing that a file tells.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportItem {
    /// A change of the catalogue.
    Catalogue(CatalogueChange),
    /// Something that happened. Its message id is given by the import.
    Event(Box<Incoming>),
}

/// An item or what was wrong with it, and the line of the file it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    /// The line, counted from 1; where one item takes several, the first of them.
    pub line: u64,
    /// Which of the items of that line it is, counted from 0.
    pub part: u32,
    /// The item, or why there is none.
    pub item: Result<ImportItem, Rejection>,
    /// The product that a refused row is about, as far as it can be told.
    pub about: Option<ProductId>,
    /// What was mended rather than refused, in words.
    pub mended: Vec<String>,
    /// The row as it stands in the file, for the report on what was refused.
    pub raw: String,
}

impl ImportRow {
    /// A row of that line.
    pub fn new(line: u64, item: Result<ImportItem, Rejection>) -> ImportRow {
        ImportRow { line, part: 0, item, about: None, mended: Vec::new(), raw: String::new() }
    }

    /// A row that tells a product.
    pub fn product(line: u64, product: Result<Product, Rejection>) -> ImportRow {
        let upsert = |it| ImportItem::Catalogue(CatalogueChange::Upsert(Box::new(it)));
        ImportRow::new(line, product.map(upsert))
    }

    /// A row that tells an event.
    pub fn event(line: u64, event: Result<Incoming, Rejection>) -> ImportRow {
        ImportRow::new(line, event.map(|it| ImportItem::Event(Box::new(it))))
    }

    /// The row as it stands in the file.
    #[must_use]
    pub fn with_raw(mut self, raw: impl Into<String>) -> ImportRow {
        self.raw = raw.into();
        self
    }
}

impl ImportItem {
    /// The item, an event with the id by which it is counted once: its own, or its file and line.
    pub(super) fn with_message_id(self, checksum: &str, line: u64, part: u32) -> ImportItem {
        match self {
            ImportItem::Event(mut event) => {
                let own_id = || match part {
                    0 => format!("import:{checksum}:{line}"),
                    _ => format!("import:{checksum}:{line}.{part}"),
                };
                event.message_id.get_or_insert_with(own_id);
                ImportItem::Event(event)
            }
            change => change,
        }
    }
}
