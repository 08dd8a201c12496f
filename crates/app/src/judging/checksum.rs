//! A checksum of what shoppers did, by which the same data is known again.
//!
//! Shoppers have random keys, and their order in a data set follows from those: a shop that is imported
//! anew has the same history under other names. So the checksum knows products by their ids and
//! shoppers by what they did, and is the same in whatever order they stand. Each shopper's acts are
//! hashed with BLAKE3, and the hashes are summed, which takes no memory.

use domain::ProductId;
use features::{Histories, Interaction};

/// What is added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum([u64; 4]);

impl Sum {
    fn add(&mut self, hash: &blake3::Hash) {
        for (sum, eight) in self.0.iter_mut().zip(hash.as_bytes().as_chunks::<8>().0) {
            *sum = sum.wrapping_add(u64::from_le_bytes(*eight));
        }
    }
}

/// The checksum of `histories`, whose products are numbered as in `products`.
///
/// Takes one pass and no memory. It finds mistakes; it is no seal against forgers, who could choose
/// shoppers so that the sum comes out.
pub fn data_checksum(histories: &Histories, products: &[ProductId]) -> String {
    let (mut sum, mut n_shoppers) = (Sum::default(), 0_u64);
    // Who came after the cut has done nothing yet, and is no part of the data.
    for acts in histories.iter().filter(|it| !it.is_empty()) {
        sum.add(&digest(acts, products));
        n_shoppers += 1;
    }
    let mut all = blake3::Hasher::new();
    all.update(b"tastemaker histories 1");
    all.update(&n_shoppers.to_le_bytes());
    for part in sum.0 {
        all.update(&part.to_le_bytes());
    }
    all.finalize().to_hex().to_string()
}

/// The digest of what one shopper did.
pub(super) fn digest(acts: &[Interaction], products: &[ProductId]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for act in acts {
        let id = products.get(act.product().as_usize()).map_or("", ProductId::as_str);
        hasher.update(&(id.len() as u64).to_le_bytes());
        hasher.update(id.as_bytes());
        hasher.update(&act.time().as_micros().to_le_bytes());
        hasher.update(&act.quantity().get().to_le_bytes());
        hasher.update(&[act.action() as u8]);
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use domain::{ProductIdx, Timestamp};
    use features::Action;

    use super::*;

    fn act(product: u32, secs: i64) -> Interaction {
        let (product, time) = (ProductIdx::new(product), Timestamp::from_secs(secs));
        Interaction::new(product, Action::Ordered, time, NonZeroU16::MIN)
    }

    fn histories(shoppers: &[&[Interaction]]) -> Histories {
        let mut histories = Histories::new();
        shoppers.iter().for_each(|it| histories.push_shopper(it.iter().copied()));
        histories
    }

    fn ids(words: &str) -> Vec<ProductId> {
        words.split(' ').map(|it| it.parse().unwrap()).collect()
    }

    #[test]
    fn neither_the_order_of_shoppers_nor_the_numbers_of_products_matter() {
        let one = histories(&[&[act(0, 1), act(1, 2)], &[act(1, 5)]]);
        let other = histories(&[&[act(0, 5)], &[act(1, 1), act(0, 2)]]);
        let (one, other) =
            (data_checksum(&one, &ids("lamp rug")), data_checksum(&other, &ids("rug lamp")));
        assert_eq!(one, other);
    }

    #[test]
    fn who_did_nothing_does_not_matter() {
        let products = ids("lamp rug");
        let one = data_checksum(&histories(&[&[act(0, 1)], &[act(1, 5)]]), &products);
        let other = data_checksum(&histories(&[&[], &[act(0, 1)], &[], &[act(1, 5)]]), &products);
        assert_eq!(one, other);
    }

    #[test]
    fn every_act_matters_and_whose_it_is() {
        let products = ids("lamp rug");
        let base = data_checksum(&histories(&[&[act(0, 1), act(1, 2)], &[act(1, 5)]]), &products);
        for others in [
            histories(&[&[act(0, 1), act(1, 3)], &[act(1, 5)]]),
            histories(&[&[act(0, 1), act(0, 2)], &[act(1, 5)]]),
            histories(&[&[act(0, 1), act(1, 2), act(1, 5)]]),
            histories(&[&[act(0, 1)], &[act(1, 2), act(1, 5)]]),
        ] {
            assert_ne!(data_checksum(&others, &products), base);
        }
    }
}
