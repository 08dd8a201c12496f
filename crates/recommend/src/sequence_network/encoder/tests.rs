//! Whole encoders: their way back, and that nothing is known of what comes later.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::super::config::{Encoding, Shape};
use super::super::layers::Dropout;
use super::super::layers::tests::{check_slopes, random, weighed};
use super::super::packed::Packed;
use super::Encoder;

const WIDTH: usize = 6;

fn encoder(encoding: Encoding) -> Encoder {
    Encoder::new(Shape { encoding, width: 6, n_blocks: 2, n_heads: 2 })
}

fn check_slopes_of(encoding: Encoding) {
    let encoder = encoder(encoding);
    let packed = Packed::of_lengths(&[4, 3, 1]);
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let numbers = encoder.begin(&mut rng);
    let x = random(packed.n_rows() * WIDTH, &mut rng);
    let weights = random(x.len(), &mut rng);
    // The same numbers are left out each time.
    let dropout = || Dropout::new(0.3, ChaCha8Rng::seed_from_u64(5));
    let forward =
        |numbers: &[f32], x: &[f32]| encoder.forward(numbers, &packed, x.to_vec(), &mut dropout());
    let (_, kept) = forward(&numbers, &x);
    let mut slopes = vec![0.0; numbers.len()];
    let dx = encoder.backward(&numbers, &packed, &kept, &weights, &mut slopes);
    check_slopes(&x, &dx, |x| weighed(&forward(&numbers, x).0, &weights));
    check_slopes(&numbers, &slopes, |numbers| weighed(&forward(numbers, &x).0, &weights));
}

#[test]
fn encoders_go_back_as_they_went() {
    check_slopes_of(Encoding::Recurrent);
    check_slopes_of(Encoding::Attentive);
}

#[test]
fn neither_later_acts_nor_other_sequences_change_what_comes_out() {
    for encoding in [Encoding::Recurrent, Encoding::Attentive] {
        let encoder = encoder(encoding);
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let numbers = encoder.begin(&mut rng);
        let together = Packed::of_lengths(&[4, 3, 2]);
        let x = random(together.n_rows() * WIDTH, &mut rng);
        let (y, _) = encoder.forward(&numbers, &together, x.clone(), &mut Dropout::none());
        for sequence in 0..3 {
            let rows = (0..2).map(|moment| together.row(sequence, moment) * WIDTH);
            let alone = rows.clone().flat_map(|it| x[it..it + WIDTH].to_vec()).collect();
            let packed = Packed::of_lengths(&[2]);
            let (y_alone, _) = encoder.forward(&numbers, &packed, alone, &mut Dropout::none());
            let y_together = rows.flat_map(|it| y[it..it + WIDTH].to_vec());
            for (a, b) in y_alone.iter().zip(y_together) {
                assert!((a - b).abs() < 1e-5, "{encoding:?}");
            }
        }
    }
}
