//! The boundary between texts and whoever compares them.

use linalg::Dense;
use linalg::vectors::dot;

/// Makes vectors of texts.
///
/// # Contract
///
/// Each text has a row of [`n_numbers`](Encoder::n_numbers), whose length is one, or zero where nothing is
/// known of the text. A text's vector does not depend on the others that it is asked with.
pub trait Encoder: Send + Sync {
    /// How many numbers a vector has.
    fn n_numbers(&self) -> usize;

    /// A row for each text, in their order.
    fn encode(&self, texts: &[&str]) -> Dense;
}

/// Brings every row to the length of one; those that are zero stay so.
pub fn to_unit_rows(rows: &mut Dense) {
    let n_columns = rows.n_columns().max(1);
    for row in rows.values_mut().chunks_exact_mut(n_columns) {
        let length = dot(row, row).sqrt();
        if length > 0.0 && length.is_finite() {
            row.iter_mut().for_each(|it| *it /= length);
        } else {
            row.fill(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_of_length_one_or_stay_zero() {
        let mut rows = Dense::from_values(2, 2, vec![3.0, 4.0, 0.0, 0.0]).unwrap();
        to_unit_rows(&mut rows);
        assert_eq!(rows.values(), [0.6, 0.8, 0.0, 0.0]);
    }
}
