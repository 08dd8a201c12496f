//! What many lists show together: how much of the catalogue, and how much of what nobody expects.

use domain::ProductIdx;

/// How lists spread over the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// The share of all products that at least one list names.
    pub coverage: f64,
    /// The mean self-information of what the lists name, in bits: 0 for what everybody has, 10 for what
    /// one in a thousand has.
    pub novelty: f64,
}

/// How many shoppers have had to do with each product: what tells the expected from the new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    n_shoppers: usize,
    by_product: Vec<u32>,
}

impl Reach {
    /// Counts each shopper once a product, over histories of products.
    pub fn of<I: IntoIterator<Item = ProductIdx>>(shoppers: impl IntoIterator<Item = I>) -> Reach {
        let mut reach = Reach::default();
        let mut own = Vec::new();
        for products in shoppers {
            own.clear();
            own.extend(products);
            own.sort_unstable();
            own.dedup();
            reach.n_shoppers += usize::from(!own.is_empty());
            if let Some(last) = own.last() {
                let n = reach.by_product.len().max(last.as_usize() + 1);
                reach.by_product.resize(n, 0);
            }
            own.iter().for_each(|it| reach.by_product[it.as_usize()] += 1);
        }
        reach
    }

    /// How many products anybody has had to do with.
    pub fn n_products(&self) -> usize {
        self.by_product.iter().filter(|&&it| it > 0).count()
    }

    /// How surprising it is to meet a product, in bits: `-log2` of the share of shoppers who have. A
    /// product that nobody has had is taken for one that a single shopper had.
    ///
    /// # Source
    ///
    /// T. Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 2010.
    pub fn self_information(&self, product: ProductIdx) -> f64 {
        let n = self.by_product.get(product.as_usize()).copied().unwrap_or_default().max(1);
        (self.n_shoppers.max(1) as f64 / f64::from(n)).log2()
    }

    /// How `lists` spread, each over its first `k` places.
    ///
    /// Coverage is of the products that anybody has had to do with, and at most 1: M. Ge, C.
    /// Delgado-Battenfeld and D. Jannach, "Beyond Accuracy: Evaluating Recommender Systems by Coverage
    /// and Serendipity", RecSys 2010.
    pub(crate) fn spread<'a>(
        &self,
        lists: impl Iterator<Item = &'a [ProductIdx]>,
        k: usize,
    ) -> Spread {
        let mut is_named = vec![false; self.by_product.len()];
        let (mut n_named, mut n_places, mut surprise) = (0_usize, 0_usize, 0.0);
        for product in lists.flat_map(|it| it.iter().take(k)) {
            n_places += 1;
            surprise += self.self_information(*product);
            if let Some(it) = is_named.get_mut(product.as_usize())
                && !*it
                && self.by_product[product.as_usize()] > 0
            {
                *it = true;
                n_named += 1;
            }
        }
        Spread {
            coverage: n_named as f64 / self.n_products().max(1) as f64,
            novelty: surprise / n_places.max(1) as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn products(numbers: &[u32]) -> Vec<ProductIdx> {
        numbers.iter().copied().map(ProductIdx::new).collect()
    }

    fn reach() -> Reach {
        // Everybody has had 0, one of four has had 1, product 2 is known to nobody.
        Reach::of([
            products(&[0, 1, 1]),
            products(&[0]),
            products(&[0]),
            products(&[0, 3]),
            products(&[]),
        ])
    }

    #[test]
    fn what_everybody_has_is_no_news_and_a_quarter_of_shoppers_is_two_bits() {
        for (product, bits) in [(0, 0.0), (1, 2.0), (2, 2.0), (99, 2.0)] {
            let told = reach().self_information(ProductIdx::new(product));
            assert!((told - bits).abs() < 1e-12, "{product}: {told} bits");
        }
    }

    #[test]
    fn coverage_counts_each_product_once_and_novelty_every_place() {
        let lists = [products(&[0, 1, 3]), products(&[1, 0])];
        let spread = reach().spread(lists.iter().map(Vec::as_slice), 2);
        assert!((spread.coverage - 2.0 / 3.0).abs() < 1e-12, "{spread:?}");
        assert!((spread.novelty - 1.0).abs() < 1e-12, "{spread:?}");
    }

    #[test]
    fn no_lists_cover_nothing() {
        assert_eq!(reach().spread(std::iter::empty(), 5), Spread::default());
    }
}
