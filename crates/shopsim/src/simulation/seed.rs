//! Sends the catalogue.

use crate::catalogue::{DemoShop, Product};
use crate::client::Client;
use crate::simulation::SimulationError;

/// Imports the shop's catalogue and returns how many products were taken.
///
/// Importing again changes nothing.
///
/// # Errors
///
/// - [`SimulationError::Client`] if the server does not answer or refuses the import.
/// - [`SimulationError::Rejected`] if it refuses a product.
pub async fn seed_catalogue(client: &Client, shop: &DemoShop) -> Result<usize, SimulationError> {
    const WHAT: &str = "products";
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
