//! The generators that are trained, by name.
//!
//! What each needs to be fitted, kept and asked stands in [`recommend::TRAINED`]; nothing here knows them
//! apart.

use std::num::NonZeroU32;

use domain::ProductIdx;
use recommend::{
    Candidate, CandidateGenerator, Context, FitError, Knob, Lesson, SnapshotError, TRAINED,
    TrainedGenerator, TrainedKind,
};

/// A model of one of them.
#[derive(Debug)]
pub(crate) struct TrainedModel(Box<dyn TrainedGenerator>);

/// The names of the generators that are trained.
pub(crate) fn trained_names() -> impl Iterator<Item = &'static str> {
    TRAINED.iter().map(|it| it.name)
}

/// The name of a trained generator as it stands in [`TRAINED`]; none for others.
pub(crate) fn trained_name(generator: &str) -> Option<&'static str> {
    TrainedKind::of_name(generator).map(|it| it.name)
}

/// All of the names, for messages.
pub(crate) fn told_names() -> String {
    trained_names().collect::<Vec<_>>().join(", ")
}

/// The knobs of a trained generator.
pub(crate) fn knobs(generator: &str) -> &'static [Knob] {
    TrainedKind::of_name(generator).map_or(&[], |it| it.knobs)
}

impl TrainedModel {
    /// Fits a model; `values` are those of the knobs, in their order.
    pub(crate) fn fit(
        kind: &TrainedKind,
        lesson: &Lesson<'_>,
        values: &[f64],
    ) -> Result<TrainedModel, FitError> {
        (kind.fit)(lesson, values).map(TrainedModel)
    }

    /// The model's own bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.0.encode(&mut out);
        out
    }

    /// Reads what [`encode`](TrainedModel::encode) wrote; `numbers` are those that its products have now.
    pub(crate) fn decode(
        kind: &TrainedKind,
        payload: &[u8],
        numbers: &[Option<ProductIdx>],
    ) -> Result<TrainedModel, SnapshotError> {
        (kind.decode)(payload, numbers).map(TrainedModel)
    }

    /// The generator that it is.
    pub(crate) fn generator(&self) -> &dyn CandidateGenerator {
        &*self.0
    }

    /// At most `limit` candidates for a request.
    pub(crate) fn generate(&self, context: &Context<'_>, limit: NonZeroU32) -> Vec<Candidate> {
        let mut out = Vec::new();
        self.0.generate(context, limit, &mut out);
        out
    }

    /// Bytes of memory that it holds.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}
