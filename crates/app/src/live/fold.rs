//! The fold: what one event changes.

use consent::Use;
use domain::event::deciding::{DecisionExposed, DecisionMade};
use domain::event::shopping::{Line, OrderCompleted, Wish};
use domain::{
    DecisionId, Event, OutcomeKind, ProductId, ProductIdx, Purpose, Purposes, Recorded,
    Verification,
};
use features::{Action, AddressRange, Repeat, Tally, Weight};
use ports::{Table, Write};
use recommend::SessionIdx;

use super::Live;

/// What a shopper did with a product, as an event tells it.
struct Touched {
    product: ProductId,
    action: Action,
    outcome: Option<OutcomeKind>,
    decision: Option<DecisionId>,
}

impl Live {
    /// Takes one event in; what must be found by id later is added to `writes`.
    ///
    /// Events come in the order of the log, each once; one that is contained already is passed over.
    pub(crate) fn fold(&mut self, recorded: &Recorded, writes: &mut Vec<Write>) {
        if recorded.position <= self.position {
            return;
        }
        self.position = recorded.position;
        self.log_time = self.log_time.max(recorded.envelope.received_time);
        self.answers.see(&recorded.envelope.shopper);
        match &recorded.envelope.event {
            Event::ProductUpserted(it) => self.catalogue.upsert(it.product.clone()),
            Event::ProductPatched(it) => self.catalogue.patch(&it.product, &it.patch),
            Event::ProductDeleted(it) => self.catalogue.delete(&it.product),
            Event::ConsentChanged(it) => {
                let shopper = recorded.envelope.shopper;
                self.answers.apply(shopper, it);
                if it.answer(Purpose::Personalization) == Some(false) {
                    self.visits.forget(&shopper);
                    self.habits.forget(&shopper);
                }
            }
            Event::DecisionMade(it) => self.decision_made(recorded, it, writes),
            Event::DecisionExposed(it) => self.decision_exposed(recorded, it, writes),
            event => self.shopping(recorded, event, writes),
        }
    }

    /// What an event may be used for now: what it was taken in for, less what was refused since.
    fn usable(&self, recorded: &Recorded) -> Purposes {
        let envelope = &recorded.envelope;
        consent::still_allowed(envelope.purposes, self.answers(&envelope.shopper))
    }

    fn may(&self, wanted: Use, recorded: &Recorded) -> bool {
        consent::at_use(wanted, self.usable(recorded)).is_granted()
    }

    fn shopping(&mut self, recorded: &Recorded, event: &Event, writes: &mut Vec<Write>) {
        let unproven = recorded.envelope.source.verification == Verification::Unverified;
        let is_order = matches!(event, Event::OrderCompleted(_));
        // What a browser says it bought is kept in the log, but is no proof and teaches nothing.
        if is_order && unproven {
            return;
        }
        for touched in touches(event) {
            self.touch(recorded, &touched, writes);
        }
        match event {
            Event::CartViewed(it) => self.cart_viewed(recorded, &it.lines),
            Event::OrderCompleted(it) => self.order_completed(recorded, it),
            _ => {}
        }
    }

    fn touch(&mut self, recorded: &Recorded, touched: &Touched, writes: &mut Vec<Write>) {
        // Only the catalogue makes products: anybody could name any number of others.
        let Some(product) = self.catalogue.number(&touched.product) else { return };
        let envelope = &recorded.envelope;
        let (shopper, time) = (envelope.shopper, envelope.event_time);
        let purposes = self.usable(recorded);
        let may = |wanted: Use| consent::at_use(wanted, purposes).is_granted();
        if let Some(kind) = touched.outcome.filter(|_| may(Use::JoinOutcome)) {
            self.outcome(recorded, touched.decision, product, kind, writes);
        }
        if !may(Use::Count) {
            return;
        }
        // A browser's word on when something happened does not choose the day whose caps apply.
        let counted_at = match envelope.source.verification {
            Verification::Verified => time,
            Verification::Unverified => envelope.received_time,
        };
        let admitted = self.influence.admit(
            &shopper,
            envelope.address_range.map(AddressRange::new),
            product,
            touched.action.weight(),
            counted_at,
        );
        let market = envelope.market.as_ref().and_then(|it| self.catalogue.market(it));
        let categories = self.catalogue.categories_of(product);
        self.counts.record(Tally { product, categories, market, weight: admitted, time });
        if may(Use::LinkVisit) {
            self.follow(recorded, product, touched.action, admitted);
        }
    }

    /// Adds a touch to the shopper's visit and habits, and the visit to what other visits learn from.
    fn follow(
        &mut self,
        recorded: &Recorded,
        product: ProductIdx,
        action: Action,
        admitted: Weight,
    ) {
        let (shopper, time) = (recorded.envelope.shopper, recorded.envelope.event_time);
        let effect = self.visits.touch(shopper, product, action, time);
        self.habits.note(shopper, product, action, time);
        let teaches =
            !admitted.is_zero() && action > Action::Removed && self.may(Use::Teach, recorded);
        if !teaches || effect.change == features::VisitChange::Late {
            return;
        }
        let Some(visitor) = self.visits.get(&shopper) else { return };
        let session = visitor.session().map(SessionIdx::new);
        if effect.repeat == Repeat::First {
            let others = visitor.visit_touches().iter().map(|it| it.product());
            let earlier: Vec<ProductIdx> = others.filter(|it| *it != product).collect();
            self.also_viewed.append(&earlier, product);
        }
        if action == Action::Viewed || effect.repeat == Repeat::First {
            let session = self.sessions.append(session, product);
            self.visits.link_session(&shopper, session.get());
        }
    }

    fn cart_viewed(&mut self, recorded: &Recorded, lines: &[Line]) {
        if self.may(Use::LinkVisit, recorded) {
            let products: Vec<ProductIdx> = self.numbers(lines.iter().map(|it| &it.product));
            self.visits.replace_cart(recorded.envelope.shopper, &products);
        }
    }

    /// Teaches what is bought together, each shopper and product once a day.
    fn order_completed(&mut self, recorded: &Recorded, order: &OrderCompleted) {
        if !self.may(Use::Teach, recorded) {
            return;
        }
        let (shopper, time) = (recorded.envelope.shopper, recorded.envelope.event_time);
        let bought = order.lines.iter().filter(|it| it.quantity > 0).map(|it| &it.product);
        let mut teaching = Vec::with_capacity(order.lines.len());
        for product in self.numbers(bought) {
            let weight = Action::Ordered.weight();
            let admitted = self.order_influence.admit(&shopper, None, product, weight, time);
            if !admitted.is_zero() {
                teaching.push(product);
            }
        }
        self.bought_together.append_group(&teaching);
    }

    fn decision_made(&mut self, recorded: &Recorded, made: &DecisionMade, writes: &mut Vec<Write>) {
        self.serials.note(made.journal, made.serial, recorded.position);
        writes.push(Write {
            table: Table::Decisions,
            key: made.decision.as_bytes().to_vec(),
            value: recorded.position.get().to_be_bytes().to_vec(),
        });
        let shopper = recorded.envelope.shopper;
        let is_somebody = shopper != domain::ShopperKey::NOBODY;
        if is_somebody && self.may(Use::LinkVisit, recorded) {
            let shown = self.numbers(made.slate.iter().map(|it| &it.product));
            self.visits.show(shopper, made.decision, &shown, recorded.envelope.event_time);
        }
    }

    fn decision_exposed(
        &mut self,
        recorded: &Recorded,
        exposed: &DecisionExposed,
        writes: &mut Vec<Write>,
    ) {
        if !self.may(Use::JoinOutcome, recorded) {
            return;
        }
        let kind = OutcomeKind::Exposed;
        if exposed.products.is_empty() {
            writes.push(super::outcomes::named(recorded, exposed.decision, None, kind));
        }
        for it in &exposed.products {
            let product = Some(it.product.clone());
            writes.push(super::outcomes::named(recorded, exposed.decision, product, kind));
        }
    }

    /// The numbers of those products that the catalogue knows.
    fn numbers<'a>(&self, products: impl Iterator<Item = &'a ProductId>) -> Vec<ProductIdx> {
        products.filter_map(|it| self.catalogue.number(it)).collect()
    }
}

/// What an event says was done with products.
fn touches(event: &Event) -> Vec<Touched> {
    let one = |product: &ProductId, action, outcome, decision| {
        vec![Touched { product: product.clone(), action, outcome, decision }]
    };
    match event {
        Event::ProductViewed(it) => {
            one(&it.product, Action::Viewed, Some(OutcomeKind::Viewed), it.decision)
        }
        Event::ProductClicked(it) => {
            one(&it.product, Action::Clicked, Some(OutcomeKind::Clicked), it.decision)
        }
        Event::ProductAdded(it) => {
            one(&it.line.product, Action::Added, Some(OutcomeKind::Added), it.decision)
        }
        Event::ProductRemoved(it) => one(&it.line.product, Action::Removed, None, None),
        Event::Wishlisted(it) if it.wish == Wish::Added => {
            one(&it.product, Action::Wished, None, None)
        }
        Event::OrderCompleted(it) => {
            let bought = it.lines.iter().filter(|line| line.quantity > 0);
            let ordered = |line: &Line| Touched {
                product: line.product.clone(),
                action: Action::Ordered,
                outcome: Some(OutcomeKind::Ordered),
                decision: None,
            };
            bought.map(ordered).collect()
        }
        _ => Vec::new(),
    }
}
