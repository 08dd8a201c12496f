//! The boundary between what proposes products and what ranks them.

use std::num::NonZeroU32;

use domain::ProductIdx;

use crate::Context;

/// A product that a generator proposes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The product.
    pub product: ProductIdx,
    /// How strongly it is proposed: finite, and comparable only within one answer of one generator.
    pub score: f32,
    /// The product of the visit or the past, or the anchor, on which this rests most; it gives the reason
    /// shown.
    pub evidence: Option<ProductIdx>,
}

/// Proposes products worth ranking for one request.
///
/// This trait is the boundary between retrieval and ranking. A generator is cheap and favors recall;
/// the ranker after it is costly and favors precision. A popularity list, a session neighborhood
/// and a vector index look alike from here.
///
/// # Contract
///
/// Implementors call `conformance::check_candidate_generator`, which verifies every line below.
///
/// - `generate` appends at most `limit` candidates, best first, ties broken by ascending
///   [`ProductIdx`], and leaves what `out` already holds in place.
/// - No product appears twice among them, every score is finite, every product is eligible, and all
///   evidence is a product of the visit or the past, or an anchor.
/// - The ineligible take nobody's place: whatever would be proposed if everything were eligible, and
///   is eligible, fills the answer up to `limit`.
/// - The same generator, context and limit give the same candidates, on any thread, whatever was
///   asked before; a smaller limit gives the beginning of a larger one's answer.
/// - Unknown products in the context are skipped. A cold start yields fewer candidates, not an error.
pub trait CandidateGenerator: Send + Sync {
    /// The name shown in explanations and metrics, in `snake_case`, unique within a pipeline.
    fn name(&self) -> &'static str;

    /// Appends candidates for `context` to `out`.
    ///
    /// Infallible by design: a model that cannot answer is refused when it is loaded, not while a
    /// shopper waits.
    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>);
}
