//! Rows that belong together: the variants of a product, the lines of an order.
//!
//! They usually stand next to each other, but no format promises it. So a file is read twice: first to
//! learn where the last row of each key stands, then to put groups together, each of which is complete
//! when its last row is read. Memory: a number for each key, and the rows of groups that are open.

use api::RejectionCode;
use app::Rejection;
use app::import::ImportRow;
use rustc_hash::FxHashMap;

use crate::FeedError;

/// The most rows of one group; beyond it a key is no key.
const GROUP_ROWS_MAX: usize = 5_000;

/// What reading a row gave.
#[derive(Debug)]
pub(crate) enum Step<T> {
    /// A row.
    Row(T),
    /// A row that cannot be read.
    Refused(Box<ImportRow>),
}

/// What a row must tell of itself to be grouped.
pub(crate) trait Grouping: Send {
    /// What rows of one group have in common; `None` for a row that stands alone.
    fn key(&self) -> Option<&str>;

    /// Where it stands.
    fn line(&self) -> u64;
}

type Key = [u8; 16];

fn key_of(key: &str) -> Key {
    let hash = blake3::hash(key.as_bytes());
    let (first, _) = hash.as_bytes().split_first_chunk().expect("a hash has 32 bytes");
    *first
}

/// Puts groups together, in the order in which they are complete.
pub(crate) struct Grouped<T, I> {
    rows: I,
    /// How many rows each group has.
    n_rows: FxHashMap<Key, u32>,
    open: FxHashMap<Key, Vec<T>>,
}

/// Groups the rows that `open` gives, which it is asked for twice.
pub(crate) fn grouped<T: Grouping, I>(
    open: impl Fn() -> Result<I, FeedError>,
) -> Result<Grouped<T, I>, FeedError>
where
    I: Iterator<Item = Result<Step<T>, FeedError>>,
{
    let mut n_rows: FxHashMap<Key, u32> = FxHashMap::default();
    for step in open()? {
        if let Step::Row(row) = step?
            && let Some(key) = row.key()
        {
            *n_rows.entry(key_of(key)).or_default() += 1;
        }
    }
    Ok(Grouped { rows: open()?, n_rows, open: FxHashMap::default() })
}

impl<T: Grouping, I> Grouped<T, I> {
    /// How many groups there are that have a key.
    pub(crate) fn n_groups(&self) -> usize {
        self.n_rows.len()
    }

    fn add(&mut self, row: T) -> Option<Step<Vec<T>>> {
        let Some(key) = row.key().map(key_of) else { return Some(Step::Row(vec![row])) };
        let n_left = self.n_rows.get_mut(&key)?;
        *n_left = n_left.saturating_sub(1);
        let is_last = *n_left == 0;
        let group = self.open.entry(key).or_default();
        // One more than allowed is kept, which tells that there were too many.
        if group.len() <= GROUP_ROWS_MAX {
            group.push(row);
        }
        if !is_last {
            return None;
        }
        let group = self.open.remove(&key)?;
        if group.len() <= GROUP_ROWS_MAX {
            return Some(Step::Row(group));
        }
        let first = group.first()?;
        let remedy = format!("stands in more than {GROUP_ROWS_MAX} rows; it is no id of one thing");
        let why = Rejection::new(
            RejectionCode::OutOfRange.name(),
            "row",
            first.key().unwrap_or_default(),
            remedy,
        );
        Some(Step::Refused(Box::new(ImportRow::new(first.line(), Err(why)))))
    }
}

impl<T: Grouping, I> Iterator for Grouped<T, I>
where
    I: Iterator<Item = Result<Step<T>, FeedError>>,
{
    type Item = Result<Step<Vec<T>>, FeedError>;

    fn next(&mut self) -> Option<Result<Step<Vec<T>>, FeedError>> {
        loop {
            match self.rows.next()? {
                Err(err) => return Some(Err(err)),
                Ok(Step::Refused(row)) => return Some(Ok(Step::Refused(row))),
                Ok(Step::Row(row)) => {
                    if let Some(step) = self.add(row) {
                        return Some(Ok(step));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Word(u64, String);

    impl Grouping for Word {
        fn key(&self) -> Option<&str> {
            Some(self.1.as_str()).filter(|it| !it.is_empty())
        }

        fn line(&self) -> u64 {
            self.0
        }
    }

    fn groups(words: &[&str]) -> Vec<Vec<u64>> {
        let open = || {
            let rows = (1..).zip(words).map(|(line, it)| Ok(Step::Row(Word(line, (*it).into()))));
            Ok(rows.collect::<Vec<_>>().into_iter())
        };
        grouped(open)
            .unwrap()
            .map(|step| match step.unwrap() {
                Step::Row(rows) => rows.iter().map(|it| it.0).collect(),
                Step::Refused(row) => vec![row.line, 0],
            })
            .collect()
    }

    #[test]
    fn a_group_is_complete_when_its_last_row_is_read() {
        assert_eq!(
            groups(&["a", "b", "", "a", "c", "b"]),
            [vec![3], vec![1, 4], vec![5], vec![2, 6]]
        );
    }

    #[test]
    fn a_group_that_never_ends_is_refused_and_takes_no_memory() {
        assert_eq!(groups(&vec!["a"; GROUP_ROWS_MAX + 2]), [[1, 0]]);
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_group(words in proptest::collection::vec("[abc]?", 0..40)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut lines: Vec<u64> = groups(&words).concat();
            lines.sort_unstable();
            prop_assert_eq!(lines, (1..=words.len() as u64).collect::<Vec<_>>());
        }
    }
}
