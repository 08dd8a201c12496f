//! Which name somebody may have meant.

/// The one of `names` that is nearest to `given`; the first of equally near ones.
///
/// A bare name counts as near as if its section had been written with it.
pub(crate) fn nearest(given: &str, names: impl Iterator<Item = String>) -> String {
    let distance_to = |name: &String| {
        let bare = name.rsplit_once('.').map_or(name.as_str(), |(_, bare)| bare);
        let bare_given = given.rsplit_once('.').map_or(given, |(_, bare)| bare);
        let whole = 2 * distance(given, name);
        whole.min(2 * distance(bare_given, bare) + 1)
    };
    names.min_by_key(distance_to).unwrap_or_default()
}

/// How many letters must be added, removed or changed to come from one text to the other.
///
/// Source: Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals",
/// Soviet Physics Doklady 10 (1966).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (n_read, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = n_read + 1;
        for (column, wanted) in to.iter().enumerate() {
            let changed = diagonal + usize::from(*wanted != letter);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_are_counted() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn a_bare_name_finds_its_section() {
        let names = ["server.listen", "shop.id", "intake.open_properties"].map(str::to_owned);
        assert_eq!(nearest("lsten", names.clone().into_iter()), "server.listen");
        assert_eq!(nearest("serve.listen", names.into_iter()), "server.listen");
    }

    proptest! {
        #[test]
        fn the_distance_is_the_same_both_ways_and_zero_only_to_itself(
            one in "[ab.]{0,8}",
            other in "[ab.]{0,8}",
        ) {
            prop_assert_eq!(distance(&one, &other), distance(&other, &one));
            prop_assert_eq!(distance(&one, &other) == 0, one == other);
        }
    }
}
