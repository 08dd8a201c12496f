//! The answer to events: Segment's `{"success": true}`, and what became of each.

use app::{IngestReport, Rejection};
use serde::Serialize;
use utoipa::ToSchema;

use crate::RejectionView;

/// What intake did with one event or a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct IngestView {
    /// Always `true`, which is all that Segment's libraries look for.
    pub success: bool,
    /// How many events are kept that were not kept before.
    pub accepted: usize,
    /// How many had been sent before, by their message ids.
    pub duplicates: usize,
    /// Which were refused, and why; the others are kept all the same.
    pub rejected: Vec<RejectionView>,
    /// Where the batch ends in the shop's sequence: what a decision may be asked to have seen.
    #[schema(example = "123")]
    pub position: String,
}

impl IngestView {
    /// The answer to what `app` reports, with all rejections by the index in the request.
    pub fn new(report: &IngestReport, mut rejected: Vec<(usize, Rejection)>) -> IngestView {
        rejected.sort_by_key(|(index, _)| *index);
        let view =
            |(index, rejection): &(usize, Rejection)| RejectionView::of(Some(*index), rejection);
        IngestView {
            success: true,
            accepted: report.n_accepted,
            duplicates: report.n_duplicate,
            rejected: rejected.iter().map(view).collect(),
            position: report.position.to_string(),
        }
    }
}
