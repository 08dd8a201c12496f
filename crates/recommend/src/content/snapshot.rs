//! The bytes of the vectors, in the products' numbers of the data set.
//!
//! ```text
//! configuration │ how long vectors are │ n products × (0, or 1 and a vector)
//! ```
//!
//! Numbers of products mean something only beside the data set's list of products, which the artifact
//! around these bytes keeps; reading translates them into today's.

use domain::ProductIdx;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};
use linalg::Dense;

use super::config::NUMBERS_MAX;
use super::model::NOWHERE;
use super::{Config, Content, KNOBS};

const WHAT: &str = "content";
const FORMAT: u8 = 1;
/// Every number takes four bytes; each product, whether it has a vector.
const NUMBER_BYTES: usize = 4;
const PRODUCT_BYTES_MIN: usize = 1;

impl Content {
    /// Appends the whole model to `out`: equal models give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        self.config.numbers_of_knobs().into_iter().for_each(|it| w.u32(it.to_bits()));
        w.varint(self.shelf.rows().n_columns() as u64);
        w.count(self.places.len());
        for &place in &self.places {
            w.u8((place != NOWHERE).into());
            if place != NOWHERE {
                self.shelf.rows().row(place as usize).iter().for_each(|it| w.u32(it.to_bits()));
            }
        }
    }

    /// Reads what [`encode`](Content::encode) wrote; `today[i]` is today's number of the product that was number
    /// `i` then, or nothing if there is none any more, and no two are alike.
    ///
    /// Products that are gone are left out, as candidates and as evidence.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes, also where `today` has another length than the
    /// model has products.
    pub fn decode(bytes: &[u8], today: &[Option<ProductIdx>]) -> Result<Content, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let config = decode_config(&mut r)?;
        let n_numbers = usize::try_from(r.varint()?).ok();
        let n_numbers = r.require(n_numbers.filter(|it| (1..=NUMBERS_MAX.into()).contains(it)))?;
        let n_products = r.count(PRODUCT_BYTES_MIN)?;
        r.require((n_products == today.len()).then_some(()))?;
        let (mut vectors, mut products) = (Vec::new(), Vec::new());
        for product in today {
            let has_vector = match r.u8()? {
                0 => false,
                1 => true,
                _ => return Err(r.damaged()),
            };
            let n_before = vectors.len();
            if has_vector {
                decode_numbers(&mut r, n_numbers, &mut vectors)?;
            } else {
                vectors.resize(n_before + n_numbers, 0.0);
            }
            match product {
                Some(product) => products.push(product.get()),
                None => vectors.truncate(n_before),
            }
        }
        r.finish()?;
        let vectors = Dense::from_values(products.len(), n_numbers, vectors)
            .expect("each product has as many numbers");
        Ok(Content::of_parts(config, &vectors, products))
    }
}

fn decode_config(r: &mut Reader<'_>) -> Result<Config, SnapshotError> {
    let mut numbers = [0.0; KNOBS.len()];
    for number in &mut numbers {
        *number = f32::from_bits(r.u32()?);
    }
    let config = Config::from_numbers(numbers);
    r.require(config.problem().is_none().then_some(config))
}

fn decode_numbers(r: &mut Reader<'_>, n: usize, to: &mut Vec<f32>) -> Result<(), SnapshotError> {
    let bytes = r.bytes(n * NUMBER_BYTES)?;
    for four in bytes.as_chunks::<NUMBER_BYTES>().0 {
        let number = f32::from_bits(u32::from_le_bytes(*four));
        to.push(r.require(number.is_finite().then_some(number))?);
    }
    Ok(())
}
