//! What was learned, and its bytes.
//!
//! ```text
//! followers a product, weights │ n products × (n followers × (product, near))
//! ```

use domain::ProductIdx;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};
use linalg::Csr;

use super::{Config, KNOBS, Weights};
use crate::links::{decode_links, encode_links};

const WHAT: &str = "transitions";
const FORMAT: u8 = 1;

/// What follows each product.
///
/// See the [module](super) for how it is made and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Transitions {
    pub(super) config: Config,
    /// Products × what follows them.
    pub(super) followers: Csr,
}

impl Transitions {
    /// How it is configured.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.followers.heap_bytes()
    }

    /// Appends the whole model to `out`: equal models give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        w.u32(self.config.followers_per_product.into());
        self.config.weights.numbers().into_iter().for_each(|it| w.u32(it.to_bits()));
        encode_links(&self.followers, &mut w);
    }

    /// Reads what [`encode`](Transitions::encode) wrote; `today[i]` is today's number of the product that was
    /// number `i` then, or nothing if there is none any more, and no two are alike.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes, also where `today` has another length than the
    /// model has products.
    pub fn decode(
        bytes: &[u8],
        today: &[Option<ProductIdx>],
    ) -> Result<Transitions, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let followers_per_product = u16::try_from(r.u32()?).ok();
        let followers_per_product = r.require(followers_per_product)?;
        let mut numbers = [0.0; KNOBS.len()];
        for number in &mut numbers {
            *number = f32::from_bits(r.u32()?);
        }
        let config = Config { followers_per_product, weights: Weights::from_numbers(numbers) };
        r.require(config.problem().is_none().then_some(()))?;
        let followers = decode_links(&mut r, today)?;
        // What follows was seen to: nothing speaks against following.
        r.require(followers.values().iter().all(|it| *it > 0.0).then_some(()))?;
        r.finish()?;
        Ok(Transitions { config, followers })
    }
}
