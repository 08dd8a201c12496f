//! What is promised of the matrix of what shoppers have.

use std::num::NonZeroU16;

use domain::{ProductIdx, Span, Timestamp};
use features::{Action, Histories, Interaction};

use super::{Sums, Weighing, powers, shoppers_by_products};

fn day(n: i64) -> Timestamp {
    Timestamp::default().plus(Span::DAY.times(n))
}

fn act(product: u32, action: Action, at: i64) -> Interaction {
    Interaction::new(ProductIdx::new(product), action, day(at), NonZeroU16::MIN)
}

const WEIGHING: Weighing =
    Weighing { half_life_days: 10.0, count_exponent: 0.5, touch_weight: 0.25 };

#[test]
fn habits_are_weighed_by_what_was_done_how_often_and_how_long_ago() {
    let mut histories = Histories::new();
    histories.push_shopper([
        act(2, Action::Ordered, 10),
        act(2, Action::Ordered, 20),
        act(2, Action::Viewed, 30),
        act(0, Action::Viewed, 20),
    ]);
    histories.push_shopper([act(1, Action::Removed, 20)]);
    histories.push_shopper([act(1, Action::Ordered, 30)]);
    let mut seen = Vec::new();
    let matrix = shoppers_by_products(&histories, day(30), &WEIGHING, |habits| {
        seen.push(habits.len());
    });
    assert_eq!(seen, [2, 0, 1]);
    let rows: Vec<(&[u32], &[f32])> = matrix.rows().collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0].0, [0, 2]);
    assert!((rows[0].1[0] - 0.25_f32.sqrt() * 0.5).abs() < 1e-6);
    assert!((rows[0].1[1] - 2.25_f32.sqrt()).abs() < 1e-6);
    assert_eq!(rows[1].0, [0_u32; 0]);
    assert_eq!((rows[2].0, rows[2].1), (&[1][..], &[1.0][..]));

    let sums = Sums::of(&matrix);
    assert_eq!((sums.rows.len(), sums.columns.len()), (3, 3));
    assert!((sums.columns[1] - 1.0).abs() < 1e-6);
    assert!((sums.rows[0] - sums.columns[0] - sums.columns[2]).abs() < 1e-6);
    assert!(sums.rows[1].abs() < 1e-9);
}

#[test]
fn nothing_has_no_power() {
    assert_eq!(powers(&[4.0, 0.0, 1.0], -0.5), [0.5, 0.0, 1.0]);
}
