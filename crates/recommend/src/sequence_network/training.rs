//! Learning that can be broken off and gone on with.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::adam::{Adam, Pace};
use super::batches::{Batch, PARTS, Steps};
use super::draws::Draws;
use super::encoder::Encoder;
use super::model::SequenceNetwork;
use super::sequences::Sequences;
use super::step::{Bench, Net};
use super::{Config, held};
use crate::{FitError, Lesson};

/// The share of the first pace that is left at the end.
const PACE_LEFT: f32 = 0.02;

/// A network that is learning.
#[derive(Debug)]
pub struct Training {
    config: Config,
    seed: u64,
    sequences: Sequences,
    held: Vec<held::Question>,
    draws: Draws,
    encoder: Encoder,
    epochs: u32,
    steps: Steps,
    bench: Bench,
    pub(super) state: State,
}

/// All that changes while a network learns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub(super) learned: Learned,
    pub(super) adam: Adam,
    pub(super) rows_adam: Adam,
    pub(super) n_steps: u64,
    pub(super) epoch: u32,
    /// How many steps of the epoch are done.
    pub(super) n_done: u32,
    pub(super) best: Option<Best>,
    pub(super) n_worse: u32,
}

/// What a network has learned.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Learned {
    /// The encoder's numbers.
    pub(super) numbers: Vec<f32>,
    /// A row for each product.
    pub(super) rows: Vec<f32>,
}

/// What was best so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Best {
    pub(super) worth: f64,
    pub(super) learned: Learned,
}

/// How a time through everything went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// How many are done.
    pub n_done: u32,
    /// nDCG@20 of what was held back; nothing if there is too little to hold any back.
    pub worth: Option<f64>,
}

impl Training {
    /// Begins to learn from what shoppers did.
    ///
    /// # Errors
    ///
    /// [`FitError::NothingToLearn`] where nobody did one thing after another, [`FitError::TooLarge`] where
    /// products take more memory than the lesson allows.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges its fields state.
    pub fn new(lesson: &Lesson<'_>, config: &Config) -> Result<Training, FitError> {
        if let Some(problem) = config.problem() {
            panic!("a sequence network cannot be configured so: {problem}");
        }
        let sequences = Sequences::of(lesson.histories);
        if sequences.n_taught() == 0 {
            return Err(FitError::NothingToLearn { reason: "nobody did one thing after another" });
        }
        let encoder = Encoder::new(config.shape);
        let width = usize::from(config.shape.width);
        let needed = memory_bytes(&sequences, &encoder, config);
        if needed > lesson.memory_bytes_max {
            return Err(FitError::TooLarge { needed, allowed: lesson.memory_bytes_max });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(lesson.seed);
        let numbers = encoder.begin(&mut rng);
        let most = (width as f32).sqrt().recip();
        let n_numbers = sequences.products.len() * width;
        let rows: Vec<f32> = (0..n_numbers).map(|_| rng.random_range(-most..most)).collect();
        let state = State {
            adam: Adam::new(numbers.len()),
            rows_adam: Adam::new(rows.len()),
            learned: Learned { numbers, rows },
            n_steps: 0,
            epoch: 0,
            n_done: 0,
            best: None,
            n_worse: 0,
        };
        let n_drawn = config.learning.n_drawn as usize;
        let mut training = Training {
            config: *config,
            seed: lesson.seed,
            held: held::questions(&sequences),
            draws: Draws::new(&sequences.counts, config.learning.draw_exponent, n_drawn),
            epochs: epochs(&sequences, &encoder, config),
            steps: Steps::new(&sequences, 1, &mut rng),
            sequences,
            encoder,
            bench: Bench::default(),
            state,
        };
        training.steps = training.steps_of_epoch();
        Ok(training)
    }

    /// Whether there is nothing left to do.
    pub fn is_done(&self) -> bool {
        let learning = &self.config.learning;
        self.state.epoch >= self.epochs || self.state.n_worse >= learning.patience
    }

    /// How many times everything will be gone through, unless that stops being of use.
    pub const fn n_epochs(&self) -> u32 {
        self.epochs
    }

    /// How many steps a time through everything takes.
    pub fn n_steps_per_epoch(&self) -> usize {
        self.steps.len()
    }

    /// Goes on to the end of this time through everything, or until `is_stopped`, which is asked after each
    /// step. What is stopped returns nothing and may be gone on with.
    pub fn advance(&mut self, is_stopped: &dyn Fn() -> bool) -> Option<Epoch> {
        while (self.state.n_done as usize) < self.steps.len() {
            if is_stopped() {
                return None;
            }
            self.step();
        }
        Some(self.end_epoch())
    }

    /// The best network so far.
    pub fn finish(self) -> SequenceNetwork {
        let learned = self.state.best.map_or(self.state.learned, |it| it.learned);
        let Config { shape, learning } = self.config;
        SequenceNetwork::of_parts(shape, learning.scale, learned, self.sequences.products)
    }

    /// What another training has to have in common to be gone on with here.
    pub(super) fn identity(&self) -> Vec<f64> {
        let n_taught = self.sequences.n_taught() as f64;
        let seed = [f64::from_bits(self.seed), n_taught, self.held.len() as f64];
        self.config.values().into_iter().chain(seed).collect()
    }

    /// Goes on from there.
    pub(super) fn set_state(&mut self, state: State) {
        self.state = state;
        self.steps = self.steps_of_epoch();
    }

    fn step(&mut self) {
        let state = &mut self.state;
        let windows = self.steps.of(state.n_done as usize);
        let mut draws_rng = rng(self.seed, state.n_steps);
        self.draws.draw(&mut draws_rng, &mut self.bench.products, &mut self.bench.log_shares);
        let seeds: [u64; PARTS] = draws_rng.random();
        let taught = |&it: &u32| {
            let window = &self.sequences.windows[it as usize];
            &self.sequences.acts(window)[..=window.n_taught]
        };
        let part = |it| Batch::new(windows.iter().skip(it).step_by(PARTS).map(taught));
        let mut batches: [Batch; PARTS] = std::array::from_fn(part);
        let width = usize::from(self.config.shape.width);
        let learning = &self.config.learning;
        let Learned { numbers, rows } = &mut state.learned;
        let net = Net { encoder: &self.encoder, numbers, rows, width, learning };
        self.bench.step(&net, &mut batches, seeds);

        state.n_steps += 1;
        state.n_done += 1;
        let n_steps_all = f64::from(self.epochs) * self.steps.len() as f64;
        let left = super::narrowed((1.0 - state.n_steps as f64 / n_steps_all).max(0.0));
        let pace = Pace::of_step(learning.rate * left.max(PACE_LEFT), state.n_steps);
        state.adam.step(numbers, 0, &self.bench.slopes, pace);
        let row_slopes = self.bench.row_slopes.chunks_exact(width);
        for (&product, slopes) in self.bench.products.iter().zip(row_slopes) {
            state.rows_adam.step(rows, product as usize * width, slopes, pace);
        }
    }

    fn end_epoch(&mut self) -> Epoch {
        let worth = (!self.held.is_empty()).then(|| {
            let width = usize::from(self.config.shape.width);
            held::worth(&self.encoder, &self.state.learned, width, (&self.sequences, &self.held))
        });
        let state = &mut self.state;
        match (worth, &state.best) {
            (Some(worth), Some(best)) if worth <= best.worth => state.n_worse += 1,
            (Some(worth), _) => {
                state.best = Some(Best { worth, learned: state.learned.clone() });
                state.n_worse = 0;
            }
            (None, _) => {}
        }
        (state.epoch, state.n_done) = (state.epoch + 1, 0);
        let n_done = state.epoch;
        self.steps = self.steps_of_epoch();
        Epoch { n_done, worth }
    }

    fn steps_of_epoch(&self) -> Steps {
        let mut rng = rng(!self.seed, self.state.epoch.into());
        Steps::new(&self.sequences, self.config.learning.batch_acts as usize, &mut rng)
    }
}

/// What is drawn in one part of the work does not hang on what was drawn before it.
fn rng(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}

/// How many times everything can be gone through with the work allowed: at least once.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held between 1 and the most epochs"
)]
fn epochs(sequences: &Sequences, encoder: &Encoder, config: &Config) -> u32 {
    let n_drawn = sequences.products.len().min(config.learning.n_drawn as usize);
    let products_per_act = n_drawn * usize::from(config.shape.width) + encoder.n_numbers();
    // Once forward, twice back.
    let per_epoch = 3.0 * sequences.n_taught() as f64 * products_per_act as f64;
    let allowed = f64::from(config.learning.tera_products_max) * 1e12 / per_epoch;
    allowed.clamp(1.0, config.learning.epochs_max.into()) as u32
}

fn memory_bytes(sequences: &Sequences, encoder: &Encoder, config: &Config) -> u64 {
    let width = usize::from(config.shape.width);
    // What is learned, the means and the squares of its slopes, the best so far, and directions to judge by.
    let learned = 5 * (sequences.products.len() * width + encoder.n_numbers());
    let (n_drawn, n_acts) = (config.learning.n_drawn as usize, config.learning.batch_acts as usize);
    let n_drawn = n_drawn.min(sequences.products.len());
    // Logits and slopes of a step, and what the layers keep.
    let step = n_acts * n_drawn + PARTS * (n_drawn + 2 * n_acts) * width + 30 * n_acts * width;
    ((learned + step) * size_of::<f32>()) as u64
}
