//! The bytes of user neighbors: the configuration, then what each shopper has, in the products' numbers of the
//! data set.
//!
//! ```text
//! numbers │ n products │ n shoppers × (n products × (product, weight))
//! ```
//!
//! Who is found by which product follows from that, and is laid out anew.

use domain::ProductIdx;
use features::SnapshotError;
use features::habits::HABITS_MAX;
use features::snapshot::{Reader, Writer};
use linalg::Csr;

use super::{Config, KNOBS, UserNeighbors};
use crate::knobs::{decode_numbers, encode_numbers};

const WHAT: &str = "user neighbors";
const FORMAT: u8 = 1;
/// Every shopper takes the length of a list, every product had a number and a weight.
const SHOPPER_BYTES_MIN: usize = 1;
const HAD_BYTES_MIN: usize = 1 + 4;

impl UserNeighbors {
    /// Appends the whole model to `out`: equal models give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        encode_numbers(&self.config.numbers(), &mut w);
        w.count(self.rows.n_columns());
        w.count(self.rows.n_rows());
        for (products, weights) in self.rows.rows() {
            w.count(products.len());
            for (&product, weight) in products.iter().zip(weights) {
                w.varint(product.into());
                w.u32(weight.to_bits());
            }
        }
    }

    /// Reads what [`encode`](UserNeighbors::encode) wrote; `today[i]` is today's number of the product that was
    /// number `i` then, or nothing if there is none any more, and no two are alike.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes, also where `today` has another length than the
    /// model has products.
    pub fn decode(
        bytes: &[u8],
        today: &[Option<ProductIdx>],
    ) -> Result<UserNeighbors, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let config = Config::from_numbers(decode_numbers(&mut r, &KNOBS)?);
        let n_products = usize::try_from(r.varint()?).ok();
        r.require((n_products == Some(today.len())).then_some(()))?;
        let n_today = today.iter().flatten().map(|it| it.as_usize() + 1).max().unwrap_or(0);
        let mut rows = Csr::new(n_today);
        for _ in 0..r.count(SHOPPER_BYTES_MIN)? {
            rows.push_row(decode_row(&mut r, today)?);
        }
        r.finish()?;
        Ok(UserNeighbors::of_rows(config, rows))
    }
}

fn decode_row(
    r: &mut Reader<'_>,
    today: &[Option<ProductIdx>],
) -> Result<Vec<(u32, f32)>, SnapshotError> {
    let n = r.count(HAD_BYTES_MIN)?;
    r.require((n <= HABITS_MAX).then_some(()))?;
    let mut row: Vec<(u32, f32)> = Vec::with_capacity(n);
    for _ in 0..n {
        let product = usize::try_from(r.varint()?).ok().and_then(|it| today.get(it));
        let product = *r.require(product)?;
        let weight = f32::from_bits(r.u32()?);
        r.require((weight.is_finite() && weight > 0.0).then_some(()))?;
        row.extend(product.map(|it| (it.get(), weight)));
    }
    row.sort_unstable_by_key(|it| it.0);
    let is_once = row.is_sorted_by(|a, b| a.0 < b.0);
    r.require(is_once.then_some(row))
}
