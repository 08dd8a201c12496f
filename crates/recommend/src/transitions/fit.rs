//! How transitions are learned from histories.

use domain::Timestamp;
use features::{Action, Interaction};

use super::{Config, Transitions, Weights};
use crate::buy_again::age_days;
use crate::links::{keep_strongest, link_all};
use crate::{FitError, Lesson};

/// What an act takes while it is learned from: its product and weight, and its place in the list of those
/// of its product.
const BYTES_AN_ACT: u64 = 16;

/// Everybody's acts, one shopper after the other, and where each product stands among them.
struct Acts {
    /// Where shoppers begin; one more than there are.
    shoppers: Vec<u32>,
    products: Vec<u32>,
    fades: Vec<f32>,
    /// Where the places of each product begin; one more than there are.
    starts: Vec<u32>,
    /// Places of acts by product, with the number of the shopper.
    places: Vec<(u32, u32)>,
}

/// What a thread needs to look at one product after the other.
struct Scratch {
    /// By product; zero in between.
    sums: Vec<f32>,
    touched: Vec<u32>,
}

impl Transitions {
    /// Learns from the order of what shoppers did.
    ///
    /// The products' numbers are the histories' own. The result is the same to the bit on any number of
    /// threads of the current pool.
    ///
    /// # Errors
    ///
    /// [`FitError`] when the lesson says to stop, or what is learned from does not fit.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges its fields state.
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<Transitions, FitError> {
        if let Some(problem) = config.problem() {
            panic!("transitions cannot be configured so: {problem}");
        }
        let needed = lesson.histories.n_interactions() as u64 * BYTES_AN_ACT;
        if needed > lesson.memory_bytes_max || lesson.histories.n_interactions() > u32::MAX as usize
        {
            return Err(FitError::TooLarge { needed, allowed: lesson.memory_bytes_max });
        }
        let acts = Acts::of(lesson, &config.weights);
        let n_products = acts.starts.len() - 1;
        let scratch = || Scratch { sums: vec![0.0; n_products], touched: Vec::new() };
        let followers_of =
            |product, scratch: &mut Scratch| acts.followers(product, config, scratch);
        let followers = link_all(n_products, lesson.is_stopped, scratch, followers_of);
        let followers = followers.ok_or(FitError::Stopped)?;
        Ok(Transitions { config: *config, followers })
    }
}

impl Acts {
    fn of(lesson: &Lesson<'_>, weights: &Weights) -> Acts {
        let (mut shoppers, mut products, mut fades) = (vec![0], Vec::new(), Vec::new());
        for acts in lesson.histories.iter() {
            for act in acts.iter().filter(|it| it.action() > Action::Removed) {
                products.push(act.product().get());
                fades.push(fade(act, lesson.until, weights));
            }
            shoppers.push(number(products.len()));
        }
        let n_products = lesson.histories.n_products();
        let mut starts = vec![0_u32; n_products + 1];
        for &product in &products {
            starts[product as usize + 1] += 1;
        }
        for at in 0..n_products {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut places = vec![(0, 0); products.len()];
        for (shopper, bounds) in (0_u32..).zip(shoppers.windows(2)) {
            for place in bounds[0]..bounds[1] {
                let next = &mut next[products[place as usize] as usize];
                places[*next as usize] = (place, shopper);
                *next += 1;
            }
        }
        Acts { shoppers, products, fades, starts, places }
    }

    /// How often something was done with a product.
    fn n_acts(&self, product: u32) -> u32 {
        self.starts[product as usize + 1] - self.starts[product as usize]
    }

    /// What follows a product most, by ascending product.
    fn followers(&self, product: u32, config: &Config, scratch: &mut Scratch) -> Vec<(u32, f32)> {
        let weights = &config.weights;
        let window = whole(weights.window);
        let Scratch { sums, touched } = scratch;
        let mut add = |other: usize, amount: f32| {
            let of = self.products[other];
            let sum = &mut sums[of as usize];
            if *sum <= 0.0 {
                touched.push(of);
            }
            *sum += amount.max(f32::MIN_POSITIVE);
        };
        let range =
            self.starts[product as usize] as usize..self.starts[product as usize + 1] as usize;
        for &(place, shopper) in &self.places[range] {
            let place = place as usize;
            let first = self.shoppers[shopper as usize] as usize;
            let end = self.shoppers[shopper as usize + 1] as usize;
            for later in place + 1..end.min(place + 1 + window) {
                let steps = (later - place - 1) as f32;
                add(later, self.fades[later] * (-steps / weights.forward_distance).exp());
            }
            if weights.backward_weight > 0.0 {
                for earlier in first.max(place.saturating_sub(window))..place {
                    let steps = (place - earlier - 1) as f32;
                    let near = (-steps / weights.backward_distance).exp();
                    add(earlier, self.fades[place] * near * weights.backward_weight);
                }
            }
        }
        let norm = |it: u32, shrinkage: f32, exponent: f32| {
            (self.n_acts(it) as f32 + shrinkage).powf(exponent)
        };
        let source = norm(product, weights.shrinkage, weights.source_exponent);
        let mut followers = Vec::with_capacity(touched.len());
        for it in touched.drain(..) {
            let sum = std::mem::take(&mut sums[it as usize]);
            let near = sum / (source * norm(it, 0.0, weights.target_exponent));
            followers.push((it, near));
        }
        keep_strongest(&mut followers, config.followers_per_product.into());
        followers
    }
}

fn fade(act: &Interaction, until: Timestamp, weights: &Weights) -> f32 {
    (-age_days(act.time(), until) / weights.half_life_days).exp2()
}

/// A number that a knob holds as a float.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "knobs are between 1 and a few hundred"
)]
pub(super) fn whole(value: f32) -> usize {
    value as usize
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("acts and products are fewer than four billion")
}
