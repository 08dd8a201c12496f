//! Weights of small whole numbers, computed once: no exponential is left for the inner loops.

use super::Config;

/// Into how many steps the age of sessions is divided.
const AGE_STEPS: usize = 1024;
/// Most products are held by fewer sessions than this; what the others weigh is computed each time.
const N_SESSIONS_SMALL: u32 = 2048;

/// The weights that depend on a count of items or on an age.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// By how many items of the visit are newer.
    pub(super) position: Vec<f32>,
    /// By how many items stand between an item and the shared one before it.
    pub(super) forward: Vec<f32>,
    /// By how many items stand between an item and the shared one after it.
    pub(super) back: Vec<f32>,
    /// By a session's number of items.
    length: Vec<f32>,
    /// By the share of the kept sessions that are newer.
    age: Vec<f32>,
    /// By the number of sessions that hold a product.
    unpopularity: Vec<f32>,
    popularity_exponent: f32,
}

impl Tables {
    pub(super) fn new(config: &Config) -> Tables {
        let weights = &config.weights;
        let items_max = usize::from(config.limits.items_per_session);
        let falling = |factor: f32, n: usize, scale: f32| -> Vec<f32> {
            (0..n).map(|i| factor * (-(i as f32) / scale).exp()).collect()
        };
        let n_position = usize::from(weights.last_items);
        let age_scale = AGE_STEPS as f32 / weights.age_decay;
        Tables {
            position: falling(1.0, n_position, weights.position_decay),
            forward: falling(1.0, items_max, weights.distance_forward),
            back: falling(weights.back_weight, items_max, weights.distance_back),
            length: (0..=items_max)
                .map(|n| (n.max(1) as f32).powf(-weights.length_exponent))
                .collect(),
            age: falling(1.0, AGE_STEPS, age_scale),
            unpopularity: (0..N_SESSIONS_SMALL)
                .map(|n| unpopularity(n, weights.popularity_exponent))
                .collect(),
            popularity_exponent: weights.popularity_exponent,
        }
    }

    /// What a session is worth by itself: one of `n_items` items, of which `n_newer` of `n_sessions`
    /// kept sessions are newer.
    #[inline]
    pub(super) fn session(&self, n_items: usize, n_newer: usize, n_sessions: usize) -> f32 {
        self.length[n_items] * self.age[n_newer * AGE_STEPS / n_sessions]
    }

    /// The factor of a product that `n_sessions` kept sessions hold.
    #[inline]
    pub(super) fn unpopularity(&self, n_sessions: u32) -> f32 {
        match self.unpopularity.get(n_sessions as usize) {
            Some(&factor) => factor,
            None => unpopularity(n_sessions, self.popularity_exponent),
        }
    }
}

fn unpopularity(n_sessions: u32, exponent: f32) -> f32 {
    (n_sessions.max(1) as f32).powf(-exponent)
}
