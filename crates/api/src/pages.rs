//! Pages of lists: `page_size` and `page_token`, alike for every list (AIP-158).

use serde::Deserialize;
use utoipa::IntoParams;

/// How many items a page has when the request does not say.
pub const PAGE_SIZE_DEFAULT: u32 = 50;
/// The most items of a page; larger wishes are cut to it.
pub const PAGE_SIZE_MAX: u32 = 1_000;

/// Which page of a list is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items at most; 50 when not given, 1,000 at most.
    pub page_size: Option<u32>,
    /// The `next_page_token` of the page before; not given for the first page.
    pub page_token: Option<String>,
}

/// The size of the page that is wanted, from 1 to [`PAGE_SIZE_MAX`].
pub fn page_size(query: &PageQuery) -> u32 {
    query.page_size.unwrap_or(PAGE_SIZE_DEFAULT).clamp(1, PAGE_SIZE_MAX)
}
