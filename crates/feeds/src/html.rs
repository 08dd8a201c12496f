//! Descriptions in HTML, as the text that people read.

/// Elements whose content nobody reads.
const SILENT: [&str; 2] = ["script", "style"];
/// Elements between which there is a line's end.
const BLOCKS: [&str; 13] =
    ["p", "br", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "section"];

/// The text of `html`: without elements, with entities as what they stand for, and single spaces.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag_on)) = rest.split_once('<') {
        push_decoded(&mut text, before);
        let Some((tag, after)) = tag_on.split_once('>') else {
            // A `<` that opens nothing.
            text.push('<');
            rest = tag_on;
            continue;
        };
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        if BLOCKS.contains(&name.as_str()) {
            text.push('\n');
        }
        rest = match SILENT.contains(&name.as_str()) && !tag.starts_with('/') {
            true => after
                .split_once(&format!("</{name}"))
                .and_then(|(_, end)| end.split_once('>'))
                .map_or("", |(_, it)| it),
            false => after,
        };
    }
    push_decoded(&mut text, rest);
    squeezed(&text)
}

/// The text with one space between words, and one line's end between lines that say something.
fn squeezed(text: &str) -> String {
    let line = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = text.lines().map(line).filter(|it| !it.is_empty()).collect();
    lines.join("\n")
}

/// Appends text, with entities as what they stand for.
fn push_decoded(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, on)) = rest.split_once('&') {
        out.push_str(before);
        let entity = on.split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, after)| Some((character(name)?, after))) {
            Some((character, after)) => {
                out.push(character);
                rest = after;
            }
            None => {
                out.push('&');
                rest = on;
            }
        }
    }
    out.push_str(rest);
}

fn character(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#').map(|it| match it.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => it.parse(),
    });
    if let Some(number) = number {
        return char::from_u32(number.ok()?).filter(|it| !it.is_control() || *it == '\n');
    }
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        "bull" => '•',
        "deg" => '°',
        "trade" => '™',
        "reg" => '®',
        "copy" => '©',
        "euro" => '€',
        "pound" => '£',
        "times" => '×',
        "frac12" => '½',
        "eacute" => 'é',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "szlig" => 'ß',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(html: &str, expect: Expect) {
        expect.assert_eq(&text_of(html));
    }

    #[test]
    fn what_is_read_stays_and_what_is_markup_goes() {
        check(
            "<meta charset=\"utf-8\"><p>A <em>dry</em>&nbsp;tent &amp; two&#8217;s   poles</p>\n<ul><li>2&frac12; kg</li><li>green</li></ul>",
            expect!["A dry tent & two’s poles\n2½ kg\ngreen"],
        );
        check("<style>p { color: red }</style>Red<script>x<y</script>!", expect!["Red!"]);
        check("5 < 6 &unknown; & more", expect!["5 < 6 &unknown; & more"]);
        check("<p", expect!["<p"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_grow(html in ".{0,80}") {
            prop_assert!(text_of(&html).len() <= html.len());
        }
    }
}
