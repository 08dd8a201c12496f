//! The counts over everything: an array by product, and its leaders in order.

use std::cmp::Ordering;

use domain::ProductIdx;

use super::{Cell, LEADERS_MAX, Window};
use crate::LogCount;

/// The counts of every product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overall {
    cells: Vec<Cell>,
    popularity: Leaders,
    trend: Leaders,
}

impl Overall {
    /// The counts of a product.
    pub fn cell(&self, product: ProductIdx) -> Cell {
        self.cells.get(product.as_usize()).copied().unwrap_or_default()
    }

    /// The counts of all products, by their dense number. Products beyond its end have none.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The products with the largest counts.
    pub const fn leaders(&self, window: Window) -> &Leaders {
        match window {
            Window::Popularity => &self.popularity,
            Window::Trend => &self.trend,
        }
    }

    /// Takes cells from a snapshot and finds their leaders.
    pub(super) fn from_cells(cells: Vec<Cell>) -> Overall {
        let popularity = Leaders::of(&cells, Window::Popularity);
        let trend = Leaders::of(&cells, Window::Trend);
        Overall { cells, popularity, trend }
    }

    /// Counts an event.
    pub(super) fn record(&mut self, product: ProductIdx, event: Cell) {
        let idx = product.as_usize();
        if idx >= self.cells.len() {
            self.cells.resize(idx + 1, Cell::default());
        }
        let before = self.cells[idx];
        self.cells[idx].add(event);
        let after = self.cells[idx];
        self.popularity.rise(product, before.popularity, after.popularity);
        self.trend.rise(product, before.trend, after.trend);
    }

    /// The bytes of memory that the counts take.
    pub(super) fn memory_bytes(&self) -> usize {
        self.cells.capacity() * size_of::<Cell>()
            + (self.popularity.ranked.capacity() + self.trend.ranked.capacity())
                * size_of::<Leader>()
    }
}

/// The products with the largest counts, at most [`LEADERS_MAX`], always in order.
///
/// Counts only grow, and their order changes with events alone. So the leaders are kept exactly by
/// looking at nothing but the product of each event: most events leave them as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leaders {
    ranked: Vec<Leader>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Leader {
    count: LogCount,
    product: ProductIdx,
}

impl Leader {
    /// Largest count first; among equals, the product with the lower number.
    fn compare(&self, other: &Leader) -> Ordering {
        self.count.largest_first(&other.count).then(self.product.cmp(&other.product))
    }
}

impl Leaders {
    /// The leaders and their counts, largest first, ties by ascending product.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (ProductIdx, LogCount)> {
        self.ranked.iter().map(|leader| (leader.product, leader.count))
    }

    /// Whether every product with a count is among the leaders.
    pub fn is_everything(&self) -> bool {
        self.ranked.len() < LEADERS_MAX
    }

    /// Finds the leaders among all cells.
    fn of(cells: &[Cell], window: Window) -> Leaders {
        let counted = cells.iter().zip(0_u32..).filter_map(|(cell, idx)| {
            let count = cell.count(window);
            (!count.is_empty()).then_some(Leader { count, product: ProductIdx::new(idx) })
        });
        let mut ranked: Vec<Leader> = counted.collect();
        if ranked.len() > LEADERS_MAX {
            ranked.select_nth_unstable_by(LEADERS_MAX - 1, Leader::compare);
            ranked.truncate(LEADERS_MAX);
        }
        ranked.sort_unstable_by(Leader::compare);
        Leaders { ranked }
    }

    /// Moves a product up, or in, after its count has grown.
    fn rise(&mut self, product: ProductIdx, before: LogCount, after: LogCount) {
        let risen = Leader { count: after, product };
        let is_full = self.ranked.len() == LEADERS_MAX;
        if is_full && self.ranked.last().is_some_and(|last| last.compare(&risen).is_lt()) {
            return;
        }
        let Err(to) = self.ranked.binary_search_by(|leader| leader.compare(&risen)) else {
            // The weight was too little to change the count.
            return;
        };
        let fallen = Leader { count: before, product };
        match self.ranked.binary_search_by(|leader| leader.compare(&fallen)) {
            Ok(from) => {
                self.ranked[to..=from].rotate_right(1);
                self.ranked[to] = risen;
            }
            Err(_) => {
                self.ranked.truncate(LEADERS_MAX - 1);
                self.ranked.insert(to, risen);
            }
        }
    }
}
