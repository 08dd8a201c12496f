//! The bytes of a session neighborhood.
//!
//! ```text
//! limits, weights │ oldest │ n sessions × (n items × product) │ n products × (n × age of session)
//! ```
//!
//! Postings are kept although they follow from the sessions up to their order: visits go on side by
//! side, and which of them came to a product first decides which is forgotten first.

use features::SnapshotError;
use features::snapshot::{Reader, Writer};

use super::config::N_NUMBERS;
use super::model::{Postings, distinct, postings};
use super::{Config, Limits, SessionNeighbors, Weights};
use crate::lists::{List, Lists};

const WHAT: &str = "session neighbors";
const FORMAT: u8 = 1;

impl SessionNeighbors {
    /// Appends the whole state to `out`: equal states give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        encode_config(&self.config, &mut w);
        w.u32(self.oldest);
        w.count(self.sessions.len());
        for &items in &self.sessions {
            w.count(items.len());
            for &product in self.lists.get(items) {
                w.varint(product.into());
            }
        }
        // Products that no kept session holds any more may stand at the end; a restored model has none.
        let n_products =
            self.products.iter().rposition(|it| it.n_sessions > 0).map_or(0, |at| at + 1);
        w.count(n_products);
        for postings in &self.products[..n_products] {
            w.count(postings.newest.len());
            for &session in self.lists.get(postings.newest) {
                w.varint(session.wrapping_sub(self.oldest).into());
            }
        }
    }

    /// Reads what [`encode`](SessionNeighbors::encode) wrote; the result goes on as the original would.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes.
    pub fn decode(bytes: &[u8]) -> Result<SessionNeighbors, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let config = decode_config(&mut r)?;
        r.require(config.problem().is_none().then_some(()))?;
        let mut model = SessionNeighbors::new(config);
        model.oldest = r.u32()?;
        let n_sessions = r.count(1)?;
        r.require((n_sessions <= model.config.limits.sessions as usize).then_some(()))?;
        let items_max = usize::from(model.config.limits.items_per_session);
        let mut sessions_of_product: Vec<Postings> = Vec::new();
        for _ in 0..n_sessions {
            let (items, list) = decode_list(&mut r, &mut model.lists, items_max, u32::MAX)?;
            model.sessions.push_back(list);
            for product in distinct(&items) {
                // A product's number bounds what is allocated, so it must be one of those that follow.
                r.require((product as usize <= bytes.len()).then_some(()))?;
                postings(&mut sessions_of_product, product).n_sessions += 1;
            }
        }
        let n_products = r.count(1)?;
        r.require((n_products == sessions_of_product.len()).then_some(()))?;
        model.products = sessions_of_product;
        let kept = u32::try_from(n_sessions).map_err(|_| r.damaged())?;
        let sessions_max = usize::from(model.config.limits.sessions_per_product);
        for (product, postings) in (0_u32..).zip(&mut model.products) {
            let n_max = sessions_max.min(postings.n_sessions as usize);
            let (mut slots, list) = decode_list(&mut r, &mut model.lists, n_max, kept)?;
            // A session that lacks the product would be forgotten without its posting.
            let holds =
                |slot: &u32| model.lists.get(model.sessions[*slot as usize]).contains(&product);
            r.require(slots.iter().all(holds).then_some(()))?;
            slots.sort_unstable();
            r.require(slots.is_sorted_by(|a, b| a < b).then_some(()))?;
            for session in model.lists.get_mut(list) {
                *session = session.wrapping_add(model.oldest);
            }
            postings.newest = list;
        }
        r.finish()?;
        Ok(model)
    }
}

/// Reads a list of at most `len_max` values, all below `bound`; also gives the values.
fn decode_list(
    r: &mut Reader<'_>,
    lists: &mut Lists<u32>,
    len_max: usize,
    bound: u32,
) -> Result<(Vec<u32>, List), SnapshotError> {
    let n = r.count(1)?;
    r.require((n <= len_max).then_some(()))?;
    let mut values = Vec::with_capacity(n);
    let mut list = List::default();
    for _ in 0..n {
        let value = u32::try_from(r.varint()?).ok().filter(|&it| it < bound);
        let value = r.require(value)?;
        values.push(value);
        lists.push(&mut list, value, len_max);
    }
    Ok((values, list))
}

fn encode_config(config: &Config, w: &mut Writer<'_>) {
    w.u32(config.limits.sessions);
    w.u32(config.limits.items_per_session.into());
    w.u32(config.limits.sessions_per_product.into());
    w.u32(config.weights.neighbors);
    w.u32(config.weights.last_items.into());
    for number in config.weights.numbers() {
        w.u32(number.to_bits());
    }
}

fn decode_config(r: &mut Reader<'_>) -> Result<Config, SnapshotError> {
    let sessions = r.u32()?;
    let items_per_session = small(r)?;
    let sessions_per_product = small(r)?;
    let limits = Limits { sessions, items_per_session, sessions_per_product };
    let neighbors = r.u32()?;
    let last_items = small(r)?;
    let mut numbers = [0.0; N_NUMBERS];
    for number in &mut numbers {
        *number = f32::from_bits(r.u32()?);
    }
    Ok(Config { limits, weights: Weights::from_numbers(neighbors, last_items, numbers) })
}

fn small(r: &mut Reader<'_>) -> Result<u16, SnapshotError> {
    let value = r.u32()?;
    r.require(u16::try_from(value).ok())
}
