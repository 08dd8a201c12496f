//! All visitors as bytes, from the one seen longest ago to the one seen last.

use std::num::NonZeroU32;

use domain::{DecisionId, ProductIdx, ShopperKey};

use super::{
    CART_MAX, DECISIONS_MAX, RECENT_MAX, SHOWN_MAX, ShownDecision, Touch, VisitOrdinal, Visitor,
    Visits,
};
use crate::Action;
use crate::seconds::Seconds;
use crate::slots::Slots;
use crate::snapshot::{Reader, SnapshotError, Writer};

const VERSION: u8 = 1;
/// Every visitor takes at least its key, its visit and three empty lists.
const VISITOR_BYTES_MIN: usize = 16 + 12 + 1 + 1 + 3;

impl Visits {
    /// Appends the state in canonical bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut to = Writer::new(out, VERSION);
        to.u32(self.visitors_max.get());
        to.count(self.len());
        for (key, visitor) in self.slots.iter_oldest_first() {
            to.bytes(key.as_bytes());
            write_visitor(&mut to, visitor);
        }
    }

    /// Reads what [`encode`](Visits::encode) wrote, with the limit of that time.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] if the bytes are damaged or of a newer format.
    pub fn decode(bytes: &[u8]) -> Result<Visits, SnapshotError> {
        let mut from = Reader::new("visits", VERSION, bytes)?;
        let visitors_max = NonZeroU32::new(from.u32()?);
        let visitors_max = from.require(visitors_max)?;
        let n = from.count(VISITOR_BYTES_MIN)?;
        from.require((n <= visitors_max.get() as usize).then_some(()))?;
        let mut slots = Slots::<Visitor>::default();
        for _ in 0..n {
            let key = ShopperKey::from_bytes(from.array()?);
            from.require(slots.get(&key).is_none().then_some(()))?;
            slots.insert_newest(key, read_visitor(&mut from)?);
        }
        from.finish()?;
        Ok(Visits { visitors_max, slots })
    }
}

/// Equal if they would go on alike: the slots in which visitors happen to be do not matter.
impl PartialEq for Visits {
    fn eq(&self, other: &Visits) -> bool {
        self.visitors_max == other.visitors_max
            && self.slots.iter_oldest_first().eq(other.slots.iter_oldest_first())
    }
}

fn write_visitor(to: &mut Writer<'_>, visitor: &Visitor) {
    to.u32(visitor.started.0);
    to.u32(visitor.latest.0);
    to.u32(visitor.visit.get());
    // Zero stands for none.
    to.varint(visitor.session.map_or(0, |it| u64::from(it) + 1));
    to.u8(visitor.n_visit_touches);
    to.count(visitor.touches.len());
    for touch in &visitor.touches {
        to.u32(touch.product().get());
        to.u32(touch.seconds().0);
        to.u8(touch.strongest() as u8);
        to.u8(touch.latest() as u8);
    }
    to.count(visitor.cart.len());
    for product in &visitor.cart {
        to.u32(product.get());
    }
    to.count(visitor.decisions.len());
    for decision in &visitor.decisions {
        to.bytes(decision.id().as_bytes());
        to.i64(decision.time().as_micros());
        to.count(decision.products().len());
        for product in decision.products() {
            to.u32(product.get());
        }
    }
}

fn read_visitor(from: &mut Reader<'_>) -> Result<Visitor, SnapshotError> {
    let started = Seconds(from.u32()?);
    let latest = Seconds(from.u32()?);
    let visit = VisitOrdinal::new(from.u32()?);
    let session = match from.varint()? {
        0 => None,
        number => Some(from.require(u32::try_from(number - 1).ok())?),
    };
    let n_visit_touches = from.u8()?;
    let touches = read_list(from, RECENT_MAX, read_touch)?;
    from.require((usize::from(n_visit_touches) <= touches.len()).then_some(()))?;
    let cart = read_list(from, CART_MAX, read_product)?;
    let decisions = read_list(from, DECISIONS_MAX, read_decision)?;
    Ok(Visitor { started, latest, visit, session, n_visit_touches, touches, cart, decisions })
}

/// At most `n_max` items, each of at least four bytes.
fn read_list<T>(
    from: &mut Reader<'_>,
    n_max: usize,
    read: fn(&mut Reader<'_>) -> Result<T, SnapshotError>,
) -> Result<Vec<T>, SnapshotError> {
    let n = from.count(size_of::<u32>())?;
    from.require((n <= n_max).then_some(()))?;
    (0..n).map(|_| read(from)).collect()
}

fn read_product(from: &mut Reader<'_>) -> Result<ProductIdx, SnapshotError> {
    from.u32().map(ProductIdx::new)
}

fn read_touch(from: &mut Reader<'_>) -> Result<Touch, SnapshotError> {
    let product = read_product(from)?;
    let time = Seconds(from.u32()?);
    let strongest = Action::from_number(from.u8()?);
    let latest = Action::from_number(from.u8()?);
    Ok(Touch::from_parts(product, time, from.require(strongest)?, from.require(latest)?))
}

fn read_decision(from: &mut Reader<'_>) -> Result<ShownDecision, SnapshotError> {
    let id = DecisionId::from_bytes(from.array()?);
    let time = domain::Timestamp::from_micros(from.i64()?);
    let products = read_list(from, SHOWN_MAX, read_product)?;
    Ok(ShownDecision::new(id, &products, time))
}
