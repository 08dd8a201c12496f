//! Forgetting: at once for those who read, a day later for the disk.
//!
//! What counts a message once must survive a restart of every program, so the stream keeps the events of
//! the last day ([`Options::remembered`](crate::Options::remembered)) even when they are forgotten. How far is forgotten is written into the stream's
//! metadata, where all programs find it; what is older than a day is then removed. Who must have it gone
//! today purges the stream by hand, and may count a repeat twice.

use async_nats::jetstream::stream::PurgeErrorKind;
use domain::Position;
use ports::PortError;
use tokio::time::timeout;

use crate::connect::no_answer;
use crate::error::{from_jetstream, unavailable};
use crate::nats_log::Shared;
use crate::stream;

/// Lets go of events; see [`Log::forget`](ports::Log::forget).
pub(crate) async fn forget(shared: &Shared, through: Position) -> Result<(), PortError> {
    shared.seen.check()?;
    // What is not there yet cannot be forgotten.
    let through = through.min(shared.seen.head());
    if shared.seen.tail() <= through {
        let context = shared.connection.context();
        stream::change_forgotten(&context, &shared.names, |it| it.max(through)).await?;
        shared.seen.let_go(through.next());
    }
    remove(shared, through).await
}

/// Removes what is forgotten and older than a day.
async fn remove(shared: &Shared, through: Position) -> Result<(), PortError> {
    timeout(shared.options.timeout, shared.messages.wait_for(through)).await.map_err(|_| {
        let noted = shared.messages.noted();
        unavailable(format!("its stream was followed to {noted} only, and {through} is forgotten"))
    })?;
    let first = shared.seen.tail().min(shared.messages.due());
    if first <= shared.seen.kept() {
        return Ok(());
    }
    let purged = shared.stream().await?.purge().sequence(first.get()).await;
    purged.map_err(|err| match err.kind() {
        PurgeErrorKind::JetStream(refusal) => {
            from_jetstream("forgetting events of its stream", refusal)
        }
        _ => no_answer("told to forget events", err),
    })?;
    shared.seen.keep(first);
    Ok(())
}
