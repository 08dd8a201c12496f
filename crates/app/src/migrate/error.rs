//! Why a shop was not carried over.

use std::time::Duration;

use domain::Position;
use ports::PortError;

/// Why a shop was not carried over. Unless it says otherwise, the shop is served where it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// It is being done already.
    #[error("this shop is being carried over already; wait for the end of that, or end it")]
    UnderWay,
    /// Other replicas could write meanwhile.
    #[error(
        "{n_others} other replicas of this shop live, and could write where it is carried over from; stop \
         all but this one, wait ten seconds if one was killed, and run it again"
    )]
    ReplicasLive {
        /// How many.
        n_others: usize,
    },
    /// It was moved before.
    #[error("this shop was moved to {place}; carry it over from there")]
    MovedElsewhere {
        /// Where to.
        place: String,
    },
    /// The place that the shop was moved to does not hold it.
    #[error(
        "this shop was moved to {place}, but what is there now is not it: that place was emptied or replaced; bring \
         it back, or restore a backup"
    )]
    Gone {
        /// Where to.
        place: String,
    },
    /// The new place has something in it.
    #[error(
        "the new place is not empty: {what}; name an empty data folder, or empty backends. Nothing was changed"
    )]
    NotEmpty {
        /// What is there.
        what: String,
    },
    /// Another shop was begun to be carried over to there.
    #[error(
        "a shop with another root key was begun to be carried over to the new place; name an empty one. \
         Nothing was changed"
    )]
    OtherShop,
    /// The new place has more than the old one.
    #[error(
        "the new place has events up to {theirs}, and this shop ends at {ours}: this is an earlier state of \
         it; name an empty place. Nothing was changed"
    )]
    Ahead {
        /// The last event there.
        theirs: Position,
        /// The last event here.
        ours: Position,
    },
    /// Somebody else writes there.
    #[error(
        "the lake of the new place stays at {position}, because somebody else writes to it; stop every other \
         process on it and run it again"
    )]
    Overtaken {
        /// Where it stays.
        position: Position,
    },
    /// The log numbers events differently.
    #[error(
        "the log of the new place did not take the event at {position} at its place; begin again in an empty \
         place, and tell the makers if it happens again"
    )]
    Misplaced {
        /// The event's place.
        position: Position,
    },
    /// Something is not the same on both sides.
    #[error(
        "{what} differ between the two places; nothing was moved. Run it again in an empty place, and tell the \
         makers if it happens again"
    )]
    Differs {
        /// What.
        what: String,
    },
    /// Cutting over took too long.
    #[error(
        "cutting over took more than {} seconds and was given up: this place goes on. What was carried over \
         stays; run it again at a quieter hour, or allow more time by `--within`",
        limit.as_secs()
    )]
    TooLong {
        /// How long it may take.
        limit: Duration,
    },
    /// Folding is too slow to tell how many decisions there were.
    #[error(
        "the live state is {behind} events behind the log, so it cannot be told how many decisions were made; \
         this place goes on. Run it again when it has caught up"
    )]
    Behind {
        /// How many events.
        behind: u64,
    },
    /// Somebody wrote here although nobody should have.
    #[error(
        "somebody appended to the log of this place up to {head} when it was closed at {position}; stop every other \
         process on it and run it again"
    )]
    WrittenMeanwhile {
        /// Where it was closed.
        position: Position,
        /// Where it ends now.
        head: Position,
    },
    /// A backend failed.
    #[error("{doing} failed; run it again, it goes on where it was")]
    Backend {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: PortError,
    },
    /// The old place is closed and the new one not open yet.
    #[error(
        "the shop is moved, but the new place could not be told so; run the same command again to its end"
    )]
    NotOpened(#[source] PortError),
    /// The program ends.
    #[error("the program ends; run it again, it goes on where it was")]
    Ending,
}

impl MigrateError {
    /// Says what was being done when a backend failed.
    pub(super) fn while_doing(doing: &'static str) -> impl FnOnce(PortError) -> MigrateError {
        move |source| MigrateError::Backend { doing, source }
    }
}

/// Work for the processor that takes long, off the runtime's threads.
pub(super) async fn off_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, MigrateError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| MigrateError::Ending)
}
