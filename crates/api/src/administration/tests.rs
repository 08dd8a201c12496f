//! Forms of administration: what is refused.

use super::{KeyForm, PlacementForm};
use crate::read_body;

#[test]
fn origins_are_kept_as_browsers_send_them() {
    let read = |origin: &str| {
        let body = format!(r#"{{"scope":"publishable","allowed_origins":["{origin}"]}}"#);
        read_body::<KeyForm>(body.as_bytes()).unwrap().read().map(|(_, origins)| origins)
    };
    assert_eq!(read("https://Shop.example/").unwrap(), ["https://shop.example"]);
    assert_eq!(read("http://localhost:8080").unwrap(), ["http://localhost:8080"]);
    assert!(read("shop.example").is_err());
    assert!(read("https://shop.example/path").is_err());
}

#[test]
fn a_placement_with_a_misspelt_field_is_refused() {
    let body = br#"{"title":"Home","generators":[],"filters":"in_stock"}"#;
    let problem = read_body::<PlacementForm>(body).unwrap_err();
    assert!(problem.detail.contains("unknown field `filters`"), "{}", problem.detail);
}
