//! What the one who asks has.

use domain::ProductIdx;

use super::Weighing;
use crate::Context;

/// Puts into `own` what the shopper has and what it weighs; products that are not known are skipped.
///
/// Products of the visit that are not in the past count as touched once, now.
pub(crate) fn weigh_own(
    context: &Context<'_>,
    weighing: &Weighing,
    is_known: impl Fn(ProductIdx) -> bool,
    own: &mut Vec<(ProductIdx, f32)>,
) {
    own.clear();
    for habit in context.past.iter().filter(|it| is_known(it.product())) {
        let weight = weighing.weight(habit, context.now);
        if weight > 0.0 {
            own.push((habit.product(), weight));
        }
    }
    let touched_once = weighing.touched_once();
    if touched_once > 0.0 {
        for touch in context.visit.iter().filter(|it| is_known(it.product)) {
            let product = touch.product;
            let is_past = context.past.binary_search_by_key(&product, |it| it.product()).is_ok();
            if !is_past && own.iter().all(|it| it.0 != product) {
                own.push((product, touched_once));
            }
        }
    }
}
