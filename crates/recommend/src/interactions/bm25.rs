//! Weights as in the retrieval of texts: products are the texts, their shoppers the words.
//!
//! ```text
//! length(p) = 1 − length_share + length_share · |p| / mean |p|
//! idf(u)    = ln(1 + n products / n products of u)
//! x(u,p)    = w(u,p) · (1 + saturation) / (saturation · w(u,p) + length(p)) · idf(u)^idf_exponent
//! ```
//!
//! With `saturation = 1/k₁`, `length_share = b` and an `idf_exponent` of 1 that is BM25, without the first two
//! TF-IDF, and with none of the three the weights stay as they are.
//!
//! # Source
//!
//! S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", Foundations and
//! Trends in Information Retrieval 2009.

use linalg::Csr;

use super::Sums;

/// How weights are made those of texts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bm25 {
    pub(crate) saturation: f32,
    pub(crate) length_share: f32,
    pub(crate) idf_exponent: f32,
}

impl Bm25 {
    /// Weighs `rows`, of shoppers by products, anew.
    pub(crate) fn weigh(&self, rows: &mut Csr) {
        let Bm25 { saturation, length_share, idf_exponent } = *self;
        if saturation <= 0.0 && length_share <= 0.0 && idf_exponent <= 0.0 {
            return;
        }
        let sums = Sums::of(rows).columns;
        let n_had = sums.iter().filter(|it| **it > 0.0).count() as f32;
        let mean = (sums.iter().sum::<f32>() / n_had).max(f32::MIN_POSITIVE);
        let lengths: Vec<f32> =
            sums.iter().map(|it| 1.0 - length_share + length_share * it / mean).collect();
        let columns = rows.columns().to_vec();
        for (weight, product) in rows.values_mut().iter_mut().zip(columns) {
            *weight *= (1.0 + saturation) / (saturation * *weight + lengths[product as usize]);
        }
        let idf = |(products, _): (&[u32], &[f32])| match products.len() {
            0 => 0.0,
            n => (n_had / n as f32).ln_1p().powf(idf_exponent),
        };
        let of_rows: Vec<f32> = rows.rows().map(idf).collect();
        rows.scale(&of_rows, &vec![1.0; rows.n_columns()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(bm25: Bm25) -> Vec<f32> {
        let mut rows = Csr::new(3);
        rows.push_row([(0, 1.0), (1, 2.0)]);
        rows.push_row([]);
        rows.push_row([(0, 3.0)]);
        bm25.weigh(&mut rows);
        rows.values().to_vec()
    }

    #[test]
    fn it_is_the_published_formula() {
        // k₁ = 2, b = 0.75; two products had, of 4 and 2 acts.
        let found = weighed(Bm25 { saturation: 0.5, length_share: 0.75, idf_exponent: 1.0 });
        let plain = |tf: f32, length: f32, n_had: f32| {
            let norm = 1.0 - 0.75 + 0.75 * length / 3.0;
            tf * 3.0 / (tf + 2.0 * norm) * (1.0 + 2.0 / n_had).ln()
        };
        let expected = [plain(1.0, 4.0, 2.0), plain(2.0, 2.0, 2.0), plain(3.0, 4.0, 1.0)];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{found} {expected}");
        }
    }

    #[test]
    fn nothing_asked_for_changes_nothing() {
        let none = Bm25 { saturation: 0.0, length_share: 0.0, idf_exponent: 0.0 };
        assert_eq!(weighed(none), [1.0, 2.0, 3.0]);
    }
}
