//! The index against a look at every product, after any history of changes.

use std::collections::BTreeMap;

use domain::{Attribute, CategoryPath, Money, ProductPatch, Variant, VariantPatch, Visibility};
use proptest::prelude::*;

use super::*;
use crate::filter::{Node, Test};

const N_PRODUCTS: u32 = 70;

fn any_attributes() -> impl Strategy<Value = Vec<Attribute>> {
    let values = proptest::sample::subsequence(vec!["red", "green", "blue"], 0..=2);
    let attribute =
        (proptest::sample::select(vec!["colour", "trim"]), values).prop_map(|(name, values)| {
            Attribute {
                name: name.parse().unwrap(),
                values: values.iter().map(|it| it.parse().unwrap()).collect(),
            }
        });
    proptest::collection::vec(attribute, 0..3)
}

fn any_price() -> impl Strategy<Value = Option<Money>> {
    let currency = prop_oneof![4 => Just(Currency::EUR), 1 => Just(Currency::USD)];
    proptest::option::weighted(
        0.8,
        (0_i64..600, currency).prop_map(|(amount, currency)| Money::new(amount, currency)),
    )
}

fn any_stock() -> impl Strategy<Value = Option<u32>> {
    proptest::option::of(0_u32..4)
}

fn any_visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![4 => Just(Visibility::Visible), 1 => Just(Visibility::Hidden)]
}

fn any_variants() -> impl Strategy<Value = Vec<Variant>> {
    let variant = (any_attributes(), any_price(), any_stock());
    proptest::collection::vec(variant, 0..3).prop_map(|variants| {
        let numbered = variants.into_iter().enumerate();
        numbered
            .map(|(i, (attributes, price, stock))| Variant {
                id: format!("v{i}").parse().unwrap(),
                title: String::new(),
                attributes,
                price,
                stock,
            })
            .collect()
    })
}

fn any_path() -> impl Strategy<Value = CategoryPath> {
    let name = proptest::sample::select(vec!["Outdoor", "Tents", "Family"]);
    proptest::collection::vec(name, 1..4).prop_map(|names| {
        CategoryPath::new(names.iter().map(|it| it.parse().unwrap()).collect()).unwrap()
    })
}

fn any_product(idx: u32) -> impl Strategy<Value = Product> {
    let markets = proptest::sample::subsequence(vec!["de", "at"], 0..=2);
    (
        proptest::option::of(proptest::sample::select(vec!["Acme", "Bolt"])),
        proptest::collection::vec(any_path(), 0..3),
        (any_attributes(), any_price(), any_stock(), any_variants()),
        any_visibility(),
        markets,
    )
        .prop_map(
            move |(
                brand,
                categories,
                (attributes, price, stock, variants),
                visibility,
                markets,
            )| {
                Product {
                    id: format!("p{idx}").parse().unwrap(),
                    title: String::new(),
                    description: None,
                    url: None,
                    brand: brand.map(|it| it.parse().unwrap()),
                    categories,
                    attributes,
                    price,
                    cost: None,
                    stock,
                    images: Vec::new(),
                    variants,
                    visibility,
                    markets: markets.iter().map(|it| it.parse().unwrap()).collect(),
                    create_time: None,
                }
            },
        )
}

#[derive(Clone, Debug)]
enum Change {
    Upsert(Box<Product>),
    Patch(ProductPatch),
    Delete,
}

fn any_change(idx: u32) -> impl Strategy<Value = (u32, Change)> {
    let of_variant = (any_price(), any_stock()).prop_map(|(price, stock)| VariantPatch {
        id: "v0".parse().unwrap(),
        price,
        stock,
    });
    let patch = (any_price(), any_stock(), any_visibility(), of_variant).prop_map(
        |(price, stock, visibility, variant)| ProductPatch {
            price,
            cost: None,
            stock,
            visibility: Some(visibility),
            variants: vec![variant],
        },
    );
    let change = prop_oneof![
        3 => any_product(idx).prop_map(|it| Change::Upsert(Box::new(it))),
        1 => patch.prop_map(Change::Patch),
        1 => Just(Change::Delete),
    ];
    (Just(idx), change)
}

fn any_history() -> impl Strategy<Value = Vec<(u32, Change)>> {
    proptest::collection::vec((0..N_PRODUCTS).prop_flat_map(any_change), 0..120)
}

/// Filters in the language's own text, so that parsing is part of what is compared.
fn any_filter() -> impl Strategy<Value = String> {
    let comparison = prop_oneof![
        (proptest::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]), 0_u32..70, 0_u32..1000)
            .prop_map(|(operator, whole, rest)| format!(
                "price {operator} {}.{rest:03}",
                whole / 10
            )),
        (proptest::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]), 0_u32..6)
            .prop_map(|(operator, number)| format!("stock {operator} {number}")),
        proptest::sample::select(vec![
            "in_stock",
            "brand = 'Acme'",
            "brand != 'Acme'",
            "brand IN ('Acme', 'Bolt', 'Cole')",
            "category = 'Tents'",
            "category = 'Outdoor > Tents'",
            "category = 'Outdoor>Tents>Family'",
            "category != 'Family'",
            "attributes.colour = 'red'",
            "attributes.trim IN ('green', 'blue')",
            "attributes.size = 'XL'",
            "id = 'p7'",
            "id IN ('p1', 'p2', 'p64')",
        ])
        .prop_map(str::to_owned),
    ];
    comparison.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            inner.prop_map(|it| format!("NOT ({it})")),
        ]
    })
}

/// The language as the documentation tells it, product by product.
fn matches(node: &Node, product: &Product) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().all(|it| matches(it, product)),
        Node::Any(nodes) => nodes.iter().any(|it| matches(it, product)),
        Node::Not(inner) => !matches(inner, product),
        Node::Is(test) => passes(test, product),
    }
}

fn passes(test: &Test, product: &Product) -> bool {
    match test {
        Test::Has(Term::Brand(brand)) => {
            product.brand.as_ref().is_some_and(|it| it.as_str() == &**brand)
        }
        Test::Has(Term::Category(key)) => product.categories.iter().any(|path| {
            let names: Vec<&str> = path.names().iter().map(|it| it.as_str()).collect();
            let wanted: Vec<&str> = key.split(" > ").collect();
            names.starts_with(&wanted) || (wanted.len() == 1 && names.contains(&wanted[0]))
        }),
        Test::Has(Term::Attribute { name, value }) => {
            let of_variants = product.variants.iter().flat_map(|it| &it.attributes);
            product.attributes.iter().chain(of_variants).any(|it| {
                it.name.as_str() == &**name && it.values.iter().any(|it| it.as_str() == &**value)
            })
        }
        Test::Has(Term::Market(_)) => unreachable!("the language has no markets"),
        Test::Id(id) => product.id.as_str() == &**id,
        Test::Price(compare, number) => {
            let in_euros = |it: &Money| it.currency() == Currency::EUR;
            let lowest = product.variants.iter().filter_map(|it| it.price).filter(in_euros);
            let lowest = lowest.map(Money::amount_minor).min();
            let own = product.price.filter(in_euros).map(Money::amount_minor);
            own.or(lowest).is_some_and(|it| number.range(*compare, 2).contains(&it))
        }
        Test::Stock(compare, number) => {
            let stock = product.stock_total().map_or(i64::MAX, |it| i64::try_from(it).unwrap());
            number.range(*compare, 0).contains(&stock)
        }
        Test::InStock => product.stock_total() != Some(0),
    }
}

fn play(history: Vec<(u32, Change)>) -> (CatalogueIndex, BTreeMap<u32, Product>) {
    let mut index = CatalogueIndex::new(Currency::EUR);
    let mut products = BTreeMap::new();
    for (number, change) in history {
        let idx = ProductIdx::new(number);
        match change {
            Change::Upsert(product) => {
                index.upsert(idx, &product);
                products.insert(number, *product);
            }
            Change::Patch(patch) => {
                if let Some(product) = products.get_mut(&number) {
                    patch.apply_to(product);
                    index.patch(idx, product);
                }
            }
            Change::Delete => {
                index.delete(idx);
                products.remove(&number);
            }
        }
    }
    (index, products)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_index_answers_as_a_look_at_every_product_would(
        history in any_history(),
        filters in proptest::collection::vec(any_filter(), 0..3),
        market in proptest::option::of(proptest::sample::select(vec!["de", "at", "fr"])),
        exclude in proptest::collection::vec(0..N_PRODUCTS + 100, 0..4),
    ) {
        let (index, products) = play(history);
        let filters: Vec<Filter> = filters.iter().map(|it| it.parse().unwrap()).collect();
        let market: Option<MarketId> = market.map(|it| it.parse().unwrap());
        let excluded: Vec<ProductIdx> = exclude.iter().copied().map(ProductIdx::new).collect();

        let by_filters: Vec<&Filter> = filters.iter().collect();
        let eligible = index.eligible(&by_filters, market.as_ref(), &excluded);

        let expected: Vec<u32> = products
            .iter()
            .filter(|(_, it)| it.is_sellable())
            .filter(|(_, it)| {
                market.as_ref().is_none_or(|market| it.markets.is_empty() || it.markets.contains(market))
            })
            .filter(|(_, it)| filters.iter().all(|filter| matches(filter.root(), it)))
            .filter(|(number, _)| !exclude.contains(number))
            .map(|(number, _)| *number)
            .collect();
        let found: Vec<u32> = eligible.iter().map(ProductIdx::get).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_look_at_a_few_products_finds_what_a_look_at_all_does(
        history in any_history(), filter in any_filter(),
        among in proptest::collection::vec(0..N_PRODUCTS + 100, 0..40),
    ) {
        let (index, products) = play(history);
        let filter: Filter = filter.parse().unwrap();
        let sellable = |number: &u32| products.get(number).is_some_and(Product::is_sellable);
        let among: Vec<ProductIdx> =
            among.into_iter().filter(sellable).map(ProductIdx::new).collect();
        let eligible = index.eligible(&[&filter], None, &[]);
        let expected: Vec<bool> = among.iter().map(|it| eligible.contains(*it)).collect();
        prop_assert_eq!(index.matching_among(&filter, &among), expected);
        prop_assert!(products.iter().all(|(idx, it)| index.idx(&it.id) == Some(ProductIdx::new(*idx))));
    }

    #[test]
    fn nothing_is_left_of_what_a_product_was(history in any_history()) {
        let (index, products) = play(history);
        let numbered = products.iter().map(|(number, it)| (ProductIdx::new(*number), it));
        let fresh = CatalogueIndex::from_products(Currency::EUR, numbered);

        prop_assert_eq!(index.terms.len(), fresh.terms.len());
    }
}

#[test]
fn what_was_hidden_sold_out_or_deleted_a_moment_ago_is_not_eligible() {
    let mut product = Product {
        id: "tent".parse().unwrap(),
        title: "Tent".to_owned(),
        description: None,
        url: None,
        brand: None,
        categories: Vec::new(),
        attributes: Vec::new(),
        price: None,
        cost: None,
        stock: Some(1),
        images: Vec::new(),
        variants: Vec::new(),
        visibility: Visibility::Visible,
        markets: Vec::new(),
        create_time: None,
    };
    let idx = ProductIdx::new(5);
    let mut index = CatalogueIndex::from_products(Currency::EUR, [(idx, &product)]);
    let is_eligible = |index: &CatalogueIndex| index.eligible(&[], None, &[]).contains(idx);
    assert!(is_eligible(&index));

    product.stock = Some(0);
    index.patch(idx, &product);
    assert!(!is_eligible(&index), "sold out");

    (product.stock, product.visibility) = (None, Visibility::Hidden);
    index.patch(idx, &product);
    assert!(!is_eligible(&index), "hidden");

    product.visibility = Visibility::Visible;
    index.upsert(idx, &product);
    assert!(is_eligible(&index), "back again");

    index.delete(idx);
    assert!(!is_eligible(&index), "deleted");
}
