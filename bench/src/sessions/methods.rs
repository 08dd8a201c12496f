//! How each method learns the training sessions: by appending, oldest first, as a running shop does.

use domain::{ProductIdx, Timestamp};
use features::{Counts, CountsConfig, Tally, Weight};
use recommend::{CoOccurrence, SessionNeighbors, co_occurrence, session_neighbors};

/// Plain counts of touches: the sets tell no times, so all happen at one.
pub(super) fn popularity(train: &[Vec<ProductIdx>]) -> Counts {
    let mut counts = Counts::new(CountsConfig::default());
    for &product in train.iter().flatten() {
        counts.record(Tally {
            product,
            categories: &[],
            market: None,
            weight: Weight::VIEWED,
            time: Timestamp::default(),
        });
    }
    counts
}

/// What was touched in the same session.
pub(super) fn co_occurrence(train: &[Vec<ProductIdx>]) -> CoOccurrence {
    let mut model = CoOccurrence::new(co_occurrence::Config::also_viewed());
    for session in train {
        model.append_group(session);
    }
    model
}

/// The sessions themselves.
pub(super) fn session_neighbors(
    train: &[Vec<ProductIdx>],
    config: session_neighbors::Config,
) -> SessionNeighbors {
    let mut model = SessionNeighbors::new(config);
    for session in train {
        let mut idx = None;
        for &product in session {
            idx = Some(model.append(idx, product));
        }
    }
    model
}
