//! What everybody has added, as bytes.

use super::{DAYS_KEPT, Day, Influence, InfluenceLimits};
use crate::Weight;
use crate::influence::ledger::Ledger;
use crate::snapshot::{Reader, SnapshotError, Writer};

const VERSION: u8 = 1;

impl Influence {
    /// Appends the state in canonical bytes: the limits, then the days, the one charged last at the end.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut to = Writer::new(out, VERSION);
        let InfluenceLimits { shopper_product, shopper, range_product, size_log2 } = self.limits;
        for cap in [shopper_product, shopper, range_product] {
            to.u32(cap.get().to_bits());
        }
        to.u8(size_log2);
        to.count(self.days.len());
        for day in &self.days {
            to.i64(day.number);
            day.shopper_product.encode(&mut to);
            day.shopper.encode(&mut to);
            day.range_product.encode(&mut to);
        }
    }

    /// Reads what [`encode`](Influence::encode) wrote, with the limits of that time.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] if the bytes are damaged or of a newer format.
    pub fn decode(bytes: &[u8]) -> Result<Influence, SnapshotError> {
        let mut from = Reader::new("influence", VERSION, bytes)?;
        let limits = InfluenceLimits {
            shopper_product: read_cap(&mut from)?,
            shopper: read_cap(&mut from)?,
            range_product: read_cap(&mut from)?,
            size_log2: from.u8()?,
        };
        let mut influence = Influence::new(limits);
        from.require((influence.limits == limits).then_some(()))?;

        let n = from.count(size_of::<i64>())?;
        from.require((n <= DAYS_KEPT).then_some(()))?;
        for _ in 0..n {
            let number = from.i64()?;
            let is_new = influence.days.iter().all(|day| day.number != number);
            from.require(is_new.then_some(()))?;
            influence.days.push(Day {
                number,
                shopper_product: Ledger::decode(limits.size_log2, &mut from)?,
                shopper: Ledger::decode(limits.size_log2 - 2, &mut from)?,
                range_product: Ledger::decode(limits.size_log2 - 2, &mut from)?,
            });
        }
        from.finish()?;
        Ok(influence)
    }
}

fn read_cap(from: &mut Reader<'_>) -> Result<Weight, SnapshotError> {
    let cap = f32::from_bits(from.u32()?);
    from.require(Weight::new(cap))
}
