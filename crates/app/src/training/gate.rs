//! The gate: what a model must keep before it decides for anybody.
//!
//! | check | a model is refused when |
//! | --- | --- |
//! | `quality` | it finds no more of what shoppers went on to than a list of what is popular |
//! | `quality_against_live` | it finds less than the live model, and that is not chance |
//! | `coverage` | its lists name too few of the products |
//! | `latency` | one answer in a hundred takes too long |
//! | `memory` | it takes too much |
//!
//! Quality is recall at 20. The interval of a difference is of 95 percent, over shoppers.

use domain::Span;
use evaluate::Estimate;

use super::GateCheck;

/// What the gate looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// How many cases were asked.
    pub(super) n_cases: usize,
    /// How far the model is above what is popular.
    pub(super) against_popular: Estimate,
    /// How far it is above the live model.
    pub(super) against_live: Option<Estimate>,
    /// The share of products that its lists name.
    pub(super) coverage: f64,
    /// What 99 of 100 answers take at most.
    pub(super) latency: Span,
    /// What it holds.
    pub(super) memory_bytes: u64,
}

/// What the gate wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wanted {
    pub(super) coverage_min: f64,
    pub(super) latency_max: Span,
    pub(super) memory_bytes_max: u64,
}

/// Looks at everything, also after something failed: a refusal says all that is wrong.
pub(super) fn look(found: &Found, wanted: &Wanted) -> Vec<GateCheck> {
    let check =
        |check: &str, passed, says: String| GateCheck { check: check.to_owned(), passed, says };
    let mut checks = Vec::new();
    let Estimate { mean, low, high } = found.against_popular;
    let says = match found.n_cases {
        0 => "nothing that was held out could be asked about: there is no telling how good it is"
            .to_owned(),
        n => format!(
            "recall@20 is {mean:+.4} (95 %: {low:+.4} to {high:+.4}) against what is popular, over {n} \
             cases; it must be above"
        ),
    };
    checks.push(check("quality", found.n_cases > 0 && mean > 0.0, says));
    if let Some(live) = found.against_live {
        let Estimate { mean, low, high } = live;
        let says = format!(
            "recall@20 is {mean:+.4} (95 %: {low:+.4} to {high:+.4}) against the live model; it must not \
             be surely below"
        );
        checks.push(check("quality_against_live", !live.is_below_zero(), says));
    }
    let (coverage, least) = (100.0 * found.coverage, 100.0 * wanted.coverage_min);
    let says =
        format!("its lists name {coverage:.1} % of the products; at least {least:.1} % are wanted");
    checks.push(check("coverage", found.coverage >= wanted.coverage_min, says));
    let (took, most) = (found.latency.as_micros(), wanted.latency_max.as_micros());
    let says = format!("99 of 100 answers take at most {took} µs; {most} µs are allowed");
    checks.push(check("latency", took <= most, says));
    let (held, most) = (found.memory_bytes, wanted.memory_bytes_max);
    let says = format!("it takes {held} bytes of memory; {most} are allowed");
    checks.push(check("memory", held <= most, says));
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Found = Found {
        n_cases: 500,
        against_popular: Estimate { mean: 0.1, low: 0.05, high: 0.15 },
        against_live: None,
        coverage: 0.5,
        latency: Span::MILLISECOND,
        memory_bytes: 1_000,
    };
    const WANTED: Wanted = Wanted {
        coverage_min: 0.05,
        latency_max: Span::MILLISECOND.times(10),
        memory_bytes_max: 1 << 20,
    };

    #[track_caller]
    fn check(found: Found, failing: &[&str]) {
        let checks = look(&found, &WANTED);
        let failed: Vec<&str> =
            checks.iter().filter(|it| !it.passed).map(|it| it.check.as_str()).collect();
        assert_eq!(failed, failing);
    }

    #[test]
    fn a_good_model_passes() {
        check(GOOD, &[]);
        let on_par = Estimate { mean: -0.001, low: -0.01, high: 0.008 };
        check(Found { against_live: Some(on_par), ..GOOD }, &[]);
    }

    #[test]
    fn a_model_fails_for_each_thing_that_is_wrong_with_it() {
        let worse = Estimate { mean: -0.02, low: -0.03, high: -0.01 };
        check(Found { against_live: Some(worse), ..GOOD }, &["quality_against_live"]);
        check(Found { against_popular: worse, ..GOOD }, &["quality"]);
        check(Found { n_cases: 0, ..GOOD }, &["quality"]);
        check(Found { coverage: 0.01, ..GOOD }, &["coverage"]);
        check(Found { latency: Span::SECOND, ..GOOD }, &["latency"]);
        check(Found { memory_bytes: 1 << 30, ..GOOD }, &["memory"]);
        let slow = Found { latency: Span::SECOND, memory_bytes: 1 << 30, ..GOOD };
        check(slow, &["latency", "memory"]);
    }

    #[test]
    fn a_refusal_says_what_was_found_and_what_is_wanted() {
        let checks = look(&Found { coverage: 0.01, ..GOOD }, &WANTED);
        let coverage = checks.iter().find(|it| it.check == "coverage").unwrap();
        assert_eq!(
            coverage.says,
            "its lists name 1.0 % of the products; at least 5.0 % are wanted"
        );
    }
}
