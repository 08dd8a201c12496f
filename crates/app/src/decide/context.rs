//! What generators are told: the visit, what stands on the page, where.

use domain::{CategoryPath, ProductIdx, Reason, Timestamp};
use features::{Action, Habit, Visitor};
use recommend::{SessionIdx, Touch};

use super::{DecisionRequest, Knowledge};
use crate::live::{Catalogue, Live};

/// How many products of the visit stand in for anchors where the page has none.
const ANCHORS_FROM_VISIT_MAX: usize = 5;

/// What is known about a request, owned, for generators to borrow.
#[derive(Debug, Default)]
pub(super) struct Situation {
    pub(super) visit: Vec<Touch>,
    /// What the shopper did over months, by ascending product.
    pub(super) past: Vec<Habit>,
    pub(super) anchors: Vec<ProductIdx>,
    pub(super) own_session: Option<SessionIdx>,
    /// The category that the page is about: its own, or that of the product on it.
    pub(super) category: Option<CategoryPath>,
    /// What may not be shown, whatever else there is: what the request leaves out.
    pub(super) excluded: Vec<ProductIdx>,
    /// What is better not shown: that, what stands on the page, lies in the cart, and was just bought
    /// or taken out of the cart.
    pub(super) leave_out: Vec<ProductIdx>,
}

impl Situation {
    /// Puts together what a decision may rest on.
    pub(super) fn new(
        live: &Live,
        request: &DecisionRequest,
        knowledge: Knowledge,
        now: Timestamp,
    ) -> Situation {
        let catalogue = live.catalogue();
        let numbers = |ids: &[domain::ProductId]| -> Vec<ProductIdx> {
            ids.iter().filter_map(|it| catalogue.number(it)).collect()
        };
        let on_page = numbers(&request.products);
        let mut cart = numbers(&request.cart);
        let mut situation = Situation::default();
        match knowledge {
            Knowledge::Profile(shopper) => {
                situation.past = shopper.map_or_else(Vec::new, |it| live.habits_of(&it).to_vec());
                let visitor = shopper.and_then(|it| live.visitor(&it));
                if let Some(visitor) = visitor.filter(|it| it.is_visiting(now)) {
                    situation.visit_of(visitor);
                    cart.extend(visitor.cart());
                }
                if situation.visit.is_empty() {
                    situation.visit = touches(&request.recent, catalogue, now);
                }
            }
            Knowledge::RequestOnly | Knowledge::ShopperUnavailable => {
                situation.visit = touches(&request.recent, catalogue, now);
            }
            Knowledge::SwitchedOff => {}
        }
        situation.excluded = numbers(&request.exclude);
        situation.leave_out.extend(&situation.excluded);
        situation.leave_out.extend(on_page.iter().chain(&cart));
        let of_product = || on_page.first().and_then(|it| catalogue.main_category(*it)).cloned();
        situation.category = request.category.clone().or_else(of_product);
        situation.anchors = on_page;
        situation.anchors.extend(numbers(&request.cart));
        if situation.anchors.is_empty() {
            let latest = situation.visit.iter().rev().map(|it| it.product);
            situation.anchors.extend(latest.take(ANCHORS_FROM_VISIT_MAX));
        }
        deduplicate(&mut situation.anchors);
        situation
    }

    /// Why a product is shown that only itself speaks for: the shopper has had to do with it.
    pub(super) fn own_reason(&self, product: ProductIdx) -> Reason {
        let habit = self.past.binary_search_by_key(&product, |it| it.product()).ok();
        match habit.map(|at| self.past[at].strongest()) {
            Some(Action::Ordered) => Reason::BoughtBefore,
            _ => Reason::SeenBefore,
        }
    }

    fn visit_of(&mut self, visitor: &Visitor) {
        let touches = visitor.visit_touches();
        self.visit
            .extend(touches.iter().map(|it| Touch { product: it.product(), time: it.time() }));
        self.own_session = visitor.session().map(SessionIdx::new);
        let settled =
            touches.iter().filter(|it| matches!(it.latest(), Action::Ordered | Action::Removed));
        self.leave_out.extend(settled.map(|it| it.product()));
    }
}

fn touches(ids: &[domain::ProductId], catalogue: &Catalogue, now: Timestamp) -> Vec<Touch> {
    let products = ids.iter().filter_map(|it| catalogue.number(it));
    products.map(|product| Touch { product, time: now }).collect()
}

/// Leaves the first of equal products.
fn deduplicate(products: &mut Vec<ProductIdx>) {
    let mut seen = rustc_hash::FxHashSet::default();
    products.retain(|it| seen.insert(*it));
}
