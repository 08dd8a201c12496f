//! A set of products as one bit each, for questions in inner loops.

use domain::ProductIdx;

const BITS: usize = u64::BITS as usize;

/// A set of products: product `i` is bit `i % 64` of word `i / 64`.
///
/// 100,000 products take 12.5 KB, which stays in the nearest cache while candidates are tested.
#[derive(Clone, Debug, Default)]
pub struct ProductSet {
    words: Vec<u64>,
}

impl ProductSet {
    /// The empty set, with room for products below `n_products`.
    pub fn empty(n_products: usize) -> ProductSet {
        ProductSet { words: vec![0; n_products.div_ceil(BITS)] }
    }

    /// The bits; products beyond the last word are not in the set.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Whether `product` is in the set.
    #[inline]
    pub fn contains(&self, product: ProductIdx) -> bool {
        let (word, bit) = place(product);
        self.words.get(word).is_some_and(|it| it & bit != 0)
    }

    /// Adds `product`, making room for it; `false` when it was there before.
    pub fn insert(&mut self, product: ProductIdx) -> bool {
        let (word, bit) = place(product);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        is_new
    }

    /// Takes `product` out; `false` when it was not there.
    pub fn remove(&mut self, product: ProductIdx) -> bool {
        let (word, bit) = place(product);
        let Some(word) = self.words.get_mut(word) else { return false };
        let was_there = *word & bit != 0;
        *word &= !bit;
        was_there
    }

    /// How many products are in the set. Counts them, word by word.
    pub fn len(&self) -> usize {
        self.words.iter().map(|it| it.count_ones() as usize).sum()
    }

    /// Whether no product is in the set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|it| *it == 0)
    }

    /// The products, ascending.
    pub fn iter(&self) -> impl Iterator<Item = ProductIdx> + '_ {
        let bases = (0..).step_by(BITS);
        bases.zip(&self.words).flat_map(|(base, &word)| {
            // Clearing the lowest bit leads from one member of the word to the next.
            let rests = std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)));
            rests
                .take_while(|rest| *rest != 0)
                .map(move |rest| ProductIdx::new(base + rest.trailing_zeros()))
        })
    }

    /// Keeps what `other` holds too.
    pub(crate) fn intersect(&mut self, other: &ProductSet) {
        self.words.truncate(other.words.len());
        self.words.iter_mut().zip(&other.words).for_each(|(it, other)| *it &= other);
    }

    /// Takes out what `other` holds.
    pub(crate) fn subtract(&mut self, other: &ProductSet) {
        self.words.iter_mut().zip(&other.words).for_each(|(it, other)| *it &= !other);
    }

    /// Adds what `other` holds.
    pub(crate) fn unite(&mut self, other: &ProductSet) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(it, other)| *it |= other);
    }

    /// Turns every bit of every word: products beyond those that are known appear in the last one.
    pub(crate) fn complement(&mut self) {
        self.words.iter_mut().for_each(|it| *it = !*it);
    }

    /// Adds the products whose value `is_member`, `values` being indexed by product.
    ///
    /// One pass over a flat array without a branch, about as fast as memory delivers it.
    pub(crate) fn add_where<T: Copy>(&mut self, values: &[T], is_member: impl Fn(T) -> bool) {
        let n_words = values.len().div_ceil(BITS);
        if self.words.len() < n_words {
            self.words.resize(n_words, 0);
        }
        for (word, chunk) in self.words.iter_mut().zip(values.chunks(BITS)) {
            let bits = chunk.iter().enumerate();
            *word |= bits.fold(0, |word, (bit, &value)| word | u64::from(is_member(value)) << bit);
        }
    }
}

impl FromIterator<ProductIdx> for ProductSet {
    fn from_iter<I: IntoIterator<Item = ProductIdx>>(products: I) -> ProductSet {
        let mut set = ProductSet::default();
        for product in products {
            set.insert(product);
        }
        set
    }
}

#[inline]
fn place(product: ProductIdx) -> (usize, u64) {
    (product.as_usize() / BITS, 1 << (product.as_usize() % BITS))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(products: &BTreeSet<u32>) -> ProductSet {
        products.iter().copied().map(ProductIdx::new).collect()
    }

    fn members(set: &ProductSet) -> BTreeSet<u32> {
        set.iter().map(ProductIdx::get).collect()
    }

    fn any_products() -> impl Strategy<Value = BTreeSet<u32>> {
        proptest::collection::btree_set(0_u32..300, 0..60)
    }

    proptest! {
        #[test]
        fn it_behaves_as_a_set_of_numbers(a in any_products(), b in any_products()) {
            let (set_a, set_b) = (set(&a), set(&b));
            prop_assert_eq!(&members(&set_a), &a);
            prop_assert_eq!(set_a.len(), a.len());
            prop_assert_eq!(set_a.is_empty(), a.is_empty());
            prop_assert!((0..400).all(|it| set_a.contains(ProductIdx::new(it)) == a.contains(&it)));

            let after = |change: fn(&mut ProductSet, &ProductSet)| {
                let mut set = set_a.clone();
                change(&mut set, &set_b);
                members(&set)
            };
            prop_assert_eq!(after(ProductSet::unite), &a | &b);
            prop_assert_eq!(after(ProductSet::intersect), &a & &b);
            prop_assert_eq!(after(ProductSet::subtract), &a - &b);
        }

        #[test]
        fn a_scan_finds_what_a_look_at_each_finds(values in proptest::collection::vec(0_u8..4, 0..200)) {
            let mut found = ProductSet::default();
            found.add_where(&values, |it| it == 1);

            let expected: Vec<usize> =
                (0..values.len()).filter(|it| values[*it] == 1).collect();
            let found: Vec<usize> = found.iter().map(ProductIdx::as_usize).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn inserting_and_removing_say_whether_anything_changed() {
        let (mut set, product) = (ProductSet::empty(10), ProductIdx::new(700));
        assert!(!set.remove(product));
        assert!(set.insert(product) && !set.insert(product));
        assert!(set.remove(product) && set.is_empty());
    }
}
