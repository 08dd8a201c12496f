//! Trying again what may be tried again: after a restart of the database, after two were in each
//! other's way.
//!
//! A transaction that was interrupted before its commit was asked for has never been, so any call may be
//! tried again. When the answer to a commit is lost, nobody knows; then only a call that does no harm
//! twice is.

use std::io;
use std::slice::Iter;
use std::time::Duration;

use postgres_server::passes;
use sqlx::Error;

use crate::sessions::Sessions;

/// Why a call was not answered.
#[derive(Debug)]
pub(crate) enum Interrupted {
    /// What it would have written was never there.
    Undone(Error),
    /// Nobody knows: the answer to its commit was lost.
    Unknown(Error),
}

impl Interrupted {
    /// What the database or the way to it said.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Interrupted::Undone(error) | Interrupted::Unknown(error) => error,
        }
    }
}

impl From<Error> for Interrupted {
    fn from(error: Error) -> Interrupted {
        Interrupted::Undone(error)
    }
}

/// What it means to make a call twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// The same as making it once: it reads, or says how something shall be.
    Harmless,
    /// Something is there twice, or the second answer differs from the first.
    Visible,
}

/// The tries that are left to a call.
#[derive(Debug)]
pub(crate) struct Tries<'a> {
    sessions: &'a Sessions,
    pauses: Iter<'static, Duration>,
    repeat: Repeat,
}

impl<'a> Tries<'a> {
    pub(crate) fn new(sessions: &'a Sessions, repeat: Repeat) -> Tries<'a> {
        Tries { sessions, pauses: sessions.dialect.pauses.iter(), repeat }
    }

    /// One try, which is given up when it takes too long.
    pub(crate) async fn one<T>(
        &self,
        attempt: impl Future<Output = Result<T, Interrupted>>,
    ) -> Result<T, Interrupted> {
        let answer = tokio::time::timeout(self.sessions.dialect.answer_within, attempt).await;
        answer.unwrap_or_else(|_| Err(Interrupted::Unknown(too_long())))
    }

    /// Waits before the next try; or answers the error, if another would do harm or be of no use.
    pub(crate) async fn next(&mut self, interrupted: Interrupted) -> sqlx::Result<()> {
        let (error, may_repeat) = match interrupted {
            Interrupted::Undone(error) => (error, true),
            Interrupted::Unknown(error) => (error, self.repeat == Repeat::Harmless),
        };
        if !passes(&error) {
            return Err(error);
        }
        self.sessions.forget_idle();
        match self.pauses.next() {
            Some(pause) if may_repeat => {
                tokio::time::sleep(*pause).await;
                Ok(())
            }
            _ => Err(error),
        }
    }
}

/// Makes an attempt until it succeeds, fails for good or has been made often enough: an expression of
/// `Result<T, Interrupted>` in a future, evaluated anew each time.
macro_rules! again {
    ($sessions:expr, $repeat:ident, $attempt:expr) => {{
        let mut tries = $crate::tries::Tries::new($sessions, $crate::tries::Repeat::$repeat);
        loop {
            match tries.one($attempt).await {
                Ok(answer) => break Ok(answer),
                Err(interrupted) => {
                    if let Err(error) = tries.next(interrupted).await {
                        break Err(error);
                    }
                }
            }
        }
    }};
}
pub(crate) use again;

/// Waits for `work`, but not longer than `limit`.
pub(crate) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(too_long()))
}

fn too_long() -> Error {
    Error::Io(io::Error::new(io::ErrorKind::TimedOut, "no answer within the time for it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    async fn may_be_tried_again(url: &str, repeat: Repeat, interrupted: Interrupted) -> bool {
        let dialect = Dialect::of(url).unwrap();
        let sessions = Sessions::for_writing(url.parse().unwrap(), dialect);
        Tries::new(&sessions, repeat).next(interrupted).await.is_ok()
    }

    fn cut_off() -> Error {
        Error::Io(io::ErrorKind::ConnectionReset.into())
    }

    #[tokio::test]
    async fn a_commit_without_an_answer_is_repeated_only_where_that_does_no_harm() {
        let url = "postgres://localhost/shop";
        let unknown = || Interrupted::Unknown(cut_off());
        assert!(may_be_tried_again(url, Repeat::Harmless, unknown()).await);
        assert!(!may_be_tried_again(url, Repeat::Visible, unknown()).await);
        assert!(may_be_tried_again(url, Repeat::Visible, Interrupted::Undone(cut_off())).await);
    }

    #[tokio::test]
    async fn what_took_too_long_and_what_is_wrong_is_not_tried_again() {
        let url = "postgres://localhost/shop";
        for error in [too_long(), Error::RowNotFound] {
            assert!(!may_be_tried_again(url, Repeat::Harmless, Interrupted::Undone(error)).await);
        }
        let undone = Interrupted::Undone(cut_off());
        assert!(!may_be_tried_again("sqlite:file", Repeat::Harmless, undone).await);
    }

    #[tokio::test]
    async fn tries_come_to_an_end() {
        let url = "postgres://localhost/shop";
        let sessions = Sessions::for_writing(url.parse().unwrap(), Dialect::of(url).unwrap());
        let mut tries = Tries::new(&sessions, Repeat::Harmless);
        tries.pauses = [Duration::ZERO; 2].iter();
        for _ in 0..2 {
            tries.next(cut_off().into()).await.unwrap();
        }
        tries.next(cut_off().into()).await.unwrap_err();
    }
}
