//! Asks questions, times the answers and counts the right ones.

use std::num::NonZeroU32;

use domain::Timestamp;
use recommend::{Candidate, CandidateGenerator, Context, Touch};

use crate::dataset::sessions::Question;
use crate::stopwatch;

/// How many products an answer may name.
const N_ANSWERS: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// How well and how fast a method answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub(super) p20: f64,
    pub(super) mrr20: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
}

/// Asks everything, one question after the other.
pub(super) fn measure(generator: &dyn CandidateGenerator, questions: &[Question]) -> Measure {
    let mut out = Vec::new();
    let (ranks, mut latencies_ms): (Vec<Option<usize>>, Vec<f64>) = questions
        .iter()
        .map(|question| {
            let visit = touches(question);
            let start = stopwatch::now();
            answer(generator, &visit, &mut out);
            let latency_ms = start.elapsed().as_secs_f64() * 1e3;
            (rank(&out, question), latency_ms)
        })
        .unzip();
    latencies_ms.sort_by(f64::total_cmp);
    let percentile = |percent: usize| {
        latencies_ms.get(latencies_ms.len() * percent / 100).copied().unwrap_or(f64::NAN)
    };
    let (p20, mrr20) = quality(&ranks);
    Measure { p20, mrr20, p50_ms: percentile(50), p99_ms: percentile(99) }
}

fn touches(question: &Question) -> Vec<Touch> {
    question.visit.iter().map(|&product| Touch { product, time: Timestamp::default() }).collect()
}

fn answer(generator: &dyn CandidateGenerator, visit: &[Touch], out: &mut Vec<Candidate>) {
    out.clear();
    generator.generate(&Context { visit, ..Context::at(Timestamp::default()) }, N_ANSWERS, out);
}

/// At which place, from 0, the right product stands.
fn rank(answer: &[Candidate], question: &Question) -> Option<usize> {
    answer.iter().position(|it| it.product == question.next)
}

fn quality(ranks: &[Option<usize>]) -> (f64, f64) {
    let found = || ranks.iter().flatten();
    let reciprocal: f64 = found().map(|&it| 1.0 / (it + 1) as f64).sum();
    let percent = 100.0 / ranks.len().max(1) as f64;
    (found().count() as f64 * percent, reciprocal * percent)
}
