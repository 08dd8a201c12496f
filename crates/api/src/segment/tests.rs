//! Events as they come in: what is typed, what is sealed, what is refused and how.

use std::net::IpAddr;

use app::{Incoming, Rejection};
use consent::GlobalPrivacyControl;
use domain::event::shopping::PageViewed;
use domain::{Currency, Event, KeyKind};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    BATCH_EVENTS_MAX, EVENT_BYTES_MAX, MessageKind, Rules, Sender, Submission, TYPED_NAMES,
    WITHHELD,
};

fn rules() -> Rules {
    Rules {
        currency: Currency::EUR,
        open_properties: ["campaign", "in_app"].into_iter().map(str::to_owned).collect(),
        event_bytes_max: EVENT_BYTES_MAX,
        batch_events_max: BATCH_EVENTS_MAX,
    }
}

fn browser() -> Sender {
    Sender {
        kind: KeyKind::Publishable,
        address: Some(IpAddr::from([203, 0, 113, 9])),
        privacy_control: GlobalPrivacyControl::NotSent,
    }
}

fn read_batch(body: &str, sender: Sender) -> Vec<Result<Incoming, Rejection>> {
    let batch = Submission::batch(body, &rules()).unwrap();
    (0..batch.len()).map(|index| batch.read(index, &rules(), sender)).collect()
}

fn read_one(message: &Value) -> Result<Incoming, Rejection> {
    read_batch(&json!({ "batch": [message] }).to_string(), browser()).pop().unwrap()
}

/// Reads a track call by an anonymous visitor, and shows the event and what of it is sealed.
#[track_caller]
fn check(event: &str, properties: &Value, expect: Expect) {
    let message =
        json!({"type": "track", "event": event, "anonymousId": "a", "properties": properties});
    let answer = match read_one(&message) {
        Ok(incoming) => {
            let sealed = String::from_utf8(incoming.private).unwrap();
            format!("{:?}\nopen {:?}\nsealed {sealed}", incoming.event, incoming.open)
        }
        Err(rejection) => format!("{} {rejection}", rejection.code),
    };
    expect.assert_eq(&answer);
}

#[test]
fn what_is_known_is_typed_and_the_rest_is_sealed() {
    check(
        "Product Viewed",
        &json!({"product_id": "TENT-2", "sku": 77, "name": "Dome tent", "decision_id": "0".repeat(32)}),
        expect![[r#"
            ProductViewed(ProductViewed { product: "TENT-2", variant: None, decision: Some(00000000000000000000000000000000) })
            open []
            sealed {"properties":{"name":"Dome tent","sku":77}}"#]],
    );
    check(
        "order_completed",
        &json!({"order_id": 5, "total": "27.50", "revenue": 25, "tax": 2.5, "currency": "USD",
                "products": [{"sku": "A", "price": 12.50, "quantity": 2}, {"sku": "B", "coupon": "X"}]}),
        expect![[r#"
            OrderCompleted(OrderCompleted { order: "5", lines: [Line { product: "A", variant: None, quantity: 2, unit_price: Some(Money { amount_minor: 1250, currency: USD }) }, Line { product: "B", variant: None, quantity: 1, unit_price: None }], total: Some(Money { amount_minor: 2750, currency: USD }), revenue: Some(Money { amount_minor: 2500, currency: USD }), cart: None })
            open []
            sealed {"properties":{"tax":2.5},"products":[{},{"coupon":"X"}]}"#]],
    );
    check(
        "Quiz Finished",
        &json!({"campaign": "spring", "in_app": true, "answer": "blue"}),
        expect![[r#"
            Custom(Custom { name: "Quiz Finished" })
            open [("campaign", Text("spring")), ("in_app", Bool(true))]
            sealed {"properties":{"answer":"blue"}}"#]],
    );
    check(
        "Products Searched",
        &json!({"query": "size for Anna Meyer"}),
        expect![[r#"
            ProductsSearched(ProductsSearched { n_found: None })
            open []
            sealed {"properties":{"query":"size for Anna Meyer"}}"#]],
    );
}

#[test]
fn words_of_the_shop_that_look_personal_are_sealed() {
    check(
        "Signed up anna@example.com",
        &json!({"campaign": "spring"}),
        expect![[r#"
        Custom(Custom { name: "withheld" })
        open [("campaign", Text("spring"))]
        sealed {"event":"Signed up anna@example.com"}"#]],
    );
    check(
        "Product List Viewed",
        &json!({"list_id": "for 0171 555 01 42", "category": "Gifts > For anna@example.com"}),
        expect![[r#"
            ProductListViewed(ProductListViewed { list: Some("withheld"), category: None, products: [] })
            open []
            sealed {"properties":{"category":"Gifts > For anna@example.com","list_id":"for 0171 555 01 42"}}"#]],
    );
    check(
        "Product List Viewed",
        &json!({"list_id": "new", "category": ["Gifts", "4111111111111111"]}),
        expect![[r#"
            ProductListViewed(ProductListViewed { list: Some("new"), category: None, products: [] })
            open []
            sealed {"properties":{"category":["Gifts","4111111111111111"]}}"#]],
    );
    let page =
        json!({"type": "page", "anonymousId": "a", "category": "Orders of anna@example.com"});
    let page = read_one(&page).unwrap();
    assert_eq!(page.event, PageViewed { category: Some(WITHHELD.to_owned()) }.into());
    assert_eq!(page.private, br#"{"category":"Orders of anna@example.com"}"#);
}

#[test]
fn our_own_events_are_typed() {
    check(
        "Decision Exposed",
        &json!({"decision_id": "f".repeat(32), "products": [{"product_id": "A", "position": 2}]}),
        expect![[r#"
            DecisionExposed(DecisionExposed { decision: ffffffffffffffffffffffffffffffff, products: [ExposedProduct { product: "A", rank: Some(2) }] })
            open []
            sealed "#]],
    );
    check(
        "Consent Changed",
        &json!({"purposes": {"personalization": "denied", "measurement": true}}),
        expect![[r#"
            ConsentChanged(ConsentChanged { given: {"measurement"}, denied: {"personalization"} })
            open []
            sealed "#]],
    );
    check(
        "Consent Changed",
        &json!({"purposes": {"world_peace": "given"}}),
        expect![
            "UNKNOWN_NAME properties.purposes `world_peace` is no purpose; there are operation, measurement, personalization, marketing, sharing"
        ],
    );
}

#[test]
fn a_refusal_names_the_field_the_value_and_the_remedy() {
    let added = |price: Value| json!({"product_id": "A", "price": price});
    check(
        "Product Added",
        &added(json!(-1)),
        expect![[
            r#"INVALID_PRICE properties.price `-1` is negative; send an amount of 0 or more"#
        ]],
    );
    check(
        "Product Added",
        &added(json!("abc")),
        expect![
            "INVALID_PRICE properties.price `abc` is no decimal number; write it like 19.99, without a currency sign or exponent"
        ],
    );
    check(
        "Product Added",
        &added(json!(19.999)),
        expect![
            "INVALID_PRICE properties.price `19.999` has more decimals than EUR has (2); round it at the source"
        ],
    );
    check(
        "Product Added",
        &added(json!({"a": 1})),
        expect![[r#"WRONG_TYPE properties.price `{"a":1}` is not a text; send a text"#]],
    );
    check(
        "Product Viewed",
        &json!({}),
        expect!["MISSING_FIELD properties.product_id `` is missing or empty; send it"],
    );
    check(
        "Cart Viewed",
        &json!({"products": [{"sku": "A"}, {"sku": "B", "quantity": 0}]}),
        expect![
            "OUT_OF_RANGE properties.products[1].quantity `0` is no whole number from 1 to 1000000"
        ],
    );
    check(
        "Product Clicked",
        &json!({"product_id": "x".repeat(10_000)}),
        expect![
            "INVALID_ID properties.product_id `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` is 10000 bytes long (`xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`); an id has at most 256"
        ],
    );
}

/// A value of the type that Segment's spec names for a property.
fn sample(name: &str, kind: &str) -> Value {
    match (name, kind) {
        ("currency", _) => json!("EUR"),
        ("rating", _) => json!("4.5"),
        ("price" | "total" | "revenue", _) => json!(19.99),
        (_, "Number") => json!(2),
        (_, "Array") => json!([]),
        _ => json!(format!("some {name}")),
    }
}

fn sample_properties(spec: &Map<String, Value>) -> Value {
    let (mut properties, mut product) = (Map::new(), Map::new());
    for (path, kind) in spec {
        let kind = kind.as_str().unwrap();
        match path.rsplit_once(".$.") {
            Some(("products", name)) => drop(product.insert(name.to_owned(), sample(name, kind))),
            Some(_) => {}
            None => drop(properties.insert(path.clone(), sample(path, kind))),
        }
    }
    if !product.is_empty() {
        properties.insert("products".to_owned(), json!([product]));
    }
    Value::Object(properties)
}

#[test]
fn every_event_of_segments_ecommerce_spec_is_accepted() {
    let spec: Value = serde_json::from_str(include_str!("ecommerce_v2.json")).unwrap();
    for (name, properties) in spec["events"].as_object().unwrap() {
        let properties = sample_properties(properties.as_object().unwrap());
        let message =
            json!({"type": "track", "event": name, "userId": "u", "properties": properties});
        let incoming = read_one(&message).unwrap_or_else(|err| panic!("{name}: {err}"));
        let is_custom = matches!(incoming.event, Event::Custom(_));
        assert_eq!(is_custom, !TYPED_NAMES.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn a_bad_event_is_refused_alone() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let body = format!(
        r#"{{"context":{{"market":"de","library":{{"name":"x"}}}},"sentAt":"2026-11-21T09:30:00Z",
            "batch":[{{"type":"page","anonymousId":"a","properties":{{"url":"https://x/?mail=a@b"}}}},
                     7, {{"type":"dance","anonymousId":"a"}}, {{"type":"page"}},
                     {{"type":"page","anonymousId":"a","properties":{deep}}},
                     {{"type":"page","anonymousId":"a","x":"{}"}},
                     {{"type":"page","anonymousId":"a","messageId":"{}"}},
                     {{"type":"page","anonymousId":"a","timestamp":"yesterday"}}]}}"#,
        "x".repeat(40_000),
        "é".repeat(101),
    );
    let answers: Vec<String> = read_batch(&body, browser())
        .into_iter()
        .map(|it| match it {
            Ok(it) => format!(
                "{:?} {:?} {:?} {}",
                it.event,
                it.market,
                it.sent_time.map(|time| time.to_string()),
                String::from_utf8(it.private).unwrap()
            ),
            Err(rejection) => format!("{} {}", rejection.code, rejection.remedy),
        })
        .collect();
    expect![[r#"
        PageViewed(PageViewed { category: None }) Some("de") Some("2026-11-21T09:30:00Z") {"properties":{"url":"https://x/?mail=a@b"}}
        NOT_AN_OBJECT is no JSON object; send an object
        UNKNOWN_NAME is none of track, identify, page, screen, group, alias; use one of them
        NO_USER_ANON_ID is missing, and `userId` is too; send one of them
        NESTED_TOO_DEEPLY has objects and lists more than 32 deep; flatten it
        EVENT_TOO_LARGE is an event of 40040 bytes; at most 32768 are taken, so send less of it
        MESSAGE_ID_TOO_LONG has 101 characters; at most 100 are taken, such as a UUID
        INVALID_TIME is not a time; write RFC 3339, such as 2026-11-21T09:30:00Z"#]]
    .assert_eq(&answers.join("\n"));
}

#[test]
fn a_shop_may_set_its_own_limits() {
    let rules = Rules { event_bytes_max: 60, batch_events_max: 2, ..rules() };
    let event = |visitor: &str| json!({"type": "page", "anonymousId": visitor});
    let body = json!({"batch": [event("a"), event(&"a".repeat(60))]}).to_string();
    let batch = Submission::batch(&body, &rules).unwrap();
    assert!(batch.read(0, &rules, browser()).is_ok());
    let refused = batch.read(1, &rules, browser()).unwrap_err();
    assert!(refused.remedy.contains("at most 60 are taken"), "{refused}");
    let body = json!({"batch": [1, 2, 3]}).to_string();
    let refused = Submission::batch(&body, &rules).unwrap_err().to_string();
    assert_eq!(refused, "the batch has 3 events, but at most 2 are taken at once");
}

#[test]
fn a_key_in_the_body_is_found_and_never_kept() {
    let body = r#"{"writeKey":"tmp_1","anonymousId":"a","event":"x","properties":{}}"#;
    let call = Submission::single(MessageKind::Track, body).unwrap();
    assert_eq!(call.write_key(), Some("tmp_1"));
    assert_eq!(call.read(0, &rules(), browser()).unwrap().private, b"");
}

#[test]
fn a_servers_address_is_not_its_shoppers() {
    let body = r#"{"batch":[{"type":"page","userId":"u","context":{"ip":"198.51.100.7"}},
                            {"type":"page","userId":"u"}]}"#;
    let addresses = |sender| -> Vec<Option<IpAddr>> {
        read_batch(body, sender).into_iter().map(|it| it.unwrap().address).collect()
    };
    let own = browser().address;
    assert_eq!(addresses(browser()), [own, own]);
    let server = Sender { kind: KeyKind::Secret, ..browser() };
    assert_eq!(addresses(server), [Some(IpAddr::from([198, 51, 100, 7])), None]);
}

#[test]
fn consent_preferences_and_signatures_are_taken_from_the_context() {
    let message = json!({"type": "identify", "userId": "u", "traits": {"email": "a@b.c"}, "context": {
        "user_signature": "00ff",
        "consent": {"categoryPreferences": {"Analytics": true, "advertising": false, "Mood": true}}}});
    let incoming = read_one(&message).unwrap();
    assert_eq!(incoming.user.unwrap().signature.as_deref(), Some("00ff"));
    assert_eq!(format!("{:?}", incoming.signals.given), r#"{"measurement"}"#);
    assert_eq!(format!("{:?}", incoming.signals.denied), r#"{"marketing", "sharing"}"#);
    assert_eq!(incoming.private, br#"{"traits":{"email":"a@b.c"}}"#);
}

#[test]
fn an_alias_joins_the_former_id_with_the_users() {
    let message = json!({"type": "alias", "previousId": "anon-1", "userId": "u"});
    let incoming = read_one(&message).unwrap();
    assert_eq!(incoming.visitor.as_deref(), Some("anon-1"));
    assert!(read_one(&json!({"type": "alias", "userId": "u"})).is_err());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        "type|event|anonymousId|userId|properties|context|products|product_id|price|consent",
        "quantity|position|decision_id|timestamp|sentAt|messageId|category|rating|purposes|.{0,5}",
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(body in "\\PC{0,200}") {
        if let Ok(batch) = Submission::batch(&body, &rules()) {
            for index in 0..batch.len() {
                let _unused: Result<_, _> = batch.read(index, &rules(), browser());
            }
        }
        if let Ok(call) = Submission::single(MessageKind::Page, &body) {
            let _unused: Result<_, _> = call.read(0, &rules(), browser());
        }
    }

    #[test]
    fn no_json_makes_reading_panic_and_what_is_sealed_is_json(
        mut message in any_json(),
        event in prop::sample::select(TYPED_NAMES.to_vec()),
        properties in any_json(),
    ) {
        if let Some(fields) = message.as_object_mut() {
            fields.insert("type".to_owned(), json!("track"));
            fields.insert("event".to_owned(), json!(event));
            fields.insert("anonymousId".to_owned(), json!("a"));
            fields.insert("properties".to_owned(), properties);
        }
        if let Ok(incoming) = read_one(&message)
            && !incoming.private.is_empty()
        {
            prop_assert!(serde_json::from_slice::<Value>(&incoming.private).unwrap().is_object());
        }
    }
}
