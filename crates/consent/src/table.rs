//! The permission table: what each use of a shopper's data needs.

use std::fmt::Write;

use domain::Purpose;

/// A use of data inside the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Orders, stock, security, and the event's place in the history.
    Bookkeep,
    /// Adding to counts over everybody: popularity, trends, reports.
    Count,
    /// Joining what was shown to what came of it.
    JoinOutcome,
    /// Following a visitor from one event to the next: the visit, recent products, the profile.
    LinkVisit,
    /// Teaching models what goes together, from the visits of a shopper.
    Teach,
    /// Letting a decision rest on what is known of a shopper.
    Personalize,
}

impl Use {
    /// Every use, in the order of the table.
    pub const ALL: [Use; 6] =
        [Use::Bookkeep, Use::Count, Use::JoinOutcome, Use::LinkVisit, Use::Teach, Use::Personalize];

    /// The purpose that the use needs.
    pub const fn needs(self) -> Purpose {
        match self {
            Use::Bookkeep => Purpose::Operation,
            Use::Count | Use::JoinOutcome => Purpose::Measurement,
            Use::LinkVisit | Use::Teach | Use::Personalize => Purpose::Personalization,
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Use::Bookkeep => "orders, stock, security, the event's place in the history",
            Use::Count => "counts over everybody: what is popular, what is trending, reports",
            Use::JoinOutcome => "joining what was shown to what came of it",
            Use::LinkVisit => "following a visitor: the visit, recent products, the profile",
            Use::Teach => "teaching models what goes together, from a shopper's visits",
            Use::Personalize => "a decision that rests on what is known of a shopper",
        }
    }

    const fn without(self) -> &'static str {
        match self {
            Use::Bookkeep => "cannot be refused",
            Use::Count => "the event adds to no count",
            Use::JoinOutcome => "the decision keeps no outcome",
            Use::LinkVisit => "no visit and no profile is kept",
            Use::Teach => "no model learns from it",
            Use::Personalize => {
                "the slate rests on the request alone (its page, cart and recent products), then on \
                 what is popular"
            }
        }
    }
}

/// A way by which data leaves the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// A shopper's own copy of their data.
    OwnCopy,
    /// A message to the shopper.
    Message,
    /// Somebody else's systems.
    HandOut,
}

impl Exit {
    /// Every exit, in the order of the table.
    pub const ALL: [Exit; 3] = [Exit::OwnCopy, Exit::Message, Exit::HandOut];

    /// The purpose that the exit needs.
    pub const fn needs(self) -> Purpose {
        match self {
            Exit::OwnCopy => Purpose::Operation,
            Exit::Message => Purpose::Marketing,
            Exit::HandOut => Purpose::Sharing,
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Exit::OwnCopy => "a shopper's own copy of their data",
            Exit::Message => "a message to the shopper",
            Exit::HandOut => "handing data to somebody else's systems",
        }
    }

    const fn without(self) -> &'static str {
        match self {
            Exit::OwnCopy => "cannot be refused",
            Exit::Message => "nothing is sent",
            Exit::HandOut => "nothing is handed out",
        }
    }
}

/// The permission table in Markdown, as it stands in `docs/consent.md`.
pub fn table_markdown() -> String {
    let mut table =
        String::from("| gate | use | needs | without it |\n| --- | --- | --- | --- |\n");
    let uses = Use::ALL.map(|it| ("use", it.description(), it.needs(), it.without()));
    let exits = Exit::ALL.map(|it| ("exit", it.description(), it.needs(), it.without()));
    for (gate, description, needs, without) in uses.into_iter().chain(exits) {
        let needs = needs.name();
        writeln!(table, "| {gate} | {description} | {needs} | {without} |")
            .expect("writing to a string cannot fail");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_shows_the_table_as_it_is() {
        let document = include_str!("../../../docs/consent.md");
        let begin = "<!-- generated: the permission table -->\n";
        let (_, rest) = document.split_once(begin).expect("the document has the beginning mark");
        let (shown, _) = rest.split_once("<!-- end").expect("the document has the end mark");
        assert_eq!(shown, table_markdown(), "copy the right side into docs/consent.md");
    }
}
