//! What shelves are filled with: the shop's usual placements, or the same ones knowing only what is
//! popular, to compare with.

use serde::Serialize;

use crate::client::Client;
use crate::client::wire::{GeneratorShare, Placement};
use crate::simulation::SimulationError;

/// One way of filling all shelves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// The placements that a new shop has from the start.
    Personal,
    /// The same shelves, filled with what is popular.
    Popular,
}

/// Each shelf of the simulated shop: the usual placement, and the one that knows only what is popular.
const SHELVES: [(&str, &str); 6] = [
    ("home", "home_popular"),
    ("category", "category_popular"),
    ("similar", "similar_popular"),
    ("bought_together", "bought_together_popular"),
    ("cart", "cart_popular"),
    ("order_confirmation", "order_confirmation_popular"),
];

impl Arm {
    /// Both arms.
    pub const ALL: [Arm; 2] = [Arm::Personal, Arm::Popular];

    /// The arm of a shopper: half of all people each, and the same one at every visit.
    pub(crate) const fn of(seed: u64, shopper: usize) -> Arm {
        let mixed = (seed ^ shopper as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // The high bits are the well mixed ones.
        if (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 63 == 0 {
            Arm::Personal
        } else {
            Arm::Popular
        }
    }

    /// The other one.
    pub(crate) const fn other(self) -> Arm {
        match self {
            Arm::Personal => Arm::Popular,
            Arm::Popular => Arm::Personal,
        }
    }

    /// The placement that fills a shelf; shelves without a popular one stay as they are.
    pub(crate) fn placement(self, shelf: &'static str) -> &'static str {
        let popular = SHELVES.iter().find(|it| it.0 == shelf).map_or(shelf, |it| it.1);
        match self {
            Arm::Personal => shelf,
            Arm::Popular => popular,
        }
    }
}

/// Declares the placements of [`Arm::Popular`]; doing so again changes nothing.
///
/// # Errors
///
/// [`SimulationError::Client`] if the server does not answer or refuses.
pub async fn declare_popular_arm(client: &Client) -> Result<(), SimulationError> {
    for (_, id) in SHELVES {
        let popular = Placement {
            id,
            title: "Compared: popular only",
            generators: &[GeneratorShare { generator: "popular", weight: 1.0 }],
        };
        let declared = client.declare(&popular).await;
        declared.map_err(|source| SimulationError::Client { what: "placements", source })?;
    }
    Ok(())
}
