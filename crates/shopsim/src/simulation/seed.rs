//! Sends the catalogue, and declares the shop's own placement.

use crate::catalogue::{DemoShop, Product};
use crate::client::Client;
use crate::client::wire::{GeneratorShare, Placement};
use crate::simulation::SimulationError;

/// The shelf on the front page that is not personal; every other shelf uses a placement that a new
/// shop has from the start.
pub(crate) const TRENDING: Placement = Placement {
    id: "trending",
    title: "Home: trending",
    generators: &[
        GeneratorShare { generator: "trending", weight: 1.0 },
        GeneratorShare { generator: "popular", weight: 0.1 },
    ],
};

/// Imports the shop's catalogue, declares its own placement, and
/// returns how many products were taken.
///
/// Importing again changes nothing.
///
/// # Errors
///
/// - [`SimulationError::Client`] if the server does not answer or refuses.
/// - [`SimulationError::Rejected`] if it refuses a product.
pub async fn seed_catalogue(client: &Client, shop: &DemoShop) -> Result<usize, SimulationError> {
    const WHAT: &str = "products";
    client
        .declare(&TRENDING)
        .await
        .map_err(|source| SimulationError::Client { what: "placements", source })?;
    let now = client.clock().now();
    let lines = shop.products().iter().map(|it: &Product| it.to_import_line(now));
    let answer = client
        .import(lines)
        .await
        .map_err(|source| SimulationError::Client { what: WHAT, source })?;
    if let Some(first) = answer.rejected.first() {
        return Err(SimulationError::Rejected {
            what: WHAT,
            n_rejected: answer.rejected.len(),
            first: first.to_string(),
        });
    }
    Ok(answer.accepted)
}
