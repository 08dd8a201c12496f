//! What buyers say about a product: stars and a sentence, which follow from how well it is made.
//!
//! A product's hidden quality shows in its stars, with each reviewer's own mood on top, so that many
//! reviews tell more than few. Who got the wrong size because of the cut says so.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::catalogue::fit::Cut;
use crate::catalogue::product::Product;

/// What one buyer said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Review {
    /// From one to five.
    pub(crate) stars: u8,
    /// Who, as a given name and an initial.
    pub(crate) author: &'static str,
    /// How many days ago.
    pub(crate) days_ago: i64,
    /// In words.
    pub(crate) text: String,
}

/// The most reviews that one product has.
pub(crate) const REVIEWS_MAX: usize = 24;
/// Stars of a product of the lowest quality, before anybody's mood.
const STARS_LOWEST: f64 = 2.6;
/// How many stars lie between the lowest quality and the highest.
const STARS_SPAN: f64 = 2.3;
/// How far a mood moves the stars, either way.
const MOOD: f64 = 1.3;
/// How likely a review of something that runs small or large says so.
const MENTIONS_CUT: f64 = 0.4;

const AUTHORS: [&str; 16] = [
    "Mira K.",
    "Jonas W.",
    "Elif A.",
    "Tom\u{e1}s R.",
    "Ingrid S.",
    "Paul B.",
    "Noor H.",
    "Clara V.",
    "Marek Z.",
    "Sofie L.",
    "Dario M.",
    "Anna P.",
    "Henrik O.",
    "Lea F.",
    "Samir D.",
    "Yuki N.",
];
const DELIGHTED: [&str; 6] = [
    "I would buy it again tomorrow.",
    "Better made than the picture promises.",
    "A year in daily use and like new.",
    "My sister asked where it is from; she has one now.",
    "Worth every cent.",
    "The best of its kind that I have owned.",
];
const CONTENT: [&str; 6] = [
    "Does what it should.",
    "Solid for the money.",
    "Nice, though the colour is a little darker than I thought.",
    "Good, with small flaws at the seams.",
    "Took a while to get used to, and now I like it.",
    "Came quickly and is as described.",
];
const DISAPPOINTED: [&str; 6] = [
    "Looks better in the picture.",
    "Wore out within months.",
    "Feels cheaper than it is.",
    "I expected more at this price.",
    "It went back.",
    "The finish is careless.",
];

impl Product {
    /// Its reviews, newest first; young products have few. The same at every call.
    pub(crate) fn reviews(&self) -> Vec<Review> {
        // A stream of its own, so that the catalogue does not change with what is said about it.
        let mut rng = ChaCha12Rng::seed_from_u64(self.look ^ 0x7e_57a2);
        let of_age = usize::try_from(self.age_days / 12).unwrap_or(0).min(REVIEWS_MAX);
        let n_reviews = rng.random_range(0..=of_age);
        let mut reviews: Vec<Review> = (0..n_reviews).map(|_| self.review(&mut rng)).collect();
        reviews.sort_by_key(|it| it.days_ago);
        reviews
    }

    fn review(&self, rng: &mut ChaCha12Rng) -> Review {
        let mood = rng.random_range(-MOOD..MOOD);
        let stars = whole_stars(STARS_LOWEST + STARS_SPAN * self.workmanship() + mood);
        let sentences = match stars {
            5.. => &DELIGHTED,
            3..=4 => &CONTENT,
            _ => &DISAPPOINTED,
        };
        let mut text = sentences[rng.random_range(0..sentences.len())].to_owned();
        let about_cut = match self.cut() {
            Cut::RunsSmall => Some(" Runs small: take a size up."),
            Cut::RunsLarge => Some(" Runs large: take a size down."),
            Cut::True => None,
        };
        if let Some(about_cut) = about_cut.filter(|_| rng.random_bool(MENTIONS_CUT)) {
            text += about_cut;
        }
        let author = AUTHORS[rng.random_range(0..AUTHORS.len())];
        Review { stars, author, days_ago: rng.random_range(1..=self.age_days.max(1)), text }
    }
}

/// The mean of stars; `None` when nobody gave any.
pub(crate) fn mean_stars(reviews: &[Review]) -> Option<f64> {
    let n = u32::try_from(reviews.len()).ok().filter(|n| *n > 0)?;
    let sum: u32 = reviews.iter().map(|it| u32::from(it.stars)).sum();
    Some(f64::from(sum) / f64::from(n))
}

/// Rounds to a number of stars that can be given.
fn whole_stars(stars: f64) -> u8 {
    (1..=4_u8).rev().find(|it| stars >= f64::from(*it) + 0.5).map_or(1, |it| it + 1)
}
