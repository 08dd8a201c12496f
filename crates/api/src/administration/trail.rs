//! Who did what.

use ports::AuditEntry;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that a person or a command did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditEntryView {
    /// A number that grows.
    #[schema(example = "41")]
    pub id: String,
    /// When, as RFC 3339.
    pub create_time: String,
    /// Who: a key's id, or `command`.
    pub actor: String,
    /// What.
    #[schema(example = "placement.put")]
    pub action: String,
    /// To what.
    pub subject: String,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> AuditEntryView {
        AuditEntryView {
            id: entry.id.to_string(),
            create_time: entry.time.to_string(),
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
        }
    }
}

/// A page of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditTrailView {
    /// The entries, newest first.
    pub entries: Vec<AuditEntryView>,
    /// What to send as `page_token` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}
