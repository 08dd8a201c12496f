//! Each product's nearest others, one list after the other.
//!
//! What trained models of products beside products have in common: how the lists are held, kept and read.

use domain::ProductIdx;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};

/// A neighbor takes a number and a nearness.
const NEIGHBOR_BYTES_MIN: usize = 1 + 4;
/// Every list has a length.
const LIST_BYTES_MIN: usize = 1;

/// A product near another.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Neighbor {
    pub(crate) product: u32,
    /// How near: above 0.
    pub(crate) near: f32,
}

/// The neighbors of every product, the nearest first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Neighbors {
    /// Where each product's begin; one more than there are products.
    starts: Vec<u32>,
    all: Vec<Neighbor>,
}

impl Neighbors {
    /// Puts the lists of all products together, in the order of their numbers.
    pub(crate) fn of(lists: impl IntoIterator<Item = Vec<Neighbor>>) -> Neighbors {
        let (mut starts, mut all) = (vec![0], Vec::new());
        for list in lists {
            all.extend(list);
            starts.push(place(all.len()));
        }
        all.shrink_to_fit();
        Neighbors { starts, all }
    }

    /// How many products have a list.
    pub(crate) fn n_products(&self) -> usize {
        self.starts.len() - 1
    }

    /// The neighbors of a product, the nearest first; none for one that is not known.
    pub(crate) fn of_product(&self, product: ProductIdx) -> &[Neighbor] {
        let at = product.as_usize();
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
        bounds
            .and_then(|(&start, &end)| self.all.get(start as usize..end as usize))
            .unwrap_or_default()
    }

    /// Bytes of memory held.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.starts.capacity() * size_of::<u32>() + self.all.capacity() * size_of::<Neighbor>()
    }

    /// Writes all lists.
    pub(crate) fn encode(&self, w: &mut Writer<'_>) {
        w.count(self.n_products());
        for product in 0..place(self.n_products()) {
            let neighbors = self.of_product(ProductIdx::new(product));
            w.count(neighbors.len());
            for it in neighbors {
                w.varint(it.product.into());
                w.u32(it.near.to_bits());
            }
        }
    }

    /// Reads lists of at most `n_max` each; `today[i]` is today's number of the product that was number `i`
    /// then. Products that are gone are left out.
    pub(crate) fn decode(
        r: &mut Reader<'_>,
        n_max: usize,
        today: &[Option<ProductIdx>],
    ) -> Result<Neighbors, SnapshotError> {
        let n_products = r.count(LIST_BYTES_MIN)?;
        r.require((n_products == today.len()).then_some(()))?;
        let n_today = today.iter().flatten().map(|it| it.as_usize() + 1).max().unwrap_or(0);
        let mut lists = vec![Vec::new(); n_today];
        for place in today {
            let neighbors = decode_list(r, n_max, today)?;
            if let Some(place) = place {
                lists[place.as_usize()] = neighbors;
            }
        }
        Ok(Neighbors::of(lists))
    }
}

fn decode_list(
    r: &mut Reader<'_>,
    n_max: usize,
    today: &[Option<ProductIdx>],
) -> Result<Vec<Neighbor>, SnapshotError> {
    let n = r.count(NEIGHBOR_BYTES_MIN)?;
    r.require((n <= n_max).then_some(()))?;
    let mut neighbors = Vec::with_capacity(n);
    for _ in 0..n {
        let product = usize::try_from(r.varint()?).ok().and_then(|it| today.get(it));
        let product = *r.require(product)?;
        let near = f32::from_bits(r.u32()?);
        r.require((near.is_finite() && near > 0.0).then_some(()))?;
        neighbors.extend(product.map(|it| Neighbor { product: it.get(), near }));
    }
    Ok(neighbors)
}

/// The `n_max` nearest of `neighbors`, the nearest first, ties by ascending product.
pub(crate) fn nearest(mut neighbors: Vec<Neighbor>, n_max: usize) -> Vec<Neighbor> {
    let order =
        |a: &Neighbor, b: &Neighbor| b.near.total_cmp(&a.near).then(a.product.cmp(&b.product));
    if neighbors.len() > n_max {
        neighbors.select_nth_unstable_by(n_max - 1, order);
        neighbors.truncate(n_max);
    }
    neighbors.sort_unstable_by(order);
    neighbors
}

fn place(at: usize) -> u32 {
    u32::try_from(at).expect("four billion neighbors take more memory than there is")
}
