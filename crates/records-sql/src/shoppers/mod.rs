//! The map from outside ids to shoppers: thousands at once, in one transaction.
//!
//! On SQLite:
//!
//! ```text
//!  assign ───▶ table newcomer, appended ──┬── every SETTLE_AFTER ids, sorted ──▶ tables outside_id
//!              and Newcomers in memory  ──┘                                            and shopper
//!  resolve ──▶ Newcomers, then the tables
//! ```
//!
//! Fingerprints and keys are random, so every new row of their tables lies on a page of its own: giving
//! two thousand ids would write twenty megabytes. Appended they take half of one, and when many are moved
//! at once, most pages take several of them. Moving holds writers up for about as long as writing the
//! two tables once would take, at most; readers go on.
//!
//! On PostgreSQL nothing is remembered, because other processes give ids too: they go straight to their
//! places, and what one process has given is seen by all at once.
//!
//! Calls that arrive while another is being written are written together: one transaction, one sync.

mod arrays;
mod assign;
mod newcomers;
pub(crate) mod tables;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use domain::ShopperKey;
use ports::{BlindId, ShopperRecord};
use rustc_hash::FxHashMap;
use sqlx::{AnyConnection, Executor, Row};

use crate::changes::note_moved;
use crate::dialect::Ids;
use crate::error::damage;
use crate::sessions::Sessions;
use crate::tries::Interrupted;
use crate::writer::Transaction;
use assign::Wish;
use newcomers::Newcomers;
pub(crate) use tables::{id, kind_number};

/// How many newcomers there usually may be before they are moved to their places.
pub(crate) const SETTLE_AFTER: usize = 65_536;

/// The map.
pub(crate) struct ShopperMap {
    writer: Arc<Sessions>,
    /// Changed only by whoever has the writer's turn, after the change is durable.
    newcomers: RwLock<Newcomers>,
    /// Calls of `assign` that wait for their turn.
    wishes: Mutex<Vec<Wish>>,
    settle_after: usize,
}

impl fmt::Debug for ShopperMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShopperMap").field("n_newcomers", &self.newcomers().len()).finish()
    }
}

impl ShopperMap {
    /// Reads the newcomers back.
    pub(crate) async fn load(
        writer: Arc<Sessions>,
        settle_after: usize,
    ) -> Result<Arc<ShopperMap>, Interrupted> {
        let (newcomers, wishes) = (RwLock::default(), Mutex::default());
        let map = Arc::new(ShopperMap { writer, newcomers, wishes, settle_after });
        {
            let mut turn = map.writer.turn().await;
            let mut transaction = turn.begin().await?;
            map.refresh(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(map)
    }

    /// Reads the newcomers back if anybody else may have written since the last transaction, such as a
    /// command beside the running server. So what is decided in a transaction rests on what is stored;
    /// only a look-up without one may miss another process's newcomers.
    async fn refresh(&self, transaction: &mut Transaction<'_>) -> sqlx::Result<()> {
        let Ids::Appended { changed } = self.writer.dialect.ids else { return Ok(()) };
        let row = transaction.connection().fetch_one(changed).await?;
        let version = Some((transaction.session_number(), row.try_get(0)?));
        if self.newcomers().version == version {
            return Ok(());
        }
        let stored = tables::newcomers(transaction.connection()).await?;
        let mut newcomers = self.newcomers_mut();
        newcomers.clear();
        newcomers.version = version;
        for (id, shopper) in stored {
            newcomers.add(id, &shopper);
        }
        Ok(())
    }

    /// Whose each of `ids` is.
    pub(crate) async fn find(
        &self,
        connection: &mut AnyConnection,
        ids: &[BlindId],
    ) -> sqlx::Result<FxHashMap<BlindId, ShopperRecord>> {
        let mut found = FxHashMap::default();
        let mut settled = Vec::new();
        {
            let newcomers = self.newcomers();
            for id in ids {
                match newcomers.owner(id) {
                    Some(shopper) => drop(found.insert(*id, shopper)),
                    None => settled.push(*id),
                }
            }
        }
        found.extend(self.find_settled(connection, &settled).await?);
        Ok(found)
    }

    /// Whose each of `ids` is, as far as the tables say.
    async fn find_settled(
        &self,
        connection: &mut AnyConnection,
        ids: &[BlindId],
    ) -> sqlx::Result<FxHashMap<BlindId, ShopperRecord>> {
        match self.writer.dialect.ids {
            Ids::Appended { .. } => tables::find(connection, ids).await,
            Ids::InPlace => arrays::find(connection, ids).await,
        }
    }

    /// Gives an id to a shopper, adding the shopper if need be; unless it is somebody's already.
    async fn give(
        &self,
        connection: &mut AnyConnection,
        id: BlindId,
        shopper: ShopperRecord,
    ) -> sqlx::Result<()> {
        match self.writer.dialect.ids {
            Ids::Appended { .. } => tables::give(connection, id, &shopper).await,
            Ids::InPlace => arrays::give(connection, &[(id, shopper)]).await,
        }
    }

    /// The shopper of that key.
    pub(crate) async fn shopper(
        &self,
        connection: &mut AnyConnection,
        key: ShopperKey,
    ) -> sqlx::Result<Option<ShopperRecord>> {
        let newcomer = self.newcomers().shopper(key);
        match newcomer {
            Some(shopper) => Ok(Some(shopper)),
            None => Ok(tables::find_shoppers(connection, &[key]).await?.pop()),
        }
    }

    /// Gives a user's id to `key`, or to `otherwise` when that is another user's or nobody.
    ///
    /// Of two processes that claim a shopper, one waits for the other: else both would find it free.
    pub(crate) async fn claim(
        &self,
        user: BlindId,
        key: ShopperKey,
        otherwise: &ShopperRecord,
    ) -> Result<ShopperRecord, Interrupted> {
        let mut turn = self.writer.turn().await;
        let mut transaction = turn.begin().await?;
        self.refresh(&mut transaction).await?;
        let connection = transaction.connection();
        let claimed: &[u8] = key.as_bytes();
        self.writer.dialect.lock(connection, std::iter::once(claimed)).await?;
        let moved = self.settle_around(connection, user, &[key, otherwise.key]).await?;
        let mut owner = self.find_settled(connection, &[user]).await?.remove(&user);
        if owner.is_none() {
            let free = match tables::has_user(connection, key).await? {
                true => None,
                false => tables::find_shoppers(connection, &[key]).await?.pop(),
            };
            let shopper = free.unwrap_or_else(|| otherwise.clone());
            self.give(connection, user, shopper).await?;
            owner = self.find_settled(connection, &[user]).await?.remove(&user);
        }
        transaction.commit().await?;
        self.newcomers_mut().remove(&moved);
        Ok(owner.ok_or_else(not_kept)?)
    }

    /// Moves an id to another, existing shopper.
    pub(crate) async fn reassign(&self, id: BlindId, to: ShopperKey) -> Result<(), Interrupted> {
        let mut turn = self.writer.turn().await;
        let mut transaction = turn.begin().await?;
        self.refresh(&mut transaction).await?;
        let connection = transaction.connection();
        let moved = self.settle_around(connection, id, &[to]).await?;
        tables::move_id(connection, id, to).await?;
        note_moved(connection, id).await?;
        transaction.commit().await?;
        self.newcomers_mut().remove(&moved);
        Ok(())
    }

    /// Moves the newcomers that are `id` or belong to one of `keys` to their places, where the rest of
    /// the transaction finds them; answers which.
    async fn settle_around(
        &self,
        connection: &mut AnyConnection,
        id: BlindId,
        keys: &[ShopperKey],
    ) -> sqlx::Result<Vec<(BlindId, ShopperRecord)>> {
        let around = self.newcomers().around(id, keys);
        for (id, shopper) in &around {
            tables::give(connection, *id, shopper).await?;
        }
        Ok(around)
    }

    fn newcomers(&self) -> RwLockReadGuard<'_, Newcomers> {
        self.newcomers.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn newcomers_mut(&self) -> RwLockWriteGuard<'_, Newcomers> {
        self.newcomers.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id that was just given to somebody is nobody's.
fn not_kept() -> sqlx::Error {
    damage("an id was not kept")
}
