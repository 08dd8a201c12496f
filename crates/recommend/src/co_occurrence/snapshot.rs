//! The bytes of a co-occurrence model.
//!
//! ```text
//! config │ n groups │ n products × (n groups, n neighbors × (product, at most, inherited))
//! ```

use features::SnapshotError;
use features::snapshot::{Reader, Writer};

use super::model::{Neighbor, Neighborhood};
use super::{Affinity, CoOccurrence, Config, Relation};
use crate::lists::List;

const WHAT: &str = "co-occurrence";
const FORMAT: u8 = 1;

impl CoOccurrence {
    /// Appends the whole state to `out`: equal states give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        encode_config(&self.config, &mut w);
        w.u32(self.n_groups);
        w.count(self.products.len());
        for product in &self.products {
            w.varint(product.n_groups.into());
            w.count(product.neighbors.len());
            for neighbor in self.neighbors.get(product.neighbors) {
                w.varint(neighbor.product.into());
                w.varint(neighbor.n_at_most.into());
                w.varint(neighbor.n_inherited.into());
            }
        }
    }

    /// Reads what [`encode`](CoOccurrence::encode) wrote; the result goes on as the original would.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes.
    pub fn decode(bytes: &[u8]) -> Result<CoOccurrence, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let config = decode_config(&mut r)?;
        r.require(config.problem().is_none().then_some(()))?;
        let mut model = CoOccurrence::new(config);
        model.n_groups = r.u32()?;
        let n_products = r.count(2)?;
        let len_max = usize::from(model.config.neighbors_per_product);
        for _ in 0..n_products {
            let n_groups = small(&mut r)?;
            let n_neighbors = r.count(3)?;
            r.require((n_neighbors <= len_max).then_some(()))?;
            let mut neighbors = List::default();
            for _ in 0..n_neighbors {
                let neighbor = Neighbor {
                    product: small(&mut r)?,
                    n_at_most: small(&mut r)?,
                    n_inherited: small(&mut r)?,
                };
                let is_known = (neighbor.product as usize) < n_products;
                let is_counted = neighbor.n_inherited < neighbor.n_at_most;
                r.require((is_known && is_counted).then_some(()))?;
                model.neighbors.push(&mut neighbors, neighbor, len_max);
            }
            model.products.push(Neighborhood { n_groups, neighbors });
        }
        r.finish()?;
        Ok(model)
    }
}

fn encode_config(config: &Config, w: &mut Writer<'_>) {
    w.u8(match config.relation {
        Relation::AlsoViewed => 0,
        Relation::BoughtTogether => 1,
    });
    w.u8(match config.affinity {
        Affinity::Cosine => 0,
        Affinity::Lift => 1,
    });
    w.u32(config.shrinkage.to_bits());
    for limit in [config.neighbors_per_product, config.window, config.anchors] {
        w.varint(limit.into());
    }
}

fn decode_config(r: &mut Reader<'_>) -> Result<Config, SnapshotError> {
    Ok(Config {
        relation: match r.u8()? {
            0 => Relation::AlsoViewed,
            1 => Relation::BoughtTogether,
            _ => return Err(r.damaged()),
        },
        affinity: match r.u8()? {
            0 => Affinity::Cosine,
            1 => Affinity::Lift,
            _ => return Err(r.damaged()),
        },
        shrinkage: f32::from_bits(r.u32()?),
        neighbors_per_product: small(r)?,
        window: small(r)?,
        anchors: small(r)?,
    })
}

fn small<T: TryFrom<u64>>(r: &mut Reader<'_>) -> Result<T, SnapshotError> {
    let value = r.varint()?;
    r.require(T::try_from(value).ok())
}
