//! Histograms against plain sums.

use proptest::prelude::*;

use super::*;
use crate::objective::Gradient;

const FEATURES: usize = 11;

fn any_rows() -> impl Strategy<Value = Vec<([u8; FEATURES], Gradient)>> {
    let gradient = (-9.0_f32..9.0, 0.0_f32..9.0);
    let gradient = gradient.prop_map(|(gradient, hessian)| Gradient { gradient, hessian });
    prop::collection::vec((any::<[u8; FEATURES]>(), gradient), 1..3_000)
}

proptest! {
    #[test]
    fn histograms_are_plain_sums_of_some_features_and_some_rows(
        table in any_rows(), is_used in any::<[bool; FEATURES]>(), step in 1..4_usize,
    ) {
        let (bytes, gradients): (Vec<_>, Vec<_>) = table.into_iter().unzip();
        let scale = Scale::of(&gradients).unwrap();
        let cells: Vec<Cell> = gradients.iter().map(|it| scale.cell(*it)).collect();
        let rows: Vec<u32> = (0..u32::try_from(cells.len()).unwrap()).collect();
        let some: Vec<u32> = rows.iter().copied().step_by(step).collect();
        let used: Vec<u16> = (0..).zip(is_used).filter(|it| it.1).map(|it| it.0).collect();
        for used in [used, (0..11).collect()] {
            let table = Table { rows: bytes.as_flattened(), n_features: FEATURES, used: &used };
            let mut spare = Spare::default();
            let of_some = Histogram::of(table, &some, &cells, &mut spare);
            for (sums, &feature) in of_some.features().iter().zip(&used) {
                let mut plain = [Cell::ZERO; crate::bins::BINS_MAX];
                for &row in &some {
                    let bin = bytes[row as usize][usize::from(feature)];
                    plain[usize::from(bin)] += cells[row as usize];
                }
                prop_assert_eq!(sums, &plain);
            }
            // What is left of all is the sum of the others.
            let mut rest = Histogram::of(table, &rows, &cells, &mut spare);
            rest.subtract(&of_some);
            let others: Vec<u32> = rows.iter().copied().filter(|it| !some.contains(it)).collect();
            prop_assert_eq!(rest, Histogram::of(table, &others, &cells, &mut spare));
        }
    }
}
