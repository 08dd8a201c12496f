//! The bytes of item neighbors, in the products' numbers of the data set.
//!
//! ```text
//! neighbors a product, weights │ n products × (again, reach) │ n × (n neighbors × (product, near))
//! ```
//!
//! Numbers of products mean something only beside the data set's list of products, which the artifact
//! around these bytes keeps; reading translates them into today's.

use std::num::NonZeroU16;

use domain::ProductIdx;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};

use super::config::NEIGHBORS_MAX;
use super::model::{Facts, Neighbor};
use super::{Config, ItemNeighbors, KNOBS, Limits, Weights};

const WHAT: &str = "item neighbors";
/// Before the second there were no weights of texts.
const FORMAT: u8 = 2;
const N_WEIGHTS_BEFORE: usize = 13;
/// Every product takes two numbers and the length of a list; every neighbor a number and a nearness.
const PRODUCT_BYTES_MIN: usize = 4 + 4 + 1;
const NEIGHBOR_BYTES_MIN: usize = 1 + 4;

impl ItemNeighbors {
    /// Appends the whole model to `out`: equal models give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        w.u32(self.config.limits.neighbors_per_product.into());
        self.config.weights.numbers().into_iter().for_each(|it| w.u32(it.to_bits()));
        w.count(self.facts.len());
        for (product, facts) in (0_u32..).zip(&self.facts) {
            w.u32(facts.again.to_bits());
            w.u32(facts.reach.to_bits());
            let neighbors = self.neighbors_of(ProductIdx::new(product));
            w.count(neighbors.len());
            for it in neighbors {
                w.varint(it.product.into());
                w.u32(it.near.to_bits());
            }
        }
    }

    /// Reads what [`encode`](ItemNeighbors::encode) wrote; `today[i]` is today's number of the product that
    /// was number `i` then, or nothing if there is none any more, and no two are alike.
    ///
    /// Products that are gone are left out, as candidates and as evidence.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes, also where `today` has another length than the
    /// model has products.
    pub fn decode(
        bytes: &[u8],
        today: &[Option<ProductIdx>],
    ) -> Result<ItemNeighbors, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let is_earlier = bytes.first().is_some_and(|it| *it < FORMAT);
        let n_weights = if is_earlier { N_WEIGHTS_BEFORE } else { KNOBS.len() };
        let config = decode_config(&mut r, n_weights)?;
        let n_products = r.count(PRODUCT_BYTES_MIN)?;
        r.require((n_products == today.len()).then_some(()))?;
        let n_today = today.iter().flatten().map(|it| it.as_usize() + 1).max().unwrap_or(0);
        let mut facts = vec![Facts::default(); n_today];
        let mut lists = vec![Vec::new(); n_today];
        for place in today {
            let known = decode_facts(&mut r)?;
            let neighbors = decode_neighbors(&mut r, &config, today)?;
            if let Some(place) = place {
                facts[place.as_usize()] = known;
                lists[place.as_usize()] = neighbors;
            }
        }
        r.finish()?;
        Ok(ItemNeighbors::of_parts(config, lists.into_iter(), facts))
    }
}

fn decode_config(r: &mut Reader<'_>, n_weights: usize) -> Result<Config, SnapshotError> {
    let neighbors_per_product = u16::try_from(r.u32()?).ok().and_then(NonZeroU16::new);
    let neighbors_per_product = r.require(neighbors_per_product)?.get().min(NEIGHBORS_MAX);
    let mut numbers = [0.0; KNOBS.len()];
    for number in &mut numbers[..n_weights] {
        *number = f32::from_bits(r.u32()?);
    }
    let weights = Weights::from_numbers(numbers);
    let config = Config { limits: Limits { neighbors_per_product }, weights };
    r.require(config.problem().is_none().then_some(config))
}

fn decode_facts(r: &mut Reader<'_>) -> Result<Facts, SnapshotError> {
    let (again, reach) = (f32::from_bits(r.u32()?), f32::from_bits(r.u32()?));
    let is_possible = again.is_finite() && again >= 0.0 && (0.0..=1.0).contains(&reach);
    r.require(is_possible.then_some(Facts { again, reach }))
}

fn decode_neighbors(
    r: &mut Reader<'_>,
    config: &Config,
    today: &[Option<ProductIdx>],
) -> Result<Vec<Neighbor>, SnapshotError> {
    let n = r.count(NEIGHBOR_BYTES_MIN)?;
    r.require((n <= usize::from(config.limits.neighbors_per_product)).then_some(()))?;
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
