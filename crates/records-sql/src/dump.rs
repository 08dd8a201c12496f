//! Dumps: everything, read in one transaction while others write, and taken in by an empty database.
//!
//! Rows come in the order of their keys, a page at a time, so that a dump takes no more memory than a
//! batch and the newcomers, and loading it writes every page of the tables once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use async_trait::async_trait;
use domain::ShopperKey;
use ports::{BlindId, PortError, Row as Dumped, Rows, ShopperRecord};
use sqlx::{AnyConnection, Executor, Row};
use tokio::sync::mpsc;

use crate::dialect::Dialect;
use crate::error::failed;
use crate::sessions::Sessions;
use crate::shoppers::tables;
use crate::tries::again;
use crate::{administration, quarantine, registry};

/// How many rows one statement reads.
const PAGE_ROWS: u32 = 4_096;
const DOING: &str = "dumping all that is kept";

type Batch = Result<Vec<Dumped>, PortError>;

/// A dump under way: a task reads ahead by a batch, and ends when nobody wants more.
struct Dump(mpsc::Receiver<Batch>);

#[async_trait]
impl Rows for Dump {
    async fn next(&mut self) -> Result<Option<Vec<Dumped>>, PortError> {
        self.0.recv().await.transpose()
    }
}

/// Begins a dump.
pub(crate) async fn begin(sessions: &Arc<Sessions>) -> Result<Box<dyn Rows>, PortError> {
    // Tried again as any call, where the transaction that follows is not.
    let reached = again!(sessions, Harmless, async {
        let mut turn = sessions.turn().await;
        let mut session = turn.session().await?;
        session.connection().execute("SELECT 1").await?;
        session.keep();
        Ok(())
    });
    reached.map_err(failed(DOING))?;
    let (batches, receiver) = mpsc::channel(1);
    let sessions = Arc::clone(sessions);
    tokio::spawn(async move {
        if let Err(error) = read(&sessions, &batches).await {
            // Whoever went does not want to know.
            drop(batches.send(Err(failed(DOING)(error))).await);
        }
    });
    Ok(Box::new(Dump(receiver)))
}

async fn read(sessions: &Sessions, batches: &mpsc::Sender<Batch>) -> sqlx::Result<()> {
    let mut turn = sessions.turn().await;
    let mut session = turn.session().await?;
    let connection = session.connection();
    connection.execute(sqlx::raw_sql(sessions.dialect.begin_dump)).await?;
    let mut reading = Reading { connection, dialect: sessions.dialect, batches };
    if reading.map().await? && reading.decided().await? {
        reading.connection.execute("COMMIT").await?;
        session.keep();
    }
    Ok(())
}

/// A dump's transaction. Its functions answer whether anybody wants more.
struct Reading<'a> {
    connection: &'a mut AnyConnection,
    dialect: &'static Dialect,
    batches: &'a mpsc::Sender<Batch>,
}

impl Reading<'_> {
    async fn give(&mut self, rows: Vec<Dumped>) -> bool {
        rows.is_empty() || self.batches.send(Ok(rows)).await.is_ok()
    }

    /// Who is who: shoppers, then ids.
    async fn map(&mut self) -> sqlx::Result<bool> {
        let newcomers = tables::newcomers(self.connection).await?;
        let mut shoppers = BTreeMap::<ShopperKey, ShopperRecord>::new();
        let mut ids = BTreeMap::new();
        for (id, shopper) in newcomers {
            ids.entry(order(&id)).or_insert((id, shopper.key));
            shoppers.entry(shopper.key).or_insert(shopper);
        }
        Ok(self.shoppers(shoppers).await? && self.ids(ids).await?)
    }

    async fn shoppers(
        &mut self,
        newcomers: BTreeMap<ShopperKey, ShopperRecord>,
    ) -> sqlx::Result<bool> {
        let mut merge = Merge::new(newcomers);
        let mut after = Vec::new();
        loop {
            let page = tables::shoppers_after(self.connection, &after, PAGE_ROWS).await?;
            after = page.last().map_or_else(Vec::new, |it| it.key.as_bytes().to_vec());
            let is_last = page.len() < PAGE_ROWS as usize;
            let merged = merge.with(page.into_iter().map(|it| (it.key, it)), is_last);
            if !self.give(merged.map(Dumped::Shopper).collect()).await {
                return Ok(false);
            }
            if is_last {
                return Ok(true);
            }
        }
    }

    async fn ids(
        &mut self,
        newcomers: BTreeMap<IdOrder, (BlindId, ShopperKey)>,
    ) -> sqlx::Result<bool> {
        let mut merge = Merge::new(newcomers);
        let mut after = None;
        loop {
            let page = tables::ids_after(self.connection, after, PAGE_ROWS).await?;
            after = page.last().map(|(id, _)| *id);
            let is_last = page.len() < PAGE_ROWS as usize;
            let merged = merge.with(page.into_iter().map(|it| (order(&it.0), it)), is_last);
            let rows = merged.map(|(id, shopper)| Dumped::Id { id, shopper }).collect();
            if !self.give(rows).await {
                return Ok(false);
            }
            if is_last {
                return Ok(true);
            }
        }
    }

    /// What people decide, the trail, refused events, facts and models.
    async fn decided(&mut self) -> sqlx::Result<bool> {
        let connection = &mut *self.connection;
        let mut rows = Vec::new();
        rows.extend(administration::keys(connection).await?.into_iter().map(Dumped::Key));
        let placements = administration::placements(connection).await?;
        rows.extend(placements.into_iter().map(Dumped::Placement));
        rows.extend(administration::switch(connection).await?.map(Dumped::Switch));
        let facts = administration::facts(connection).await?;
        rows.extend(facts.into_iter().map(|(name, value)| Dumped::Fact { name, value }));
        let models = registry::models(connection).await?;
        rows.extend(models.into_iter().rev().map(Dumped::Model));
        let last = connection.fetch_one(self.dialect.last_ids).await?;
        rows.push(Dumped::LastIds { audit: last.try_get(0)?, quarantined: last.try_get(1)? });
        Ok(self.give(rows).await && self.trail().await? && self.quarantined().await?)
    }

    async fn trail(&mut self) -> sqlx::Result<bool> {
        let mut after = 0;
        loop {
            let page = administration::trail_after(self.connection, after, PAGE_ROWS).await?;
            let Some(last) = page.last() else { return Ok(true) };
            after = last.id;
            if !self.give(page.into_iter().map(Dumped::Audit).collect()).await {
                return Ok(false);
            }
        }
    }

    async fn quarantined(&mut self) -> sqlx::Result<bool> {
        let mut after = 0;
        loop {
            let page = quarantine::page(self.connection, after, PAGE_ROWS).await?;
            let Some(last) = page.last() else { return Ok(true) };
            after = last.id;
            if !self.give(page.into_iter().map(Dumped::Quarantined).collect()).await {
                return Ok(false);
            }
        }
    }
}

/// The order in which the table has ids.
type IdOrder = ([u8; 16], i64);

fn order(id: &BlindId) -> IdOrder {
    (id.fingerprint, tables::kind_number(id.kind))
}

/// Newcomers, put between the rows of a table to which they will be moved.
struct Merge<K, T> {
    newcomers: VecDeque<(K, T)>,
}

impl<K: Ord, T> Merge<K, T> {
    fn new(newcomers: BTreeMap<K, T>) -> Merge<K, T> {
        Merge { newcomers: newcomers.into_iter().collect() }
    }

    /// A page with the newcomers up to its end; with all that are left, when it is the last.
    fn with(
        &mut self,
        page: impl Iterator<Item = (K, T)>,
        is_last: bool,
    ) -> impl Iterator<Item = T> {
        let mut merged: BTreeMap<K, T> = page.collect();
        while let Some((key, newcomer)) = self.newcomers.pop_front() {
            if !is_last && merged.last_key_value().is_none_or(|(last, _)| *last < key) {
                self.newcomers.push_front((key, newcomer));
                break;
            }
            // What was moved already is as the table has it.
            merged.entry(key).or_insert(newcomer);
        }
        merged.into_values()
    }
}
