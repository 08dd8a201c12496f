//! What is trained, by name: generators, and the ranker over them.
//!
//! What each generator needs to be fitted, kept and asked stands in [`recommend::TRAINED`]; nothing here
//! knows them apart.

use std::num::NonZeroU32;

use domain::ProductIdx;
use recommend::ranker::Rankers;
use recommend::{
    Candidate, CandidateGenerator, Context, FitError, Knob, Lesson, SnapshotError, TRAINED,
    TrainedGenerator, TrainedKind,
};

/// The name under which the shop's rankers are trained and kept, all in one model.
pub(crate) const RANKER: &str = "ranker";

/// A model that was trained.
#[derive(Debug)]
pub(crate) enum TrainedModel {
    /// Of a generator.
    Generator(Box<dyn TrainedGenerator>),
    /// Of the ranker.
    Rankers(Rankers),
}

/// The names of the generators that are trained.
pub(crate) fn trained_generators() -> impl Iterator<Item = &'static str> {
    TRAINED.iter().map(|it| it.name)
}

/// The names of all that is trained.
pub(crate) fn trained_names() -> impl Iterator<Item = &'static str> {
    trained_generators().chain([RANKER])
}

/// The name of something trained as it stands in [`trained_names`]; none for others.
pub(crate) fn trained_name(name: &str) -> Option<&'static str> {
    trained_names().find(|it| *it == name)
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
    /// Fits a generator's model; `values` are those of its knobs, in their order.
    pub(crate) fn fit(
        kind: &TrainedKind,
        lesson: &Lesson<'_>,
        values: &[f64],
    ) -> Result<TrainedModel, FitError> {
        (kind.fit)(lesson, values).map(TrainedModel::Generator)
    }

    /// The model's own bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            TrainedModel::Generator(it) => it.encode(&mut out),
            TrainedModel::Rankers(it) => it.encode(&mut out),
        }
        out
    }

    /// Reads what [`encode`](TrainedModel::encode) wrote; `numbers` are those that its products have now.
    ///
    /// None for a name that nothing trained has.
    pub(crate) fn decode(
        name: &str,
        payload: &[u8],
        numbers: &[Option<ProductIdx>],
    ) -> Option<Result<TrainedModel, SnapshotError>> {
        if name == RANKER {
            return Some(Rankers::decode(payload).map(TrainedModel::Rankers));
        }
        let kind = TrainedKind::of_name(name)?;
        Some((kind.decode)(payload, numbers).map(TrainedModel::Generator))
    }

    /// Whether its bytes speak of all products of its lesson, and not only of those that were touched.
    pub(crate) fn speaks_of_untouched(&self) -> bool {
        match self {
            TrainedModel::Generator(it) => it.speaks_of_untouched(),
            TrainedModel::Rankers(_) => false,
        }
    }

    /// The generator, if it is one's.
    pub(crate) fn generator(&self) -> Option<&dyn CandidateGenerator> {
        match self {
            TrainedModel::Generator(it) => Some(&**it),
            TrainedModel::Rankers(_) => None,
        }
    }

    /// The rankers, if it is theirs.
    pub(crate) const fn rankers(&self) -> Option<&Rankers> {
        match self {
            TrainedModel::Generator(_) => None,
            TrainedModel::Rankers(it) => Some(it),
        }
    }

    /// Its name among what is trained.
    pub(crate) fn name(&self) -> &'static str {
        self.generator().map_or(RANKER, CandidateGenerator::name)
    }

    /// At most `limit` candidates for a request; none from what is no generator.
    pub(crate) fn generate(&self, context: &Context<'_>, limit: NonZeroU32) -> Vec<Candidate> {
        let mut out = Vec::new();
        if let Some(it) = self.generator() {
            it.generate(context, limit, &mut out);
        }
        out
    }

    /// Bytes of memory that it holds.
    pub(crate) fn memory_bytes(&self) -> usize {
        match self {
            TrainedModel::Generator(it) => it.heap_bytes(),
            TrainedModel::Rankers(it) => it.heap_bytes(),
        }
    }
}
