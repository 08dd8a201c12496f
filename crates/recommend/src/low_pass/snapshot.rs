//! The bytes of a low-pass filter: its configuration, then its links.

use domain::ProductIdx;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};

use super::{Config, KNOBS, LowPass};
use crate::knobs::{decode_numbers, encode_numbers};
use crate::links::{decode_links, encode_links};

const WHAT: &str = "the low-pass filter";
const FORMAT: u8 = 1;

impl LowPass {
    /// Appends the whole model to `out`: equal models give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        encode_numbers(&self.config.numbers(), &mut w);
        encode_links(&self.links, &mut w);
    }

    /// Reads what [`encode`](LowPass::encode) wrote; `today[i]` is today's number of the product that was number `i`
    /// then, or nothing if there is none any more, and no two are alike.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes, also where `today` has another length than the
    /// model has products.
    pub fn decode(bytes: &[u8], today: &[Option<ProductIdx>]) -> Result<LowPass, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let config = Config::from_numbers(decode_numbers(&mut r, &KNOBS)?);
        let links = decode_links(&mut r, today)?;
        r.finish()?;
        Ok(LowPass { config, links })
    }
}
