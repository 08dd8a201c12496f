//! Filters as tokens.

use std::fmt;

use super::error::FilterError;

/// How much of a token an error repeats, in characters.
const SHOWN_CHARS_MAX: usize = 40;

/// One token and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) column: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    /// A field, a keyword or part of a field's name.
    Word(&'a str),
    /// A text, without its quotation marks.
    Text(String),
    /// A number as it is written.
    Number(&'a str),
    /// A parenthesis, a comma, a dot or an operator.
    Symbol(&'static str),
    /// The end of the filter.
    End,
}

impl Kind<'_> {
    /// Whether this is the keyword, in capitals or not.
    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self, Kind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }
}

/// What stands there, for an error.
impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| text.chars().take(SHOWN_CHARS_MAX).collect::<String>();
        match self {
            Kind::Word(word) => write!(f, "`{}`", shown(word)),
            Kind::Text(text) => write!(f, "the text {:?}", shown(text)),
            Kind::Number(number) => write!(f, "the number {}", shown(number)),
            Kind::Symbol(symbol) => write!(f, "`{symbol}`"),
            Kind::End => f.write_str("the end"),
        }
    }
}

/// Longer symbols stand before those that they begin with.
const SYMBOLS: [&str; 10] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "."];

/// Splits `text` into tokens, the last of which is [`Kind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, FilterError> {
    let mut lexer = Lexer { rest: text, column: 1 };
    let mut tokens = Vec::new();
    loop {
        let spaces = lexer.rest.chars().take_while(|it| it.is_whitespace()).count();
        lexer.take(spaces);
        let column = lexer.column;
        let kind = lexer.next()?;
        let is_end = kind == Kind::End;
        tokens.push(Token { kind, column });
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    rest: &'a str,
    column: usize,
}

impl<'a> Lexer<'a> {
    fn next(&mut self) -> Result<Kind<'a>, FilterError> {
        let Some(first) = self.rest.chars().next() else { return Ok(Kind::End) };
        if first == '"' || first == '\'' {
            return self.text(first);
        }
        if let Some(symbol) = SYMBOLS.into_iter().find(|it| self.rest.starts_with(it)) {
            self.take(symbol.len());
            return Ok(Kind::Symbol(symbol));
        }
        if first == '-' || first.is_ascii_digit() {
            return Ok(self.number());
        }
        let is_inner = |it: &char| it.is_alphanumeric() || matches!(it, '_' | '-');
        let n_chars = self.rest.chars().take_while(is_inner).count();
        if n_chars > 0 {
            return Ok(Kind::Word(self.take(n_chars)));
        }
        Err(FilterError::Unexpected {
            column: self.column,
            found: format!("`{}`", first.escape_debug()),
            expected: "a field, a value or an operator (= != < <= > >= IN)",
        })
    }

    /// A number may be malformed, as `1.` is: whoever reads it says what is expected.
    fn number(&mut self) -> Kind<'a> {
        let mut previous = None;
        let in_number = |it: &char| {
            let is_sign = *it == '-' && previous.is_none();
            // A number ends where something else begins, so that `1e3` is not read as 1.
            let is_inner = it.is_ascii_alphanumeric() || *it == '.';
            previous = Some(*it);
            is_sign || is_inner
        };
        let n_chars = self.rest.chars().take_while(in_number).count();
        Kind::Number(self.take(n_chars))
    }

    fn text(&mut self, quote: char) -> Result<Kind<'a>, FilterError> {
        let mut text = String::new();
        let mut chars = self.rest.chars().skip(1);
        let mut n_chars = 1;
        while let Some(next) = chars.next() {
            n_chars += 1;
            match next {
                '\\' => {
                    let Some(escaped) = chars.next() else { break };
                    n_chars += 1;
                    text.push(escaped);
                }
                next if next == quote => {
                    self.take(n_chars);
                    return Ok(Kind::Text(text));
                }
                next => text.push(next),
            }
        }
        Err(FilterError::OpenText { column: self.column, quote })
    }

    /// Moves over `n_chars` characters and returns them.
    fn take(&mut self, n_chars: usize) -> &'a str {
        let at = self.rest.char_indices().nth(n_chars).map_or(self.rest.len(), |(at, _)| at);
        let (taken, rest) = self.rest.split_at(at);
        self.rest = rest;
        self.column += n_chars;
        taken
    }
}
