//! What is to be written, by a process that follows everybody or by one that follows its own shares.

use domain::{Position, Recorded};
use ports::{Batch, N_SHARES, Share, Write};

use super::pending::Pending;
use crate::Replicas;
use crate::shares::Shares;

/// What is next to be written.
#[derive(Debug)]
pub(super) enum Next {
    /// This, of what is known up to `end`.
    Batch { batch: Batch, end: Position },
    /// What is no longer here, and is folded once more.
    FoldAgain,
    /// What is no longer here; the share is followed anew.
    BeginAnew,
    /// Nothing that is known here.
    Nothing,
}

/// What is to be written, and not yet in the tables.
#[derive(Debug)]
pub(crate) enum Backlog {
    /// Of all shares, whoever writes them.
    Whole(Pending),
    /// Of the shares that are followed, or caught up with: nobody else is told of them here.
    Own(Box<[Option<Pending>; N_SHARES]>),
}

impl Default for Backlog {
    fn default() -> Backlog {
        Backlog::Whole(Pending::default())
    }
}

impl Backlog {
    /// That of a process that follows no share yet.
    pub(crate) fn of_none() -> Backlog {
        Backlog::Own(Box::new([const { None }; N_SHARES]))
    }

    /// Adds what events wrote, each in order; `followed` are the shares that are followed each for itself.
    pub(crate) fn add(
        &mut self,
        events: &[Recorded],
        writes: Vec<Vec<Write>>,
        followed: Option<Shares>,
    ) {
        for (event, of_event) in events.iter().zip(writes) {
            let share = Share::of(event.envelope.partition());
            match self {
                Backlog::Whole(pending) => pending.add(event.position, share, of_event.into_iter()),
                Backlog::Own(parts) => {
                    if let Some(pending) = &mut parts[share.index()]
                        && !of_event.is_empty()
                    {
                        pending.add(event.position, share, of_event.into_iter());
                    }
                }
            }
        }
        if let Some(last) = events.last() {
            followed.unwrap_or_default().iter().for_each(|it| self.reach(it, last.position));
        }
    }

    /// Adds what an event wrote to a share that is caught up with.
    pub(crate) fn add_earlier(
        &mut self,
        position: Position,
        share: Share,
        writes: impl Iterator<Item = Write>,
    ) {
        if let Some(pending) = self.part(share) {
            pending.add(position, share, writes);
        }
    }

    /// Notes that everything up to `through` is here of a share.
    pub(crate) fn reach(&mut self, share: Share, through: Position) {
        if let Some(pending) = self.part(share) {
            pending.reach(through);
        }
    }

    /// Begins with a share that contains everything up to `after`.
    pub(crate) fn begin(&mut self, share: Share, after: Position) {
        if let Backlog::Own(parts) = self {
            parts[share.index()] = Some(Pending::after(after, Replicas::Many));
        }
    }

    /// Lets go of all shares but `wanted`; from now on each is for itself.
    pub(crate) fn keep_only(&mut self, wanted: Shares) {
        match self {
            Backlog::Whole(pending) => {
                let mut parts = [const { None }; N_SHARES];
                wanted.iter().for_each(|it| parts[it.index()] = Some(pending.of_share(it)));
                *self = Backlog::Own(Box::new(parts));
            }
            Backlog::Own(parts) => {
                for share in Shares::ALL.without(wanted).iter() {
                    parts[share.index()] = None;
                }
            }
        }
    }

    /// Lets go of shares, with which the follower begins anew.
    pub(super) fn forget(&mut self, shares: &[Share]) {
        if let Backlog::Own(parts) = self {
            shares.iter().for_each(|it| parts[it.index()] = None);
        }
    }

    /// The shares that there is anything of.
    pub(crate) fn shares(&self) -> Shares {
        match self {
            Backlog::Whole(_) => Shares::ALL,
            Backlog::Own(parts) => Share::all().filter(|it| parts[it.index()].is_some()).collect(),
        }
    }

    /// Whether a share is to be caught up with no further before some of it is written.
    pub(crate) fn is_filling_up(&self, share: Share) -> bool {
        match self {
            Backlog::Whole(_) => false,
            Backlog::Own(parts) => {
                parts[share.index()].as_ref().is_some_and(Pending::is_filling_up)
            }
        }
    }

    /// Lets go of what the shares contain, which are at `positions`.
    pub(super) fn settle(&mut self, positions: &[Position; N_SHARES]) {
        match self {
            Backlog::Whole(pending) => {
                pending.settle(positions.iter().min().copied().unwrap_or_default());
            }
            Backlog::Own(parts) => {
                for (pending, position) in parts.iter_mut().zip(positions) {
                    if let Some(pending) = pending {
                        pending.settle(*position);
                    }
                }
            }
        }
    }

    /// What is next to be written to `shares`, which contain everything up to `after`.
    pub(super) fn next(&self, shares: &[Share], after: Position) -> Next {
        match self {
            Backlog::Whole(pending) => match pending.batch(shares, after) {
                Some(batch) => Next::Batch { batch, end: pending.through() },
                None => Next::FoldAgain,
            },
            Backlog::Own(parts) => {
                let pending = shares.first().and_then(|it| parts[it.index()].as_ref());
                let Some(pending) = pending else { return Next::Nothing };
                match pending.batch(shares, after) {
                    Some(batch) => Next::Batch { batch, end: pending.through() },
                    None => Next::BeginAnew,
                }
            }
        }
    }

    /// The last event whose writes are here, where everybody is followed.
    pub(super) const fn through(&self) -> Position {
        match self {
            Backlog::Whole(pending) => pending.through(),
            Backlog::Own(_) => Position::START,
        }
    }

    /// The first event whose writes may be here, where everybody is followed.
    pub(super) const fn begins_after(&self) -> Position {
        match self {
            Backlog::Whole(pending) => pending.begins_after(),
            Backlog::Own(_) => Position::START,
        }
    }

    /// Shares that can be written together: all, or each for itself.
    pub(super) const fn is_whole(&self) -> bool {
        matches!(self, Backlog::Whole(_))
    }

    fn part(&mut self, share: Share) -> Option<&mut Pending> {
        match self {
            Backlog::Whole(_) => None,
            Backlog::Own(parts) => parts[share.index()].as_mut(),
        }
    }
}
