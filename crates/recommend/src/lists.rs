//! Many short lists in one block of memory.
//!
//! A `Vec` a list would cost 24 bytes and an allocation each; most sessions and most postings are
//! shorter than that. Here a list is eight bytes, pointing to a run of places whose size is one of
//! 1, 2, 3, 4, 6, 8, 12, 16, … (at most a third is unused); a list that outgrows its run moves to the
//! next size, and the run it leaves is used again by the next list of that size.
//!
//! Reading a list is reading one slice. Pushing is amortized O(1), taking from the front O(length).

/// The longest list there can be.
pub(crate) const LIST_LEN_MAX: usize = u16::MAX as usize;

/// Where one list lies; belongs to the [`Lists`] that made it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct List {
    offset: u32,
    len: u16,
    /// The number of the run's size; meaningless while `len` is 0, when there is no run.
    size: u8,
}

impl List {
    pub(crate) const fn len(self) -> usize {
        self.len as usize
    }
}

/// The memory of many lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists<T> {
    places: Vec<T>,
    /// Unused runs by the number of their size; the last freed is used first.
    free: Vec<Vec<u32>>,
}

impl<T: Copy + Default + PartialEq> Lists<T> {
    /// The values of `list`, oldest first.
    #[inline]
    pub(crate) fn get(&self, list: List) -> &[T] {
        let start = list.offset as usize;
        &self.places[start..start + list.len()]
    }

    /// The values of `list`, to be changed in place.
    #[inline]
    pub(crate) fn get_mut(&mut self, list: List) -> &mut [T] {
        let start = list.offset as usize;
        &mut self.places[start..start + list.len()]
    }

    /// Appends `value`; with `len_max` values already there, the oldest goes.
    pub(crate) fn push(&mut self, list: &mut List, value: T, len_max: usize) {
        debug_assert!((1..=LIST_LEN_MAX).contains(&len_max), "a list of at most {len_max} values");
        if list.len() >= len_max {
            self.remove_at(list, 0);
        }
        if list.len == 0 {
            *list = List { offset: self.take_run(0), len: 0, size: 0 };
        } else if list.len() == run_len(list.size) {
            self.move_to(list, list.size + 1);
        }
        self.places[list.offset as usize + list.len()] = value;
        list.len += 1;
    }

    /// Removes the oldest occurrence of `value`, if there is one.
    pub(crate) fn remove(&mut self, list: &mut List, value: T) {
        if let Some(at) = self.get(*list).iter().position(|&it| it == value) {
            self.remove_at(list, at);
        }
    }

    /// Empties `list`.
    pub(crate) fn clear(&mut self, list: &mut List) {
        if list.len > 0 {
            self.free_run(list.offset, list.size);
        }
        *list = List::default();
    }

    /// Memory held, in bytes, what is unused included.
    pub(crate) fn heap_bytes(&self) -> usize {
        let free: usize = self.free.iter().map(Vec::capacity).sum();
        self.places.capacity() * size_of::<T>()
            + free * size_of::<u32>()
            + self.free.capacity() * size_of::<Vec<u32>>()
    }

    fn remove_at(&mut self, list: &mut List, at: usize) {
        let start = list.offset as usize;
        self.places.copy_within(start + at + 1..start + list.len(), start + at);
        list.len -= 1;
        if list.len == 0 {
            self.free_run(list.offset, list.size);
        } else if list.len() * 4 <= run_len(list.size) {
            // Half of what it may hold stays free, lest the next push moves it back.
            self.move_to(list, size_for(list.len() * 2));
        }
    }

    fn move_to(&mut self, list: &mut List, size: u8) {
        let offset = self.take_run(size);
        let start = list.offset as usize;
        self.places.copy_within(start..start + list.len(), offset as usize);
        self.free_run(list.offset, list.size);
        *list = List { offset, size, ..*list };
    }

    fn take_run(&mut self, size: u8) -> u32 {
        if let Some(offset) = self.free.get_mut(usize::from(size)).and_then(Vec::pop) {
            return offset;
        }
        let offset = u32::try_from(self.places.len())
            .expect("limits keep all lists together below four billion places");
        let len = self.places.len() + run_len(size);
        if len > self.places.capacity() {
            // An eighth rather than double: this is most of the memory of a model.
            self.places.reserve_exact(run_len(size) + self.places.len() / 8);
        }
        self.places.resize(len, T::default());
        offset
    }

    fn free_run(&mut self, offset: u32, size: u8) {
        let size = usize::from(size);
        if self.free.len() <= size {
            self.free.resize_with(size + 1, Vec::new);
        }
        self.free[size].push(offset);
    }
}

/// How many places a run of a size has: 1, 2, 3, 4, 6, 8, 12, …
const fn run_len(size: u8) -> usize {
    match size {
        0 => 1,
        odd if odd % 2 == 1 => 2 << (odd / 2),
        even => 3 << (even / 2 - 1),
    }
}

/// The smallest size of at least `len` places.
fn size_for(len: usize) -> u8 {
    (0..u8::MAX).find(|&size| run_len(size) >= len).expect("sizes grow past every length")
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_run_is_a_third_or_a_half_longer_than_the_one_before() {
        let lens: Vec<usize> = (0..12).map(run_len).collect();
        assert_eq!(lens, [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push(usize, u32),
        Remove(usize, u32),
        Clear(usize),
    }

    fn any_step() -> impl Strategy<Value = Step> {
        let list = 0..5_usize;
        prop_oneof![
            8 => (list.clone(), 0..20_u32).prop_map(|(list, value)| Step::Push(list, value)),
            3 => (list.clone(), 0..20_u32).prop_map(|(list, value)| Step::Remove(list, value)),
            1 => list.prop_map(Step::Clear),
        ]
    }

    proptest! {
        #[test]
        fn lists_behave_like_bounded_queues(steps in prop::collection::vec(any_step(), 0..400)) {
            const LEN_MAX: usize = 19;
            let mut lists = Lists::<u32>::default();
            let mut handles = [List::default(); 5];
            let mut models: [VecDeque<u32>; 5] = Default::default();
            for step in steps {
                match step {
                    Step::Push(at, value) => {
                        lists.push(&mut handles[at], value, LEN_MAX);
                        models[at].push_back(value);
                        if models[at].len() > LEN_MAX {
                            models[at].pop_front();
                        }
                    }
                    Step::Remove(at, value) => {
                        lists.remove(&mut handles[at], value);
                        if let Some(found) = models[at].iter().position(|&it| it == value) {
                            models[at].remove(found);
                        }
                    }
                    Step::Clear(at) => {
                        lists.clear(&mut handles[at]);
                        models[at].clear();
                    }
                }
                for (handle, model) in handles.iter().zip(&models) {
                    prop_assert!(lists.get(*handle).iter().eq(model));
                }
            }
        }
    }
}
