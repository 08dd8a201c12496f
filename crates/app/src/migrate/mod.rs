//! Moving: a shop that is served is carried over to another place and goes on there.
//!
//! ```text
//!            while the shop is served                    the gate is closed                 moved
//! history ──lake, log──▶ compared ─┐ next to          ┌─ rest of the log ─┐ compared ─▶ here: "moved"
//! models ─────files────▶ compared ─┴─ nothing left ──▶┴─ records ─────────┘          ─▶ there: "done"
//! ```
//!
//! # Where to start
//!
//! [`App::migrate`] is the whole way; `carry` does the carrying, `gate` keeps everybody from writing.
//!
//! # Invariants
//!
//! - Positions, keys, pseudonyms and ids are the same in both places.
//! - Of the two places one is served: the new one says that it is being filled until all of it was found
//!   equal to the old one and the old one says that it was moved. Both are written in records, in that order.
//! - What was acknowledged is in the new place: when the gate is closed, what was being written is written,
//!   and only then the rest is carried over.
//! - Whoever is cut short leaves a shop that is served where it was, and begins again where they were. Only
//!   between the two last words is it served nowhere: the same command says the second one.
//!
//! # What does not live here
//!
//! Projections are not carried over but computed again; only a live state to begin with goes along.
//!
//! # Cost
//!
//! The history is read twice here and once there while the shop is served, a batch at a time. With the gate
//! closed every row of records is read on both sides, and written.

mod carry;
mod error;
mod gate;
mod sums;

pub use error::MigrateError;
pub use sums::Sum;

use std::sync::Arc;
use std::time::Duration;

use domain::{Position, Span, Timestamp};
use ports::{AuditEntry, PortError, Records, Snapshot};

use crate::backup::{Recent, Tell};
use crate::decide::LOST_COUNTED_THROUGH;
use crate::follow::VISIBLE_WITHIN;
use crate::{App, Backends, Caller, OpenError, ROOT_KEY_CHECK};
use carry::Carrying;
use gate::Closed;
pub(crate) use gate::Gate;

/// The fact of a place to which a shop is carried over: `begun` and of which root key, or `done`.
pub(crate) const CARRIED_FACT: &str = "carried_over";
/// The fact of a place from which a shop was moved: where to.
pub(crate) const MOVED_FACT: &str = "moved";
const DONE: &str = "done";
/// How many events are looked back at once.
const LOOK_BACK_MAX: u64 = 32_768;

/// Another place for the shop.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Its backends; a log that did not exist was made to begin at [`App::log_first`].
    pub backends: Backends,
    /// What it is called in messages: nothing secret.
    pub name: String,
}

/// How far the shop is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It is carried over and goes on where it is.
    CarriedOver,
    /// It goes on in the new place; nothing can be written while it cuts over, at most for so long.
    CutOver(Duration),
}

/// How far the shop came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The last event that was carried over.
    pub position: Position,
    /// Whether it goes on in the new place.
    pub is_moved: bool,
    /// For how long nothing was written while it cut over.
    pub closed_for: Span,
    /// What was found equal in both places.
    pub equal: Vec<Sum>,
}

/// What is needed to move a shop that is open.
#[derive(Debug)]
pub(crate) struct Moving {
    gate: Arc<Gate>,
    /// The backends without the gate.
    open: Backends,
    /// Held by whoever carries it over.
    turn: tokio::sync::Mutex<()>,
}

impl Moving {
    /// Puts a gate before backends.
    pub(crate) fn of(backends: Backends) -> (Moving, Backends) {
        let gate = Arc::<Gate>::default();
        let gated = gate.before(&backends);
        (Moving { gate, open: backends, turn: tokio::sync::Mutex::default() }, gated)
    }

    /// Whether anything may be written.
    ///
    /// # Errors
    ///
    /// [`PortError::Unavailable`] while the shop cuts over, and when it was moved.
    pub(crate) async fn ensure_open(&self) -> Result<(), PortError> {
        self.gate.pass().await.map(drop)
    }
}

/// A shop of which nothing is written any more and all is equal.
struct CutOver {
    closed: Closed,
    since: Timestamp,
    position: Position,
    equal: Vec<Sum>,
}

/// Whether a place may be served.
pub(crate) async fn ensure_served_here(records: &dyn Records) -> Result<(), OpenError> {
    if let Some(place) = moved_to(records).await? {
        return Err(OpenError::Moved { place });
    }
    match records.fact(CARRIED_FACT).await? {
        Some(fact) if fact != DONE => Err(OpenError::CarryingUnfinished),
        _ => Ok(()),
    }
}

/// What a place is marked with while the shop with this root key is carried over to it.
fn begun(root_key_check: &str) -> String {
    format!("begun {root_key_check}")
}

/// Where the shop of these records was moved to.
async fn moved_to(records: &dyn Records) -> Result<Option<String>, PortError> {
    records.fact(MOVED_FACT).await
}

/// Says the last word of a move that was cut short right before it: for a place whose shop was moved and
/// cannot be opened. Answers whether it was.
///
/// # Errors
///
/// [`MigrateError::MovedElsewhere`] when it was moved to another place, [`MigrateError::Gone`] when that place
/// does not hold it any more.
pub async fn finish(from: &dyn Records, to: &Destination) -> Result<bool, MigrateError> {
    let asking = MigrateError::while_doing("asking where the shop is");
    let Some(place) = moved_to(from).await.map_err(asking)? else { return Ok(false) };
    if place != to.name {
        return Err(MigrateError::MovedElsewhere { place });
    }
    let check = from.fact(ROOT_KEY_CHECK).await.map_err(MigrateError::NotOpened)?;
    let records = &to.backends.records;
    match records.fact(CARRIED_FACT).await.map_err(MigrateError::NotOpened)? {
        Some(fact) if fact == DONE => Ok(true),
        Some(fact) if check.is_some_and(|it| fact == begun(&it)) => {
            records.set_fact(CARRIED_FACT, DONE).await.map_err(MigrateError::NotOpened)?;
            Ok(true)
        }
        _ => Err(MigrateError::Gone { place }),
    }
}

impl App {
    /// Where the log of a new place begins: with what was received within the last day, so that what is sent
    /// again counts once there too. The lake has all that is before.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the history cannot be read.
    pub async fn log_first(&self) -> Result<Position, PortError> {
        let history = self.history();
        let head = history.head();
        let (mut recent, mut until) = (Recent::default(), head);
        while until > Position::START && !recent.is_over() {
            let after = Position::new(until.get().saturating_sub(LOOK_BACK_MAX));
            let n_events = usize::try_from(until.get() - after.get()).unwrap_or(usize::MAX);
            let events = history.read(after, n_events).await?;
            let looking = move || {
                recent.look_back(&events);
                recent
            };
            recent = tokio::task::spawn_blocking(looking).await.map_err(crate::follow::given_up)?;
            until = after;
        }
        Ok(recent.first(head))
    }

    /// Carries the shop over to another place, while it is served; and lets it go on there, if that is wanted.
    ///
    /// Whoever gives it up may drop the future: the shop goes on here then, unless it was moved already.
    ///
    /// # Errors
    ///
    /// [`MigrateError`]; the shop goes on here, unless the message says otherwise.
    pub async fn migrate(
        &self,
        caller: &Caller,
        to: &Destination,
        reach: Reach,
        tell: Tell<'_>,
    ) -> Result<Migrated, MigrateError> {
        let _turn = self.moving.turn.try_lock().map_err(|_| MigrateError::UnderWay)?;
        let from = &self.moving.open;
        if finish(&*from.records, to).await? {
            let (position, closed_for) = (from.log.head(), Span::ZERO);
            return Ok(Migrated { position, is_moved: true, closed_for, equal: Vec::new() });
        }
        self.take_place(to).await?;
        let mut carrying = Carrying::new(from, &to.backends, tell);
        carrying.catch_up().await?;
        if let Some(snapshot) = self.live_snapshot() {
            carrying.save_snapshot(snapshot).await?;
        }
        let Reach::CutOver(limit) = reach else {
            let (position, equal) = (to.backends.log.head(), vec![carrying.sum()]);
            return Ok(Migrated { position, is_moved: false, closed_for: Span::ZERO, equal });
        };
        let cutting = tokio::time::timeout(limit, self.cut_over(caller, &mut carrying));
        let CutOver { closed, since, position, equal } =
            cutting.await.map_err(|_| MigrateError::TooLong { limit })??;
        self.hand_over(closed, position, to).await?;
        Ok(Migrated { position, is_moved: true, closed_for: self.now().since(since), equal })
    }

    /// Takes the place for this shop, if it is empty or was taken for it before.
    async fn take_place(&self, to: &Destination) -> Result<(), MigrateError> {
        let looking = || MigrateError::while_doing("looking at the new place");
        let Backends { log, lake, records, artifacts, .. } = &to.backends;
        let begun = begun(&self.directory.root().check());
        let not_empty = |what: String| Err(MigrateError::NotEmpty { what });
        let ours = self.moving.open.log.head();
        match records.fact(CARRIED_FACT).await.map_err(looking())? {
            Some(fact) if fact == begun => {}
            Some(fact) if fact == DONE => {
                return not_empty("a shop was carried over to there before".to_owned());
            }
            Some(_) => return Err(MigrateError::OtherShop),
            None => {
                if records.fact(ROOT_KEY_CHECK).await.map_err(looking())?.is_some() {
                    return not_empty("its records are of a shop that was served".to_owned());
                }
                if log.tail() <= log.head() {
                    return not_empty(format!(
                        "its log goes from {} to {}",
                        log.tail(),
                        log.head()
                    ));
                }
                if lake.archived() > Position::START {
                    return not_empty(format!("its lake has events up to {}", lake.archived()));
                }
                if let Some(name) = artifacts.list("").await.map_err(looking())?.first() {
                    return not_empty(format!("its store of artifacts has `{name}`"));
                }
            }
        }
        let theirs = log.head().max(lake.archived());
        if ours < theirs {
            return Err(MigrateError::Ahead { theirs, ours });
        }
        records.set_fact(CARRIED_FACT, &begun).await.map_err(looking())
    }

    /// Closes the gate and carries over what is left; all of it is equal then.
    async fn cut_over(
        &self,
        caller: &Caller,
        carrying: &mut Carrying<'_>,
    ) -> Result<CutOver, MigrateError> {
        self.ensure_alone().await?;
        let since = self.now();
        let closed = self.moving.gate.close().await;
        let position = carrying.from.log.head();
        tracing::info!(%position, "nothing is written any more: the shop is being carried over");
        carrying.carry_log(position).await?;
        carrying.compare_log(position).await?;
        carrying.carry_models().await?;
        let rows = carrying.carry_records().await?;
        let noting = || MigrateError::while_doing("noting the move");
        let entry = AuditEntry {
            id: 0,
            time: self.now(),
            actor: caller.key_id.clone(),
            action: "shop.migrate".to_owned(),
            subject: format!("at {position}"),
        };
        carrying.to.records.audit(entry).await.map_err(noting())?;
        // Decisions are numbered on from those that were made.
        let behind = self.seen(position, VISIBLE_WITHIN).await;
        if behind > 0 {
            return Err(MigrateError::Behind { behind });
        }
        let tally = &carrying.to.tally;
        let counted = carrying.to.records.fact(LOST_COUNTED_THROUGH).await.map_err(noting())?;
        let counted = counted.and_then(|it| it.parse().ok()).unwrap_or(0);
        tally.raise(self.live().last_serial(tally.journal()).max(counted));
        let equal = [carrying.sum()].into_iter().chain(rows.sums()).collect();
        Ok(CutOver { closed, since, position, equal })
    }

    /// Lets the shop go on in the new place. Whoever asked may have gone: what was begun is ended.
    async fn hand_over(
        &self,
        closed: Closed,
        position: Position,
        to: &Destination,
    ) -> Result<(), MigrateError> {
        self.ensure_alone().await?;
        let (from, to) = (self.moving.open.clone(), to.clone());
        let handing = tokio::spawn(async move {
            let head = from.log.head();
            if head != position {
                return Err(MigrateError::WrittenMeanwhile { position, head });
            }
            let noting = MigrateError::while_doing("noting where the shop is");
            if let Err(error) = from.records.set_fact(MOVED_FACT, &to.name).await {
                // It may be noted all the same: only who knows that it is not may go on here.
                if !matches!(moved_to(&*from.records).await, Ok(None)) {
                    closed.for_good();
                }
                return Err(noting(error));
            }
            closed.for_good();
            finish(&*from.records, &to).await?;
            tracing::info!(%position, place = to.name, "the shop is moved");
            Ok(())
        });
        handing.await.map_err(|_| MigrateError::Ending)?
    }

    /// Whether nobody else can write to what this shop is carried over from.
    async fn ensure_alone(&self) -> Result<(), MigrateError> {
        let asking = MigrateError::while_doing("asking who else serves the shop");
        match self.n_other_replicas().await.map_err(asking)? {
            0 => Ok(()),
            n_others => Err(MigrateError::ReplicasLive { n_others }),
        }
    }

    /// The state of everybody, where everybody is followed here.
    fn live_snapshot(&self) -> Option<Snapshot> {
        let live = self.live();
        let snapshot = || Snapshot { position: live.position(), bytes: live.encode() };
        live.shares().is_none().then(snapshot)
    }
}
