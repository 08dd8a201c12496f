//! Each layer's way back against how what comes out really changes.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::super::packed::Packed;
use super::{Attention, Dropout, Gru, Linear, Norm};

const WIDTH: usize = 6;

pub(in super::super) fn random(n: usize, rng: &mut ChaCha8Rng) -> Vec<f32> {
    (0..n).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// The loss of which slopes are taken: what comes out, weighed.
pub(in super::super) fn weighed(y: &[f32], weights: &[f32]) -> f64 {
    y.iter().zip(weights).map(|(y, weight)| f64::from(*y) * f64::from(*weight)).sum()
}

/// Checks `slopes` of `loss` at `values` along directions drawn.
#[track_caller]
pub(in super::super) fn check_slopes(
    values: &[f32],
    slopes: &[f32],
    mut loss: impl FnMut(&[f32]) -> f64,
) {
    const FAR: f32 = 0.002;
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    for _ in 0..20 {
        let along = random(values.len(), &mut rng);
        let moved = |by: f32| -> Vec<f32> {
            values.iter().zip(&along).map(|(it, along)| it + by * along).collect()
        };
        let really = (loss(&moved(FAR)) - loss(&moved(-FAR))) / f64::from(2.0 * FAR);
        let told = weighed(slopes, &along);
        let slack = 0.01 * (1.0 + really.abs());
        assert!((really - told).abs() < slack, "it changes by {really}, and {told} is told");
    }
}

/// Checks a layer's way back to what went in and to its own numbers.
#[track_caller]
fn check_layer(
    (n_numbers, n_in, n_out): (usize, usize, usize),
    forward: impl Fn(&[f32], &[f32]) -> Vec<f32>,
    backward: impl Fn(&[f32], &[f32], &[f32], &mut [f32]) -> Vec<f32>,
) {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let (numbers, x) = (random(n_numbers, &mut rng), random(n_in, &mut rng));
    let weights = random(n_out, &mut rng);
    let mut slopes = vec![0.0; n_numbers];
    let dx = backward(&numbers, &x, &weights, &mut slopes);
    check_slopes(&x, &dx, |x| weighed(&forward(&numbers, x), &weights));
    check_slopes(&numbers, &slopes, |numbers| weighed(&forward(numbers, &x), &weights));
}

fn packed() -> Packed {
    Packed::of_lengths(&[5, 4, 4, 1])
}

#[test]
fn a_linear_layer_goes_back_as_it_went() {
    let mut n = 0;
    let layer = Linear::new(WIDTH, 4, &mut n);
    check_layer(
        (n, 5 * WIDTH, 5 * 4),
        |numbers, x| layer.forward(numbers, x),
        |numbers, x, dy, slopes| layer.backward(numbers, x, dy, slopes),
    );
}

#[test]
fn a_norm_goes_back_as_it_went() {
    let mut n = 0;
    let layer = Norm::new(WIDTH, &mut n);
    check_layer(
        (n, 5 * WIDTH, 5 * WIDTH),
        |numbers, x| layer.forward(numbers, x).0,
        |numbers, x, dy, slopes| {
            let (_, kept) = layer.forward(numbers, x);
            layer.backward(numbers, &kept, dy, slopes)
        },
    );
}

#[test]
fn a_norm_brings_rows_to_mean_0_and_deviation_1() {
    let mut n = 0;
    let layer = Norm::new(4, &mut n);
    let mut numbers = vec![0.0; n];
    layer.begin(&mut numbers);
    let (y, _) = layer.forward(&numbers, &[1.0, 3.0, 1.0, 3.0, 7.0, 7.0, 7.0, 7.0]);
    for (it, expected) in y.iter().zip([-1.0, 1.0, -1.0, 1.0, 0.0, 0.0, 0.0, 0.0]) {
        assert!((it - expected).abs() < 1e-4, "{y:?}");
    }
}

#[test]
fn recurrent_units_go_back_as_they_went() {
    let (mut n, packed) = (0, packed());
    let layer = Gru::new(WIDTH, &mut n);
    check_layer(
        (n, packed.n_rows() * WIDTH, packed.n_rows() * WIDTH),
        |numbers, x| layer.forward(numbers, &packed, x).0,
        |numbers, x, dy, slopes| {
            let (memory, kept) = layer.forward(numbers, &packed, x);
            layer.backward(numbers, &packed, (x, &memory, &kept), dy.to_vec(), slopes)
        },
    );
}

#[test]
fn attention_goes_back_as_it_went() {
    let (mut n, packed) = (0, packed());
    let layer = Attention::new(WIDTH, 2, &mut n);
    check_layer(
        (n, packed.n_rows() * 3 * WIDTH, packed.n_rows() * WIDTH),
        |numbers, qkv| layer.forward(numbers, &packed, qkv).0,
        |numbers, qkv, dy, slopes| {
            let (_, kept) = layer.forward(numbers, &packed, qkv);
            layer.backward(&packed, (qkv, &kept), dy, slopes)
        },
    );
}

#[test]
fn attention_to_acts_that_ask_alike_is_their_mean() {
    let (mut n, packed) = (0, Packed::of_lengths(&[3]));
    let layer = Attention::new(1, 1, &mut n);
    let numbers = vec![0.0; n];
    let qkv = [0.0, 0.0, 3.0, 0.0, 0.0, 6.0, 0.0, 0.0, 0.0];
    let (out, kept) = layer.forward(&numbers, &packed, &qkv);
    for (it, expected) in out.iter().zip([3.0, 4.5, 3.0]) {
        assert!((it - expected).abs() < 1e-5, "{out:?}");
    }
    for it in layer.last_shares(&kept, 3) {
        assert!((it - 1.0 / 3.0).abs() < 1e-6);
    }
}

#[test]
fn what_is_left_out_goes_back_as_it_went_and_the_sum_stays_on_average() {
    let mut dropout = Dropout::new(0.25, ChaCha8Rng::seed_from_u64(1));
    let mut x = vec![1.0; 40_000];
    let mask = dropout.apply(&mut x);
    let share = x.iter().filter(|it| **it <= 0.0).count() as f32 / 40_000.0;
    assert!((share - 0.25).abs() < 0.01, "{share}");
    assert!((x.iter().sum::<f32>() / 40_000.0 - 1.0).abs() < 0.02);
    let mut back = vec![1.0; 40_000];
    mask.back(&mut back);
    assert_eq!(back, x);
    let mut whole = vec![1.0, 2.0];
    Dropout::none().apply(&mut whole).back(&mut whole);
    assert_eq!(whole, [1.0, 2.0]);
}
