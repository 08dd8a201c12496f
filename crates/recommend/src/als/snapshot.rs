//! The bytes of the vectors, in the products' numbers of the data set.
//!
//! ```text
//! configuration │ n learned │ how far they stretch │ n products × (0, or 1 and a vector)
//! ```
//!
//! Numbers of products mean something only beside the data set's list of products, which the artifact
//! around these bytes keeps; reading translates them into today's.

use domain::ProductIdx;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};
use linalg::Dense;

use super::model::NOWHERE;
use super::{Als, Config, KNOBS};

const WHAT: &str = "alternating least squares";
const FORMAT: u8 = 1;
/// Every product takes whether it has a vector.
const PRODUCT_BYTES_MIN: usize = 1;

impl Als {
    /// Appends the whole model to `out`: equal models give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        self.config.numbers().into_iter().for_each(|it| w.u32(it.to_bits()));
        w.u32(self.n_learned);
        self.stretch.iter().for_each(|it| w.u32(it.to_bits()));
        w.count(self.places.len());
        for &place in &self.places {
            w.u8((place != NOWHERE).into());
            if place != NOWHERE {
                self.shelf.rows().row(place as usize).iter().for_each(|it| w.u32(it.to_bits()));
            }
        }
    }

    /// Reads what [`encode`](Als::encode) wrote; `today[i]` is today's number of the product that was number
    /// `i` then, or nothing if there is none any more, and no two are alike.
    ///
    /// Products that are gone are left out, as candidates and as evidence.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes, also where `today` has another length than the
    /// model has products.
    pub fn decode(bytes: &[u8], today: &[Option<ProductIdx>]) -> Result<Als, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let config = decode_config(&mut r)?;
        let n_factors = usize::from(config.limits.factors);
        let n_learned = r.u32()?;
        let mut stretch = Vec::new();
        decode_numbers(&mut r, n_factors, &mut stretch)?;
        let n_products = r.count(PRODUCT_BYTES_MIN)?;
        r.require((n_products == today.len()).then_some(()))?;
        let (mut vectors, mut products) = (Vec::new(), Vec::new());
        for product in today {
            let n_before = vectors.len();
            match r.u8()? {
                0 => continue,
                1 => decode_numbers(&mut r, n_factors, &mut vectors)?,
                _ => return Err(r.damaged()),
            }
            match product {
                Some(product) => products.push(product.get()),
                None => vectors.truncate(n_before),
            }
        }
        r.finish()?;
        let vectors = Dense::from_values(products.len(), n_factors, vectors)
            .expect("each product has as many numbers");
        let n_today = today.iter().flatten().map(|it| it.as_usize() + 1).max().unwrap_or(0);
        Ok(Als::of_parts(config, (stretch, n_learned), (&vectors, &products), n_today))
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
    for _ in 0..n {
        let number = f32::from_bits(r.u32()?);
        to.push(r.require(number.is_finite().then_some(number))?);
    }
    Ok(())
}
