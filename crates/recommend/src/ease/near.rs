//! Each product from its strongest tellers alone, where all of them are too many.

use std::cmp::Reverse;

use linalg::{Csr, Dense, inverse};

use super::Config;
use super::fit::Regression;
use crate::FitError;
use crate::knobs::counted;
use crate::links::{Shared, keep_strongest, link_all};

/// The bytes that [`links`] takes at most.
pub(super) fn memory_bytes(regression: &Regression, config: &Config) -> u64 {
    let (n_products, n_shoppers) =
        (regression.n_products() as u64, regression.rows.n_rows() as u64);
    let n_tellers = counted(config.tellers_per_product) as u64;
    let n_links = n_products * n_tellers.max(counted(config.links_per_product) as u64);
    let by_thread = 12 * n_products + 8 * n_shoppers + 4 * n_tellers * n_tellers;
    3 * 8 * n_links + by_thread * rayon::current_num_threads() as u64
}

/// The strongest links from each product.
pub(super) fn links(
    regression: &Regression,
    config: &Config,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Csr, FitError> {
    let n_products = regression.n_products();
    let n_tellers = counted(config.tellers_per_product);
    let scratch = || Scratch::new(regression);
    let told = link_all(n_products, is_stopped, scratch, |product, scratch| {
        scratch.find_tellers(product, regression, n_tellers);
        scratch.regress(regression)
    });
    let telling = told.ok_or(FitError::Stopped)?.transposed();
    let links = link_all(
        n_products,
        is_stopped,
        || (),
        |product, ()| {
            let (others, strengths) = telling.row(product as usize);
            let from = regression.from[product as usize];
            let link =
                |(&other, it): (&u32, &f32)| (other, from * it * regression.to[other as usize]);
            let mut links = others.iter().zip(strengths).map(link).collect();
            keep_strongest(&mut links, counted(config.links_per_product));
            links
        },
    );
    links.ok_or(FitError::Stopped)
}

/// What a thread needs to look at one product after the other.
#[derive(Debug)]
struct Scratch {
    shared: Shared,
    /// The tellers of the product looked at, ascending, with what they share with it.
    tellers: Vec<(u32, f32)>,
    /// By shopper: how many tellers they have, and where the next is put; zero in between.
    of_shopper: Vec<(u32, u32)>,
    shoppers: Vec<u32>,
    /// Which of the tellers each of the shoppers has, with its weight.
    had: Vec<(u32, f32)>,
}

impl Scratch {
    fn new(regression: &Regression) -> Scratch {
        Scratch {
            shared: Shared::new(regression.n_products()),
            tellers: Vec::new(),
            of_shopper: vec![(0, 0); regression.rows.n_rows()],
            shoppers: Vec::new(),
            had: Vec::new(),
        }
    }

    /// The products that tell most of `product`, each taken by itself.
    fn find_tellers(&mut self, product: u32, regression: &Regression, n_max: usize) {
        let Scratch { shared, tellers, .. } = self;
        *tellers = shared.with(product, &regression.columns, &regression.rows);
        if tellers.len() > n_max {
            let explained = |&(other, together): &(u32, f32)| {
                let at = other as usize;
                let part =
                    together * together / (regression.squares[at] + regression.penalties[at]);
                (Reverse(part.to_bits()), other)
            };
            tellers.select_nth_unstable_by_key(n_max, explained);
            tellers.truncate(n_max);
        }
        tellers.sort_unstable_by_key(|it| it.0);
    }

    /// What each teller tells when all of them are weighed together.
    fn regress(&mut self, regression: &Regression) -> Vec<(u32, f32)> {
        let mut products = self.products_of_tellers(regression);
        for (at, teller) in self.tellers.iter().enumerate() {
            products.row_mut(at)[at] += regression.penalties[teller.0 as usize];
        }
        let mut told: Vec<f32> = self.tellers.iter().map(|it| it.1).collect();
        if inverse::solve(&mut products, &mut told).is_err() {
            // Rounding left nothing to tell them apart by: none of them tells anything.
            return Vec::new();
        }
        self.tellers.iter().zip(told).map(|(teller, it)| (teller.0, it)).collect()
    }

    /// `Xᵀ·X` of the tellers alone, on and below the diagonal: each shopper adds the pairs that they have.
    fn products_of_tellers(&mut self, regression: &Regression) -> Dense {
        let Scratch { tellers, of_shopper, shoppers, had, .. } = self;
        for &(teller, _) in tellers.iter() {
            for &shopper in regression.columns.row(teller as usize).0 {
                let (n, _) = &mut of_shopper[shopper as usize];
                if *n == 0 {
                    shoppers.push(shopper);
                }
                *n += 1;
            }
        }
        let mut n_had = 0;
        for &shopper in shoppers.iter() {
            let (n, next) = &mut of_shopper[shopper as usize];
            *next = n_had;
            n_had += *n;
        }
        had.clear();
        had.resize(n_had as usize, (0, 0.0));
        for (at, &(teller, _)) in (0..).zip(tellers.iter()) {
            let (holders, weights) = regression.columns.row(teller as usize);
            for (&shopper, &weight) in holders.iter().zip(weights) {
                let (_, next) = &mut of_shopper[shopper as usize];
                had[*next as usize] = (at, weight);
                *next += 1;
            }
        }
        let mut products = Dense::zeros(tellers.len(), tellers.len());
        for shopper in shoppers.drain(..) {
            let (n, end) = std::mem::take(&mut of_shopper[shopper as usize]);
            let own = &had[(end - n) as usize..end as usize];
            for (place, &(at, weight)) in own.iter().enumerate() {
                let row = products.row_mut(at as usize);
                for &(other, its) in &own[..=place] {
                    row[other as usize] += weight * its;
                }
            }
        }
        products
    }
}
