//! The fields that a column can be.

use super::Kind;

/// How the text of a cell becomes the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// As it stands.
    Text,
    /// An amount of money.
    Money,
    /// A number.
    Number,
    /// A moment.
    Time,
    /// Several texts.
    List,
    /// Several ways through categories.
    Categories,
}

/// A field of a product or an event, by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// As the mapping names it.
    pub(super) name: String,
    /// Whether it belongs to a variant or a line rather than to the whole.
    pub(super) is_of_part: bool,
    /// Where it lies in the JSON of the whole or of the part.
    pub(super) path: Vec<String>,
    pub(super) shape: Shape,
}

const PRODUCT: [(&str, Shape); 14] = [
    ("id", Shape::Text),
    ("title", Shape::Text),
    ("description", Shape::Text),
    ("url", Shape::Text),
    ("brand", Shape::Text),
    ("categories", Shape::Categories),
    ("price", Shape::Money),
    ("cost", Shape::Money),
    ("currency", Shape::Text),
    ("stock", Shape::Number),
    ("images", Shape::List),
    ("visibility", Shape::Text),
    ("markets", Shape::List),
    ("create_time", Shape::Time),
];

const VARIANT: [(&str, Shape); 4] = [
    ("id", Shape::Text),
    ("title", Shape::Text),
    ("price", Shape::Money),
    ("stock", Shape::Number),
];

const EVENT: [(&str, Shape); 6] = [
    ("type", Shape::Text),
    ("event", Shape::Text),
    ("userId", Shape::Text),
    ("anonymousId", Shape::Text),
    ("messageId", Shape::Text),
    ("timestamp", Shape::Time),
];

/// Properties that are amounts of money.
const AMOUNTS: [&str; 8] =
    ["price", "total", "revenue", "subtotal", "tax", "shipping", "discount", "value"];
/// Properties that are whole numbers.
const NUMBERS: [&str; 3] = ["quantity", "position", "results"];

impl Field {
    /// The field of that name; `None` when there is none.
    pub(super) fn of(kind: Kind, name: &str) -> Option<Field> {
        let field = |is_of_part: bool, path: &[&str], shape: Shape| {
            Some(Field {
                name: name.to_owned(),
                is_of_part,
                path: path.iter().map(|it| (*it).to_owned()).collect(),
                shape,
            })
        };
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let is_named = !rest.is_empty();
        match (kind, first) {
            (Kind::Products, "attributes") if is_named => {
                field(false, &["attributes", rest], Shape::List)
            }
            (Kind::Products, "variants") => match rest.split_once('.') {
                Some(("attributes", attribute)) if !attribute.is_empty() => {
                    field(true, &["attributes", attribute], Shape::List)
                }
                _ => field(true, &[rest], shape(&VARIANT, rest)?),
            },
            (Kind::Products, _) => field(false, &[name], shape(&PRODUCT, name)?),
            (Kind::Events, "lines") if is_named => field(true, &[rest], property_shape(rest)),
            (Kind::Events, "properties") if is_named => {
                field(false, &["properties", rest], property_shape(rest))
            }
            (Kind::Events, "context" | "traits") if is_named => {
                field(false, &[first, rest], Shape::Text)
            }
            (Kind::Events, _) => field(false, &[name], shape(&EVENT, name)?),
        }
    }

    /// The path by which `api` names it in refusals, without indexes.
    pub(super) fn path_in_refusals(&self, kind: Kind) -> String {
        let path = self.path.join(".");
        match (self.is_of_part, kind) {
            (false, _) => path,
            // Attributes of variants are named like those of products.
            (true, Kind::Products) if path.starts_with("attributes.") => path,
            (true, Kind::Products) => format!("variants.{path}"),
            (true, Kind::Events) => format!("properties.products.{path}"),
        }
    }
}

fn shape(fields: &[(&str, Shape)], name: &str) -> Option<Shape> {
    fields.iter().find(|(known, _)| *known == name).map(|(_, shape)| *shape)
}

fn property_shape(name: &str) -> Shape {
    if AMOUNTS.contains(&name) {
        Shape::Money
    } else if NUMBERS.contains(&name) {
        Shape::Number
    } else {
        Shape::Text
    }
}

/// What there is, for the refusal of a name.
pub(super) fn known(kind: Kind) -> String {
    let names = |fields: &[(&str, Shape)]| {
        fields.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    };
    match kind {
        Kind::Products => format!(
            "{}, attributes.NAME, and of variants variants.{{{}, attributes.NAME}}",
            names(&PRODUCT),
            names(&VARIANT)
        ),
        Kind::Events => format!(
            "{}, properties.NAME, context.NAME, traits.NAME, and of the lines of an order lines.NAME",
            names(&EVENT)
        ),
    }
}
