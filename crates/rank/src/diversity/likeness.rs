//! How alike two products are: by what they share, or by where their vectors point.

use std::cmp::Ordering;

/// The share of tags that two products have in common: 0 for none, 1 for the same ones.
///
/// Tags are numbers of categories, brands or values, ascending and each once. Without any tag a product is
/// like no other. Takes O(tags).
///
/// # Source
///
/// P. Jaccard, 1901; that it makes a matrix of inner products: J. Gower, "A General Coefficient of
/// Similarity and Some of Its Properties", Biometrics 1971.
pub fn jaccard(a: &[u32], b: &[u32]) -> f32 {
    let (mut i, mut j, mut n_common) = (0, 0, 0_usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let order = x.cmp(y);
        n_common += usize::from(order == Ordering::Equal);
        i += usize::from(order != Ordering::Greater);
        j += usize::from(order != Ordering::Less);
    }
    let n_any = a.len() + b.len() - n_common;
    if n_any == 0 { 0.0 } else { n_common as f32 / n_any as f32 }
}

/// Vectors of length 1, one a candidate.
#[derive(Clone, Debug)]
pub struct UnitVectors {
    width: usize,
    values: Vec<f32>,
}

impl UnitVectors {
    /// Brings vectors of `width` numbers, one after the other, to length 1. One of zeros stays what it is,
    /// and is like no other.
    ///
    /// # Panics
    ///
    /// If the numbers are no whole vectors, which is a bug in the caller.
    pub fn new(width: usize, mut values: Vec<f32>) -> UnitVectors {
        assert!(width > 0 && values.len().is_multiple_of(width), "vectors are {width} wide");
        for vector in values.chunks_exact_mut(width) {
            let length = dot(vector, vector).sqrt();
            if length > 0.0 {
                vector.iter_mut().for_each(|it| *it /= length);
            }
        }
        UnitVectors { width, values }
    }

    /// The cosine of the angle between two candidates.
    ///
    /// # Panics
    ///
    /// If there is no such candidate.
    pub fn cosine(&self, a: usize, b: usize) -> f32 {
        dot(self.vector(a), self.vector(b))
    }

    fn vector(&self, at: usize) -> &[f32] {
        &self.values[at * self.width..][..self.width]
    }
}

/// The sum of products, over eight lanes that do not wait for each other.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (mut lanes, whole_a, whole_b) = ([0.0_f32; 8], a.chunks_exact(8), b.chunks_exact(8));
    let rest = whole_a.remainder().iter().zip(whole_b.remainder());
    let rest: f32 = rest.map(|(a, b)| a * b).sum();
    for (a, b) in whole_a.zip(whole_b) {
        lanes.iter_mut().zip(a.iter().zip(b)).for_each(|(lane, (a, b))| *lane += a * b);
    }
    lanes.iter().sum::<f32>() + rest
}
