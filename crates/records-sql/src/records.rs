//! The ports, on the database: which statements belong to which call.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{Placement, PlacementId, ShopperKey, Span, Timestamp};
use ports::{
    AuditEntry, BlindId, Changes, KeyRecord, Lease, Leases, ModelRecord, MovedId, Pool, PortError,
    Quarantined, Records, Registry, Row, Rows, ShopperRecord, StageChange, Switch,
};
use sqlx::ConnectOptions;
use sqlx::any::AnyConnectOptions;

use crate::dialect::Dialect;
use crate::error::{BACKEND, failed};
use crate::sessions::Sessions;
use crate::shoppers::{SETTLE_AFTER, ShopperMap};
use crate::standby::Standby;
use crate::tries::again;
use crate::{administration, changes, dump, leases, load, migrations, quarantine, registry};

/// One call that reads: a connection, the statements, the port's error.
macro_rules! read {
    ($self:ident, $doing:literal, $room:ident.$call:ident($argument:expr)) => {
        again!(&$self.readers, Harmless, async {
            let mut turn = $self.readers.turn().await;
            let mut session = turn.session().await?;
            let answer = $room.$call(session.connection(), $argument).await?;
            session.keep();
            Ok(answer)
        })
        .map_err(failed($doing))
    };
    ($self:ident, $doing:literal, $room:ident::$call:ident($($argument:expr),*)) => {
        read_on!(&$self.readers, $doing, $room::$call($($argument),*))
    };
}

/// The same on some connections.
macro_rules! read_on {
    ($sessions:expr, $doing:literal, $room:ident::$call:ident($($argument:expr),*)) => {
        again!($sessions, Harmless, async {
            let mut turn = $sessions.turn().await;
            let mut session = turn.session().await?;
            let answer = $room::$call(session.connection(), $($argument),*).await?;
            session.keep();
            Ok(answer)
        })
        .map_err(failed($doing))
    };
}

/// One call that writes: a transaction, the statements, the commit, the port's error.
macro_rules! write {
    ($self:ident, $repeat:ident, $doing:literal, $room:ident::$call:ident($($argument:expr),*)) => {
        again!(&$self.writer, $repeat, async {
            let mut turn = $self.writer.turn().await;
            let mut transaction = turn.begin().await?;
            let answer = $room::$call(transaction.connection(), $($argument),*).await?;
            transaction.commit().await?;
            Ok(answer)
        })
        .map_err(failed($doing))
    };
}

/// Records in an SQL database.
#[derive(Debug)]
pub struct SqlRecords {
    pub(crate) writer: Arc<Sessions>,
    shoppers: Arc<ShopperMap>,
    pub(crate) readers: Arc<Sessions>,
    standby: Option<Standby>,
}

impl SqlRecords {
    /// Opens the database at `url`, making its tables where they are missing.
    ///
    /// `sqlite:PATH` is a file, which is made where it is missing; [`SqlRecords::sqlite_url`] makes an
    /// address of a path that may hold anything. `postgres://USER@HOST/DATABASE` is a database that
    /// exists, as PostgreSQL's own programs name it.
    ///
    /// # Errors
    ///
    /// [`PortError::Unreadable`] when the tables were made by a newer program,
    /// [`PortError::Unavailable`] when the database cannot be opened.
    pub async fn connect(url: &str) -> Result<SqlRecords, PortError> {
        SqlRecords::connect_and_settle_after(url, SETTLE_AFTER).await
    }

    /// The same; `n_newcomers` ids may wait to be moved to their places.
    pub(crate) async fn connect_and_settle_after(
        url: &str,
        n_newcomers: usize,
    ) -> Result<SqlRecords, PortError> {
        sqlx::any::install_default_drivers();
        let (dialect, options) = options(url)?;
        let writer = Arc::new(Sessions::for_writing(options.clone(), dialect));
        reach(&writer).await.map_err(failed("connecting to it"))?;
        migrations::migrate(&writer).await?;
        let shoppers =
            again!(&writer, Harmless, ShopperMap::load(Arc::clone(&writer), n_newcomers));
        let shoppers = shoppers.map_err(failed("reading newcomers"))?;
        let readers = Arc::new(Sessions::for_reading(options, dialect));
        Ok(SqlRecords { writer, shoppers, readers, standby: None })
    }

    /// Has reports answered by the standby at `url` wherever it has all that they need: the pages of the audit
    /// trail, and dumps. It need not be there: then the primary answers.
    ///
    /// # Errors
    ///
    /// [`PortError::Refused`] when that is no address of PostgreSQL.
    pub fn with_standby(self, url: &str) -> Result<SqlRecords, PortError> {
        let (dialect, options) = options(url)?;
        if !dialect.has_standbys {
            let what = "only PostgreSQL has standbys; name one as `postgres://USER@HOST/DATABASE`";
            return Err(PortError::Refused {
                backend: BACKEND,
                what: what.to_owned(),
                source: None,
            });
        }
        Ok(SqlRecords { standby: Some(Standby::new(options, dialect)), ..self })
    }

    /// The connections on which a report is read.
    pub(crate) async fn for_a_report(&self) -> Arc<Sessions> {
        let standby = match &self.standby {
            Some(standby) => standby.for_a_report(&self.readers).await,
            None => None,
        };
        standby.unwrap_or_else(|| Arc::clone(&self.readers))
    }

    /// The address of the SQLite database in the file `path`.
    pub fn sqlite_url(path: &Path) -> String {
        let path = path.to_string_lossy();
        let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        format!("sqlite:{path}")
    }

    /// Closes the database, so that its write-ahead log is folded into its file.
    ///
    /// Nothing is lost without: the next start does the same.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the database does not take leave.
    pub async fn close(&self) -> Result<(), PortError> {
        if let Some(standby) = &self.standby {
            standby.close().await.map_err(failed("closing it"))?;
        }
        self.readers.close().await.map_err(failed("closing it"))?;
        self.writer.close().await.map_err(failed("closing it"))
    }

    /// Ends every lease: for whoever knows, by a lock of their own, that no other process lives that
    /// could hold one, so that nobody waits for the dead.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the database cannot be written.
    pub async fn end_leases(&self) -> Result<(), PortError> {
        write!(self, Harmless, "ending leases", leases::end_all())
    }
}

/// How the database at `url` is reached, and what it speaks.
fn options(url: &str) -> Result<(&'static Dialect, AnyConnectOptions), PortError> {
    let dialect = Dialect::of(url)?;
    let options: sqlx::Result<AnyConnectOptions> = dialect.complete(url).parse();
    let options = options.map_err(failed("reading its address"))?.disable_statement_logging();
    Ok((dialect, options))
}

/// Makes a first connection, which may take some tries where the database is just starting.
async fn reach(writer: &Sessions) -> sqlx::Result<()> {
    again!(writer, Harmless, async {
        writer.turn().await.session().await?.keep();
        Ok(())
    })
}

#[async_trait]
impl Records for SqlRecords {
    fn pools(&self) -> Vec<Pool> {
        vec![self.writer.pool("records_writing"), self.readers.pool("records_reading")]
    }

    async fn resolve(&self, ids: &[BlindId]) -> Result<Vec<Option<ShopperRecord>>, PortError> {
        let shoppers = &self.shoppers;
        let found = read!(self, "looking shoppers up", shoppers.find(ids))?;
        Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
    }

    async fn assign(
        &self,
        ids: Vec<(BlindId, ShopperRecord)>,
    ) -> Result<Vec<ShopperRecord>, PortError> {
        self.shoppers.assign(ids).await
    }

    async fn claim(
        &self,
        user: BlindId,
        shopper: ShopperKey,
        otherwise: ShopperRecord,
    ) -> Result<ShopperRecord, PortError> {
        let claimed =
            again!(&self.writer, Harmless, self.shoppers.claim(user, shopper, &otherwise));
        claimed.map_err(failed("naming a shopper"))
    }

    async fn reassign(&self, id: BlindId, to: ShopperKey) -> Result<(), PortError> {
        let moved = again!(&self.writer, Harmless, self.shoppers.reassign(id, to));
        moved.map_err(failed("moving an id to another shopper"))
    }

    async fn shopper(&self, key: ShopperKey) -> Result<Option<ShopperRecord>, PortError> {
        let shoppers = &self.shoppers;
        read!(self, "looking a shopper up", shoppers.shopper(key))
    }

    async fn keys(&self) -> Result<Vec<KeyRecord>, PortError> {
        read!(self, "reading keys", administration::keys())
    }

    async fn add_key(&self, key: KeyRecord) -> Result<(), PortError> {
        write!(self, Visible, "adding a key", administration::add_key(&key))
    }

    async fn revoke_key(&self, id: &str, time: Timestamp) -> Result<bool, PortError> {
        write!(self, Visible, "revoking a key", administration::revoke_key(id, time))
    }

    async fn placements(&self) -> Result<Vec<Placement>, PortError> {
        read!(self, "reading placements", administration::placements())
    }

    async fn put_placement(&self, placement: Placement) -> Result<(), PortError> {
        write!(self, Harmless, "saving a placement", administration::put_placement(&placement))
    }

    async fn delete_placement(&self, id: &PlacementId) -> Result<bool, PortError> {
        write!(self, Visible, "removing a placement", administration::delete_placement(id))
    }

    async fn switch(&self) -> Result<Option<Switch>, PortError> {
        read!(self, "reading the switch", administration::switch())
    }

    async fn set_switch(&self, switch: Switch) -> Result<(), PortError> {
        write!(self, Harmless, "setting the switch", administration::set_switch(switch))
    }

    async fn audit(&self, entry: AuditEntry) -> Result<(), PortError> {
        write!(self, Visible, "adding to the audit trail", administration::audit(&entry))
    }

    async fn audit_trail(
        &self,
        before: Option<i64>,
        n_max: u32,
    ) -> Result<Vec<AuditEntry>, PortError> {
        let sessions = self.for_a_report().await;
        read_on!(&sessions, "reading the audit trail", administration::audit_trail(before, n_max))
    }

    async fn quarantine(
        &self,
        events: Vec<Quarantined>,
        n_max_a_key: u32,
    ) -> Result<u64, PortError> {
        write!(
            self,
            Visible,
            "keeping refused events",
            quarantine::keep(self.writer.dialect, &events, n_max_a_key)
        )
    }

    async fn quarantined(&self, after: i64, n_max: u32) -> Result<Vec<Quarantined>, PortError> {
        read!(self, "reading refused events", quarantine::page(after, n_max))
    }

    async fn quarantined_event(&self, id: i64) -> Result<Option<Quarantined>, PortError> {
        read!(self, "reading a refused event", quarantine::one(id))
    }

    async fn replace_quarantined(&self, events: Vec<Quarantined>) -> Result<(), PortError> {
        write!(self, Harmless, "replacing refused events", quarantine::replace(&events))
    }

    async fn release_quarantined(&self, ids: &[i64]) -> Result<(), PortError> {
        write!(self, Harmless, "letting go of refused events", quarantine::release(ids))
    }

    async fn fact(&self, name: &str) -> Result<Option<String>, PortError> {
        read!(self, "reading a fact", administration::fact(name))
    }

    async fn set_fact(&self, name: &str, value: &str) -> Result<(), PortError> {
        write!(self, Harmless, "setting a fact", administration::set_fact(name, value))
    }

    async fn give_fact(&self, name: &str, value: &str) -> Result<String, PortError> {
        write!(self, Harmless, "giving a fact", administration::give_fact(name, value))
    }

    async fn changes(&self) -> Result<Changes, PortError> {
        read!(self, "reading what changed", changes::changes())
    }

    async fn moves(&self, after: u64, n_max: u32) -> Result<Vec<MovedId>, PortError> {
        read!(self, "reading which ids moved", changes::moves(after, n_max))
    }

    async fn dump(&self) -> Result<Box<dyn Rows>, PortError> {
        dump::begin(&self.for_a_report().await).await
    }

    async fn load(&self, rows: Vec<Row>) -> Result<(), PortError> {
        write!(self, Harmless, "taking rows of a dump in", load::load(self.writer.dialect, &rows))
    }

    async fn clear(&self, kept: &str) -> Result<(), PortError> {
        write!(self, Harmless, "throwing everything away", load::clear(kept))
    }
}

#[async_trait]
impl Registry for SqlRecords {
    async fn models(&self) -> Result<Vec<ModelRecord>, PortError> {
        read!(self, "reading models", registry::models())
    }

    async fn add_model(&self, model: ModelRecord) -> Result<(), PortError> {
        write!(self, Visible, "adding a model", registry::add_model(&model))
    }

    async fn change_stages(&self, changes: Vec<StageChange>) -> Result<(), PortError> {
        write!(self, Harmless, "changing stages of models", registry::change_stages(&changes))
    }

    async fn remove_models(&self, ids: Vec<String>) -> Result<(), PortError> {
        write!(self, Harmless, "forgetting models", registry::remove_models(&ids))
    }
}

#[async_trait]
impl Leases for SqlRecords {
    async fn take(
        &self,
        work: &str,
        holder: &str,
        now: Timestamp,
        term: Span,
    ) -> Result<Option<Lease>, PortError> {
        write!(self, Visible, "taking a lease", leases::take(work, holder, (now, term)))
    }

    async fn renew(
        &self,
        lease: &Lease,
        now: Timestamp,
        term: Span,
    ) -> Result<Option<Lease>, PortError> {
        write!(self, Harmless, "renewing a lease", leases::renew(lease, (now, term)))
    }

    async fn give_back(&self, lease: &Lease) -> Result<(), PortError> {
        write!(self, Harmless, "giving a lease back", leases::give_back(lease))
    }

    async fn held(&self, prefix: &str, now: Timestamp) -> Result<Vec<Lease>, PortError> {
        read!(self, "reading leases", leases::held(prefix, now))
    }

    async fn forget(&self, prefix: &str, now: Timestamp) -> Result<(), PortError> {
        write!(self, Harmless, "forgetting leases", leases::forget(prefix, now))
    }
}
