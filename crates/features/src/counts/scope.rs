//! The counts within one category or market, and bounds on all of them together.

use domain::ProductIdx;

use super::{Cell, SCOPE_CELLS_MAX, SCOPED_CELLS_MAX, SCOPES_MAX, Window};
use crate::LogCount;

/// The counts within one category or one market.
///
/// Exact until [`SCOPE_CELLS_MAX`] products were touched; then the less popular half is forgotten,
/// and begins again at nothing when it is touched again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    total: LogCount,
    // Two arrays of one length rather than one of pairs, which would take 24 bytes instead of 20.
    products: Vec<ProductIdx>,
    cells: Vec<Cell>,
}

impl Scope {
    /// The slow count of the whole category or market, forgotten products included.
    pub const fn total(&self) -> LogCount {
        self.total
    }

    /// The counts of a product.
    pub fn cell(&self, product: ProductIdx) -> Cell {
        self.products.binary_search(&product).map(|at| self.cells[at]).unwrap_or_default()
    }

    /// Its products and their counts, by ascending product.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (ProductIdx, Cell)> {
        self.products.iter().copied().zip(self.cells.iter().copied())
    }

    /// Takes counts from a snapshot, or returns `None` unless products ascend and all counts
    /// are of something.
    pub(super) fn from_parts(
        total: LogCount,
        products: Vec<ProductIdx>,
        cells: Vec<Cell>,
    ) -> Option<Scope> {
        let ascend = products.is_sorted_by(|a, b| a < b);
        let counted = cells.iter().all(|cell| {
            !cell.count(Window::Popularity).is_empty() && !cell.count(Window::Trend).is_empty()
        });
        (ascend && counted && products.len() == cells.len()).then_some(Scope {
            total,
            products,
            cells,
        })
    }

    fn record(&mut self, product: ProductIdx, event: Cell) {
        self.total.add(event.count(Window::Popularity));
        let at = match self.products.binary_search(&product) {
            Ok(at) => at,
            Err(_) if self.products.len() == SCOPE_CELLS_MAX => {
                self.forget_less_popular_half();
                self.insert(product)
            }
            Err(_) => self.insert(product),
        };
        self.cells[at].add(event);
    }

    fn insert(&mut self, product: ProductIdx) -> usize {
        let at = self.products.partition_point(|&it| it < product);
        self.products.insert(at, product);
        self.cells.insert(at, Cell::default());
        at
    }

    /// Keeps the more popular half; among equals, the products with lower numbers.
    fn forget_less_popular_half(&mut self) {
        let mut ranked: Vec<(LogCount, ProductIdx)> =
            self.iter().map(|(product, cell)| (cell.count(Window::Popularity), product)).collect();
        let half = ranked.len() / 2;
        ranked.select_nth_unstable_by(half, |a, b| a.0.largest_first(&b.0).then(a.1.cmp(&b.1)));
        let mut kept: Vec<ProductIdx> =
            ranked[..half].iter().map(|&(_, product)| product).collect();
        kept.sort_unstable();
        self.cells = self
            .iter()
            .filter_map(|(product, cell)| kept.binary_search(&product).ok().map(|_| cell))
            .collect();
        self.products = kept;
    }
}

/// The counts of all categories, or of all markets, by their dense number.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Scopes {
    scopes: Vec<Scope>,
    n_cells: usize,
}

impl Scopes {
    pub(super) fn get(&self, idx: usize) -> Option<&Scope> {
        self.scopes.get(idx).filter(|scope| !scope.products.is_empty())
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Scope> {
        self.scopes.iter()
    }

    pub(super) fn from_scopes(scopes: Vec<Scope>) -> Scopes {
        let n_cells = scopes.iter().map(|scope| scope.products.len()).sum();
        Scopes { scopes, n_cells }
    }

    pub(super) fn record(&mut self, idx: usize, product: ProductIdx, event: Cell) {
        if idx >= SCOPES_MAX {
            return;
        }
        if idx >= self.scopes.len() {
            self.scopes.resize_with(idx + 1, Scope::default);
        }
        let scope = &mut self.scopes[idx];
        self.n_cells -= scope.products.len();
        scope.record(product, event);
        self.n_cells += scope.products.len();
        if self.n_cells > SCOPED_CELLS_MAX {
            self.forget_quietest();
        }
    }

    /// Empties the scopes with the smallest totals, until an eighth of the room is free.
    fn forget_quietest(&mut self) {
        let mut by_total: Vec<usize> = (0..self.scopes.len()).collect();
        by_total.sort_unstable_by(|&a, &b| {
            let total = |idx: usize| self.scopes[idx].total;
            total(b).largest_first(&total(a)).then(a.cmp(&b))
        });
        for idx in by_total {
            if self.n_cells <= SCOPED_CELLS_MAX / 8 * 7 {
                break;
            }
            self.n_cells -= self.scopes[idx].products.len();
            self.scopes[idx] = Scope::default();
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let of_scope = |scope: &Scope| {
            scope.products.capacity() * size_of::<ProductIdx>()
                + scope.cells.capacity() * size_of::<Cell>()
        };
        self.scopes.iter().map(of_scope).sum::<usize>()
            + self.scopes.capacity() * size_of::<Scope>()
    }
}
