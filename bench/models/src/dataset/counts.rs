//! Lines of `user item item …` as a matrix.

use std::collections::BTreeMap;

use linalg::Csr;

/// Users × items from lines of `user item item …`: how often each item stands in a user's line.
///
/// # Errors
///
/// When something in a line is no number, or a user has two lines.
pub fn counts(text: &str) -> anyhow::Result<Csr> {
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
