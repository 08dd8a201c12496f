//! What is told of a simulation: by day, by placement, by arm.

use std::ops::Range;

use shopsim::{Arm, Judgement, Measure, Value, VisitReport};

use super::estimate::Estimate;
use crate::report::Row;

/// Visits of some days, compared.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    pub(super) popular: Estimate,
    pub(super) personal: Estimate,
    /// Personal less popular, on the same contexts.
    pub(super) difference: Estimate,
    pub(super) best: Estimate,
    pub(super) regret_popular: Estimate,
    pub(super) regret_personal: Estimate,
}

/// The three values of something that was judged.
#[derive(Clone, Copy, Debug)]
struct Judged {
    shopper: usize,
    popular: Value,
    personal: Value,
    best: Value,
}

impl From<&VisitReport> for Judged {
    fn from(it: &VisitReport) -> Judged {
        Judged { shopper: it.shopper, popular: it.popular, personal: it.personal, best: it.best }
    }
}

impl From<&Judgement> for Judged {
    fn from(it: &Judgement) -> Judged {
        Judged { shopper: it.shopper, popular: it.popular, personal: it.personal, best: it.best }
    }
}

impl Compared {
    /// Compares visits by one measure; margins are in euros.
    pub(super) fn of_visits(visits: &[&VisitReport], measure: Measure) -> Compared {
        let judged: Vec<Judged> = visits.iter().map(|it| Judged::from(*it)).collect();
        Compared::of(&judged, measure)
    }

    fn of(judged: &[Judged], measure: Measure) -> Compared {
        let unit = if measure == Measure::Margin { 100.0 } else { 1.0 };
        let estimate = |value: &dyn Fn(&Judged) -> f64| {
            Estimate::of(judged.iter().map(|it| (it.shopper, value(it) / unit)))
        };
        let (popular, personal, best) = (
            |it: &Judged| it.popular.get(measure),
            |it: &Judged| it.personal.get(measure),
            |it: &Judged| it.best.get(measure),
        );
        Compared {
            popular: estimate(&popular),
            personal: estimate(&personal),
            difference: estimate(&|it| personal(it) - popular(it)),
            best: estimate(&best),
            regret_popular: estimate(&|it| best(it) - popular(it)),
            regret_personal: estimate(&|it| best(it) - personal(it)),
        }
    }

    /// How much of the best a regret is, in percent.
    fn missed(&self, regret: Estimate) -> f64 {
        100.0 * regret.mean / self.best.mean
    }

    fn cells(&self, row: Row) -> Row {
        row.decimal("popular", self.popular.mean, 3)
            .decimal("popular_pm", self.popular.margin, 3)
            .decimal("personal", self.personal.mean, 3)
            .decimal("personal_pm", self.personal.margin, 3)
            .decimal("gain", self.difference.mean, 3)
            .decimal("gain_low", self.difference.low(), 3)
            .decimal("gain_high", self.difference.high(), 3)
            .decimal("gain_percent", 100.0 * self.difference.mean / self.popular.mean, 1)
            .decimal("best", self.best.mean, 3)
            .decimal("regret_popular", self.regret_popular.mean, 3)
            .decimal("regret_personal", self.regret_personal.mean, 3)
            .decimal("regret_pm", self.regret_personal.margin, 3)
            // Visits grow longer as slates grow better, and the best with them: the share is comparable.
            .decimal("missed_popular_percent", self.missed(self.regret_popular), 1)
            .decimal("missed_personal_percent", self.missed(self.regret_personal), 1)
    }
}

fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Clicks => "clicks",
        Measure::Adds => "adds",
        Measure::Margin => "margin_eur",
    }
}

/// A row for each span of days and measure: per visit.
pub(super) fn by_days(spans: &[(Range<i64>, Vec<&VisitReport>)]) -> Vec<Row> {
    let mut rows = Vec::new();
    for measure in Measure::ALL {
        for (days, visits) in spans {
            let row = Row::new()
                .text("days", text(days))
                .text("per_visit", name(measure))
                .whole("visits", visits.len() as u64);
            rows.push(Compared::of_visits(visits, measure).cells(row));
        }
    }
    rows
}

/// Days counted from one, as people do.
fn text(days: &Range<i64>) -> String {
    match days.end - days.start {
        1 => days.end.to_string(),
        _ => format!("{}-{}", days.start + 1, days.end),
    }
}

/// A row for each placement and measure: per shelf.
pub(super) fn by_placement(days: &Range<i64>, visits: &[&VisitReport]) -> Vec<Row> {
    let judgements = || visits.iter().flat_map(|it| &it.judgements);
    let mut placements: Vec<&str> = judgements().map(|it| it.placement).collect();
    placements.sort_unstable();
    placements.dedup();
    let mut rows = Vec::new();
    for measure in [Measure::Clicks, Measure::Margin] {
        for placement in &placements {
            let here = judgements().filter(|it| it.placement == *placement);
            let judged: Vec<Judged> = here.map(Judged::from).collect();
            let row = Row::new()
                .text("days", text(days))
                .text("placement", *placement)
                .text("per_shelf", name(measure))
                .whole("shelves", judged.len() as u64);
            rows.push(Compared::of(&judged, measure).cells(row));
        }
    }
    rows
}

/// A row for each arm: what really happened, which is much noisier than what was to be expected.
pub(super) fn by_arm(visits: &[VisitReport]) -> Vec<Row> {
    let of_arm = |arm| visits.iter().filter(move |it| it.shown == arm);
    Arm::ALL
        .into_iter()
        .map(|arm| {
            let mean = |count: fn(&VisitReport) -> u64| {
                Estimate::of(of_arm(arm).map(move |it| (it.shopper, count(it) as f64)))
            };
            let (clicks, adds, orders) =
                (mean(|it| it.n_clicks), mean(|it| it.n_adds), mean(|it| it.n_orders));
            Row::new()
                .text("arm", if arm == Arm::Personal { "personal" } else { "popular" })
                .whole("visits", of_arm(arm).count() as u64)
                .decimal("clicks_per_visit", clicks.mean, 3)
                .decimal("clicks_pm", clicks.margin, 3)
                .decimal("adds_per_visit", adds.mean, 3)
                .decimal("adds_pm", adds.margin, 3)
                .decimal("orders_per_visit", orders.mean, 3)
                .decimal("orders_pm", orders.margin, 3)
        })
        .collect()
}
