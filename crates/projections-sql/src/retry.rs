//! Trying a call again after a restart or a failover of the server.

use std::io;
use std::time::Duration;

use sqlx::Error;

/// How long a try may take: a server that vanished without a word is noticed by nothing else.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// One try, which is given up when it takes too long.
pub(crate) async fn within<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let too_long = || io::Error::new(io::ErrorKind::TimedOut, "no answer within the time for it");
    let answer = tokio::time::timeout(ANSWER_WITHIN, work).await;
    answer.unwrap_or_else(|_| Err(Error::Io(too_long())))
}

/// Makes an attempt until it succeeds, fails for good or has been made often enough: an expression of
/// `sqlx::Result<T>` in a future, evaluated anew each time. Answers in the port's words.
macro_rules! again {
    ($doing:literal, $attempt:expr) => {{
        let mut pauses = postgres_server::PAUSES.iter();
        loop {
            let error = match $crate::retry::within($attempt).await {
                Ok(answer) => break Ok(answer),
                Err(error) => error,
            };
            match pauses.next() {
                Some(pause) if postgres_server::passes(&error) => tokio::time::sleep(*pause).await,
                _ => break Err($crate::error::failed($doing)(error)),
            }
        }
    }};
}
pub(crate) use again;
