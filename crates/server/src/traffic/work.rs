//! A request in work: its place, what is known of its sender, and waiting without holding the place.

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use api::ErrorCode;
use axum::http::Extensions;
use domain::KeyKind;

use super::shed::{Class, Place, Shedder};
use crate::failure::Failure;
use crate::networks::CallerRange;

/// A request in work. It travels with the request, as an extension.
#[derive(Debug)]
pub(crate) struct Work {
    shedder: Arc<Shedder>,
    class: Class,
    address: Option<IpAddr>,
    vouched: OnceLock<KeyKind>,
    place: Mutex<Option<Place>>,
}

impl Work {
    /// Takes a place for a request from `address`.
    ///
    /// # Errors
    ///
    /// When there is too much to do for its class.
    pub(crate) fn begin(
        shedder: &Arc<Shedder>,
        class: Class,
        address: Option<IpAddr>,
    ) -> Result<Arc<Work>, Failure> {
        let place = shedder.enter(class).ok_or_else(|| turned_away(class))?;
        let place = Mutex::new(Some(place));
        let shedder = Arc::clone(shedder);
        Ok(Arc::new(Work { shedder, class, address, vouched: OnceLock::new(), place }))
    }

    /// The work that a request is.
    pub(crate) fn of(extensions: &Extensions) -> Arc<Work> {
        let work = extensions.get::<Arc<Work>>();
        Arc::clone(work.expect("every route with a key or a body is behind `shed`"))
    }

    /// Where the request came from, as far as is known.
    pub(crate) const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The range around that address.
    pub(crate) fn range(&self) -> Option<CallerRange> {
        self.address.map(CallerRange::around)
    }

    /// Notes that a key of that kind vouches for the sender.
    pub(crate) fn vouch(&self, kind: KeyKind) {
        self.vouched.get_or_init(|| kind);
    }

    /// Waits for what is on its way from the sender, in a queue instead of a place.
    ///
    /// # Errors
    ///
    /// When too many wait already, or there is too much to do once it is there.
    pub(crate) async fn aside<T>(&self, arrival: impl Future<Output = T>) -> Result<T, Failure> {
        let vouched = self.vouched.get().copied();
        let queued = self.shedder.arrivals.enter(self.class, vouched, self.range());
        let queued = queued.ok_or_else(|| turned_away(self.class))?;
        self.place().take();
        let arrived = arrival.await;
        let place = self.shedder.enter(self.class).ok_or_else(|| turned_away(self.class))?;
        self.place().replace(place);
        drop(queued);
        Ok(arrived)
    }

    /// A place is there or not, whoever panicked elsewhere.
    fn place(&self) -> MutexGuard<'_, Option<Place>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn turned_away(class: Class) -> Failure {
    metrics::counter!("http_shed_total", "class" => class.name()).increment(1);
    let detail = format!("there is too much to do for {} just now", class.name());
    Failure::new(ErrorCode::Overloaded, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_holds_no_place_and_what_has_come_needs_one_again() {
        let shedder = Arc::new(Shedder::new(1));
        let work = Work::begin(&shedder, Class::Decisions, None).unwrap();
        let begin = || Work::begin(&shedder, Class::Decisions, None);
        assert!(begin().is_err());
        let other = work.aside(async { begin() }).await;
        assert_eq!(other.unwrap_err().problem.code, "OVERLOADED", "the other one holds the place");

        let work = begin().unwrap();
        work.aside(async { drop(begin().unwrap()) }).await.unwrap();
        assert!(begin().is_err());
        drop(work);
        assert!(begin().is_ok());
    }
}
