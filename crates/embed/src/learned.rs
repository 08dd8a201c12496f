//! Vectors learned from the texts themselves, without anything else.
//!
//! # The formula
//!
//! A piece (see `pieces`) that stands `n` times in a text of `length` pieces, and in `df` of all `N` texts,
//! weighs
//!
//! ```text
//! weight = n·(k + 1) / (n + k·(1 − b + b·length/mean length)) · ln(1 + (N − df + ½)/(df + ½)) · kind
//! ```
//!
//! where `kind` is 1 for words and `run_weight` for runs of letters. Each text's row is brought to the length
//! of one; its vector is its place along the main directions of all rows, brought to the length of one again.
//! So texts are alike that share pieces, or pieces that other texts have together.
//!
//! # Bounds and cost
//!
//! A text is known by its first 256 pieces, and at most [`pieces_max`](Config::pieces_max) pieces
//! are known, those of the most texts. Fitting takes 2 KB a text and a few seconds of one core for 100,000.
//! The encoder takes `4 · numbers + 12` bytes a piece.
//!
//! # Source
//!
//! S. Deerwester, S. Dumais, G. Furnas, T. Landauer and R. Harshman, "Indexing by Latent Semantic Analysis",
//! JASIS 1990. The weights: S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and
//! Beyond", 2009. Runs of letters: P. Bojanowski, E. Grave, A. Joulin and T. Mikolov, "Enriching Word Vectors
//! with Subword Information", TACL 2017.

use linalg::{Csr, Dense};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::encoder::{Encoder, to_unit_rows};
use crate::pieces::{Piece, pieces_of};
use crate::reduce::{main_directions, product};

/// How soon a piece that stands in a text again counts no more, and how far long texts are held back.
const SATURATION: f32 = 1.2;
const LENGTH_WEIGHT: f32 = 0.5;
/// A piece of fewer texts ties nothing together.
const TEXTS_MIN: u32 = 2;

/// How vectors are learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// How many numbers a vector has, where there are as many texts and pieces.
    pub numbers: usize,
    /// How many pieces are known at most.
    pub pieces_max: usize,
    /// What runs of letters weigh beside words.
    pub run_weight: f32,
}

impl Default for Config {
    fn default() -> Config {
        Config { numbers: 64, pieces_max: 50_000, run_weight: 0.3 }
    }
}

/// An encoder that was learned from texts.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedWords {
    /// The hashes of the pieces that are known, ascending.
    hashes: Vec<u64>,
    /// What each weighs before it is counted.
    weights: Vec<f32>,
    mean_length: f32,
    /// A row for each piece.
    directions: Dense,
}

impl LearnedWords {
    /// Learns from texts, the same to the bit on any number of threads of the current pool.
    pub fn fit(texts: &[&str], config: &Config, seed: u64) -> LearnedWords {
        let (mut n_texts_of, mut n_pieces): (FxHashMap<Piece, u32>, usize) = Default::default();
        let mut pieces = Vec::new();
        for text in texts {
            pieces_of(text, &mut pieces);
            n_pieces += pieces.len();
            pieces.sort_unstable();
            pieces.dedup();
            pieces.iter().for_each(|it| *n_texts_of.entry(*it).or_default() += 1);
        }
        let known = known(n_texts_of, config.pieces_max);
        let idf = |df: u32| {
            let (n, df) = (texts.len() as f32, df as f32);
            (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
        };
        let weight = |&(piece, df): &(Piece, u32)| {
            idf(df) * if piece.is_word { 1.0 } else { config.run_weight }
        };
        let mut encoder = LearnedWords {
            hashes: known.iter().map(|it| it.0.hash).collect(),
            weights: known.iter().map(weight).collect(),
            mean_length: (n_pieces as f32 / texts.len().max(1) as f32).max(1.0),
            directions: Dense::zeros(0, 0),
        };
        encoder.directions = main_directions(&encoder.matrix(texts), config.numbers, seed);
        encoder
    }

    /// How many pieces it knows.
    pub fn n_pieces(&self) -> usize {
        self.hashes.len()
    }

    /// Texts × pieces.
    fn matrix(&self, texts: &[&str]) -> Csr {
        let rows: Vec<Vec<(u32, f32)>> =
            texts.par_iter().map_init(Vec::new, |pieces, text| self.row(text, pieces)).collect();
        let mut matrix = Csr::new(self.hashes.len());
        rows.into_iter().for_each(|row| matrix.push_row(row));
        matrix
    }

    /// The pieces of one text that are known, with their weights, of length one together.
    fn row(&self, text: &str, pieces: &mut Vec<Piece>) -> Vec<(u32, f32)> {
        pieces_of(text, pieces);
        let longer = pieces.len() as f32 / self.mean_length;
        let held_back = SATURATION * (1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * longer);
        pieces.sort_unstable();
        let mut row = Vec::new();
        // By the hash alone: should a word and a run share one, they are one piece.
        for same in pieces.chunk_by(|a, b| a.hash == b.hash) {
            let Ok(at) = self.hashes.binary_search(&same[0].hash) else { continue };
            let n = same.len() as f32;
            let weight = self.weights[at] * n * (SATURATION + 1.0) / (n + held_back);
            row.push((u32::try_from(at).expect("pieces are few"), weight));
        }
        let length = row.iter().map(|it| it.1 * it.1).sum::<f32>().sqrt();
        if length > 0.0 {
            row.iter_mut().for_each(|it| it.1 /= length);
        }
        row
    }
}

impl Encoder for LearnedWords {
    fn n_numbers(&self) -> usize {
        self.directions.n_columns()
    }

    fn encode(&self, texts: &[&str]) -> Dense {
        let mut vectors = product(&self.matrix(texts), &self.directions);
        to_unit_rows(&mut vectors);
        vectors
    }
}

/// The pieces of the most texts, by ascending hash. Of two that share a hash the first is known for both.
fn known(n_texts_of: FxHashMap<Piece, u32>, n_max: usize) -> Vec<(Piece, u32)> {
    let mut known: Vec<(Piece, u32)> =
        n_texts_of.into_iter().filter(|it| it.1 >= TEXTS_MIN).collect();
    known.sort_unstable_by_key(|&(piece, n)| (std::cmp::Reverse(n), piece));
    known.truncate(n_max);
    known.sort_unstable();
    known.dedup_by_key(|it| it.0.hash);
    known
}

#[cfg(test)]
mod tests {
    use linalg::vectors::dot;
    use proptest::prelude::*;

    use super::*;

    const SHOP: [&str; 8] = [
        "white metal lantern",
        "red metal lantern",
        "white lantern with heart",
        "glass lantern white",
        "knitted union flag bottle",
        "hot water bottle knitted",
        "red hot water bottle",
        "water bottle",
    ];

    fn likeness(encoder: &dyn Encoder, a: &str, b: &str) -> f32 {
        let both = encoder.encode(&[a, b]);
        dot(both.row(0), both.row(1))
    }

    #[test]
    fn texts_about_the_same_are_alike_also_in_other_forms_and_misspelt() {
        let encoder = LearnedWords::fit(&SHOP, &Config { numbers: 3, ..Config::default() }, 1);
        let near = |a, b| likeness(&encoder, a, b);
        assert!(near("lantern", "white metal") > near("lantern", "hot water") + 0.3);
        assert!(near("lanterns", "lantern") > 0.8, "{}", near("lanterns", "lantern"));
        assert!(near("botle", "water") > near("botle", "lantern") + 0.3);
    }

    #[test]
    fn of_what_was_never_told_nothing_is_known() {
        let encoder = LearnedWords::fit(&SHOP, &Config::default(), 1);
        assert!(encoder.encode(&["xyzzy", ""]).values().iter().all(|it| *it == 0.0));
        let nothing = LearnedWords::fit(&[], &Config::default(), 1);
        assert_eq!((nothing.n_numbers(), nothing.n_pieces()), (0, 0));
        assert_eq!(nothing.encode(&["lantern"]).n_rows(), 1);
    }

    #[test]
    fn the_pieces_of_most_texts_are_known_first() {
        let encoder = LearnedWords::fit(&SHOP, &Config { pieces_max: 1, ..Config::default() }, 1);
        assert_eq!(encoder.n_pieces(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn vectors_are_of_length_one_or_zero_and_nobody_s_neighbors_matter(
            texts in prop::collection::vec("[a-e ]{0,20}", 1..12), seed: u64,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let encoder = LearnedWords::fit(&texts, &Config { numbers: 4, ..Config::default() }, seed);
            let all = encoder.encode(&texts);
            for (at, text) in texts.iter().enumerate() {
                let squares = dot(all.row(at), all.row(at));
                prop_assert!(squares == 0.0 || (squares - 1.0).abs() < 1e-4, "{squares}");
                let alone = encoder.encode(&[text]);
                prop_assert_eq!(alone.values(), all.row(at));
            }
        }

        #[test]
        fn any_number_of_threads_learns_the_same(
            texts in prop::collection::vec("[a-e ]{0,20}", 1..40),
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let on = |n_threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
                pool.install(|| LearnedWords::fit(&texts, &Config::default(), 5))
            };
            prop_assert_eq!(on(1), on(3));
        }
    }
}
