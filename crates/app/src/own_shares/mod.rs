//! Following only one's own shares of the shoppers, where there are many replicas.
//!
//! ```text
//! leases ──▶ wanted: everybody, or our shares
//!               │                                 ┌─ let go of: no longer followed
//!               └─▶ the follower, a bit at a time ─┼─ gained:    its snapshot, its events since, then joined
//!                                                 └─ everybody: the whole snapshot, all events since, then swapped
//! ```
//!
//! A replica that follows its own shares still reads the whole log: the catalogue, what shoppers answered
//! about consent and the numbers of decisions are folded from everybody's events, visits and habits only
//! from those of its shares. Counts, visits like this and what goes together are learned from the shoppers
//! it follows, a sample by the hash of their keys, and only as events come: what a share is caught up with
//! teaches nothing, so that nothing is learned twice whoever had it before.
//!
//! # Where to start
//!
//! Read [`App::change_following`], which the follower calls between two readings of the log.
//!
//! # Invariants
//!
//! - A state that follows everybody was folded from everybody's events, or goes on from a snapshot of one:
//!   from own shares there is no way back but to fold beside.
//! - A share's snapshot is never ahead of its tables, so that whoever takes the share over folds from there
//!   all that the tables lack.

mod saved;

use domain::{Position, Recorded};
use ports::{PortError, Share};
use tokio::task::JoinHandle;

use crate::follow::{Saved, given_up};
use crate::live::{Joining, Live};
use crate::shares::{Following, Shares};
use crate::tables::{Backlog, Pending};
use crate::{App, Replicas};
use saved::Loaded;

/// How many events are read at once to catch up, between two readings of new ones.
const READ_MAX: usize = 8_192;

/// What is being changed of what is followed.
#[derive(Debug, Default)]
pub(crate) struct Changing {
    /// Shares whose snapshots are on their way.
    loading: Vec<(Share, JoinHandle<Result<Loaded, PortError>>)>,
    /// Shares that are caught up with.
    joining: Vec<Joining>,
    whole: Option<Whole>,
}

/// The state of everybody, being folded beside the one that decisions see.
#[derive(Debug)]
enum Whole {
    /// Its snapshot is on its way.
    Loading(JoinHandle<Result<Live, PortError>>),
    /// It is folded up to where the other one is; what that writes is kept for the tables.
    Folding(Box<Live>, Pending),
}

/// What is left of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing, or what goes on with the next event.
    Nothing,
    /// Something that can be done at once.
    More,
    /// Something that waits for the projections; [`Tables::settled`](crate::tables::Tables) is told.
    Awaited,
}

impl Changing {
    /// Lets go of the shares that are not `wanted`.
    fn keep_only(&mut self, wanted: Shares) {
        self.loading.retain(|(share, _)| wanted.contains(*share));
        self.joining.retain(|it| wanted.contains(it.share()));
    }

    /// The shares that are on their way.
    fn begun(&self) -> Shares {
        let loading = self.loading.iter().map(|(share, _)| *share);
        loading.chain(self.joining.iter().map(Joining::share)).collect()
    }
}

impl App {
    /// Brings what is followed a bit nearer to what is to be followed. For the follower alone.
    ///
    /// # Errors
    ///
    /// [`PortError`] when history or projections fail; what was done is done, and the rest is tried again.
    pub(crate) async fn change_following(&self) -> Result<Left, PortError> {
        let mut changing = self.changing.lock().await;
        let followed = self.live().shares();
        let left = match (self.tables.sharing.wanted(), followed) {
            (Following::Whole, None) => {
                *changing = Changing::default();
                Ok(Left::Nothing)
            }
            (Following::Whole, Some(_)) => {
                changing.keep_only(Shares::NONE);
                self.fold_whole(&mut changing.whole).await
            }
            (Following::Own(shares), _) => {
                changing.whole = None;
                let kept = self.let_go_of_others(shares);
                self.join_some(shares.without(kept), &mut changing).await
            }
        };
        let n_followed = self.live().shares().unwrap_or(Shares::ALL).len();
        metrics::gauge!("followed_shares").set(n_followed);
        left
    }

    /// Follows only `shares` from now on; answers which of them are followed. Those are not whose writes
    /// were let go of.
    fn let_go_of_others(&self, shares: Shares) -> Shares {
        let known = {
            let mut backlog = self.tables.backlog();
            backlog.keep_only(shares);
            backlog.shares()
        };
        let followed = self.live().shares();
        let kept = shares.and(known).and(followed.unwrap_or(Shares::ALL));
        if followed != Some(kept) {
            self.live_mut().keep_only(kept);
        }
        if followed.is_none() {
            // Whoever takes one of these over soon should find it saved.
            self.note_saved(Saved::default());
        }
        kept
    }

    /// Catches up with shares that are to be followed too, and joins those that are as far as the live state.
    async fn join_some(&self, missing: Shares, changing: &mut Changing) -> Result<Left, PortError> {
        // One whose writes were let go of begins anew.
        let known = self.tables.backlog().shares();
        changing.joining.retain(|it| known.contains(it.share()));
        changing.keep_only(missing);
        for share in missing.without(changing.begun()).iter() {
            changing.loading.push((share, self.load_share(share)));
        }
        self.begin_with_loaded(changing).await?;
        self.fold_joining(&mut changing.joining).await?;
        self.join_those_at_hand(&mut changing.joining);
        let position = self.live().position();
        let mut behind = changing.joining.iter().filter(|it| it.position() < position).peekable();
        let is_awaited = behind.peek().is_some() || !changing.loading.is_empty();
        Ok(match behind.any(|it| !self.waits_for_tables(it)) {
            true => Left::More,
            false if is_awaited => Left::Awaited,
            false => Left::Nothing,
        })
    }

    async fn begin_with_loaded(&self, changing: &mut Changing) -> Result<(), PortError> {
        while let Some(at) = changing.loading.iter().position(|(_, it)| it.is_finished()) {
            let (share, loading) = changing.loading.swap_remove(at);
            let Loaded { joining, positions } = loading.await.map_err(given_up)??;
            tracing::info!(?share, after = %joining.position(), "a share of the shoppers is caught up with");
            self.tables.note(positions);
            self.tables.backlog().begin(share, positions[share.index()]);
            changing.joining.push(joining);
        }
        Ok(())
    }

    /// Whether a share is not to be caught up with further before some of what it wrote is in the tables.
    fn waits_for_tables(&self, joining: &Joining) -> bool {
        self.tables.backlog().is_filling_up(joining.share())
    }

    /// Folds the next events that are in the live state already and not in these shares.
    async fn fold_joining(&self, joining: &mut [Joining]) -> Result<(), PortError> {
        let position = self.live().position();
        let may_go_on = |it: &&mut Joining| it.position() < position && !self.waits_for_tables(it);
        let mut behind: Vec<&mut Joining> = joining.iter_mut().filter(may_go_on).collect();
        let Some(after) = behind.iter().map(|it| it.position()).min() else { return Ok(()) };
        let events = self.read_between(after, position).await?;
        let live = self.live();
        for joining in &mut behind {
            let share = joining.share();
            let written = self.tables.position(share);
            let mut backlog = self.tables.backlog();
            let mut writes = Vec::new();
            for event in &events {
                joining.fold(event, &live, &mut writes);
                let lacking = writes.drain(..).filter(|_| written < event.position);
                backlog.add_earlier(event.position, share, lacking);
            }
            backlog.reach(share, joining.position());
        }
        Ok(())
    }

    fn join_those_at_hand(&self, joining: &mut Vec<Joining>) {
        let position = self.live().position();
        let (here, left): (Vec<_>, Vec<_>) =
            std::mem::take(joining).into_iter().partition(|it| it.position() == position);
        *joining = left;
        if !here.is_empty() {
            let mut live = self.live_mut();
            here.into_iter().for_each(|it| live.join(it));
        }
    }

    /// The next events after `after`, up to `through`.
    async fn read_between(
        &self,
        after: Position,
        through: Position,
    ) -> Result<Vec<Recorded>, PortError> {
        let n_left = usize::try_from(through.get().saturating_sub(after.get()));
        self.history().read(after, READ_MAX.min(n_left.unwrap_or(READ_MAX))).await
    }

    /// Folds everybody's events beside, and goes over to that state when it is as far.
    async fn fold_whole(&self, whole: &mut Option<Whole>) -> Result<Left, PortError> {
        let position = self.live().position();
        let loading = match whole.take() {
            None => self.load_whole(position),
            Some(Whole::Loading(loading)) => loading,
            Some(Whole::Folding(live, pending)) => {
                return self.fold_more(whole, live, pending).await;
            }
        };
        if !loading.is_finished() {
            *whole = Some(Whole::Loading(loading));
            return Ok(Left::Awaited);
        }
        let live = Box::new(loading.await.map_err(given_up)??);
        let pending = Pending::after(live.position(), Replicas::Many);
        *whole = Some(Whole::Folding(live, pending));
        Ok(Left::More)
    }

    async fn fold_more(
        &self,
        whole: &mut Option<Whole>,
        mut live: Box<Live>,
        mut pending: Pending,
    ) -> Result<Left, PortError> {
        let position = self.live().position();
        let events = self.read_between(live.position(), position).await;
        let mut writes = Vec::new();
        for event in events.iter().flatten() {
            live.fold(event, &mut writes);
            let share = Share::of(event.envelope.partition());
            pending.add(event.position, share, writes.drain(..));
        }
        if live.position() < position {
            *whole = Some(Whole::Folding(live, pending));
            return events.map(|_| Left::More);
        }
        *self.live_mut() = *live;
        *self.tables.backlog() = Backlog::Whole(pending);
        Ok(Left::Nothing)
    }
}
