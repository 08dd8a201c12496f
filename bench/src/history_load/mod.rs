//! A made-up shop's history, event by event, from a seed: what `archive` and `rebuild` are measured on.
//!
//! Shoppers come back, stay within a neighbourhood of the catalogue during a visit, look more often than
//! they buy, and are shown something every few steps. Events come at a steady rate, so that twice as many
//! are twice as many days of the same shop.
//!
//! An event costs about a microsecond to make and takes about 225 bytes encoded.

use domain::event::catalogue::ProductUpserted;
use domain::event::deciding::DecisionMade;
use domain::event::shopping::{
    Line, OrderCompleted, PageViewed, ProductAdded, ProductClicked, ProductListViewed,
    ProductRemoved, ProductViewed, ProductsSearched, Wish, Wishlisted,
};
use domain::{
    AttributeText, CategoryName, CategoryPath, Currency, DecisionId, Envelope, Event, KeyKind,
    MarketId, MessageKey, Money, PlacementId, Position, Product, ProductId, Propensity, Purpose,
    Purposes, Reason, Recorded, ShopId, ShopperKey, Shown, Source, Span, Timestamp, Verification,
    Visibility,
};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// When histories begin: 2025-01-01T00:00:00Z.
const BEGINNING: Timestamp = Timestamp::from_secs(1_735_689_600);
/// How many visits go on at the same time.
const VISITS: usize = 2_000;
/// The chance that an event is the last of its visit.
const LAST_OF_VISIT: f64 = 0.11;
/// How many products lie in one neighbourhood, which is also a category.
const NEIGHBORHOOD: u32 = 40;
/// How many products a decision shows.
const SLATE: u32 = 10;
/// How many events there are for each shopper.
const EVENTS_PER_SHOPPER: u64 = 20;

/// A made-up shop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HistoryPlan {
    /// How many events its history has, its catalogue's included.
    pub(crate) n_events: u64,
    /// How many products it has.
    pub(crate) n_products: u32,
    /// How many events happen in a day.
    pub(crate) events_per_day: u64,
    /// The seed.
    pub(crate) seed: u64,
}

/// A visit that goes on.
#[derive(Clone, Copy, Debug)]
struct Visit {
    shopper: u64,
    neighborhood: u32,
}

/// The history, in order.
#[derive(Debug)]
pub(crate) struct HistoryLoad {
    plan: HistoryPlan,
    rng: ChaCha8Rng,
    next: Position,
    visits: Vec<Visit>,
    n_decisions: u64,
    shop: ShopId,
    market: MarketId,
    placement: PlacementId,
}

impl HistoryLoad {
    /// The history from its beginning.
    ///
    /// # Errors
    ///
    /// Never: the ids are good ones.
    pub(crate) fn new(plan: HistoryPlan) -> anyhow::Result<HistoryLoad> {
        let mut load = HistoryLoad {
            plan,
            rng: ChaCha8Rng::seed_from_u64(plan.seed),
            next: Position::new(1),
            visits: Vec::new(),
            n_decisions: 0,
            shop: "shop".parse()?,
            market: "de".parse()?,
            placement: "home".parse()?,
        };
        load.visits = (0..VISITS).map(|_| load.visit()).collect();
        Ok(load)
    }

    /// At most `n` events after those that were answered before; fewer only at the end.
    pub(crate) fn take(&mut self, n: usize) -> anyhow::Result<Vec<Recorded>> {
        let mut events = Vec::with_capacity(n);
        while events.len() < n && self.next.get() <= self.plan.n_events {
            let envelope = self.envelope()?;
            events.push(Recorded { position: self.next, envelope });
            self.next = self.next.next();
        }
        Ok(events)
    }

    fn envelope(&mut self) -> anyhow::Result<Envelope> {
        let n = self.next.get() - 1;
        let micros_per_day = u128::try_from(Span::DAY.as_micros())?;
        let micros = u128::from(n) * micros_per_day / u128::from(self.plan.events_per_day);
        let time = BEGINNING.plus(Span::from_micros(i64::try_from(micros)?));
        let (shopper, event) = match u32::try_from(n) {
            Ok(n) if n < self.plan.n_products => (ShopperKey::NOBODY, catalogue(n)?),
            _ => self.deed()?,
        };
        let is_own = matches!(event, Event::DecisionMade(_) | Event::ProductUpserted(_));
        let sealed = match event {
            Event::ProductsSearched(_) => self.random_bytes::<56>().to_vec(),
            _ => Vec::new(),
        };
        let verification = if matches!(event, Event::OrderCompleted(_)) || is_own {
            Verification::Verified
        } else {
            Verification::Unverified
        };
        let key = if is_own { KeyKind::Own } else { KeyKind::Publishable };
        Ok(Envelope {
            message: MessageKey::from_bytes(self.random_bytes()),
            shop: self.shop.clone(),
            shopper,
            event_time: time,
            received_time: time.plus(Span::MILLISECOND.times(120)),
            source: Source { key, verification },
            purposes: purposes(),
            event,
            open: Vec::new(),
            sealed,
            address_range: (!is_own).then(|| self.rng.random()),
            market: Some(self.market.clone()),
            unknown: Vec::new(),
        })
    }

    /// What somebody does next.
    fn deed(&mut self) -> anyhow::Result<(ShopperKey, Event)> {
        let place = self.rng.random_range(0..VISITS);
        let visit = match self.visits.get(place) {
            Some(visit) => *visit,
            None => self.visit(),
        };
        if self.rng.random_bool(LAST_OF_VISIT) {
            let next = self.visit();
            if let Some(ended) = self.visits.get_mut(place) {
                *ended = next;
            }
        }
        Ok((shopper_key(visit.shopper), self.event(visit)?))
    }

    fn event(&mut self, visit: Visit) -> anyhow::Result<Event> {
        let product = self.product(visit)?;
        Ok(match self.rng.random_range(0..1_000) {
            0..560 => ProductViewed { product, variant: None, decision: None }.into(),
            560..680 => self.decision(visit)?.into(),
            680..750 => {
                let rank = Some(self.rng.random_range(1..=24));
                ProductClicked { product, rank, decision: None }.into()
            }
            750..800 => self.list(visit)?.into(),
            800..855 => {
                let line = line(product, &mut self.rng);
                ProductAdded { line, cart: None, decision: None }.into()
            }
            855..870 => ProductRemoved { line: line(product, &mut self.rng), cart: None }.into(),
            870..890 => self.order(visit)?.into(),
            890..900 => Wishlisted { product, wish: Wish::Added }.into(),
            900..940 => ProductsSearched { n_found: Some(self.rng.random_range(0..400)) }.into(),
            _ => PageViewed { category: Some("Home".to_owned()) }.into(),
        })
    }

    fn decision(&mut self, visit: Visit) -> anyhow::Result<DecisionMade> {
        self.n_decisions += 1;
        let because = self.product(visit)?;
        let shown = (0..SLATE).map(|rank| -> anyhow::Result<Shown> {
            Ok(Shown {
                product: self.product(visit)?,
                score: 1.0 / (1 + rank) as f32,
                generator: "session_neighbors".to_owned(),
                reason: Reason::VisitsLikeThis { because: because.clone() },
            })
        });
        let slate: anyhow::Result<Vec<Shown>> = shown.collect();
        Ok(DecisionMade {
            decision: DecisionId::from_bytes(self.random_bytes()),
            placement: self.placement.clone(),
            slate: slate?,
            fallback: None,
            propensity: Propensity::CERTAIN,
            versions: vec!["session_neighbors@1".to_owned()],
            seen: Position::new(self.next.get().saturating_sub(3)),
            serial: self.n_decisions,
            journal: None,
            anchors: vec![because],
            took_micros: self.rng.random_range(80..400),
        })
    }

    fn list(&mut self, visit: Visit) -> anyhow::Result<ProductListViewed> {
        let products: anyhow::Result<Vec<ProductId>> =
            (0..12).map(|_| self.product(visit)).collect();
        Ok(ProductListViewed { list: None, category: None, products: products? })
    }

    fn order(&mut self, visit: Visit) -> anyhow::Result<OrderCompleted> {
        let n_lines = self.rng.random_range(1..=4);
        let mut lines = Vec::with_capacity(n_lines);
        for _ in 0..n_lines {
            let product = self.product(visit)?;
            lines.push(line(product, &mut self.rng));
        }
        let minor = |it: &Line| {
            it.unit_price.map_or(0, |price| price.amount_minor() * i64::from(it.quantity))
        };
        let total = Money::new(lines.iter().map(minor).sum(), Currency::EUR);
        let order = format!("o{}", self.next).parse()?;
        Ok(OrderCompleted { order, lines, total: Some(total), revenue: Some(total), cart: None })
    }

    /// Somebody comes: more often who came often before.
    fn visit(&mut self) -> Visit {
        let n_shoppers = (self.plan.n_events / EVENTS_PER_SHOPPER).max(1);
        // Who came early in the history comes again all through it.
        let known = (self.next.get() / EVENTS_PER_SHOPPER + VISITS as u64).min(n_shoppers);
        let shopper = self.rng.random_range(0..known);
        let n_neighborhoods = (self.plan.n_products / NEIGHBORHOOD).max(1);
        // A shopper has two favourites among the neighbourhoods, and is elsewhere now and then.
        let favourite = u32::try_from(shopper % u64::from(n_neighborhoods)).unwrap_or(0);
        let neighborhood = match self.rng.random_range(0..10) {
            0..5 => favourite,
            5..8 => (favourite * 7 + 3) % n_neighborhoods,
            _ => self.rng.random_range(0..n_neighborhoods),
        };
        Visit { shopper, neighborhood }
    }

    /// A product of the visit's neighbourhood; the first of it are liked the most.
    fn product(&mut self, visit: Visit) -> anyhow::Result<ProductId> {
        let a = self.rng.random_range(0..NEIGHBORHOOD);
        let b = self.rng.random_range(0..NEIGHBORHOOD);
        let place = (visit.neighborhood * NEIGHBORHOOD + a.min(b)) % self.plan.n_products.max(1);
        Ok(ProductId::new(&format!("p{place}"))?)
    }

    fn random_bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }
}

fn purposes() -> Purposes {
    [Purpose::Operation, Purpose::Measurement, Purpose::Personalization].into_iter().collect()
}

/// The key of the shopper of that number: spread over all partitions, always the same.
fn shopper_key(shopper: u64) -> ShopperKey {
    let mut rng = ChaCha8Rng::seed_from_u64(shopper);
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    ShopperKey::from_bytes(bytes)
}

fn line(product: ProductId, rng: &mut ChaCha8Rng) -> Line {
    let amount_minor = rng.random_range(199..20_000);
    let unit_price = Some(Money::new(amount_minor, Currency::EUR));
    Line { product, variant: None, quantity: rng.random_range(1..=3), unit_price }
}

fn catalogue(n: u32) -> anyhow::Result<Event> {
    let neighborhood = n / NEIGHBORHOOD;
    let category = [format!("Department {}", neighborhood % 25), format!("Shelf {neighborhood}")]
        .iter()
        .map(|it| CategoryName::new(it))
        .collect::<Result<Vec<_>, _>>()?;
    let product = Product {
        id: ProductId::new(&format!("p{n}"))?,
        title: format!("Product {n}"),
        description: Some(format!("What one likes to have from shelf {neighborhood}.")),
        url: Some(format!("https://shop.example/p{n}")),
        brand: Some(AttributeText::new(&format!("Brand {}", n % 97))?),
        categories: CategoryPath::new(category).into_iter().collect(),
        attributes: Vec::new(),
        price: Some(Money::new(i64::from(500 + n % 50_000), Currency::EUR)),
        cost: None,
        stock: Some(100),
        images: Vec::new(),
        variants: Vec::new(),
        visibility: Visibility::Visible,
        markets: Vec::new(),
        create_time: None,
    };
    Ok(ProductUpserted { product }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: HistoryPlan =
        HistoryPlan { n_events: 5_000, n_products: 400, events_per_day: 1_000, seed: 7 };

    #[test]
    fn a_history_is_the_same_however_it_is_taken() {
        let whole = HistoryLoad::new(PLAN).unwrap().take(10_000).unwrap();
        let mut load = HistoryLoad::new(PLAN).unwrap();
        let mut parts = Vec::new();
        loop {
            let mut part = load.take(333).unwrap();
            if part.is_empty() {
                break;
            }
            parts.append(&mut part);
        }
        assert_eq!(whole, parts);
        assert_eq!(whole.len(), 5_000);
        assert!(whole.iter().zip(1..).all(|(it, n)| it.position == Position::new(n)));
    }

    #[test]
    fn it_has_something_of_everything() {
        let events = HistoryLoad::new(PLAN).unwrap().take(5_000).unwrap();
        let count =
            |kind: &str| events.iter().filter(|it| it.envelope.event.kind_name() == kind).count();
        assert_eq!(count("product_upserted"), 400);
        assert!(2_000 < count("product_viewed"), "{}", count("product_viewed"));
        assert!(30 < count("order_completed"), "{}", count("order_completed"));
        assert!(300 < count("decision_made"), "{}", count("decision_made"));
    }
}
