//! Whole catalogues: what becomes of products that a file does not name.
//!
//! A file usually adds and changes. Told that it is the whole catalogue, an import also deletes what the
//! file does not name, with two guards: a file with less than half of the catalogue is likely a broken
//! one, and while a row cannot be read at all nobody knows which product it was about.

use domain::ProductId;
use rustc_hash::FxHashSet;

use super::row::{ImportItem, ImportRow};
use crate::{App, CatalogueChange};

/// A whole catalogue that would delete more of the old one than this is taken for a broken file.
pub const SHRINK_LIMIT_PERCENT: usize = 50;
/// How many products are looked at together.
const PAGE_PRODUCTS: usize = 4_096;

/// Whether a whole catalogue may delete most of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shrink {
    /// Not beyond [`SHRINK_LIMIT_PERCENT`].
    Limited,
    /// Somebody said that it is meant so.
    Allowed,
}

/// What becomes of products that a file does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// They stay.
    #[default]
    Add,
    /// They are deleted: the file is the whole catalogue.
    Replace(Shrink),
}

/// What became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// They stayed, as nobody asked for anything else.
    #[default]
    Kept,
    /// They were deleted.
    Deleted {
        /// How many.
        n_products: usize,
    },
    /// They stayed, because the file would delete more than it may.
    TooMany {
        /// How many it would delete.
        n_products: usize,
        /// How many there were before.
        n_before: usize,
    },
    /// They stayed, because the file names no product at all: it is no catalogue.
    NoneNamed,
    /// They stayed, because rows were refused of which nobody knows which products they are about.
    Uncertain {
        /// How many such rows there are.
        n_rows: u64,
    },
}

/// What a file has named so far.
pub(super) struct Feed {
    mode: ImportMode,
    named: FxHashSet<ProductId>,
    n_unnamed_rows: u64,
    n_before: usize,
}

impl Feed {
    pub(super) fn new(mode: ImportMode, app: &App) -> Feed {
        let n_before = app.live().catalogue().n_products();
        Feed { mode, named: FxHashSet::default(), n_unnamed_rows: 0, n_before }
    }

    /// Takes note of the product that a row names.
    pub(super) fn note(&mut self, row: &ImportRow) {
        if self.mode == ImportMode::Add {
            return;
        }
        let named = match &row.item {
            Ok(ImportItem::Catalogue(change)) => Some(change.product()),
            Ok(ImportItem::Event(_)) => return,
            Err(_) => row.about.as_ref(),
        };
        match named {
            Some(product) => drop(self.named.insert(product.clone())),
            None => self.n_unnamed_rows += 1,
        }
    }

    /// What becomes of the others, and the changes that this takes.
    pub(super) fn absent(&self, app: &App) -> (Absent, Vec<CatalogueChange>) {
        let ImportMode::Replace(shrink) = self.mode else { return (Absent::Kept, Vec::new()) };
        if self.n_unnamed_rows > 0 {
            return (Absent::Uncertain { n_rows: self.n_unnamed_rows }, Vec::new());
        }
        if self.named.is_empty() {
            return (Absent::NoneNamed, Vec::new());
        }
        let mut absent = Vec::new();
        let mut after = None;
        loop {
            let page = app.products(after, PAGE_PRODUCTS);
            let Some(last) = page.last() else { break };
            after = app.product_number(&last.id);
            let others = page.into_iter().map(|it| it.id).filter(|it| !self.named.contains(it));
            absent.extend(others.map(CatalogueChange::Delete));
        }
        let n_products = absent.len();
        if shrink == Shrink::Limited && n_products * 100 > self.n_before * SHRINK_LIMIT_PERCENT {
            return (Absent::TooMany { n_products, n_before: self.n_before }, Vec::new());
        }
        (Absent::Deleted { n_products }, absent)
    }
}
