//! Some numbers left out by chance, so that none is relied upon.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Leaves numbers out while a network learns.
///
/// Source: N. Srivastava and others, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
/// JMLR 2014.
#[derive(Debug)]
pub(in super::super) struct Dropout {
    /// Of 256 numbers, how many are left out.
    n_of_256: u8,
    rng: Option<ChaCha8Rng>,
}

/// What became of each number: 0 for what was left out. Empty where nothing was.
#[derive(Debug, Default)]
pub(in super::super) struct Mask(Vec<f32>);

impl Dropout {
    /// None, as when a network answers.
    pub(in super::super) const fn none() -> Dropout {
        Dropout { n_of_256: 0, rng: None }
    }

    /// Leaves out a share of `rate`, to a 256th.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of 256 below 256 is a byte"
    )]
    pub(in super::super) fn new(rate: f32, rng: ChaCha8Rng) -> Dropout {
        Dropout { n_of_256: (rate.clamp(0.0, 0.99) * 256.0).round() as u8, rng: Some(rng) }
    }

    /// Leaves some of `x` out and strengthens the others, so that the sum stays what it was on average.
    pub(in super::super) fn apply(&mut self, x: &mut [f32]) -> Mask {
        let (Some(rng), 1..) = (&mut self.rng, self.n_of_256) else { return Mask::default() };
        let kept = 256.0 / (256.0 - f32::from(self.n_of_256));
        let mut bytes = vec![0; x.len()];
        rng.fill_bytes(&mut bytes);
        let factor = |it: &u8| if *it < self.n_of_256 { 0.0 } else { kept };
        let mask = Mask(bytes.iter().map(factor).collect());
        mask.back(x);
        mask
    }
}

impl Mask {
    /// The same for how the loss changes.
    pub(in super::super) fn back(&self, dy: &mut [f32]) {
        dy.iter_mut().zip(&self.0).for_each(|(it, factor)| *it *= factor);
    }
}
