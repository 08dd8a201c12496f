//! A filter as a tree of tests.

use std::fmt;

use domain::CategoryPath;

use super::decimal::{Compare, Decimal};

/// A filter or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// Every one of at least two.
    All(Vec<Node>),
    /// At least one of at least two.
    Any(Vec<Node>),
    /// Not this one.
    Not(Box<Node>),
    /// A single test.
    Is(Test),
}

/// What a product is tested for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// It has the term.
    Has(Term),
    /// It is the product of that id.
    Id(Box<str>),
    /// Its price in the shop's currency compares so.
    Price(Compare, Decimal),
    /// Its stock compares so; one that is not counted is greater than any number.
    Stock(Compare, Decimal),
    /// It is not out of stock.
    InStock,
}

/// Something that a product has or has not, and by which products are found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Term {
    /// It is made by that brand.
    Brand(Box<str>),
    /// A name on the way to it, or the beginning of the way as [`category_key`] writes it.
    Category(Box<str>),
    /// It, or a variant of it, has the attribute with that value.
    Attribute {
        /// The attribute's name.
        name: Box<str>,
        /// The value.
        value: Box<str>,
    },
    /// It is sold in that market and not in all of them. Not in the language.
    Market(Box<str>),
}

/// A path as it is compared: its names joined by ` > `, however the spaces were written.
pub(crate) fn category_key(text: &str) -> Box<str> {
    let names: Vec<&str> = text.split('>').map(str::trim).collect();
    names.join(" > ").into()
}

impl Term {
    /// The terms of one way to a product: each of its names, and each beginning of two names and more.
    pub(crate) fn of_category(path: &CategoryPath) -> impl Iterator<Item = Term> + '_ {
        let names = path.names().iter().map(|it| category_key(it.as_str()));
        let prefixes = path.prefixes().skip(1).map(|it| category_key(&it.to_string()));
        names.chain(prefixes).map(Term::Category)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, nodes: &[Node], word: &str| {
            for (i, node) in nodes.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { word })?;
                // Lists inside lists need their parentheses; single tests and negations never do.
                match node {
                    Node::All(_) | Node::Any(_) => write!(f, "({node})")?,
                    Node::Not(_) | Node::Is(_) => write!(f, "{node}")?,
                }
            }
            Ok(())
        };
        match self {
            Node::All(nodes) => joined(f, nodes, " AND "),
            Node::Any(nodes) => joined(f, nodes, " OR "),
            Node::Not(inner) => match &**inner {
                Node::All(_) | Node::Any(_) => write!(f, "NOT ({inner})"),
                Node::Not(_) | Node::Is(_) => write!(f, "NOT {inner}"),
            },
            Node::Is(test) => test.fmt(f),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Test::Has(Term::Brand(brand)) => write!(f, "brand = {}", Quoted(brand)),
            Test::Has(Term::Category(key)) => write!(f, "category = {}", Quoted(key)),
            Test::Has(Term::Attribute { name, value }) => {
                write!(f, "attributes.{} = {}", Quoted(name), Quoted(value))
            }
            Test::Has(Term::Market(market)) => write!(f, "market = {}", Quoted(market)),
            Test::Id(id) => write!(f, "id = {}", Quoted(id)),
            Test::Price(compare, number) => write!(f, "price {} {number}", compare.symbol()),
            Test::Stock(compare, number) => write!(f, "stock {} {number}", compare.symbol()),
            Test::InStock => f.write_str("in_stock"),
        }
    }
}

/// A text as the language writes it.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('\\', r"\\").replace('"', "\\\""))
    }
}
