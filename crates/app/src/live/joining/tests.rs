//! Shares that come and go leave each shopper as known as if their share had been followed all the time.

use std::num::NonZeroU32;

use domain::event::catalogue::ProductUpserted;
use domain::event::deciding::DecisionMade;
use domain::event::person::ConsentChanged;
use domain::event::shopping::{Line, OrderCompleted, ProductViewed};
use domain::{
    Currency, DecisionId, Envelope, KeyKind, MessageKey, ProductId, Propensity, Purposes, Reason,
    ShopperKey, Shown, Source, Timestamp, Verification,
};
use proptest::prelude::*;
use testkit::shop::phrases::product;

use super::*;
use crate::shares::Shares;

const NOON: Timestamp = Timestamp::from_secs(1_767_614_400);
const VISITORS_MAX: NonZeroU32 = NonZeroU32::new(6_400).unwrap();
/// How many shoppers take part, two of each share.
const SHOPPERS: u8 = 8;
const PRODUCTS: u8 = 5;

/// What happens, in numbers: what, to whom, with which product.
type Happening = (u8, u8, u8);

/// What one replica does after an event: the shares that it follows from then on, and those that others
/// save at that moment.
type Change = (u16, u16);

fn share_of(number: u8) -> Share {
    Share::all().nth(number.into()).unwrap()
}

fn product_id(number: u8) -> ProductId {
    format!("p{}", number % PRODUCTS).parse().unwrap()
}

fn event(number: u64, (what, shopper, which): Happening) -> Event {
    let product_id = product_id(which);
    match what {
        0 => ProductUpserted { product: product(product_id.as_str()) }.into(),
        1 => {
            let refused = Purposes::NONE.with(domain::Purpose::Personalization);
            ConsentChanged { given: Purposes::NONE, denied: refused }.into()
        }
        2 => ConsentChanged { given: Purposes::ALL, denied: Purposes::NONE }.into(),
        3 => {
            let line = Line { product: product_id, variant: None, quantity: 1, unit_price: None };
            let order = format!("order {number}").parse().unwrap();
            OrderCompleted { order, lines: vec![line], total: None, revenue: None, cart: None }
                .into()
        }
        4 => {
            let generator = "popular".to_owned();
            let shown =
                Shown { product: product_id, score: 1.0, generator, reason: Reason::ForSale };
            DecisionMade {
                decision: DecisionId::from_bytes([shopper.wrapping_add(1); 16]),
                placement: "home".parse().unwrap(),
                slate: vec![shown],
                fallback: None,
                propensity: Propensity::CERTAIN,
                versions: Vec::new(),
                seen: Position::START,
                serial: number,
                anchors: Vec::new(),
                took_micros: 1,
                journal: Some(7),
            }
            .into()
        }
        _ => ProductViewed { product: product_id, variant: None, decision: None }.into(),
    }
}

fn recorded(number: u64, happening: Happening) -> Recorded {
    let shopper = happening.1 % SHOPPERS;
    let time = NOON.plus(domain::Span::MINUTE.times(i64::try_from(number).unwrap() * 7));
    Recorded {
        position: Position::new(number),
        envelope: Envelope {
            message: MessageKey::from_bytes([0; 16]),
            shop: "shop".parse().unwrap(),
            // Two of a share: 0 and 1, 16 and 17, and so on.
            shopper: ShopperKey::from_bytes([shopper / 2 * 16 + shopper % 2 + 4; 16]),
            event_time: time,
            received_time: time,
            source: Source { key: KeyKind::Secret, verification: Verification::Verified },
            purposes: Purposes::ALL,
            event: event(number, happening),
            open: Vec::new(),
            sealed: Vec::new(),
            address_range: None,
            market: None,
            unknown: Vec::new(),
        },
    }
}

/// A process with its live state, the writes that it knows of for each share, and what others saved.
struct Replica {
    live: Live,
    writes: Vec<(Position, Write)>,
}

impl Replica {
    fn new() -> Replica {
        Replica { live: Live::new(Currency::EUR, VISITORS_MAX), writes: Vec::new() }
    }

    fn fold(&mut self, recorded: &Recorded) {
        let mut writes = Vec::new();
        self.live.fold(recorded, &mut writes);
        self.writes.extend(writes.into_iter().map(|it| (recorded.position, it)));
    }

    fn follow(
        &mut self,
        wanted: Shares,
        history: &[Recorded],
        saved: &[Option<Vec<u8>>],
        whole: &Live,
    ) {
        self.live.keep_only(wanted);
        let missing = wanted.without(self.live.shares().unwrap());
        for share in missing.iter() {
            let places = self.live.places_of_share();
            let saved = saved[share.index()].as_ref();
            let saved = saved.and_then(|it| Joining::decode(share, it, places).unwrap());
            let mut joining = saved.unwrap_or_else(|| Joining::of(share, whole));
            for recorded in history {
                let mut writes = Vec::new();
                joining.fold(recorded, &self.live, &mut writes);
                self.writes.extend(writes.into_iter().map(|it| (recorded.position, it)));
            }
            if joining.position() == self.live.position() {
                self.live.join(joining);
            }
        }
    }

    /// What is known of a share's shoppers, whoever asks.
    fn known(&self, share: Share) -> (u32, Vec<u8>, People) {
        let bytes = self.live.encode_share(share).unwrap();
        let places = self.live.places_of_share();
        let Joining { n_products, answers, people, .. } =
            Joining::decode(share, &bytes, places).unwrap().unwrap();
        let mut answered = Vec::new();
        answers.encode(&mut answered);
        (n_products, answered, people)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_share_is_known_as_if_it_had_been_followed_all_the_time(
        happenings in prop::collection::vec(
            ((0..9_u8, 0..SHOPPERS, 0..PRODUCTS), prop::option::weighted(0.2, (0..16_u16, 0..16_u16))),
            1..100,
        ),
    ) {
        check(&happenings);
    }
}

#[track_caller]
fn check(happenings: &[(Happening, Option<Change>)]) {
    let (mut replica, mut others) = (Replica::new(), Replica::new());
    others.live.keep_only(Shares::ALL);
    let mut saved: Vec<Option<Vec<u8>>> = vec![None; 16];
    let mut history = Vec::new();
    // The state of everybody, as it was saved when others saved something last.
    let mut whole = Replica::new();
    for (number, (happening, change)) in (1..).zip(happenings) {
        let recorded = recorded(number, *happening);
        replica.fold(&recorded);
        others.fold(&recorded);
        history.push(recorded);
        let Some((wanted, saving)) = change else { continue };
        replica.follow(Shares::from_bits(*wanted), &history, &saved, &whole.live);
        for share in Shares::from_bits(*saving).iter() {
            saved[share.index()] = others.live.encode_share(share);
        }
        if saving % 3 == 0 {
            history.iter().for_each(|it| whole.fold(it));
        }
    }
    for share in replica.live.shares().unwrap_or_default().iter() {
        let (known, expected) = (replica.known(share), others.known(share));
        assert_eq!((known.0, &known.1), (expected.0, &expected.1), "{share:?}");
        assert!(known.2.visits == expected.2.visits, "visits of {share:?}");
        assert!(known.2.habits == expected.2.habits, "habits of {share:?}");
    }
    for write in &replica.writes {
        assert!(others.writes.contains(write), "{write:?} is nobody's else");
    }
}

#[test]
fn what_was_not_in_the_catalogue_at_the_time_is_passed_over_also_later() {
    let views = |which| ((8, 0, which), None);
    let all = Some((0b1111, 0));
    check(&[views(0), ((0, 0, 0), None), views(0), views(1), ((0, 0, 1), all)]);
}

#[test]
fn who_takes_it_back_is_known_again_from_there_on_only() {
    let start = Some((0, 0));
    let all = Some((0b1111, 0));
    let view = (8, 2, 0);
    check(&[
        ((0, 0, 0), start),
        (view, None),
        ((1, 2, 0), None),
        (view, None),
        ((2, 2, 0), None),
        (view, all),
    ]);
}

#[test]
fn a_share_that_is_joined_teaches_nothing() {
    let history: Vec<Recorded> = (1..)
        .zip([(0, 0, 0), (8, 0, 0), (3, 0, 0), (8, 2, 0)])
        .map(|(n, it)| recorded(n, it))
        .collect();
    let mut replica = Replica::new();
    replica.live.keep_only(Shares::NONE);
    history.iter().for_each(|it| replica.fold(it));
    let common = replica.live.encode();
    replica.follow(Shares::ALL, &history, &vec![None; 16], &Replica::new().live);
    assert_eq!(replica.live.shares(), Some(Shares::ALL));
    assert_eq!(replica.live.n_visitors(), 2);
    assert!(replica.live.encode() == common, "what products have in common is left alone");
}

#[test]
fn a_share_with_other_bounds_or_of_a_newer_program_is_not_gone_on_from() {
    let mut replica = Replica::new();
    replica.live.keep_only(Shares::ALL);
    let share = share_of(3);
    let bytes = replica.live.encode_share(share).unwrap();
    let other = NonZeroU32::new(99).unwrap();
    assert!(Joining::decode(share, &bytes, other).unwrap().is_none());
    let newer = [&[VERSION + 1], &bytes[1..]].concat();
    let refusal = Joining::decode(share, &newer, replica.live.places_of_share()).unwrap_err();
    assert!(refusal.to_string().contains("run the newer program"), "{refusal}");
}
