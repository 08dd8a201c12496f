//! Canaries: a new model decides for a share of the shoppers first.
//!
//! Who is in the share follows from the shopper's key and the generator's name alone: the same on every
//! process and after every restart. A share of more percent contains every smaller one, so that raising it
//! takes nobody back.

use domain::ShopperKey;

/// In how many parts shoppers are divided.
const PARTS: u64 = 100;

/// The share of shoppers that a canary decides for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanaryShare(u8);

impl CanaryShare {
    /// A share of so many percent; more than a hundred is everybody.
    pub const fn of_percent(percent: u8) -> CanaryShare {
        CanaryShare(if percent > 100 { 100 } else { percent })
    }

    /// The percent.
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// Whether a shopper is in the share.
    pub fn contains(self, generator: &str, shopper: &ShopperKey) -> bool {
        part(generator, shopper) < u64::from(self.0)
    }
}

/// The part, 0 to 99, in which a shopper is for a generator: independent of that for another one.
fn part(generator: &str, shopper: &ShopperKey) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"canary ");
    hasher.update(generator.as_bytes());
    hasher.update(shopper.as_bytes());
    let hash = hasher.finalize();
    let first = hash.as_bytes().first_chunk().expect("a hash has 32 bytes");
    u64::from_le_bytes(*first) % PARTS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shopper(n: u32) -> ShopperKey {
        let mut bytes = [7; 16];
        bytes[..4].copy_from_slice(&n.to_le_bytes());
        ShopperKey::from_bytes(bytes)
    }

    fn share(percent: u8) -> Vec<u32> {
        let share = CanaryShare::of_percent(percent);
        (0..20_000).filter(|it| share.contains("item_neighbors", &shopper(*it))).collect()
    }

    #[test]
    fn a_share_is_as_large_as_it_says() {
        assert_eq!(share(0).len(), 0);
        assert_eq!(share(100).len(), 20_000);
        assert_eq!(share(200).len(), 20_000);
        // Within four standard deviations of a fair draw.
        for (percent, sigma) in [(1_u8, 14.1), (10, 42.4), (50, 70.7)] {
            let expected = 200.0 * f64::from(percent);
            let found = share(percent).len() as f64;
            assert!((found - expected).abs() < 4.0 * sigma, "{percent} %: {found}");
        }
    }

    #[test]
    fn a_larger_share_contains_the_smaller_one() {
        let (small, large) = (share(5), share(20));
        assert!(small.iter().all(|it| large.contains(it)));
    }

    #[test]
    fn the_parts_never_change() {
        let parts: Vec<u64> = (0..8).map(|it| part("item_neighbors", &shopper(it))).collect();
        assert_eq!(
            parts,
            [21, 42, 25, 62, 0, 52, 44, 86],
            "shoppers would change sides with an upgrade"
        );
    }

    #[test]
    fn shares_of_two_generators_are_drawn_apart() {
        let share = CanaryShare::of_percent(50);
        let differs = |it: &u32| {
            share.contains("item_neighbors", &shopper(*it))
                != share.contains("other", &shopper(*it))
        };
        let n_differing = (0..10_000).filter(differs).count();
        assert!((4_700..5_300).contains(&n_differing), "{n_differing}");
    }
}
