//! The generators that are trained: what each needs to be fitted, kept and asked.
//!
//! A new one is a variant here and a line in [`TRAINED`]; nothing else knows them apart.

use std::num::NonZeroU32;

use domain::{ProductIdx, Timestamp};
use features::Histories;
use recommend::{
    Candidate, CandidateGenerator, Context, ItemNeighbors, Knob, SnapshotError, item_neighbors,
};

/// The names of the generators that are trained.
pub(crate) const TRAINED: [&str; 1] = ["item_neighbors"];

/// A model of one of them.
#[derive(Debug)]
pub(crate) enum TrainedModel {
    /// What goes with what a shopper had, and what they come back to.
    ItemNeighbors(ItemNeighbors),
}

/// The name of a trained generator as it stands in [`TRAINED`]; none for others.
pub(crate) fn trained_name(generator: &str) -> Option<&'static str> {
    TRAINED.into_iter().find(|it| *it == generator)
}

/// The knobs of a trained generator.
pub(crate) fn knobs(generator: &str) -> &'static [Knob] {
    match generator {
        "item_neighbors" => &item_neighbors::KNOBS,
        _ => &[],
    }
}

impl TrainedModel {
    /// Fits a model on what was done before `until`; `values` are those of the knobs, in their order.
    ///
    /// `None` for a name that is not in [`TRAINED`], and when `is_stopped` says so.
    pub(crate) fn fit(
        generator: &str,
        histories: &Histories,
        until: Timestamp,
        values: &[f64],
        is_stopped: &dyn Fn() -> bool,
    ) -> Option<TrainedModel> {
        match generator {
            "item_neighbors" => {
                let config = item_neighbors::Config::from_values(values);
                ItemNeighbors::fit_unless(histories, until, &config, is_stopped)
                    .map(TrainedModel::ItemNeighbors)
            }
            _ => None,
        }
    }

    /// The model's own bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            TrainedModel::ItemNeighbors(it) => it.encode(&mut out),
        }
        out
    }

    /// Reads what [`encode`](TrainedModel::encode) wrote; `numbers` are those that its products have now.
    ///
    /// `None` for a name that is not in [`TRAINED`].
    pub(crate) fn decode(
        generator: &str,
        payload: &[u8],
        numbers: &[Option<ProductIdx>],
    ) -> Option<Result<TrainedModel, SnapshotError>> {
        match generator {
            "item_neighbors" => {
                Some(ItemNeighbors::decode(payload, numbers).map(TrainedModel::ItemNeighbors))
            }
            _ => None,
        }
    }

    /// The generator that it is.
    pub(crate) fn generator(&self) -> &dyn CandidateGenerator {
        match self {
            TrainedModel::ItemNeighbors(it) => it,
        }
    }

    /// At most `limit` candidates for a request.
    pub(crate) fn generate(&self, context: &Context<'_>, limit: NonZeroU32) -> Vec<Candidate> {
        let mut out = Vec::new();
        self.generator().generate(context, limit, &mut out);
        out
    }

    /// Bytes of memory that it holds.
    pub(crate) fn memory_bytes(&self) -> usize {
        match self {
            TrainedModel::ItemNeighbors(it) => it.heap_bytes(),
        }
    }
}
