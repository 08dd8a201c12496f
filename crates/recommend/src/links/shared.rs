//! What a product shares with others.

use linalg::Csr;

/// What a thread needs to look at one product after the other.
#[derive(Debug)]
pub(crate) struct Shared {
    /// By product: what it shares with the one looked at; zero in between.
    by_product: Vec<f32>,
    touched: Vec<u32>,
}

impl Shared {
    pub(crate) fn new(n_products: usize) -> Shared {
        Shared { by_product: vec![0.0; n_products], touched: Vec::new() }
    }

    /// `Σ column(u)·row(u,p)` over the shoppers `u` of `product`, for each other product `p` that any of them
    /// has, in no particular order. Weights are above 0.
    pub(crate) fn with(&mut self, product: u32, columns: &Csr, rows: &Csr) -> Vec<(u32, f32)> {
        let Shared { by_product, touched } = self;
        let (shoppers, weights) = columns.row(product as usize);
        for (&shopper, own) in shoppers.iter().zip(weights) {
            let (others, weights) = rows.row(shopper as usize);
            for (&other, weight) in others.iter().zip(weights) {
                let entry = &mut by_product[other as usize];
                if *entry <= 0.0 {
                    touched.push(other);
                }
                *entry += own * weight;
            }
        }
        let mut shared = Vec::with_capacity(touched.len());
        for other in touched.drain(..) {
            let together = std::mem::take(&mut by_product[other as usize]);
            if other != product && together > 0.0 {
                shared.push((other, together));
            }
        }
        shared
    }
}
