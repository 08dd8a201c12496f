//! What is turned away when there is too much to do.
//!
//! Requests in work are counted. Each class may fill a share of what can be worked on at once, so that
//! under load reading is refused first, then intake, whose senders keep what was not taken and send it
//! again, and decisions last, because a shopper waits for them. Health is never refused. Who waits for a
//! body is not in work: see [`Arrivals`].

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::arrivals::Arrivals;
use super::work::Work;
use crate::access::address;
use crate::state::Shared;

/// What a request is for, in the order in which it is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Administration, lists and documentation.
    Reading,
    /// Events and the catalogue.
    Intake,
    /// Decisions.
    Decisions,
}

impl Class {
    /// Up to how full the server may be for it to be let in, in percent.
    const fn share_percent(self) -> usize {
        match self {
            Class::Reading => 50,
            Class::Intake => 80,
            Class::Decisions => 100,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Class::Reading => "reading",
            Class::Intake => "intake",
            Class::Decisions => "decisions",
        }
    }
}

/// Counts what is in work, and what waits for its body.
#[derive(Debug)]
pub(crate) struct Shedder {
    pub(super) arrivals: Arrivals,
    n_in_work: AtomicUsize,
    n_max: usize,
}

/// A place among the requests in work; given back when dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<Shedder>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.n_in_work.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shedder {
    /// For `n_max` requests in work at once.
    pub(crate) fn new(n_max: usize) -> Shedder {
        Shedder { arrivals: Arrivals::new(n_max), n_in_work: AtomicUsize::new(0), n_max }
    }

    pub(super) fn enter(self: &Arc<Shedder>, class: Class) -> Option<Place> {
        let n_before = self.n_in_work.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(self));
        let n_class_max = (self.n_max * class.share_percent() / 100).max(1);
        (n_before < n_class_max).then_some(place)
    }
}

/// Lets a request of a class in, or turns it away.
pub(crate) async fn shed(
    State((shared, class)): State<(Arc<Shared>, Class)>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = address(&shared, request.headers(), request.extensions());
    let work = match Work::begin(&shared.shedder, class, address) {
        Ok(work) => work,
        Err(failure) => return failure.into_response(),
    };
    request.extensions_mut().insert(Arc::clone(&work));
    let response = next.run(request).await;
    drop(work);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_turned_away_first_and_decisions_last() {
        let shedder = Arc::new(Shedder::new(10));
        let is_let_in = |class| shedder.enter(class).is_some();
        let mut places = Vec::new();
        let mut turned_away_at = [None; 3];
        for n_in_work in 0..=10 {
            let classes = [Class::Reading, Class::Intake, Class::Decisions];
            for (class, at) in classes.into_iter().zip(&mut turned_away_at) {
                if !is_let_in(class) {
                    at.get_or_insert(n_in_work);
                }
            }
            places.extend(shedder.enter(Class::Decisions));
        }
        assert_eq!(turned_away_at, [Some(5), Some(8), Some(10)]);
        drop(places);
        assert!(is_let_in(Class::Reading));
    }
}
