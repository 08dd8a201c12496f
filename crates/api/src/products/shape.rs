//! The shapes of patches, for the OpenAPI document only: reading does not go through them.

use utoipa::ToSchema;

use super::{MoneyView, VisibilityView};

/// A change of a few fields of a product. What is not named stays; something must be named.
#[derive(Debug, ToSchema)]
pub struct PatchShape {
    /// The shop's id of the product; not needed where the path names it.
    #[schema(example = "TENT-2")]
    pub id: Option<String>,
    /// What it sells for. Also a decimal such as `19.99`, in `currency` or the shop's.
    pub price: Option<MoneyView>,
    /// What the shop pays for it.
    pub cost: Option<MoneyView>,
    /// The currency of decimals, by its code of ISO 4217.
    #[schema(example = "EUR")]
    pub currency: Option<String>,
    /// How many can be sold.
    #[schema(example = 3)]
    pub stock: Option<u32>,
    /// Whether shoppers may see it.
    pub visibility: Option<VisibilityView>,
    /// Changes of its variants; those that are not named stay as they are.
    pub variants: Option<Vec<VariantPatchShape>>,
}

/// A change of a few fields of a variant.
#[derive(Debug, ToSchema)]
pub struct VariantPatchShape {
    /// The shop's id of the variant.
    #[schema(example = "TENT-2-GREEN")]
    pub id: String,
    /// Its price, where it differs from the product's.
    pub price: Option<MoneyView>,
    /// How many can be sold.
    pub stock: Option<u32>,
}
