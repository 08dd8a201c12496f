//! What the catalogue says of products, as rows of numbers.

use embed::{Encoder, LearnedWords, main_directions, product, to_unit_rows};
use features::ProductFacts;
use linalg::{Csr, Dense};

use super::Weights;

/// How many main directions traits are seen along at most.
const TRAIT_NUMBERS: usize = 128;
/// How many numbers words have.
const WORD_NUMBERS: usize = 64;
/// How many marks prices are placed between.
const PRICE_MARKS: usize = 5;

/// How many numbers a product's content has at most.
pub(super) const CONTENT_NUMBERS_MAX: usize = TRAIT_NUMBERS + WORD_NUMBERS + PRICE_MARKS;

/// A row of length one for each of `n_products` products; zero where nothing is said.
pub(super) fn content(
    facts: &ProductFacts,
    weights: &Weights,
    n_products: usize,
    seed: u64,
) -> Dense {
    let traits = traits(facts, n_products, seed);
    let words = words(facts, n_products, seed);
    let prices = prices(facts, n_products);
    let parts = [(&traits, 1.0), (&words, weights.words), (&prices, weights.price)];
    let mut rows = beside(&parts, n_products);
    to_unit_rows(&mut rows);
    rows
}

/// The parts side by side, each times the root of its weight.
pub(super) fn beside(parts: &[(&Dense, f32)], n_rows: usize) -> Dense {
    let mut rows = Dense::zeros(n_rows, parts.iter().map(|it| it.0.n_columns()).sum());
    for row in 0..n_rows {
        let values = parts.iter().flat_map(|(part, weight)| {
            let weight = weight.sqrt();
            part.row(row).iter().map(move |it| it * weight)
        });
        rows.row_mut(row).iter_mut().zip(values).for_each(|(to, from)| *to = from);
    }
    rows
}

fn traits(facts: &ProductFacts, n_products: usize, seed: u64) -> Dense {
    let mut n_products_of = vec![0_u32; facts.n_traits()];
    for product in 0..n_products {
        facts.traits(product).iter().for_each(|it| n_products_of[*it as usize] += 1);
    }
    let idf = |df: u32| {
        let (n, df) = (n_products as f32, df as f32);
        (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
    };
    let weights: Vec<f32> = n_products_of.into_iter().map(idf).collect();
    let mut matrix = Csr::new(facts.n_traits());
    for product in 0..n_products {
        let own = facts.traits(product).iter().map(|&it| (it, weights[it as usize]));
        let length = own.clone().map(|it| it.1 * it.1).sum::<f32>().sqrt();
        matrix.push_row(own.map(|(it, weight)| (it, weight / length)));
    }
    let mut rows = product(&matrix, &main_directions(&matrix, TRAIT_NUMBERS, seed));
    to_unit_rows(&mut rows);
    rows
}

fn words(facts: &ProductFacts, n_products: usize, seed: u64) -> Dense {
    let texts: Vec<&str> = (0..n_products).map(|it| facts.text(it)).collect();
    let config = embed::Config { numbers: WORD_NUMBERS, ..embed::Config::default() };
    LearnedWords::fit(&texts, &config, seed).encode(&texts)
}

/// The place of each price among all, spread over the two nearest marks.
fn prices(facts: &ProductFacts, n_products: usize) -> Dense {
    let mut sorted: Vec<f32> = (0..n_products).filter_map(|it| facts.price(it)).collect();
    sorted.sort_by(f32::total_cmp);
    let mut rows = Dense::zeros(n_products, PRICE_MARKS);
    for product in 0..n_products {
        let Some(price) = facts.price(product) else { continue };
        let below = sorted.partition_point(|it| *it < price);
        let through = sorted.partition_point(|it| *it <= price);
        // Of equal prices, the place in the middle.
        let place = (below + through) as f32 / (2 * sorted.len()) as f32;
        let row = rows.row_mut(product);
        for (mark, to) in row.iter_mut().enumerate() {
            let away = (place * (PRICE_MARKS - 1) as f32 - mark as f32).abs();
            *to = (1.0 - away).max(0.0);
        }
    }
    to_unit_rows(&mut rows);
    rows
}

#[cfg(test)]
mod tests {
    use features::ProductFact;
    use linalg::vectors::dot;

    use super::*;

    #[test]
    fn near_prices_are_more_alike_than_far_ones_and_equal_ones_are_the_same() {
        let mut facts = ProductFacts::new();
        for price in [Some(1.0), Some(2.0), Some(3.0), Some(400.0), Some(3.0), None] {
            facts.push(ProductFact { price, ..ProductFact::default() });
        }
        let rows = prices(&facts, 7);
        let near = |a, b| dot(rows.row(a), rows.row(b));
        assert!(near(1, 2) > near(0, 2) && near(0, 1) > near(0, 3));
        assert_eq!(rows.row(2), rows.row(4));
        assert!(rows.row(5).iter().chain(rows.row(6)).all(|it| *it == 0.0));
    }

    #[test]
    fn parts_stand_side_by_side_so_that_their_products_are_weighed() {
        let of = |values| Dense::from_values(1, 2, values).unwrap();
        let (a, b) = (of(vec![1.0, 2.0]), of(vec![3.0, 4.0]));
        assert_eq!(beside(&[(&a, 1.0), (&b, 4.0)], 1).values(), [1.0, 2.0, 6.0, 8.0]);
    }
}
