//! The answers to changes and lists of the catalogue.

use app::{CatalogueReport, Rejection};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ProductView, Rows};
use crate::RejectionView;

/// What became of changes to the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangesView {
    /// How many rows took effect.
    pub accepted: usize,
    /// How many had taken effect before, under the same `Idempotency-Key`.
    pub duplicates: usize,
    /// Which rows were refused, and why; the others took effect all the same.
    pub rejected: Vec<RejectionView>,
    /// Where the changes end in the shop's sequence.
    #[schema(example = "123")]
    pub position: String,
    /// How many events decisions are still behind that. 0 nearly always: every decision from now on has
    /// seen the changes. Above 0 there is too much to do, and decisions follow in a moment.
    pub behind: u64,
}

impl ChangesView {
    /// The answer to what `app` reports, with all rejections by the row of the request.
    pub fn new(
        report: &CatalogueReport,
        mut rejected: Vec<(usize, Rejection)>,
        rows: &Rows<'_>,
    ) -> ChangesView {
        rejected.sort_by_key(|(index, _)| *index);
        let view = |(index, rejection): &(usize, Rejection)| RejectionView {
            line: rows.line(*index),
            ..RejectionView::of(Some(*index), rejection)
        };
        ChangesView { rejected: rejected.iter().map(view).collect(), ..ChangesView::of(report) }
    }

    /// The answer to a change of one product.
    pub fn of(report: &CatalogueReport) -> ChangesView {
        ChangesView {
            accepted: report.n_accepted,
            duplicates: report.n_duplicate,
            rejected: Vec::new(),
            position: report.position.to_string(),
            behind: report.behind,
        }
    }
}

/// A page of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductsView {
    /// The products, in the order in which the shop first named them.
    pub products: Vec<ProductView>,
    /// What to send as `page_token` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}
