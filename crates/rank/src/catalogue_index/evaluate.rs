//! Filters against the index: each test adds its products to a set of bits.

use domain::{MarketId, ProductIdx};
use roaring::RoaringBitmap;

use super::CatalogueIndex;
use crate::ProductSet;
use crate::filter::{Node, Term, Test};

/// How many products are taken out of a bitmap at once.
const CHUNK: usize = 256;

impl CatalogueIndex {
    /// Takes out of `set` what is sold in other markets only.
    pub(super) fn keep_market(&self, market: &MarketId, set: &mut ProductSet) {
        let term = Term::Market(market.as_str().into());
        let mut foreign = self.restricted.clone();
        if let Some(products) = self.terms.products(&term) {
            each_chunk(products, |it| foreign.remove(it));
        }
        set.subtract(&foreign);
    }

    /// Takes out of `set` what does not match `node`.
    pub(super) fn keep_matching(&self, node: &Node, set: &mut ProductSet) {
        match node {
            Node::All(nodes) => nodes.iter().for_each(|it| self.keep_matching(it, set)),
            Node::Not(inner) => set.subtract(&self.matching(inner)),
            Node::Any(_) | Node::Is(_) => set.intersect(&self.matching(node)),
        }
    }

    fn matching(&self, node: &Node) -> ProductSet {
        let mut matching = ProductSet::empty(self.prices_minor.len());
        self.add_matching(node, &mut matching);
        matching
    }

    /// Adds to `set` what matches `node`. Bits beyond the last product may be set too: the sellable,
    /// with which every answer begins, have none there.
    fn add_matching(&self, node: &Node, set: &mut ProductSet) {
        match node {
            Node::Any(nodes) => nodes.iter().for_each(|it| self.add_matching(it, set)),
            Node::All(_) | Node::Not(_) => {
                let mut matching = ProductSet::empty(self.prices_minor.len());
                matching.complement();
                self.keep_matching(node, &mut matching);
                set.unite(&matching);
            }
            Node::Is(test) => self.add_passing(test, set),
        }
    }

    fn add_passing(&self, test: &Test, set: &mut ProductSet) {
        match test {
            Test::Has(term) => {
                if let Some(products) = self.terms.products(term) {
                    each_chunk(products, |it| set.insert(it));
                }
            }
            Test::Id(id) => {
                if let Some(&product) = self.ids.get(&**id) {
                    set.insert(product);
                }
            }
            Test::Price(compare, number) => {
                let (low, high) = number.range(*compare, self.currency.digits()).into_inner();
                set.add_where(&self.prices_minor, |price| low <= price && price <= high);
            }
            Test::Stock(compare, number) => {
                let (low, high) = number.range(*compare, 0).into_inner();
                set.add_where(&self.stocks, |stock| {
                    low <= i64::from(stock) && i64::from(stock) <= high
                });
            }
            Test::InStock => set.add_where(&self.stocks, |stock| stock > 0),
        }
    }
}

impl CatalogueIndex {
    /// Whether each of `products` matches `node`.
    pub(super) fn matching_each(&self, node: &Node, products: &[ProductIdx]) -> Vec<bool> {
        let joined = |nodes: &[Node], is_all: bool| {
            let mut matching = vec![is_all; products.len()];
            for node in nodes {
                let one = self.matching_each(node, products);
                let pairs = matching.iter_mut().zip(one);
                pairs.for_each(|(it, one)| *it = if is_all { *it && one } else { *it || one });
            }
            matching
        };
        match node {
            Node::All(nodes) => joined(nodes, true),
            Node::Any(nodes) => joined(nodes, false),
            Node::Not(inner) => {
                self.matching_each(inner, products).into_iter().map(|it| !it).collect()
            }
            Node::Is(test) => self.passing_each(test, products),
        }
    }

    fn passing_each(&self, test: &Test, products: &[ProductIdx]) -> Vec<bool> {
        let each =
            |passes: &dyn Fn(ProductIdx) -> bool| products.iter().map(|it| passes(*it)).collect();
        let price = |it: ProductIdx| self.prices_minor.get(it.as_usize()).copied();
        let stock = |it: ProductIdx| self.stocks.get(it.as_usize()).copied();
        match test {
            Test::Has(term) => match self.terms.products(term) {
                Some(having) => each(&|it| having.contains(it.get())),
                None => each(&|_| false),
            },
            Test::Id(id) => {
                let named = self.ids.get(&**id).copied();
                each(&|it| Some(it) == named)
            }
            Test::Price(compare, number) => {
                let range = number.range(*compare, self.currency.digits());
                each(&|it| price(it).is_some_and(|it| range.contains(&it)))
            }
            Test::Stock(compare, number) => {
                let range = number.range(*compare, 0);
                each(&|it| stock(it).is_some_and(|it| range.contains(&it.into())))
            }
            Test::InStock => each(&|it| stock(it).is_some_and(|it| it > 0)),
        }
    }
}

/// Does something with each product of a bitmap, taking them out by the chunk.
fn each_chunk(products: &RoaringBitmap, mut act: impl FnMut(ProductIdx) -> bool) {
    let mut products = products.iter();
    let mut chunk = [0; CHUNK];
    loop {
        let taken = products.next_many(&mut chunk);
        if taken.is_empty() {
            return;
        }
        for &product in &*taken {
            act(ProductIdx::new(product));
        }
    }
}
