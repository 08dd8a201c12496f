//! Reads the plain text files in which data sets with published splits are passed on.
//!
//! | format | a line | what the order of items means |
//! | --- | --- | --- |
//! | histories | `user item item …` | nothing, with a test file; else time |
//! | sessions | `item item …` | time, and so does the order of the lines |
//! | prefixes | `item item … TAB item` | a visit so far, and what came next |
//!
//! Such files tell no times, but methods ask for them. Where the order is time, acts lie a minute apart
//! and end before [`PLAIN_NOW`]; sessions lie a second apart; where it is not, all happen at once.
//!
//! Prefixes of one test session are no independent questions: they count as those of one shopper.
//!
//! # What does not live here
//!
//! Opening and unpacking files: the caller brings their text. Importing such files into a shop: `feeds`.

use core::num::NonZeroU16;

use domain::{ProductId, ProductIdx, Span, Timestamp};
use evaluate::Seen;
use features::{Action, Histories, Interaction};
use rustc_hash::FxHashMap;

use super::material::{Asked, Material, Questions};

/// The moment at which cases of plain files are asked.
pub const PLAIN_NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

/// A plain text file.
#[derive(Clone, Copy, Debug)]
pub struct PlainFile<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// What is in it.
    pub text: &'a str,
}

/// Why a plain file is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlainError {
    /// A line is not of the format.
    #[error("{file}, line {line}: {reason}; a line is `{format}`")]
    Line {
        /// The name of the file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
        /// What it should look like.
        format: &'static str,
    },
    /// There is nothing in it.
    #[error("{file} is empty; give one with a line for each shopper or session")]
    Empty {
        /// The name of the file.
        file: String,
    },
}

const HISTORY: &str = "user item item …";
const SESSION: &str = "item item …";
const PREFIX: &str = "item item … TAB next item";

/// Histories to learn from and, for some of the same users, what they went on to.
///
/// # Errors
///
/// [`PlainError`] when a file is not of the format.
pub fn fixed(train: PlainFile<'_>, test: PlainFile<'_>) -> Result<Material, PlainError> {
    let mut names = Names::default();
    let train = history_lines(train, &mut names)?;
    let test_file = test.name.to_owned();
    let test = history_lines(test, &mut names)?;
    let (products, numbers) = names.number();

    let mut histories = Histories::new();
    let mut shoppers: FxHashMap<&str, usize> = FxHashMap::default();
    for (user, items) in train.iter() {
        shoppers.insert(user, histories.n_shoppers());
        histories.push_shopper(items.iter().map(|it| act(numbers[*it], PLAIN_NOW)));
    }
    let mut asked = Vec::with_capacity(test.len());
    for (user, items) in test.iter() {
        let shopper = *shoppers.entry(user).or_insert_with(|| {
            histories.push_shopper([]);
            histories.n_shoppers() - 1
        });
        asked.push(Asked {
            history: shopper,
            shopper,
            truth: items.iter().map(|it| numbers[*it]).collect(),
        });
    }
    let questions = Questions::Given { asked, now: PLAIN_NOW, held_out: test_file };
    Ok(Material::new(products, histories, questions, Seen::Remove))
}

/// Histories in the order of time, of each of which the last item is to be foretold.
///
/// # Errors
///
/// [`PlainError`] when the file is not of the format.
pub fn sequences(file: PlainFile<'_>) -> Result<Material, PlainError> {
    let mut names = Names::default();
    let lines = history_lines(file, &mut names)?;
    let (products, numbers) = names.number();
    let mut histories = Histories::new();
    for (_, items) in &lines {
        let minutes_left = (1..=items.len()).rev().map(|it| i64::try_from(it).unwrap_or(0));
        histories.push_shopper(items.iter().zip(minutes_left).map(|(item, minutes)| {
            act(numbers[*item], PLAIN_NOW.minus(Span::MINUTE.times(minutes)))
        }));
    }
    Ok(Material::new(products, histories, Questions::LastMoment, Seen::Remove))
}

/// Sessions to learn from, oldest first, and prefixes of later ones with what came next.
///
/// # Errors
///
/// [`PlainError`] when a file is not of the format.
pub fn sessions(train: PlainFile<'_>, test: PlainFile<'_>) -> Result<Material, PlainError> {
    let mut names = Names::default();
    let train = lines(train, SESSION, |line| Ok(((), names.items(line)?)))?;
    let test_file = test.name.to_owned();
    let test = lines(test, PREFIX, |line| {
        let (visit, next) = line.split_once('\t').ok_or("there is no tab")?;
        Ok((names.items(next)?, names.items(visit)?))
    })?;
    let (products, numbers) = names.number();
    let mut histories = Histories::new();
    let mut time = PLAIN_NOW.minus(Span::SECOND.times(i64::try_from(train.len()).unwrap_or(0)));
    for ((), items) in &train {
        histories.push_shopper(items.iter().map(|it| act(numbers[*it], time)));
        time = time.plus(Span::SECOND);
    }
    let (mut visits, mut asked) = (Histories::new(), Vec::with_capacity(test.len()));
    let mut session = 0;
    for (at, line) in test.iter().enumerate() {
        if at > 0 && !is_one_session(&test[at - 1], line) {
            session += 1;
        }
        let (next, visit) = line;
        asked.push(Asked {
            history: visits.n_shoppers(),
            shopper: session,
            truth: next.iter().map(|it| numbers[*it]).collect(),
        });
        visits.push_shopper(visit.iter().map(|it| act(numbers[*it], PLAIN_NOW)));
    }
    let questions = Questions::Visits { visits, asked, now: PLAIN_NOW, held_out: test_file };
    Ok(Material::new(products, histories, questions, Seen::Keep))
}

/// Whether one of two neighboring prefixes goes on where the other ends: published files have those of a
/// session side by side, the shortest or the longest first. Two sessions that fit by chance are taken for
/// one, which makes intervals wider rather than too narrow.
fn is_one_session(a: &Prefix, b: &Prefix) -> bool {
    let goes_on = |(next, visit): &Prefix, longer: &Prefix| visit.iter().chain(next).eq(&longer.1);
    goes_on(a, b) || goes_on(b, a)
}

/// What is done in plain files, which do not say what it was: looking.
fn act(product: ProductIdx, time: Timestamp) -> Interaction {
    Interaction::new(product, Action::Viewed, time, NonZeroU16::MIN)
}

/// The names of items, numbered as they come, and then in order.
#[derive(Debug, Default)]
struct Names {
    numbers: FxHashMap<ProductId, usize>,
}

impl Names {
    /// The items between spaces.
    fn items(&mut self, text: &str) -> Result<Vec<usize>, String> {
        let mut items = Vec::new();
        for word in text.split_ascii_whitespace() {
            let id = ProductId::new(word).map_err(|err| err.to_string())?;
            let next = self.numbers.len();
            items.push(*self.numbers.entry(id).or_insert(next));
        }
        if items.is_empty() { Err("there is no item".to_owned()) } else { Ok(items) }
    }

    /// The items in ascending order, whole numbers as such and before all others; and what the number
    /// that each got as it came is in that order. So the order of a file decides no tie.
    fn number(self) -> (Vec<ProductId>, Vec<ProductIdx>) {
        let mut ids: Vec<(ProductId, usize)> = self.numbers.into_iter().collect();
        ids.sort_by_cached_key(|(id, _)| {
            (id.as_str().parse::<u64>().unwrap_or(u64::MAX), id.clone())
        });
        let mut numbers = vec![ProductIdx::new(0); ids.len()];
        for (at, (_, came)) in ids.iter().enumerate() {
            numbers[*came] = ProductIdx::new(u32::try_from(at).unwrap_or(u32::MAX));
        }
        (ids.into_iter().map(|(id, _)| id).collect(), numbers)
    }
}

type Lines<T> = Vec<(T, Vec<usize>)>;
/// What came next, and the visit so far.
type Prefix = (Vec<usize>, Vec<usize>);

fn history_lines<'a>(file: PlainFile<'a>, names: &mut Names) -> Result<Lines<&'a str>, PlainError> {
    lines(file, HISTORY, |line| {
        let (user, items) = line.split_once(' ').ok_or("there is no item")?;
        Ok((user, names.items(items)?))
    })
}

fn lines<'a, T>(
    file: PlainFile<'a>,
    format: &'static str,
    mut read: impl FnMut(&'a str) -> Result<(T, Vec<usize>), String>,
) -> Result<Lines<T>, PlainError> {
    let mut found = Vec::new();
    for (at, line) in file.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        found.push(read(line).map_err(|reason| PlainError::Line {
            file: file.name.to_owned(),
            line: at + 1,
            reason,
            format,
        })?);
    }
    if found.is_empty() {
        return Err(PlainError::Empty { file: file.name.to_owned() });
    }
    Ok(found)
}
