//! The bytes of links, in the products' numbers of the data set.
//!
//! ```text
//! n products × (n links × (product, strength))
//! ```

use domain::ProductIdx;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};
use linalg::Csr;

use super::LINKS_MAX;

/// Every product takes the length of a list, every link a number and a strength.
const PRODUCT_BYTES_MIN: usize = 1;
const LINK_BYTES_MIN: usize = 1 + 4;

/// Appends `links`.
pub(crate) fn encode_links(links: &Csr, w: &mut Writer<'_>) {
    w.count(links.n_rows());
    for (products, strengths) in links.rows() {
        w.count(products.len());
        for (&product, strength) in products.iter().zip(strengths) {
            w.varint(product.into());
            w.u32(strength.to_bits());
        }
    }
}

/// Reads what [`encode_links`] wrote, in today's numbers; links from and to products that are gone are left out.
pub(crate) fn decode_links(
    r: &mut Reader<'_>,
    today: &[Option<ProductIdx>],
) -> Result<Csr, SnapshotError> {
    let n_products = r.count(PRODUCT_BYTES_MIN)?;
    r.require((n_products == today.len()).then_some(()))?;
    let n_today = today.iter().flatten().map(|it| it.as_usize() + 1).max().unwrap_or(0);
    let mut lists = vec![Vec::new(); n_today];
    for place in today {
        let list = decode_list(r, today)?;
        if let Some(place) = place {
            lists[place.as_usize()] = list;
        }
    }
    let mut links = Csr::new(n_today);
    lists.into_iter().for_each(|it| links.push_row(it));
    Ok(links)
}

fn decode_list(
    r: &mut Reader<'_>,
    today: &[Option<ProductIdx>],
) -> Result<Vec<(u32, f32)>, SnapshotError> {
    let n = r.count(LINK_BYTES_MIN)?;
    r.require((n <= usize::from(LINKS_MAX)).then_some(()))?;
    let mut list: Vec<(u32, f32)> = Vec::with_capacity(n);
    for _ in 0..n {
        let product = usize::try_from(r.varint()?).ok().and_then(|it| today.get(it));
        let product = *r.require(product)?;
        let strength = f32::from_bits(r.u32()?);
        r.require((strength.is_finite() && strength != 0.0).then_some(()))?;
        list.extend(product.map(|it| (it.get(), strength)));
    }
    list.sort_unstable_by_key(|it| it.0);
    let is_once = list.is_sorted_by(|a, b| a.0 < b.0);
    r.require(is_once.then_some(list))
}
