//! The pieces of a text: its words in lower case, and the runs of three letters within longer ones.
//!
//! A word is a run of letters and digits of any script. Runs of letters tie together what a word list keeps
//! apart: `lantern` and `lanterns`, a word and its misspelling, the parts of a compound.
//!
//! A piece is known by a hash of 64 bits: of a million pieces, two share one with a chance of one in
//! thirty million.

/// How many letters a run has.
const RUN_LEN: usize = 3;

/// How many pieces of a text are looked at, its words before their runs.
pub(crate) const PIECES_MAX: usize = 256;

/// A piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Piece {
    pub(crate) hash: u64,
    /// Whether it is a whole word rather than a run of letters.
    pub(crate) is_word: bool,
}

/// Puts the pieces of a text into `out`, those that stand in it twice twice.
pub(crate) fn pieces_of(text: &str, out: &mut Vec<Piece>) {
    out.clear();
    let lower = text.to_lowercase();
    let words = || lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    out.extend(words().take(PIECES_MAX).map(|it| piece(it.chars(), true)));
    for word in words() {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() <= RUN_LEN {
            continue;
        }
        for run in letters.windows(RUN_LEN) {
            if out.len() >= PIECES_MAX {
                return;
            }
            out.push(piece(run.iter().copied(), false));
        }
    }
}

/// FNV-1a over the letters, of words and runs apart.
fn piece(letters: impl Iterator<Item = char>, is_word: bool) -> Piece {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    // Not a bit apart, which the first letter could make up for.
    let begun: u64 = if is_word { 0xcbf2_9ce4_8422_2325 } else { 0x8422_2325_cbf2_9ce4 };
    let hash =
        letters.fold(begun, |hash, it| (hash ^ u64::from(u32::from(it))).wrapping_mul(PRIME));
    // The last letter would move the low bits alone.
    Piece { hash: hash ^ hash.rotate_left(29).wrapping_mul(PRIME), is_word }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<Piece> {
        let mut out = Vec::new();
        pieces_of(text, &mut out);
        out
    }

    #[test]
    fn words_are_told_apart_by_letters_and_digits_alone() {
        assert_eq!(pieces("Red LAMP, 40W"), pieces("red-lamp 40w"));
        assert_ne!(pieces("red lamp"), pieces("redlamp"));
        assert_eq!(pieces("ÄÖÜ"), pieces("äöü"));
        assert_eq!(pieces(" -- "), []);
    }

    #[test]
    fn longer_words_have_runs_which_are_no_words() {
        let found = pieces("lamps");
        assert_eq!(found.iter().filter(|it| it.is_word).count(), 1);
        assert_eq!(found.len(), 1 + 3);
        // `amp` within is not the word.
        assert!(!found.contains(&pieces("amp")[0]));
        // Nor is a word whose first letter is a bit apart.
        assert!(!pieces("lice").iter().any(|it| it.hash == pieces("hce")[0].hash));
        assert!(!pieces("lhce").iter().any(|it| it.hash == pieces("ice")[0].hash));
        assert!(pieces("clamp").iter().filter(|it| found.contains(it)).count() == 2);
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(pieces(&"word ".repeat(1_000)).len(), PIECES_MAX);
    }
}
