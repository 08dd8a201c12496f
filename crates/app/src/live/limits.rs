//! How much one visitor or address range may add to what is shared.

use features::{InfluenceLimits, Weight};

/// The counters of a day of orders are two to the power of this: 1.5 MiB for the days that are kept.
const ORDER_COUNTERS_LOG2: u8 = 18;

/// Of everything that is counted. As usual, but an address range adds to a product at most 45 a day:
/// what three shoppers who do all they can may add, and less than fifty visitors who each look once.
pub(super) fn of_everything() -> InfluenceLimits {
    let usual = InfluenceLimits::default();
    let of_three = Weight::new(3.0 * usual.shopper_product.get());
    InfluenceLimits { range_product: of_three.unwrap_or(usual.range_product), ..usual }
}

/// Of what orders teach: each shopper each product once a day, however many lines. It is apart, so that
/// looking at a product uses nothing of it up. Orders that teach come from the shop's servers, so that
/// ranges of addresses tell nothing.
pub(super) fn of_orders() -> InfluenceLimits {
    let all = Weight::new(InfluenceLimits::CAP_MAX).unwrap_or(Weight::ORDERED);
    InfluenceLimits {
        shopper_product: Weight::ORDERED,
        shopper: all,
        range_product: all,
        size_log2: ORDER_COUNTERS_LOG2,
    }
}
