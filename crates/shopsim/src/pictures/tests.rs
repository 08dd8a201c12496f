//! Every picture is a well-formed document, and the same each time.

use std::collections::BTreeSet;

use super::picture_of;
use crate::catalogue::DemoShop;

/// Checks that tags nest and close, attributes are quoted, and no tone is left over.
///
/// Not a full XML parser: it knows what drawings use, elements and attributes, and refuses the rest.
#[track_caller]
fn check_well_formed(svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some((text, tail)) = rest.split_once('<') {
        assert!(text.trim().is_empty(), "stray text `{text}`");
        let (tag, tail) = tail.split_once('>').expect("a tag closes");
        assert_eq!(tag.matches('"').count() % 2, 0, "unbalanced quotes in <{tag}>");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes nothing");
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap_or_default());
        }
        let mut quoted = false;
        for word in tag.split('"') {
            if !quoted {
                let name = word.trim().trim_end_matches('/').trim();
                assert!(name.ends_with('=') || !name.contains('='), "unquoted `{name}` in <{tag}>");
            }
            quoted = !quoted;
        }
        rest = tail;
    }
    assert!(open.is_empty(), "left open: {open:?}");
    assert!(rest.trim().is_empty(), "stray text `{rest}`");
    assert!(!svg.contains('@') && !svg.contains('|'), "a tone or a marker is left in {svg}");
}

#[test]
fn every_picture_is_well_formed() {
    for product in DemoShop::generate(1).products() {
        check_well_formed(&picture_of(product));
    }
}

#[test]
fn a_product_always_looks_the_same() {
    let (one, other) = (DemoShop::generate(5), DemoShop::generate(5));
    for (a, b) in one.products().iter().zip(other.products()) {
        assert_eq!(picture_of(a), picture_of(b));
    }
}

#[test]
fn nearly_every_picture_is_different() {
    let shop = DemoShop::generate(1);
    // Without the label, which is unique by itself.
    let bodies: BTreeSet<_> = shop
        .products()
        .iter()
        .map(|it| picture_of(it).replace(&super::escape(it.title()), ""))
        .collect();

    assert!(
        bodies.len() * 100 > shop.products().len() * 98,
        "{} of {}",
        bodies.len(),
        shop.products().len()
    );
}
