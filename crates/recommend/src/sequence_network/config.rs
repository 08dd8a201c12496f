//! How a sequence network is shaped and how it learns.

use evaluate::{Knob, Step};

/// How many acts are looked at, the last ones.
pub(super) const ACTS_MAX: usize = 50;
/// The widest network.
const WIDTH_MAX: u16 = 1_024;
const BLOCKS_MAX: u8 = 8;
const HEADS_MAX: u8 = 16;

/// How a network is shaped and how it learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// How it is shaped.
    pub shape: Shape,
    /// How it learns.
    pub learning: Learning,
}

/// What carries a sequence to what may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// A memory carried from act to act, and a look back over it: light, and at home in short visits.
    Recurrent,
    /// Blocks of attention: at home in long histories.
    Attentive,
}

/// How a network is shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What carries a sequence to what may come next.
    pub encoding: Encoding,
    /// How many numbers a product has, 1 to 1,024; a multiple of `n_heads`.
    pub width: u16,
    /// How many blocks of attention there are, 1 to 8; a recurrent encoder has none.
    pub n_blocks: u8,
    /// In how many ways attention looks back, 1 to 16.
    pub n_heads: u8,
}

/// How a network learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learning {
    /// What share of numbers is left out by chance, 0 to 0.9.
    pub dropout: f32,
    /// How far the first steps go, above 0; later ones go less far.
    pub rate: f32,
    /// How sharply products compete: what a cosine is multiplied by, above 0.
    pub scale: f32,
    /// How many products compete in a step, at least 1; all, where there are no more.
    pub n_drawn: u32,
    /// How strongly products that are often seen are drawn more often, 0 or more.
    pub draw_exponent: f32,
    /// How many acts are learned from in a step, at least 1.
    pub batch_acts: u32,
    /// How many times everything is gone through at most, at least 1.
    pub epochs_max: u32,
    /// After how many times without gain learning ends, at least 1.
    pub patience: u32,
    /// How many million million multiplications learning may take.
    pub tera_products_max: f32,
}

impl Default for Config {
    fn default() -> Config {
        Config::from_values(&[])
    }
}

/// What can be searched, in the order of [`Config::values`].
pub const KNOBS: [Knob; 13] = [
    whole("is_attentive", 0.0, (0.0, 1.0)),
    whole("width", 96.0, (8.0, 512.0)),
    whole("n_blocks", 2.0, (1.0, BLOCKS_MAX as f64)),
    whole("n_heads", 2.0, (1.0, HEADS_MAX as f64)),
    Knob { name: "dropout", default: 0.25, range: (0.0, 0.9), step: Step::Plus(0.1) },
    factor("rate", 0.004, (0.000_01, 0.1)),
    factor("scale", 16.0, (1.0, 100.0)),
    whole("n_drawn", 4_096.0, (16.0, 1_000_000.0)),
    Knob { name: "draw_exponent", default: 0.5, range: (0.0, 1.0), step: Step::Plus(0.2) },
    whole("batch_acts", 512.0, (16.0, 65_536.0)),
    whole("epochs_max", 10.0, (1.0, 1_000.0)),
    whole("patience", 3.0, (1.0, 100.0)),
    factor("tera_products_max", 20.0, (0.000_1, 1e6)),
];

const fn factor(name: &'static str, default: f64, range: (f64, f64)) -> Knob {
    Knob { name, default, range, step: Step::Factor(2.0) }
}

const fn whole(name: &'static str, default: f64, range: (f64, f64)) -> Knob {
    Knob { name, default, range, step: Step::Whole(2.0) }
}

impl Config {
    /// The configuration with the knobs at `values`, in the order of [`KNOBS`].
    ///
    /// Knobs beyond the last value stay at their default; a value outside its range is taken for the
    /// nearest within, and a width for the nearest multiple of the heads above it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole numbers within the ranges of their knobs"
    )]
    pub fn from_values(values: &[f64]) -> Config {
        let [
            is_attentive,
            width,
            n_blocks,
            n_heads,
            dropout,
            rate,
            scale,
            n_drawn,
            draw_exponent,
            batch_acts,
            epochs_max,
            patience,
            tera_products_max,
        ] = crate::knobs::hold(&KNOBS, values);
        let encoding = if is_attentive > 0.5 { Encoding::Attentive } else { Encoding::Recurrent };
        let n_heads = n_heads as u8;
        let width = (width as u16).next_multiple_of(n_heads.into());
        let shape = Shape { encoding, width, n_blocks: n_blocks as u8, n_heads };
        let learning = Learning {
            dropout,
            rate,
            scale,
            n_drawn: n_drawn as u32,
            draw_exponent,
            batch_acts: batch_acts as u32,
            epochs_max: epochs_max as u32,
            patience: patience as u32,
            tera_products_max,
        };
        Config { shape, learning }
    }

    /// The values of the knobs, in the order of [`KNOBS`].
    pub fn values(&self) -> [f64; KNOBS.len()] {
        let Config { shape, learning } = self;
        [
            f64::from(u8::from(shape.encoding == Encoding::Attentive)),
            shape.width.into(),
            shape.n_blocks.into(),
            shape.n_heads.into(),
            learning.dropout.into(),
            learning.rate.into(),
            learning.scale.into(),
            learning.n_drawn.into(),
            learning.draw_exponent.into(),
            learning.batch_acts.into(),
            learning.epochs_max.into(),
            learning.patience.into(),
            learning.tera_products_max.into(),
        ]
    }

    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let learning = &self.learning;
        let above_0 = [learning.rate, learning.scale, learning.tera_products_max];
        let counts =
            [learning.n_drawn, learning.batch_acts, learning.epochs_max, learning.patience];
        let checks = [
            ((0.0..=0.9).contains(&learning.dropout), "the share left out is 0 to 0.9"),
            (
                above_0.iter().all(|it| it.is_finite() && *it > 0.0),
                "rate, scale and work are finite and above 0",
            ),
            (
                learning.draw_exponent.is_finite() && learning.draw_exponent >= 0.0,
                "the exponent of draws is finite and 0 or more",
            ),
            (counts.iter().all(|&it| it > 0), "counts of learning are at least 1"),
        ];
        let found = checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem);
        self.shape.problem().or(found)
    }
}

impl Shape {
    /// What is wrong with it, if anything.
    pub(super) fn problem(self) -> Option<&'static str> {
        let checks = [
            ((1..=HEADS_MAX).contains(&self.n_heads), "there are 1 to 16 heads"),
            ((1..=BLOCKS_MAX).contains(&self.n_blocks), "there are 1 to 8 blocks"),
            ((1..=WIDTH_MAX).contains(&self.width), "the width is 1 to 1,024"),
            (
                self.width.is_multiple_of(u16::from(self.n_heads).max(1)),
                "the width is a multiple of the heads",
            ),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }
}
