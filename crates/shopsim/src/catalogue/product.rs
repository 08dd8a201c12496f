//! One product of the demo shop.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::catalogue::brand::{Brand, Style};
use crate::catalogue::colour::Colour;
use crate::catalogue::kind::{Department, Group, Kind};

/// Something the demo shop sells.
#[derive(Debug)]
pub struct Product {
    /// Its id, readable and unique in the shop.
    pub(crate) id: String,
    /// Its title, unique in the shop.
    pub(crate) title: String,
    /// One to three sentences.
    pub(crate) description: String,
    /// Who makes it.
    pub(crate) brand: &'static Brand,
    /// Where it stands: department, group, kind.
    pub(crate) department: &'static Department,
    /// The middle of the category path.
    pub(crate) group: &'static Group,
    /// What it is.
    pub(crate) kind: &'static Kind,
    /// Its colour.
    pub(crate) colour: Colour,
    /// What it is made of.
    pub(crate) material: &'static str,
    /// How it looks.
    pub(crate) style: Style,
    /// Whether it burdens the earth little.
    pub(crate) eco: Eco,
    /// What it costs, in euro cents.
    pub(crate) price_minor: i64,
    /// What the shop pays for it, in euro cents.
    pub(crate) cost_minor: i64,
    /// How many are in stock; with variants, the sum over them.
    pub(crate) stock: u32,
    /// Its sizes; empty when there is only one.
    pub(crate) variants: Vec<Variant>,
    /// Since how many days it is sold.
    pub(crate) age_days: i64,
    /// Random bits that its picture is drawn from.
    pub(crate) look: u64,
}

/// Whether a product burdens the earth little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Eco {
    /// It does.
    Yes,
    /// Nothing is claimed.
    No,
}

/// One size of a product.
#[derive(Debug)]
pub(crate) struct Variant {
    /// Its id.
    pub(crate) id: String,
    /// The size.
    pub(crate) size: &'static str,
    /// How many are in stock.
    pub(crate) stock: u32,
}

/// The currency of the shop.
pub(crate) const CURRENCY: &str = "EUR";

impl Product {
    /// The id of the product in the shop.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The price in euro cents.
    pub fn price_minor(&self) -> i64 {
        self.price_minor
    }

    /// The category path, from the department to the kind.
    pub fn category(&self) -> [&'static str; 3] {
        [self.department.name, self.group.name, self.kind.plural]
    }

    /// What the shop earns on one, in euro cents.
    pub(crate) fn margin_minor(&self) -> i64 {
        self.price_minor - self.cost_minor
    }

    /// How well it is made compared with all others, apart from taste: evenly spread from 0 to 1.
    ///
    /// Hidden: shoppers learn of it from stars, and from having it.
    pub(crate) fn workmanship(&self) -> f64 {
        let bits = u16::try_from((self.look >> 40) & 0xffff).expect("masked to sixteen bits");
        f64::from(bits) / f64::from(u16::MAX)
    }

    /// Where it stands in the price band of its kind, from 0 to 1.
    pub(crate) fn price_level(&self) -> f64 {
        let (low, high) = self.kind.band_eur;
        cents(self.price_minor - low * 100) / cents((high - low).max(1) * 100)
    }

    /// Where its page is.
    pub(crate) fn url(&self) -> String {
        format!("/shop/product/{}", self.id)
    }

    /// Where its picture is.
    pub(crate) fn picture(&self) -> String {
        format!("/pictures/{}.svg", self.id)
    }

    /// The price as shoppers see it.
    pub(crate) fn price_text(&self) -> String {
        euros(self.price_minor)
    }

    /// The price as a decimal number of euros, which is how Segment's events say it.
    pub(crate) fn price_number(&self) -> Value {
        decimal(self.price_minor)
    }

    /// One line of `POST /v1/products:import`, its age counted back from `now`.
    pub(crate) fn to_import_line(&self, now: Timestamp) -> Value {
        let money = |amount_minor: i64| json!({"amount_minor": amount_minor, "currency": CURRENCY});
        let created = now - SignedDuration::from_hours(24 * self.age_days);
        let mut line = json!({
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "url": self.url(),
            "brand": self.brand.name,
            "categories": [self.category()],
            "attributes": {
                "colour": [self.colour.name],
                "material": [self.material],
                "style": [self.style.name()],
                "season": [self.kind.season.name()],
                "eco": [match self.eco { Eco::Yes => "yes", Eco::No => "no" }],
            },
            "price": money(self.price_minor),
            "cost": money(self.cost_minor),
            "stock": self.stock,
            "images": [self.picture()],
            "create_time": created.to_string(),
        });
        if !self.variants.is_empty() {
            line["variants"] = self
                .variants
                .iter()
                .map(|it| {
                    json!({
                        "id": it.id,
                        "title": format!("{}, {}", self.title, it.size),
                        "attributes": {"size": [it.size]},
                        "stock": it.stock,
                    })
                })
                .collect();
        }
        line
    }
}

/// Whole cents as a number to calculate with; the shop sells nothing that is dearer than it holds.
pub(crate) fn cents(amount_minor: i64) -> f64 {
    f64::from(i32::try_from(amount_minor).unwrap_or(i32::MAX))
}

/// An amount as shoppers see it: `EUR 1,290` or `EUR 12.90` with the sign of the currency.
pub(crate) fn euros(amount_minor: i64) -> String {
    format!("\u{20ac}\u{202f}{}.{:02}", amount_minor / 100, amount_minor % 100)
}

/// An amount as a decimal number.
pub(crate) fn decimal(amount_minor: i64) -> Value {
    let text = format!("{}.{:02}", amount_minor / 100, amount_minor % 100);
    serde_json::from_str(&text).expect("digits, a point and two digits are a number in JSON")
}
