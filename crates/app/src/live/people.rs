//! What is known of each shopper: of everybody, or of those of some shares.
//!
//! In shares every shopper's state is a function of their own share's events, whoever folds it: each
//! share has a sixteenth of the places, so that it does not matter what else a process follows.

use std::num::NonZeroU32;

use domain::ShopperKey;
use features::{Habits, SnapshotError, Visits};
use ports::{N_SHARES, Share};

use crate::shares::Shares;

/// Visits and habits of some shoppers.
#[derive(Clone, Debug)]
pub(super) struct People {
    pub(super) visits: Visits,
    pub(super) habits: Habits,
}

impl People {
    pub(super) fn new(visitors_max: NonZeroU32) -> People {
        People { visits: Visits::new(visitors_max), habits: Habits::new(visitors_max) }
    }

    pub(super) fn decode(visits: &[u8], habits: &[u8]) -> Result<People, SnapshotError> {
        Ok(People { visits: Visits::decode(visits)?, habits: Habits::decode(habits)? })
    }

    /// Those of a share, with the places that it has.
    fn part(&self, share: Share) -> People {
        let n_max = places_of_share(self.visits.visitors_max());
        let is_wanted = |it: &ShopperKey| Share::of(it.partition()) == share;
        People {
            visits: self.visits.part(n_max, is_wanted),
            habits: self.habits.part(n_max, is_wanted),
        }
    }

    /// Forgets a shopper, who begins anew if seen again.
    pub(super) fn forget(&mut self, shopper: &ShopperKey) {
        self.visits.forget(shopper);
        self.habits.forget(shopper);
    }

    pub(super) fn has_places(&self, n_max: NonZeroU32) -> bool {
        self.visits.visitors_max() == n_max && self.habits.shoppers_max() == n_max
    }
}

/// How many shoppers a share keeps, where all of them together keep so many.
pub(super) fn places_of_share(visitors_max: NonZeroU32) -> NonZeroU32 {
    NonZeroU32::new(visitors_max.get() / Shares::ALL.len()).unwrap_or(NonZeroU32::MIN)
}

/// The shoppers that are followed.
#[derive(Debug)]
pub(super) enum Crowd {
    /// Everybody.
    Whole(Box<People>),
    /// Those of the shares that are here.
    Parts { visitors_max: NonZeroU32, parts: [Option<Box<People>>; N_SHARES] },
}

impl Crowd {
    pub(super) fn of(&self, shopper: &ShopperKey) -> Option<&People> {
        match self {
            Crowd::Whole(people) => Some(people),
            Crowd::Parts { parts, .. } => parts[Share::of(shopper.partition()).index()].as_deref(),
        }
    }

    pub(super) fn of_mut(&mut self, shopper: &ShopperKey) -> Option<&mut People> {
        match self {
            Crowd::Whole(people) => Some(people),
            Crowd::Parts { parts, .. } => {
                parts[Share::of(shopper.partition()).index()].as_deref_mut()
            }
        }
    }

    /// How many shoppers are kept at the most when everybody is followed.
    pub(super) fn visitors_max(&self) -> NonZeroU32 {
        match self {
            Crowd::Whole(people) => people.visits.visitors_max(),
            Crowd::Parts { visitors_max, .. } => *visitors_max,
        }
    }

    /// How many visitors are in memory.
    pub(super) fn n_visitors(&self) -> usize {
        match self {
            Crowd::Whole(people) => people.visits.len(),
            Crowd::Parts { parts, .. } => parts.iter().flatten().map(|it| it.visits.len()).sum(),
        }
    }

    /// The shares that are followed each for itself; none where everybody is.
    pub(super) fn parts(&self) -> Option<Shares> {
        match self {
            Crowd::Whole(_) => None,
            Crowd::Parts { parts, .. } => {
                Some(Share::all().filter(|it| parts[it.index()].is_some()).collect())
            }
        }
    }

    /// The shoppers of a share, out of everybody or as they are followed; nobody where they are not.
    pub(super) fn of_share(&self, share: Share) -> People {
        match self {
            Crowd::Whole(people) => people.part(share),
            Crowd::Parts { visitors_max, .. } => self
                .part(share)
                .cloned()
                .unwrap_or_else(|| People::new(places_of_share(*visitors_max))),
        }
    }

    /// The shoppers of a share that is followed for itself.
    pub(super) fn part(&self, share: Share) -> Option<&People> {
        match self {
            Crowd::Whole(_) => None,
            Crowd::Parts { parts, .. } => parts[share.index()].as_deref(),
        }
    }

    /// Follows, of those who are followed, only the shares in `wanted`, from now on each for itself.
    pub(super) fn keep_only(&mut self, wanted: Shares) {
        match self {
            Crowd::Whole(people) => {
                let part = |share| wanted.contains(share).then(|| Box::new(people.part(share)));
                let mut parts = [const { None }; N_SHARES];
                Share::all().for_each(|share| parts[share.index()] = part(share));
                *self = Crowd::Parts { visitors_max: people.visits.visitors_max(), parts };
            }
            Crowd::Parts { parts, .. } => {
                for share in Share::all().filter(|it| !wanted.contains(*it)) {
                    parts[share.index()] = None;
                }
            }
        }
    }

    /// Follows one share more.
    pub(super) fn join(&mut self, share: Share, people: People) {
        if let Crowd::Parts { parts, .. } = self {
            parts[share.index()] = Some(Box::new(people));
        }
    }
}
