//! The fold: what one event changes.

use consent::Use;
use domain::event::deciding::{DecisionExposed, DecisionMade};
use domain::event::person::ConsentChanged;
use domain::event::shopping::{Line, OrderCompleted, Wish};
use domain::{
    DecisionId, Event, OutcomeKind, ProductId, ProductIdx, Purpose, Purposes, Recorded, ShopperKey,
    Verification,
};
use features::{Action, AddressRange, Repeat, Tally, Weight};
use ports::{Table, Write};
use recommend::SessionIdx;

use super::people::People;
use super::{AnswerBook, Catalogue, Learned, Live};

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
        let shopper = recorded.envelope.shopper;
        self.answers.see(&shopper);
        let people = self.crowd.of_mut(&shopper);
        match &recorded.envelope.event {
            Event::ProductUpserted(it) => self.catalogue.upsert(it.product.clone()),
            Event::ProductPatched(it) => self.catalogue.patch(&it.product, &it.patch),
            Event::ProductDeleted(it) => self.catalogue.delete(&it.product),
            // Of everybody, followed or not: who says no says it wherever an event comes in.
            Event::ConsentChanged(it) => {
                self.answers.apply(shopper, it);
                self.answers.report();
                if let Some(people) = people {
                    heed(it, &shopper, people);
                }
            }
            event => {
                if let Event::DecisionMade(it) = event {
                    self.serials.note(it.journal, it.serial, recorded.position);
                }
                if let Some(people) = people {
                    let (catalogue, answers) = (&self.catalogue, &self.answers);
                    let learned = Some(&mut self.learned);
                    Fold { catalogue, n_products: None, answers, people, learned }
                        .event(recorded, event, writes);
                }
            }
        }
    }
}

/// Forgets a shopper who refuses to be followed.
pub(super) fn heed(change: &ConsentChanged, shopper: &ShopperKey, people: &mut People) {
    if change.answer(Purpose::Personalization) == Some(false) {
        people.forget(shopper);
    }
}

/// What an event about a shopper is folded into.
pub(super) struct Fold<'a> {
    pub(super) catalogue: &'a Catalogue,
    /// How many products there were at the time, where the catalogue is of a later one.
    pub(super) n_products: Option<u32>,
    pub(super) answers: &'a AnswerBook,
    pub(super) people: &'a mut People,
    /// Nothing where only the shoppers themselves are caught up with.
    pub(super) learned: Option<&'a mut Learned>,
}

impl Fold<'_> {
    pub(super) fn event(&mut self, recorded: &Recorded, event: &Event, writes: &mut Vec<Write>) {
        match event {
            Event::DecisionMade(it) => self.decision_made(recorded, it, writes),
            Event::DecisionExposed(it) => self.decision_exposed(recorded, it, writes),
            event => self.shopping(recorded, event, writes),
        }
    }

    /// What an event may be used for now: what it was taken in for, less what was refused since.
    fn usable(&self, recorded: &Recorded) -> Purposes {
        let envelope = &recorded.envelope;
        consent::still_allowed(envelope.purposes, self.answers.of(&envelope.shopper))
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
        let Some(product) = self.number(&touched.product) else { return };
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
        let admitted = self.learned.as_deref_mut().map_or(Weight::ZERO, |learned| {
            let admitted = learned.influence.admit(
                &shopper,
                envelope.address_range.map(AddressRange::new),
                product,
                touched.action.weight(),
                counted_at,
            );
            let market = envelope.market.as_ref().and_then(|it| self.catalogue.market(it));
            let categories = self.catalogue.categories_of(product);
            learned.counts.record(Tally { product, categories, market, weight: admitted, time });
            admitted
        });
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
        let effect = self.people.visits.touch(shopper, product, action, time);
        self.people.habits.note(shopper, product, action, time);
        let teaches =
            !admitted.is_zero() && action > Action::Removed && self.may(Use::Teach, recorded);
        if !teaches || effect.change == features::VisitChange::Late {
            return;
        }
        let Some(learned) = self.learned.as_deref_mut() else { return };
        let Some(visitor) = self.people.visits.get(&shopper) else { return };
        let session = visitor.session().map(SessionIdx::new);
        if effect.repeat == Repeat::First {
            let others = visitor.visit_touches().iter().map(|it| it.product());
            let earlier: Vec<ProductIdx> = others.filter(|it| *it != product).collect();
            learned.also_viewed.append(&earlier, product);
        }
        if action == Action::Viewed || effect.repeat == Repeat::First {
            let session = learned.sessions.append(session, product);
            self.people.visits.link_session(&shopper, session.get());
        }
    }

    fn cart_viewed(&mut self, recorded: &Recorded, lines: &[Line]) {
        if self.may(Use::LinkVisit, recorded) {
            let products: Vec<ProductIdx> = self.numbers(lines.iter().map(|it| &it.product));
            self.people.visits.replace_cart(recorded.envelope.shopper, &products);
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
        let products = self.numbers(bought);
        let Some(learned) = self.learned.as_deref_mut() else { return };
        for product in products {
            let weight = Action::Ordered.weight();
            let admitted = learned.order_influence.admit(&shopper, None, product, weight, time);
            if !admitted.is_zero() {
                teaching.push(product);
            }
        }
        learned.bought_together.append_group(&teaching);
    }

    fn decision_made(&mut self, recorded: &Recorded, made: &DecisionMade, writes: &mut Vec<Write>) {
        writes.push(Write {
            table: Table::Decisions,
            key: made.decision.as_bytes().to_vec(),
            value: recorded.position.get().to_be_bytes().to_vec(),
        });
        let shopper = recorded.envelope.shopper;
        let is_somebody = shopper != ShopperKey::NOBODY;
        if is_somebody && self.may(Use::LinkVisit, recorded) {
            let shown = self.numbers(made.slate.iter().map(|it| &it.product));
            self.people.visits.show(shopper, made.decision, &shown, recorded.envelope.event_time);
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

    /// The number of a product that the catalogue knew at the time.
    fn number(&self, product: &ProductId) -> Option<ProductIdx> {
        let number = self.catalogue.number(product)?;
        self.n_products.is_none_or(|n| number.get() < n).then_some(number)
    }

    /// The numbers of those products that the catalogue knew.
    fn numbers<'a>(&self, products: impl Iterator<Item = &'a ProductId>) -> Vec<ProductIdx> {
        products.filter_map(|it| self.number(it)).collect()
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
