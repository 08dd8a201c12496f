//! The shapes of events, for the OpenAPI document only: reading does not go through them.

use serde_json::Value;
use utoipa::ToSchema;

/// One message, as Segment's libraries send it. Fields that are not named here are kept, sealed.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct MessageShape {
    /// `track`, `identify`, `page`, `screen`, `group` or `alias`; needed in a batch.
    #[schema(example = "track")]
    pub r#type: Option<String>,
    /// The visitor's id; this or `userId` is needed.
    #[schema(example = "a7c9e1")]
    pub anonymous_id: Option<String>,
    /// The shopper's id in the shop. With a publishable key it counts only when it is signed.
    pub user_id: Option<String>,
    /// An id of this message, at most 100 characters: sent twice within a day it counts once.
    #[schema(example = "8b0e6c1e-2f0c-4b57-9f0e-0c2d6d7a4a11")]
    pub message_id: Option<String>,
    /// When it happened, as RFC 3339.
    #[schema(example = "2026-11-21T09:30:00Z")]
    pub timestamp: Option<String>,
    /// When it was sent by the same clock: corrects a clock that is wrong.
    pub sent_at: Option<String>,
    /// The name of what happened, in track calls.
    #[schema(example = "Product Viewed")]
    pub event: Option<String>,
    /// The name of the page or screen, in page and screen calls. Sealed.
    pub name: Option<String>,
    /// The properties of Segment's Ecommerce spec, and any others.
    #[schema(value_type = Option<Object>, example = json!({"product_id": "TENT-2"}))]
    pub properties: Option<Value>,
    /// Who the shopper is, in identify calls. Sealed.
    #[schema(value_type = Option<Object>)]
    pub traits: Option<Value>,
    /// Circumstances. `consent.categoryPreferences`, `market`, `user_signature` and, with a secret key,
    /// `ip` are used; everything is sealed.
    #[schema(value_type = Option<Object>)]
    pub context: Option<Value>,
    /// The id before, in alias calls.
    pub previous_id: Option<String>,
    /// The group, in group calls.
    pub group_id: Option<String>,
}

/// Up to 2,500 messages in up to 500 KB, unless the shop's settings say otherwise.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct BatchShape {
    /// The messages.
    pub batch: Vec<MessageShape>,
    /// Circumstances of all messages that do not say otherwise.
    #[schema(value_type = Option<Object>)]
    pub context: Option<Value>,
    /// When the batch was sent.
    pub sent_at: Option<String>,
    /// The key, where no header can carry it.
    pub write_key: Option<String>,
}
