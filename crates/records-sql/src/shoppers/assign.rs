//! Giving ids to shoppers, for all callers that wait together.

use std::collections::hash_map::Entry;
use std::mem;
use std::sync::{Arc, PoisonError};

use domain::ShopperKey;
use ports::{BlindId, PortError, ShopperRecord};
use rustc_hash::{FxHashMap, FxHashSet};
use sqlx::AnyConnection;
use tokio::sync::oneshot;

use super::{ShopperMap, arrays, not_kept, tables};
use crate::dialect::Ids;
use crate::error::{failed, gone, shared};
use crate::sessions::Turn;
use crate::tries::{Interrupted, again};

/// How many ids are written in one transaction, unless one call has more.
const IDS_A_TRANSACTION: usize = 20_000;

/// One call of `assign`.
pub(super) struct Wish {
    ids: Vec<(BlindId, ShopperRecord)>,
    answer: oneshot::Sender<Result<Vec<ShopperRecord>, PortError>>,
}

impl ShopperMap {
    /// Gives ids to shoppers where they have none; answers whose each id now is, in order.
    ///
    /// It goes on when the caller stops waiting: others may be waiting for the same transaction.
    pub(crate) async fn assign(
        self: &Arc<ShopperMap>,
        ids: Vec<(BlindId, ShopperRecord)>,
    ) -> Result<Vec<ShopperRecord>, PortError> {
        let (answer, answered) = oneshot::channel();
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner).push(Wish { ids, answer });
        let map = Arc::clone(self);
        tokio::spawn(async move { map.grant_next().await });
        answered.await.unwrap_or_else(|_| Err(gone("adding shoppers")))
    }

    /// Waits for the turn, then grants the wishes that wait; another call may have granted them all.
    async fn grant_next(&self) {
        let mut turn = self.writer.turn().await;
        let wishes = self.take_wishes();
        if wishes.is_empty() {
            return;
        }
        match again!(&self.writer, Harmless, self.grant(&mut turn, &wishes)) {
            Ok(owners) => {
                for Wish { ids, answer } in wishes {
                    let answers = ids.iter().map(|(id, _)| owners[id].clone()).collect();
                    // Whoever stopped waiting does not want to know.
                    drop(answer.send(Ok(answers)));
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for wish in wishes {
                    drop(wish.answer.send(Err(shared("adding shoppers", &error))));
                }
            }
        }
        if self.newcomers().len() >= self.settle_after
            && let Err(error) = self.settle(&mut turn).await
        {
            let error = failed("moving newcomers to their places")(error.into_error());
            tracing::warn!(%error, "will be tried again after the next newcomers");
        }
    }

    /// As many of the waiting wishes as one transaction should carry, and at least one.
    fn take_wishes(&self) -> Vec<Wish> {
        let mut waiting = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut n_ids = 0;
        let n_taken = waiting
            .iter()
            .take_while(|wish| {
                let fits = n_ids < IDS_A_TRANSACTION;
                n_ids += wish.ids.len();
                fits
            })
            .count();
        let rest = waiting.split_off(n_taken);
        mem::replace(&mut *waiting, rest)
    }

    /// Grants wishes in one transaction; answers whose each id now is.
    async fn grant(
        &self,
        turn: &mut Turn<'_>,
        wishes: &[Wish],
    ) -> Result<FxHashMap<BlindId, ShopperRecord>, Interrupted> {
        let wanted = || wishes.iter().flat_map(|wish| &wish.ids);
        let mut ids: Vec<BlindId> = wanted().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut transaction = turn.begin().await?;
        self.refresh(&mut transaction).await?;
        let mut owners = self.find(transaction.connection(), &ids).await?;
        let mut new_ids = FxHashSet::default();
        let new: Vec<&(BlindId, ShopperRecord)> =
            wanted().filter(|(id, _)| !owners.contains_key(id) && new_ids.insert(*id)).collect();

        match self.writer.dialect.ids {
            Ids::Appended { .. } => {
                let newcomers = self.append(transaction.connection(), &new).await?;
                transaction.commit().await?;
                let mut known = self.newcomers_mut();
                for (id, shopper) in newcomers {
                    known.add(id, &shopper);
                    owners.insert(id, shopper);
                }
            }
            Ids::InPlace if new.is_empty() => transaction.commit().await?,
            Ids::InPlace => {
                let new: Vec<(BlindId, ShopperRecord)> = new.into_iter().cloned().collect();
                arrays::give(transaction.connection(), &new).await?;
                let ids: Vec<BlindId> = new.iter().map(|(id, _)| *id).collect();
                owners.extend(arrays::find(transaction.connection(), &ids).await?);
                transaction.commit().await?;
                if !ids.iter().all(|id| owners.contains_key(id)) {
                    return Err(not_kept().into());
                }
            }
        }
        Ok(owners)
    }

    /// Appends newcomers; answers them with their shoppers.
    async fn append(
        &self,
        connection: &mut AnyConnection,
        new: &[&(BlindId, ShopperRecord)],
    ) -> sqlx::Result<Vec<(BlindId, ShopperRecord)>> {
        let shoppers = self.existing_or_new(connection, new).await?;
        let newcomers: Vec<(BlindId, ShopperRecord)> =
            new.iter().map(|(id, shopper)| (*id, shoppers[&shopper.key].clone())).collect();
        tables::append(connection, &newcomers).await?;
        Ok(newcomers)
    }

    /// The wanted shoppers, by key: those that exist as they are, the others as the first wish has them.
    async fn existing_or_new(
        &self,
        connection: &mut AnyConnection,
        wanted: &[&(BlindId, ShopperRecord)],
    ) -> sqlx::Result<FxHashMap<ShopperKey, ShopperRecord>> {
        let mut shoppers = FxHashMap::default();
        let mut unknown = Vec::new();
        {
            let newcomers = self.newcomers();
            for (_, shopper) in wanted {
                if let Entry::Vacant(entry) = shoppers.entry(shopper.key) {
                    let newcomer = newcomers.shopper(shopper.key);
                    if newcomer.is_none() {
                        unknown.push(shopper.key);
                    }
                    entry.insert(newcomer.unwrap_or_else(|| shopper.clone()));
                }
            }
        }
        unknown.sort_unstable();
        for shopper in tables::find_shoppers(connection, &unknown).await? {
            shoppers.insert(shopper.key, shopper);
        }
        Ok(shoppers)
    }

    /// Moves all newcomers to their places.
    async fn settle(&self, turn: &mut Turn<'_>) -> Result<(), Interrupted> {
        let mut transaction = turn.begin().await?;
        tables::settle(transaction.connection()).await?;
        transaction.commit().await?;
        self.newcomers_mut().clear();
        Ok(())
    }
}
