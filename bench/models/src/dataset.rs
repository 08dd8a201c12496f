//! Where the public data sets lie, and lines of `user item item …`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flate2::read::GzDecoder;
use linalg::Csr;

/// The folder of the public data sets.
pub(crate) fn folder() -> anyhow::Result<PathBuf> {
    let folder = std::env::var_os("TASTEMAKER_DATA");
    Ok(folder.context("set TASTEMAKER_DATA to the folder of the public data sets")?.into())
}

/// The text of a packed file.
pub(crate) fn unpack(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let file = File::open(path).with_context(|| format!("opening `{}`", path.display()))?;
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .with_context(|| format!("unpacking `{}`", path.display()))?;
    Ok(text)
}

/// Users × items from lines of `user item item …`: how often each item stands in a user's line.
pub(crate) fn counts(text: &str) -> anyhow::Result<Csr> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut numbers = line.split_whitespace().map(str::parse::<u32>);
        let Some(user) = numbers.next() else { continue };
        let mut items = BTreeMap::new();
        for item in numbers {
            *items.entry(item?).or_insert(0.0) += 1.0;
        }
        lines.push((user? as usize, items));
    }
    lines.sort_by_key(|it| it.0);
    let n_items = lines.iter().filter_map(|(_, items)| items.keys().last()).max();
    let mut matrix = Csr::new(n_items.map_or(0, |it| *it as usize + 1));
    for (user, items) in lines {
        anyhow::ensure!(matrix.n_rows() <= user, "user {user} has two lines");
        (matrix.n_rows()..user).for_each(|_| matrix.push_row([]));
        matrix.push_row(items);
    }
    Ok(matrix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_row_and_repeats_count() {
        let matrix = counts("2 5 1 5\n0 3\n").unwrap();
        assert_eq!((matrix.n_rows(), matrix.n_columns()), (3, 6));
        assert_eq!(matrix.row(2), (&[1, 5][..], &[1.0, 2.0][..]));
        assert_eq!(matrix.row(1).0, [0_u32; 0]);
        assert!(counts("1 2\n1 3\n").is_err());
    }
}
