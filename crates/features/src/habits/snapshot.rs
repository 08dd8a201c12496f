//! All habits as bytes: those of buyers, then those of others, each from the shopper seen longest ago to
//! the one seen last.

use std::num::NonZeroU32;

use domain::ShopperKey;

use super::{HABITS_MAX, Habit, Habits, Own};
use crate::Action;
use crate::slots::Slots;
use crate::snapshot::{Reader, SnapshotError, Writer};

const VERSION: u8 = 1;
/// Every shopper takes at least a key and the length of a list.
const SHOPPER_BYTES_MIN: usize = 16 + 1;
/// Every habit takes at least four numbers, two counts and an action.
const HABIT_BYTES_MIN: usize = 4 * 4 + 2 + 1;

impl Habits {
    /// Appends the state in canonical bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut to = Writer::new(out, VERSION);
        to.u32(self.shoppers_max.get());
        write_shoppers(&mut to, &self.buyers);
        write_shoppers(&mut to, &self.lookers);
    }

    /// Reads what [`encode`](Habits::encode) wrote, with the limit of that time.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] if the bytes are damaged or of a newer format.
    pub fn decode(bytes: &[u8]) -> Result<Habits, SnapshotError> {
        let mut from = Reader::new("habits", VERSION, bytes)?;
        let shoppers_max = NonZeroU32::new(from.u32()?);
        let shoppers_max = from.require(shoppers_max)?;
        let mut habits = Habits::new(shoppers_max);
        habits.buyers = read_shoppers(&mut from, habits.buyers_max())?;
        habits.lookers = read_shoppers(&mut from, habits.lookers_max())?;
        from.finish()?;
        Ok(habits)
    }
}

/// Equal if they would go on alike: the slots in which shoppers happen to be do not matter.
impl PartialEq for Habits {
    fn eq(&self, other: &Habits) -> bool {
        self.shoppers_max == other.shoppers_max
            && self.buyers.iter_oldest_first().eq(other.buyers.iter_oldest_first())
            && self.lookers.iter_oldest_first().eq(other.lookers.iter_oldest_first())
    }
}

fn write_shoppers(to: &mut Writer<'_>, shoppers: &Slots<Own>) {
    to.count(shoppers.len());
    for (key, own) in shoppers.iter_oldest_first() {
        to.bytes(key.as_bytes());
        to.count(own.habits.len());
        own.habits.iter().for_each(|it| write_habit(to, it));
    }
}

fn read_shoppers(from: &mut Reader<'_>, n_max: NonZeroU32) -> Result<Slots<Own>, SnapshotError> {
    let n = from.count(SHOPPER_BYTES_MIN)?;
    from.require((n <= n_max.get() as usize).then_some(()))?;
    let mut shoppers = Slots::<Own>::default();
    for _ in 0..n {
        let key = ShopperKey::from_bytes(from.array()?);
        from.require(shoppers.get(&key).is_none().then_some(()))?;
        shoppers.insert_newest(key, read_own(from)?);
    }
    Ok(shoppers)
}

fn write_habit(to: &mut Writer<'_>, habit: &Habit) {
    let (numbers, counts, strongest) = habit.to_parts();
    numbers.into_iter().for_each(|it| to.u32(it));
    counts.into_iter().for_each(|it| to.varint(it.into()));
    to.u8(strongest as u8);
}

fn read_own(from: &mut Reader<'_>) -> Result<Own, SnapshotError> {
    let n = from.count(HABIT_BYTES_MIN)?;
    from.require((n <= HABITS_MAX).then_some(()))?;
    let mut habits: Vec<Habit> = Vec::with_capacity(n);
    for _ in 0..n {
        let habit = read_habit(from)?;
        let is_next = habits.last().is_none_or(|it| it.product() < habit.product());
        from.require(is_next.then_some(()))?;
        habits.push(habit);
    }
    Ok(Own { habits })
}

fn read_habit(from: &mut Reader<'_>) -> Result<Habit, SnapshotError> {
    let numbers = [from.u32()?, from.u32()?, from.u32()?, from.u32()?];
    let counts = [read_u16(from)?, read_u16(from)?];
    let strongest = Action::from_number(from.u8()?);
    let strongest = from.require(strongest)?;
    from.require(Habit::from_parts(numbers, counts, strongest))
}

fn read_u16(from: &mut Reader<'_>) -> Result<u16, SnapshotError> {
    let value = u16::try_from(from.varint()?).ok();
    from.require(value)
}
