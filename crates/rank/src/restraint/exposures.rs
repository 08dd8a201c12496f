//! How often which products were shown to a shopper without being clicked, in 12 bytes each.
//!
//! Exposures of one product in one placement make a run as long as no two of them are farther apart than the
//! limit's window; the first after a longer pause begins a new run. A product whose run is as long as the limit
//! allows rests for the window, and then comes back:
//!
//! ```text
//! recovered = 1                                            the run is shorter than n_max
//!             0                                            since ≤ window
//!             1 − 2^(−(since − window) / half_life)        afterwards
//! ```
//!
//! So no window, wherever it begins, holds more than `n_max` exposures: within a window all exposures are of
//! one run. A slower trickle is counted as one run too, which is stricter than a count of the window and needs
//! no list of moments.

use std::num::NonZeroU16;

use domain::{ProductIdx, Span, Timestamp};

/// How many runs of a shopper are kept: the ones that went on last.
pub const EXPOSURES_MAX: usize = 256;

/// A placement's dense number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlacementIdx(u16);

impl PlacementIdx {
    /// All placements together, where exposures are noted beside their own.
    pub const EVERYWHERE: PlacementIdx = PlacementIdx(u16::MAX);

    /// Wraps a dense number.
    pub const fn new(idx: u16) -> PlacementIdx {
        PlacementIdx(idx)
    }

    /// The dense number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// How often a product may be shown to a shopper who does not click it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How often within the window.
    pub n_max: NonZeroU16,
    /// Within which time; and for how long it rests then.
    pub window: Span,
    /// In which time after the rest it comes back by half.
    pub half_life: Span,
}

impl Limit {
    /// How far a product has recovered at `now`: 0 while it rests, 1 where it was not shown too often.
    pub fn recovered(&self, exposure: &Exposure, now: Timestamp) -> f32 {
        let rested = now.since(exposure.last()).as_secs_f64() - self.window.as_secs_f64();
        if exposure.n < self.n_max.get() {
            return 1.0;
        }
        if rested <= 0.0 {
            return 0.0;
        }
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
        let recovered = (1.0 - (-rested / self.half_life.as_secs_f64().max(1.0)).exp2()) as f32;
        recovered
    }
}

/// A run of exposures of one product in one placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    product: ProductIdx,
    /// Seconds since 1970, held to 32 bits.
    last_secs: u32,
    placement: PlacementIdx,
    n: u16,
}

impl Exposure {
    /// A run as it was kept, such as in a snapshot; times are kept to the second.
    pub fn new(
        product: ProductIdx,
        placement: PlacementIdx,
        n: NonZeroU16,
        last: Timestamp,
    ) -> Exposure {
        Exposure { product, last_secs: secs(last), placement, n: n.get() }
    }

    /// The product.
    pub const fn product(&self) -> ProductIdx {
        self.product
    }

    /// The placement.
    pub const fn placement(&self) -> PlacementIdx {
        self.placement
    }

    /// How often it was shown.
    pub const fn n(&self) -> u16 {
        self.n
    }

    /// When it was shown last, to the second.
    pub fn last(&self) -> Timestamp {
        Timestamp::from_secs(self.last_secs.into())
    }

    const fn key(&self) -> (ProductIdx, PlacementIdx) {
        (self.product, self.placement)
    }
}

/// What a shopper was shown and did not click, by ascending product and placement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exposures(Vec<Exposure>);

impl Exposures {
    /// Exposures as they were kept; of more than [`EXPOSURES_MAX`] those that went on last, and one of each
    /// product and placement.
    pub fn new(mut kept: Vec<Exposure>) -> Exposures {
        kept.sort_by_key(|it| std::cmp::Reverse(it.last_secs));
        kept.truncate(EXPOSURES_MAX);
        kept.sort_by_key(Exposure::key);
        kept.dedup_by_key(|it| it.key());
        Exposures(kept)
    }

    /// Notes that a product was shown; `window` is that of the placement's limit.
    ///
    /// An exposure that is told late counts to the run and leaves its end where it is. Among too many, the run
    /// that ended first goes.
    pub fn note(
        &mut self,
        product: ProductIdx,
        placement: PlacementIdx,
        time: Timestamp,
        window: Span,
    ) {
        let time_secs = secs(time);
        let at = match self.0.binary_search_by_key(&(product, placement), Exposure::key) {
            Ok(at) => {
                let it = &mut self.0[at];
                let is_new_run = time.since(it.last()) > window;
                it.n = if is_new_run { 1 } else { it.n.saturating_add(1) };
                it.last_secs = it.last_secs.max(time_secs);
                return;
            }
            Err(at) => at,
        };
        self.0.insert(at, Exposure { product, last_secs: time_secs, placement, n: 1 });
        if self.0.len() > EXPOSURES_MAX {
            let ends = self.0.iter().enumerate().map(|(at, it)| (it.last_secs, at));
            if let Some((_, oldest)) = ends.min() {
                self.0.remove(oldest);
            }
        }
    }

    /// Notes that a product was clicked, wherever it was: it may be shown again as if it never had been.
    pub fn note_click(&mut self, product: ProductIdx) {
        self.0.retain(|it| it.product != product);
    }

    /// The run of a product in a placement.
    pub fn of(&self, product: ProductIdx, placement: PlacementIdx) -> Option<&Exposure> {
        let at = self.0.binary_search_by_key(&(product, placement), Exposure::key).ok()?;
        self.0.get(at)
    }

    /// All of them, by ascending product and placement.
    pub fn as_slice(&self) -> &[Exposure] {
        &self.0
    }
}

fn secs(time: Timestamp) -> u32 {
    let secs = time.as_micros().div_euclid(Span::SECOND.as_micros()).clamp(0, u32::MAX.into());
    u32::try_from(secs).expect("held to the range just before")
}
