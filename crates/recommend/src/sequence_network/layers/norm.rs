//! Rows brought to mean 0 and deviation 1.

use std::ops::Range;

/// Added to the variance, so that a row of equal numbers has a deviation too.
const VARIANCE_MIN: f32 = 1e-5;

/// `y = (x − mean) / deviation · gain + offset`, row by row.
///
/// Source: J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016.
#[derive(Clone, Debug)]
pub(in super::super) struct Norm {
    width: usize,
    gains: Range<usize>,
    offsets: Range<usize>,
}

/// What going backward needs.
#[derive(Debug)]
pub(in super::super) struct Normed {
    /// Before gain and offset.
    level: Vec<f32>,
    /// 1 / deviation of each row.
    factors: Vec<f32>,
}

impl Norm {
    pub(in super::super) fn new(width: usize, n_numbers: &mut usize) -> Norm {
        let gains = super::take(n_numbers, width);
        let offsets = super::take(n_numbers, width);
        Norm { width, gains, offsets }
    }

    pub(in super::super) fn begin(&self, numbers: &mut [f32]) {
        numbers[self.gains.clone()].fill(1.0);
    }

    pub(in super::super) fn forward(&self, numbers: &[f32], x: &[f32]) -> (Vec<f32>, Normed) {
        let (gains, offsets) = (&numbers[self.gains.clone()], &numbers[self.offsets.clone()]);
        let n = self.width as f32;
        let mut y = Vec::with_capacity(x.len());
        let mut kept = Normed { level: Vec::with_capacity(x.len()), factors: Vec::new() };
        for row in x.chunks_exact(self.width) {
            let mean = row.iter().sum::<f32>() / n;
            let variance = row.iter().map(|it| (it - mean) * (it - mean)).sum::<f32>() / n;
            let factor = (variance + VARIANCE_MIN).sqrt().recip();
            kept.factors.push(factor);
            kept.level.extend(row.iter().map(|it| (it - mean) * factor));
            let level = &kept.level[y.len()..];
            y.extend(
                level.iter().zip(gains).zip(offsets).map(|((it, gain), plus)| it * gain + plus),
            );
        }
        (y, kept)
    }

    pub(in super::super) fn backward(
        &self,
        numbers: &[f32],
        kept: &Normed,
        dy: &[f32],
        slopes: &mut [f32],
    ) -> Vec<f32> {
        let gains = &numbers[self.gains.clone()];
        let n = self.width as f32;
        let mut dx = Vec::with_capacity(dy.len());
        let rows = kept.level.chunks_exact(self.width).zip(dy.chunks_exact(self.width));
        for ((level, dy), factor) in rows.zip(&kept.factors) {
            let (mut sum, mut along) = (0.0, 0.0);
            for at in 0..self.width {
                slopes[self.gains.start + at] += dy[at] * level[at];
                slopes[self.offsets.start + at] += dy[at];
                sum += dy[at] * gains[at];
                along += dy[at] * gains[at] * level[at];
            }
            let (mean, along) = (sum / n, along / n);
            let back = |at: usize| factor * (dy[at] * gains[at] - mean - level[at] * along);
            dx.extend((0..self.width).map(back));
        }
        dx
    }
}
