//! Tokens as a tree, with every field and value checked.

use super::decimal::{Compare, Decimal};
use super::error::FilterError;
use super::lexer::{Kind, Token, tokens};
use super::node::{Node, Term, Test, category_key};
use super::{BYTES_MAX, COMPARISONS_MAX, DEPTH_MAX};

/// The most digits of a stock: more than any shop has, less than what stands for "not counted".
const STOCK_DIGITS_MAX: usize = 9;

const A_COMPARISON: &str =
    "a comparison such as price < 50, in_stock, NOT or an opening parenthesis";
const AN_OPERATOR: &str = "an operator (= != < <= > >= IN)";
const TEXT_OPERATORS: &str = "= != or IN";

/// Reads a whole filter.
pub(super) fn parse(text: &str) -> Result<Node, FilterError> {
    if text.len() > BYTES_MAX {
        return Err(FilterError::TooLong { n_bytes: text.len() });
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, n_comparisons: 0 };
    let node = parser.any(0)?;
    match parser.peek().kind {
        Kind::End => Ok(node),
        _ => Err(parser.unexpected("AND, OR or the end")),
    }
}

/// A field that is compared with something.
#[derive(Clone, Debug)]
enum Field {
    Price,
    Stock,
    Category,
    Brand,
    Id,
    Attribute(Box<str>),
}

impl Field {
    const fn name(&self) -> &'static str {
        match self {
            Field::Price => "price",
            Field::Stock => "stock",
            Field::Category => "category",
            Field::Brand => "brand",
            Field::Id => "id",
            Field::Attribute(_) => "an attribute",
        }
    }

    const fn is_number(&self) -> bool {
        matches!(self, Field::Price | Field::Stock)
    }

    /// What it is compared with, in words.
    const fn expected(&self) -> &'static str {
        match self {
            Field::Price => "a decimal number of at most 14 digits, such as 49.90",
            Field::Stock => "a whole number of at most 9 digits, such as 5",
            _ => "a text in quotation marks, such as \"Acme\"",
        }
    }
}

struct Parser<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    n_comparisons: usize,
}

impl<'t, 'a> Parser<'t, 'a> {
    fn any(&mut self, depth: usize) -> Result<Node, FilterError> {
        self.list("OR", Node::Any, |parser| parser.all(depth))
    }

    fn all(&mut self, depth: usize) -> Result<Node, FilterError> {
        self.list("AND", Node::All, |parser| parser.one(depth))
    }

    /// Reads what `item` reads, once or more, with `keyword` between.
    fn list(
        &mut self,
        keyword: &str,
        join: fn(Vec<Node>) -> Node,
        mut item: impl FnMut(&mut Self) -> Result<Node, FilterError>,
    ) -> Result<Node, FilterError> {
        let first = item(self)?;
        if !self.peek().kind.is_keyword(keyword) {
            return Ok(first);
        }
        let mut nodes = vec![first];
        while self.peek().kind.is_keyword(keyword) {
            self.advance();
            nodes.push(item(self)?);
        }
        Ok(join(nodes))
    }

    fn one(&mut self, depth: usize) -> Result<Node, FilterError> {
        let column = self.peek().column;
        if depth > DEPTH_MAX {
            return Err(FilterError::TooDeep { column });
        }
        if self.peek().kind.is_keyword("NOT") {
            self.advance();
            return Ok(Node::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.peek().kind == Kind::Symbol("(") {
            self.advance();
            let inner = self.any(depth + 1)?;
            self.expect_symbol(")", "AND, OR or a closing parenthesis")?;
            return Ok(inner);
        }
        if self.peek().kind.is_keyword("in_stock") {
            self.advance();
            self.count(column)?;
            return self.in_stock();
        }
        self.comparison()
    }

    /// Reads what follows `in_stock`, which should have nothing to do with it.
    fn in_stock(&mut self) -> Result<Node, FilterError> {
        match self.peek() {
            Token {
                kind: Kind::Symbol(operator @ ("=" | "!=" | "<" | "<=" | ">" | ">=")),
                column,
            } => Err(FilterError::Operator {
                column: *column,
                field: "in_stock",
                operator,
                allowed: "it alone, or NOT in_stock",
            }),
            _ => Ok(Node::Is(Test::InStock)),
        }
    }

    fn comparison(&mut self) -> Result<Node, FilterError> {
        let field = self.field()?;
        let Token { kind, column } = self.peek();
        if kind.is_keyword("IN") {
            self.advance();
            return self.values(&field);
        }
        let (compare, is_negated, operator) = match kind {
            Kind::Symbol("=") => (Compare::Equal, false, "="),
            Kind::Symbol("!=") => (Compare::Equal, true, "!="),
            Kind::Symbol("<") => (Compare::Less, false, "<"),
            Kind::Symbol("<=") => (Compare::LessOrEqual, false, "<="),
            Kind::Symbol(">") => (Compare::Greater, false, ">"),
            Kind::Symbol(">=") => (Compare::GreaterOrEqual, false, ">="),
            _ => return Err(self.unexpected(AN_OPERATOR)),
        };
        if compare != Compare::Equal && !field.is_number() {
            return Err(FilterError::Operator {
                column: *column,
                field: field.name(),
                operator,
                allowed: TEXT_OPERATORS,
            });
        }
        self.advance();
        let node = self.value(&field, compare)?;
        Ok(if is_negated { Node::Not(Box::new(node)) } else { node })
    }

    fn field(&mut self) -> Result<Field, FilterError> {
        let column = self.peek().column;
        let Kind::Word(word) = self.peek().kind else { return Err(self.unexpected(A_COMPARISON)) };
        self.advance();
        match word {
            "price" => Ok(Field::Price),
            "stock" => Ok(Field::Stock),
            "category" => Ok(Field::Category),
            "brand" => Ok(Field::Brand),
            "id" => Ok(Field::Id),
            "attributes" => {
                self.expect_symbol(".", "a dot and the attribute's name, as in attributes.colour")?;
                let name = match &self.peek().kind {
                    Kind::Word(name) => Box::from(*name),
                    Kind::Text(name) => name.as_str().into(),
                    _ => return Err(self.unexpected("the attribute's name")),
                };
                self.advance();
                Ok(Field::Attribute(name))
            }
            _ if ["AND", "OR", "IN"].iter().any(|it| it.eq_ignore_ascii_case(word)) => {
                self.at -= 1;
                Err(self.unexpected(A_COMPARISON))
            }
            _ => Err(FilterError::UnknownField { column, given: word.chars().take(40).collect() }),
        }
    }

    /// Reads the list of an `IN`.
    fn values(&mut self, field: &Field) -> Result<Node, FilterError> {
        self.expect_symbol("(", "an opening parenthesis and a list of values")?;
        let mut nodes = vec![self.value(field, Compare::Equal)?];
        while self.peek().kind == Kind::Symbol(",") {
            self.advance();
            nodes.push(self.value(field, Compare::Equal)?);
        }
        self.expect_symbol(")", "a comma or a closing parenthesis")?;
        let only = if nodes.len() == 1 { nodes.pop() } else { None };
        Ok(only.unwrap_or(Node::Any(nodes)))
    }

    fn value(&mut self, field: &Field, compare: Compare) -> Result<Node, FilterError> {
        let Token { kind, column } = self.peek();
        self.count(*column)?;
        let number = |is_fit: fn(&str, Decimal) -> bool| match kind {
            Kind::Number(text) => Decimal::parse(text).filter(|it| is_fit(text, *it)),
            _ => None,
        };
        let text = match kind {
            Kind::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let is_stock = |text: &str, it: Decimal| it.is_count() && text.len() <= STOCK_DIGITS_MAX;
        let test = match field {
            Field::Price => number(|_, _| true).map(|it| Test::Price(compare, it)),
            Field::Stock => number(is_stock).map(|it| Test::Stock(compare, it)),
            Field::Category => text.map(|it| Test::Has(Term::Category(category_key(it)))),
            Field::Brand => text.map(|it| Test::Has(Term::Brand(it.into()))),
            Field::Id => text.map(|it| Test::Id(it.into())),
            Field::Attribute(name) => {
                text.map(|it| Test::Has(Term::Attribute { name: name.clone(), value: it.into() }))
            }
        };
        self.advance();
        test.map(Node::Is).ok_or_else(|| FilterError::Value {
            column: *column,
            field: field.name(),
            found: kind.to_string(),
            expected: field.expected(),
        })
    }

    fn count(&mut self, column: usize) -> Result<(), FilterError> {
        self.n_comparisons += 1;
        if self.n_comparisons > COMPARISONS_MAX {
            return Err(FilterError::TooManyComparisons { column });
        }
        Ok(())
    }

    fn expect_symbol(
        &mut self,
        symbol: &'static str,
        expected: &'static str,
    ) -> Result<(), FilterError> {
        if self.peek().kind != Kind::Symbol(symbol) {
            return Err(self.unexpected(expected));
        }
        self.advance();
        Ok(())
    }

    fn peek(&self) -> &'t Token<'a> {
        &self.tokens[self.at]
    }

    /// Moves on, except from the end, which stays the last token.
    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn unexpected(&self, expected: &'static str) -> FilterError {
        let Token { kind, column } = self.peek();
        FilterError::Unexpected { column: *column, found: kind.to_string(), expected }
    }
}
