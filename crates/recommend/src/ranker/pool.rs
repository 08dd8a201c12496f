//! The candidates of one request, each once, with their features.

use domain::ProductIdx;

use super::declared::{self, PER_GENERATOR, Signals, Spread};
use crate::scratch::Marked;
use crate::{Candidate, Context};

/// The union of what generators propose, a row of features for each product.
#[derive(Debug, Default)]
pub(super) struct Pool {
    products: Vec<ProductIdx>,
    values: Vec<f32>,
    width: usize,
    /// By product: one more than its row.
    rows: Marked<u32>,
}

impl Pool {
    /// Fills the pool from the lists of the ranker's generators, in their order.
    pub(super) fn fill(
        &mut self,
        lists: &[impl AsRef<[Candidate]>],
        context: &Context<'_>,
        signals: &dyn Signals,
    ) {
        self.width = declared::width(lists.len());
        self.products.clear();
        let named = lists.iter().flat_map(AsRef::as_ref).map(|it| it.product.as_usize() + 1);
        self.rows.reset(named.max().unwrap_or(0));
        for it in lists.iter().flat_map(AsRef::as_ref) {
            let row = self.rows.touch(it.product.get());
            if *row == 0 {
                self.products.push(it.product);
                *row = u32::try_from(self.products.len()).expect("candidates are few");
            }
        }
        self.values.clear();
        self.values.resize(self.products.len() * self.width, 0.0);
        for (at, list) in lists.iter().enumerate() {
            self.fill_generator(at, list.as_ref());
        }
        for row in 0..self.products.len() {
            self.fill_others(row, lists.len(), context, signals);
        }
    }

    fn fill_generator(&mut self, at: usize, list: &[Candidate]) {
        let spread = Spread::of(list);
        let (start, unnamed) = (at * PER_GENERATOR, spread.unnamed());
        for row in self.values.chunks_exact_mut(self.width) {
            row[start..start + PER_GENERATOR].copy_from_slice(&unnamed);
        }
        for (rank, it) in list.iter().enumerate() {
            let row = self.rows.get(it.product.get()).map_or(0, |it| it as usize - 1);
            let place = row * self.width + start;
            let named = spread.named(it.score, (rank + 1) as f32);
            self.values[place..place + PER_GENERATOR].copy_from_slice(&named);
        }
    }

    fn fill_others(
        &mut self,
        row: usize,
        n_generators: usize,
        context: &Context<'_>,
        signals: &dyn Signals,
    ) {
        let product = self.products[row];
        let values = &mut self.values[row * self.width..][..self.width];
        let (of_generators, rest) = values.split_at_mut(n_generators * PER_GENERATOR);
        let reciprocals = of_generators.chunks_exact(PER_GENERATOR).map(|it| it[2]);
        let n_naming = reciprocals.clone().filter(|it| *it > 0.0).count() as f32;
        let most = reciprocals.fold(0.0, f32::max);
        let signals = signals.of(product, context.now);
        rest.copy_from_slice(&declared::others(product, context, signals, (n_naming, most)));
    }

    /// The products, each once.
    pub(super) fn products(&self) -> &[ProductIdx] {
        &self.products
    }

    /// The features of each, in the same order.
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.width.max(1))
    }

    /// The features of one.
    pub(super) fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..][..self.width]
    }
}
