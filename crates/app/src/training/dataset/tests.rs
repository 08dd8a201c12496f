//! Whose acts a data set holds, and whose it leaves out.

use consent::Answers;
use domain::event::person::ConsentChanged;
use domain::{Purpose, Purposes, Span};
use proptest::prelude::*;

use super::*;

const DAY_ONE: Timestamp = Timestamp::from_secs(86_400 * 1_000);

fn act(shopper: u8, product: &str, kind: ActKind, secs: i64) -> Act {
    Act {
        shopper: ShopperKey::from_bytes([shopper; 16]),
        product: product.parse().unwrap(),
        kind,
        quantity: 1,
        time: DAY_ONE.plus(Span::SECOND.times(secs)),
        position: Position::new(1),
        purposes: [Purpose::Operation, Purpose::Personalization].into_iter().collect(),
        verification: Verification::Verified,
        market: None,
    }
}

fn gather(memory_bytes: u64, acts: Vec<Act>) -> DataSet {
    let mut gathering = Gathering::within(memory_bytes, Position::new(1));
    for batch in acts.chunks(3) {
        let is_known = |it: &ProductId| !it.as_str().starts_with("invented");
        gathering.take(batch.to_vec(), |_| Answers::default(), is_known);
    }
    gathering.finish()
}

/// Each shopper's products, in order.
fn told(set: &DataSet) -> Vec<Vec<&str>> {
    let of = |acts: &[Interaction]| {
        acts.iter().map(|it| set.products[it.product().as_usize()].as_str()).collect()
    };
    set.histories.iter().map(of).collect()
}

#[test]
fn products_are_numbered_by_their_ids_whoever_acted_first() {
    let viewed = |shopper, product| act(shopper, product, ActKind::Viewed, i64::from(shopper));
    let set = gather(1 << 30, vec![viewed(1, "vase"), viewed(1, "lamp"), viewed(2, "mug")]);
    let ids: Vec<&str> = set.products.iter().map(ProductId::as_str).collect();
    assert_eq!(ids, ["lamp", "mug", "vase"]);
    assert_eq!(told(&set), [vec!["vase", "lamp"], vec!["mug"]]);
    assert_eq!(
        (set.first, set.last),
        (act(1, "x", ActKind::Viewed, 1).time, act(2, "x", ActKind::Viewed, 2).time)
    );
}

#[test]
fn what_nobody_touched_is_numbered_after_all_else() {
    let viewed = |shopper, product| act(shopper, product, ActKind::Viewed, i64::from(shopper));
    let mut set = gather(1 << 30, vec![viewed(1, "vase"), viewed(2, "mug")]);
    let catalogue = ["vase", "tray", "mug", "bowl"].map(|it| it.parse::<ProductId>().unwrap());
    set.take_untouched(catalogue.to_vec());
    let numbered: Vec<&str> = set.numbered().map(ProductId::as_str).collect();
    assert_eq!(numbered, ["mug", "vase", "bowl", "tray"]);
    for (number, id) in (0..).zip(set.numbered()) {
        assert_eq!(set.number(id), Some(ProductIdx::new(number)));
    }
    assert_eq!(set.number(&"jug".parse().unwrap()), None);
}

#[test]
fn what_is_not_allowed_any_more_is_left_out_and_counted() {
    let refusal = ConsentChanged {
        given: Purposes::NONE,
        denied: [Purpose::Personalization].into_iter().collect(),
    };
    let mut refused = Answers::default();
    refused.apply(&refusal);
    let mut never = act(3, "mug", ActKind::Viewed, 3);
    never.purposes = [Purpose::Operation, Purpose::Measurement].into_iter().collect();

    let mut gathering = Gathering::within(1 << 30, Position::new(1));
    let acts = vec![act(1, "lamp", ActKind::Viewed, 1), act(2, "vase", ActKind::Viewed, 2), never];
    let answers = |shopper: &ShopperKey| match shopper.as_bytes()[0] {
        2 => refused,
        _ => Answers::default(),
    };
    gathering.take(acts, answers, |_| true);
    let set = gathering.finish();
    assert_eq!(told(&set), [["lamp"]]);
    assert_eq!(set.left_out, LeftOut { no_consent: 2, ..LeftOut::default() });
    assert_eq!(
        set.products.len(),
        1,
        "a product that nobody may be known to have touched is not there"
    );
}

#[test]
fn orders_without_proof_and_lines_that_came_back_are_left_out() {
    let mut unproven = act(1, "lamp", ActKind::Ordered, 1);
    unproven.verification = Verification::Unverified;
    let mut returned = act(1, "vase", ActKind::Ordered, 2);
    returned.quantity = -1;
    let mut viewed = act(1, "mug", ActKind::Viewed, 3);
    viewed.verification = Verification::Unverified;
    let set = gather(1 << 30, vec![unproven, returned, viewed]);
    assert_eq!(told(&set), [["mug"]], "who looks needs no proof");
    assert_eq!(set.left_out, LeftOut { unverified: 1, returned: 1, ..LeftOut::default() });
}

#[test]
fn products_that_the_catalogue_never_knew_are_left_out_and_take_no_room() {
    let invented = (0..1_000).map(|n| act(1, &format!("invented-{n}"), ActKind::Viewed, n));
    let viewed = |shopper, product| act(shopper, product, ActKind::Viewed, 2_000);
    let acts = invented.chain([viewed(1, "lamp"), viewed(2, "vase")]).collect();
    let set = gather(1_000, acts);
    assert_eq!(told(&set), [["lamp"], ["vase"]], "what was invented drives no shopper out");
    assert_eq!(set.products.len(), 2);
    assert_eq!(set.left_out, LeftOut { unknown_products: 1_000, ..LeftOut::default() });
}

#[test]
fn one_shopper_counts_so_much_a_day_and_no_more() {
    let all_day = (0..100).map(|n| act(1, "lamp", ActKind::Viewed, n));
    let next_day = act(1, "lamp", ActKind::Viewed, 86_400);
    let set = gather(1 << 30, all_day.chain([next_day]).collect());
    assert_eq!(set.n_acts(), 16, "fifteen a day: as much as viewing, adding and ordering it once");
    assert_eq!(set.left_out.capped, 85);
}

#[test]
fn a_long_order_counts_whole_and_each_product_once() {
    let lines = (0..150).map(|n| act(1, &format!("p{}", n % 120), ActKind::Ordered, 1));
    let set = gather(1 << 30, lines.collect());
    assert_eq!((set.n_acts(), set.left_out.capped), (120, 30));
}

#[test]
fn of_a_shopper_without_end_the_newest_acts_are_kept() {
    let acts = (0..50_000).map(|n| act(1, &format!("p{}", n % 50), ActKind::Viewed, n * 3_600));
    let set = gather(1 << 30, acts.collect());
    assert_eq!(set.n_acts(), ACTS_A_SHOPPER_MAX as u64);
    assert_eq!(set.left_out.capped, 30_000);
    assert_eq!(set.last, DAY_ONE.plus(Span::HOUR.times(49_999)));
}

proptest! {
    /// Who is drawn depends on nobody else, what is held stays within the memory, and every act is
    /// accounted for.
    #[test]
    fn beyond_its_memory_a_set_holds_a_sample_of_whole_shoppers(
        lens in prop::collection::vec(1..20_usize, 2..200), memory_bytes in 200..20_000_u64,
    ) {
        let acts: Vec<Act> = (0_u8..).zip(&lens).flat_map(|(shopper, len)| {
            (0..*len).map(move |n| act(shopper, "lamp", ActKind::Clicked, n as i64 * 86_400))
        }).collect();
        let n_acts = acts.len() as u64;
        let set = gather(memory_bytes, acts);
        prop_assert_eq!(set.n_acts() + set.left_out.sampled, n_acts);
        let drawn: Vec<usize> = (0_u8..).zip(&lens)
            .filter(|(it, _)| is_drawn(hash_of(&ShopperKey::from_bytes([*it; 16])), set.one_shopper_of))
            .map(|(_, len)| *len)
            .collect();
        let held: Vec<usize> = set.histories.iter().map(<[Interaction]>::len).collect();
        prop_assert_eq!(&held, &drawn);
        let n_acts = usize::try_from(set.n_acts()).unwrap();
        let bytes = 2 * (n_acts * 12 + held.len() * BYTES_A_SHOPPER) + BYTES_A_PRODUCT;
        prop_assert!(bytes as u64 <= memory_bytes || held.len() <= 1);
    }
}
