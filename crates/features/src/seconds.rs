//! A moment to the second, in four bytes.

use domain::Timestamp;

/// A moment to the second, in four bytes: from 1970 to 2106, and held to that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seconds(pub(crate) u32);

impl Seconds {
    pub(crate) fn of(time: Timestamp) -> Seconds {
        let secs = time.as_micros().div_euclid(1_000_000).clamp(0, i64::from(u32::MAX));
        Seconds(u32::try_from(secs).expect("held to the range just before"))
    }

    pub(crate) fn timestamp(self) -> Timestamp {
        Timestamp::from_secs(i64::from(self.0))
    }
}
