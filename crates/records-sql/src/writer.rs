//! Transactions that write.

use postgres_server::was_rolled_back;
use sqlx::{AnyConnection, Executor};

use crate::sessions::{Held, Turn};
use crate::tries::Interrupted;

/// A transaction. Dropped without [`Transaction::commit`], it has never been.
#[derive(Debug)]
pub(crate) struct Transaction<'a> {
    held: Held<'a>,
}

impl Turn<'_> {
    pub(crate) async fn begin(&mut self) -> sqlx::Result<Transaction<'_>> {
        let begin = self.dialect().begin;
        let mut held = self.session().await?;
        held.connection().execute(begin).await?;
        Ok(Transaction { held })
    }
}

impl Transaction<'_> {
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.held.connection()
    }

    /// Tells connections apart.
    pub(crate) fn session_number(&self) -> u64 {
        self.held.number()
    }

    /// Makes everything said in the transaction durable.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Unknown`], unless the database says that there was nothing to make durable.
    pub(crate) async fn commit(mut self) -> Result<(), Interrupted> {
        match self.connection().execute("COMMIT").await {
            Ok(_) => {
                self.held.keep();
                Ok(())
            }
            Err(error) if was_rolled_back(&error) => Err(Interrupted::Undone(error)),
            Err(error) => Err(Interrupted::Unknown(error)),
        }
    }
}
