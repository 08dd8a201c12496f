//! The time, as something that is handed in.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// Tells the time: the system's in the demo, the simulation's in virtual time, a fixed one in tests.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Clock {
        Clock(Arc::new(Timestamp::now))
    }

    /// A clock that always tells `time`.
    pub fn fixed(time: Timestamp) -> Clock {
        Clock(Arc::new(move || time))
    }

    /// A clock of the caller's own, such as that of a simulation.
    pub fn of(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
