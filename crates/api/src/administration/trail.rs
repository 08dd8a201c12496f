//! What was refused, and who did what.

use app::QuarantinedEvent;
use ports::AuditEntry;
use serde::Serialize;
use utoipa::ToSchema;

/// An event that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarantinedEventView {
    /// A number that grows.
    #[schema(example = "17")]
    pub id: String,
    /// The key it came with.
    pub key_id: String,
    /// When it was refused, as RFC 3339.
    pub create_time: String,
    /// The stable code of the reason.
    pub code: String,
    /// The field at fault.
    pub field: String,
    /// What is wrong with it and what to do.
    pub remedy: String,
    /// The event as it was sent. Mend it and send it again.
    pub body: String,
}

impl From<QuarantinedEvent> for QuarantinedEventView {
    fn from(event: QuarantinedEvent) -> QuarantinedEventView {
        QuarantinedEventView {
            id: event.id.to_string(),
            key_id: event.key_id,
            create_time: event.time.to_string(),
            code: event.code,
            field: event.field,
            remedy: event.remedy,
            body: String::from_utf8_lossy(&event.body).into_owned(),
        }
    }
}

/// A page of refused events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarantineView {
    /// The events, oldest first.
    pub events: Vec<QuarantinedEventView>,
    /// What to send as `page_token` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

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
