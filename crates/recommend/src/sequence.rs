//! What a shopper did last, in order: what generators that go by order are told.

use domain::ProductIdx;

use crate::Context;

/// Puts the last `n_max` products of the past and then of the visit into `out`, the oldest first.
///
/// A habit stands where it was last; one that the visit holds stands there alone. A visit is in the order of
/// its acts, a product touched twice standing there twice.
pub(crate) fn last_acts(context: &Context<'_>, n_max: usize, out: &mut Vec<ProductIdx>) {
    out.clear();
    let n_of_past = n_max.saturating_sub(context.visit.len());
    if n_of_past > 0 {
        let is_before = |product: ProductIdx| context.visit.iter().all(|it| it.product != product);
        let mut past: Vec<_> = (context.past.iter())
            .filter(|it| is_before(it.product()))
            .map(|it| (it.last(), it.product()))
            .collect();
        past.sort_unstable();
        let n_left_out = past.len().saturating_sub(n_of_past);
        out.extend(past.drain(n_left_out..).map(|(_, product)| product));
    }
    let n_left_out = context.visit.len().saturating_sub(n_max);
    out.extend(context.visit[n_left_out..].iter().map(|it| it.product));
}
