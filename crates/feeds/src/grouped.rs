//! Rows that belong together: the variants of a product, the lines of an order.
//!
//! They usually stand next to each other, but no format promises it. So a file is read twice: first to
//! learn where the last row of each key stands, then to put groups together, each of which is complete
//! when its last row is read.
//!
//! Memory: a number for each key, and all rows of every group that is open, begun and not yet complete.
//! In a file sorted by its keys that is one group; in one where every group begins before any is complete,
//! it is the whole file.
//!
//! The file must be the same both times. Where the second reading shows that it is not, a
//! [`FeedError::Changed`] ends it: a row of a key that was not there before or is complete, or an end
//! without rows that were there.

use std::path::{Path, PathBuf};

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
    path: PathBuf,
    rows: I,
    /// How many rows of each group are still to come.
    n_left: FxHashMap<Key, u32>,
    open: FxHashMap<Key, Vec<T>>,
}

/// Groups the rows of the file at `path` that `open` gives, which it is asked for twice.
pub(crate) fn grouped<T: Grouping, I>(
    path: &Path,
    open: impl Fn() -> Result<I, FeedError>,
) -> Result<Grouped<T, I>, FeedError>
where
    I: Iterator<Item = Result<Step<T>, FeedError>>,
{
    let mut n_left: FxHashMap<Key, u32> = FxHashMap::default();
    for step in open()? {
        if let Step::Row(row) = step?
            && let Some(key) = row.key()
        {
            *n_left.entry(key_of(key)).or_default() += 1;
        }
    }
    Ok(Grouped { path: path.to_owned(), rows: open()?, n_left, open: FxHashMap::default() })
}

impl<T: Grouping, I> Grouped<T, I> {
    /// How many groups there are that have a key.
    pub(crate) fn n_groups(&self) -> usize {
        self.n_left.len()
    }

    fn changed(&self) -> FeedError {
        FeedError::Changed { path: self.path.clone() }
    }

    /// Takes a row in; the group that it completes.
    fn add(&mut self, row: T) -> Result<Option<Step<Vec<T>>>, FeedError> {
        let Some(key) = row.key().map(key_of) else { return Ok(Some(Step::Row(vec![row]))) };
        let is_last = match self.n_left.get_mut(&key) {
            Some(n_left) if *n_left > 0 => {
                *n_left -= 1;
                *n_left == 0
            }
            _ => return Err(self.changed()),
        };
        let group = self.open.entry(key).or_default();
        // One more than allowed is kept, which tells that there were too many.
        if group.len() <= GROUP_ROWS_MAX {
            group.push(row);
        }
        if !is_last {
            return Ok(None);
        }
        Ok(self.open.remove(&key).map(complete))
    }

    /// Says once, at the end, whether rows are missing that were there at the first reading.
    fn end(&mut self) -> Option<FeedError> {
        let n_left = std::mem::take(&mut self.n_left);
        n_left.values().any(|it| *it > 0).then(|| self.changed())
    }
}

/// A group with all its rows, refused if they are too many.
fn complete<T: Grouping>(group: Vec<T>) -> Step<Vec<T>> {
    let (Some(first), true) = (group.first(), group.len() > GROUP_ROWS_MAX) else {
        return Step::Row(group);
    };
    let remedy = format!("stands in more than {GROUP_ROWS_MAX} rows; it is no id of one thing");
    let key = first.key().unwrap_or_default();
    let why = Rejection::new(RejectionCode::OutOfRange.name(), "row", key, remedy);
    Step::Refused(Box::new(ImportRow::new(first.line(), Err(why))))
}

impl<T: Grouping, I> Iterator for Grouped<T, I>
where
    I: Iterator<Item = Result<Step<T>, FeedError>>,
{
    type Item = Result<Step<Vec<T>>, FeedError>;

    fn next(&mut self) -> Option<Result<Step<Vec<T>>, FeedError>> {
        loop {
            match self.rows.next() {
                None => return self.end().map(Err),
                Some(Err(err)) => return Some(Err(err)),
                Some(Ok(Step::Refused(row))) => return Some(Ok(Step::Refused(row))),
                Some(Ok(Step::Row(row))) => {
                    if let Some(step) = self.add(row).transpose() {
                        return Some(step);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

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

    /// The lines of each group of a file that holds `words`, and other ones when it is read again. What
    /// is refused has a zero behind its line.
    fn groups_of_changed(words: &[&str], words_again: &[&str]) -> Result<Vec<Vec<u64>>, String> {
        let is_again = Cell::new(false);
        let open = || {
            let words = if is_again.replace(true) { words_again } else { words };
            let rows = (1..).zip(words).map(|(line, it)| Ok(Step::Row(Word(line, (*it).into()))));
            Ok(rows.collect::<Vec<_>>().into_iter())
        };
        let lines = |step: Step<Vec<Word>>| match step {
            Step::Row(rows) => rows.iter().map(|it| it.0).collect(),
            Step::Refused(row) => vec![row.line, 0],
        };
        let groups = grouped(Path::new("words.csv"), open).unwrap();
        groups.map(|step| step.map(lines).map_err(|it| it.to_string())).collect()
    }

    fn groups(words: &[&str]) -> Vec<Vec<u64>> {
        groups_of_changed(words, words).unwrap()
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

    #[test]
    fn a_file_that_changes_meanwhile_is_refused_rather_than_taken_in_in_part() {
        let words = ["a", "b", "a"];
        for again in [
            &["a", "b", "a", "c"][..],
            &["a", "b", "a", "a"],
            &["a", "b", "b", "a"],
            &["a", "b"],
            &["a", "a"],
            &[],
        ] {
            let why = "words.csv changed while it was read; import it again when nobody writes it";
            assert_eq!(groups_of_changed(&words, again), Err(why.to_owned()), "{again:?}");
        }
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
