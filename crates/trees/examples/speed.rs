//! How fast trees are grown and asked, on a made-up set of lists.
//!
//! ```text
//! cargo run --release -p trees --example speed -- 10000 [FOLDER]
//! ```
//!
//! grows 100 trees of 63 leaves on so many lists of 100 rows with 60 features, and says what it took and
//! the nDCG@10 on a tenth as many further lists. With a folder it leaves the values there, little-endian
//! and one row after the other, for `peer.py` beside this file to learn from the same.

use std::num::NonZeroU16;
use std::path::Path;
use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trees::{
    Bins, Config, Dataset, FeatureKind, Growth, LambdaRank, Metric, Model, Trained, Training,
    gain_of_grade,
};

const N_FEATURES: usize = 60;
const LIST: usize = 100;
/// How many rows bins are marked by.
const SAMPLE: usize = 200_000;

type Failure = Box<dyn std::error::Error>;

/// Rows of values, with the grade of each, 0 to 4.
struct Made {
    values: Vec<f32>,
    grades: Vec<u8>,
}

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let n_lists: usize = args.next().ok_or("say how many lists")?.parse()?;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (train, test) = (made(n_lists, &mut rng), made(n_lists.div_ceil(10), &mut rng));
    if let Some(folder) = args.next() {
        write(Path::new(&folder), "train", &train)?;
        write(Path::new(&folder), "test", &test)?;
    }

    let kinds = [FeatureKind::Number; N_FEATURES];
    let sample = &train.values[..train.values.len().min(SAMPLE * N_FEATURES)];
    let bins = timed("marking bins", || Bins::of_sample(&kinds, sample))?;
    let data = timed("binning", || dataset(&bins, &train))?;
    let growth = Growth { n_leaves: 63, ..Growth::default() };
    let config = Config { n_trees: 100, growth, ..Config::default() };
    let truncation = NonZeroU16::new(30).ok_or("not zero")?;
    let mut objective = LambdaRank::new(truncation, 1.0);
    let Trained { model, .. } = timed("growing 100 trees of 63 leaves", || {
        Training::new(&bins, &data, &config).run(&mut objective)
    })?;

    let ten = Metric::Ndcg(NonZeroU16::new(10).ok_or("not zero")?);
    let test = dataset(&bins, &test)?;
    let scores = timed("scoring", || model.par_scores_binned(test.rows()));
    say(&format!("nDCG@10 {:.5}", ten.of(&test, &scores)));
    serve(&bins, &data)
}

/// How long 300 candidates take on one thread, with 150 trees of 31 leaves.
fn serve(bins: &Bins, data: &Dataset) -> Result<(), Failure> {
    let config = Config { n_trees: 150, ..Config::default() };
    let truncation = NonZeroU16::new(30).ok_or("not zero")?;
    let rows = data.rows()[..20_000 * N_FEATURES].to_vec();
    let small =
        Dataset::new(bins, rows, data.labels()[..20_000].to_vec())?.with_groups(&[100; 200])?;
    let Trained { model, .. } =
        Training::new(bins, &small, &config).run(&mut LambdaRank::new(truncation, 1.0))?;
    let rows = &data.rows()[..300 * N_FEATURES];
    let mut times: Vec<u128> = (0..1_000).map(|_| scored(&model, rows)).collect();
    times.sort_unstable();
    say(&format!(
        "300 rows, 150 trees of 31 leaves: median {} µs, p99 {} µs",
        times[500], times[990]
    ));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn scored(model: &Model, rows: &[u8]) -> u128 {
    let start = Instant::now();
    let scores = model.scores_binned(rows);
    assert_eq!(scores.len(), 300);
    start.elapsed().as_micros()
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    say(&format!("{what}: {:.2} s", start.elapsed().as_secs_f64()));
    done
}

#[expect(clippy::print_stdout, reason = "it is what the example is for")]
fn say(line: &str) {
    println!("{line}");
}

/// Lists whose grades follow a score of some of the features, alone and by twos, and chance.
///
/// A third of the features are evenly spread, a third have long tails, and the others are counts that are
/// mostly 0; of every sixth one value in ten is missing.
fn made(n_lists: usize, rng: &mut ChaCha8Rng) -> Made {
    let n = n_lists * LIST;
    let (mut values, mut grades) = (Vec::with_capacity(n * N_FEATURES), Vec::with_capacity(n));
    for _ in 0..n {
        let start = values.len();
        for feature in 0..N_FEATURES {
            let it: f32 = rng.random();
            let value = match feature % 3 {
                0 => it,
                1 => -(1.0 - it).ln(),
                _ => (it.powi(4) * 10.0).floor(),
            };
            let is_missing = feature % 6 == 5 && rng.random::<f32>() < 0.1;
            values.push(if is_missing { f32::NAN } else { value });
        }
        let known = |at: usize| if values[start + at].is_nan() { 1.5 } else { values[start + at] };
        let mut score = 0.0;
        for at in 0..10 {
            score += known(3 * at) * (1.0 + 0.1 * known(at + 1));
            score += (known(at) * 5.0).sin() * 0.5 + known(at + 20) * known(at + 30) * 0.3;
        }
        score += 3.0 * (rng.random::<f32>() + rng.random::<f32>() - 1.0);
        grades.push([9.5, 11.0, 13.0, 15.0].iter().map(|it| u8::from(score > *it)).sum());
    }
    Made { values, grades }
}

fn dataset(bins: &Bins, made: &Made) -> Result<Dataset, Failure> {
    let mut rows = Vec::with_capacity(made.values.len());
    bins.bin(&made.values, &mut rows);
    let labels: Vec<f32> = made.grades.iter().map(|it| gain_of_grade(*it)).collect();
    let sizes = vec![u32::try_from(LIST)?; labels.len() / LIST];
    Ok(Dataset::new(bins, rows, labels)?.with_groups(&sizes)?)
}

fn write(folder: &Path, name: &str, made: &Made) -> Result<(), Failure> {
    let values: Vec<u8> = made.values.iter().flat_map(|it| it.to_le_bytes()).collect();
    std::fs::write(folder.join(format!("{name}.values")), values)?;
    Ok(std::fs::write(folder.join(format!("{name}.grades")), &made.grades)?)
}
