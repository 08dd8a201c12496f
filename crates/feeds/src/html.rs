//! Descriptions in HTML, as the text that people read.

/// Elements whose content nobody reads.
const SILENT: [&str; 2] = ["script", "style"];
/// Elements between which there is a line's end.
const BLOCKS: [&str; 13] =
    ["p", "br", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "section"];

/// The longest entity between `&` and `;`: `#1114111`, the last character there is.
const ENTITY_BYTES_MAX: usize = 8;

/// The text of `html`: without elements, with entities as what they stand for, and single spaces.
///
/// Takes time in proportion to its length, whatever is left open in it. A tag may be of any length:
/// pictures stand in tags.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag_on)) = rest.split_once('<') {
        // Where nothing is closed any more, nothing is opened.
        let Some((tag, after)) = tag_on.split_once('>') else { break };
        push_decoded(&mut text, before);
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
        let end = on.bytes().take(ENTITY_BYTES_MAX + 1).position(|it| it == b';');
        let entity = end.and_then(|it| Some((on.get(..it)?, on.get(it + 1..)?)));
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

    #[test]
    fn what_is_left_open_stays_as_it_is() {
        check("5 < 6 &lt; 7 & <b", expect!["5 < 6 < 7 & <b"]);
        check("<b>a</b> &amp <i", expect!["a &amp <i"]);
        check(
            "&#1114111x; &#x10FFFD; &#000000038; &é;",
            expect!["&#1114111x; \u{10fffd} &#000000038; &é;"],
        );
        check("<script>never closed", expect![""]);
        check("a<style", expect!["a<style"]);
    }

    #[test]
    fn a_tag_may_be_long_as_pictures_are() {
        check(&format!("a<img src=\"data:{}\">b", "x".repeat(100_000)), expect!["ab"]);
    }

    /// Each of these is read in a moment or, where every one of them looks to the end, in an hour.
    #[test]
    fn what_is_left_open_is_not_looked_for_again_and_again() {
        const N: usize = 4 << 20;
        for open in ["<", "&"] {
            let html = open.repeat(N);
            assert!(text_of(&html) == html, "`{open}` is left open and changed");
        }
        let html = format!("{};", "&".repeat(N));
        assert!(text_of(&html) == html, "an `&` far before a `;` is changed");
    }

    proptest! {
        #[test]
        fn text_without_markup_is_unchanged(words in proptest::collection::vec("[a-z0-9;>.äß&]{1,8}", 0..20)) {
            let text = words.join(" ").replace('&', "&-");
            prop_assert_eq!(text_of(&text), text);
        }

        #[test]
        fn no_markup_makes_it_panic(html in "([<>&;/#x ]|p|é|amp|script|style|10FFFF|99999999999){0,60}") {
            prop_assert!(text_of(&html).len() <= html.len());
        }

        #[test]
        fn no_text_makes_it_panic_or_grow(html in ".{0,80}") {
            prop_assert!(text_of(&html).len() <= html.len());
        }
    }
}
