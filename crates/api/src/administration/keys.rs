//! Keys on the wire.

use app::{NewKey, Rejection};
use ports::{KeyRecord, KeyScope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::RejectionCode;
use crate::json::refuse;

const ORIGINS_MAX: usize = 100;
const ORIGIN_BYTES_MAX: usize = 256;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeView {
    /// Send events and ask decisions for anonymous visitors, from a browser.
    Publishable,
    /// Everything, from a server.
    Secret,
}

impl From<ScopeView> for KeyScope {
    fn from(view: ScopeView) -> KeyScope {
        match view {
            ScopeView::Publishable => KeyScope::Publishable,
            ScopeView::Secret => KeyScope::Secret,
        }
    }
}

/// A key that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyForm {
    /// What it may do.
    pub scope: ScopeView,
    /// Web origins from which a publishable key is accepted; empty for any.
    #[serde(default)]
    #[schema(example = json!(["https://shop.example"]))]
    pub allowed_origins: Vec<String>,
}

impl KeyForm {
    /// The scope, and the origins in the form in which browsers send them.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] of an origin that no browser would send.
    pub fn read(self) -> Result<(KeyScope, Vec<String>), Rejection> {
        let field = "allowed_origins";
        if self.allowed_origins.len() > ORIGINS_MAX {
            let remedy =
                format!("has {} entries; {ORIGINS_MAX} are allowed", self.allowed_origins.len());
            return Err(refuse(RejectionCode::OutOfRange, field, "", remedy));
        }
        let origin = |given: String| {
            let origin = given.trim_end_matches('/').to_ascii_lowercase();
            let host = origin.strip_prefix("https://").or(origin.strip_prefix("http://"));
            let is_origin = host.is_some_and(|it| !it.is_empty() && !it.contains(['/', '?', '#']));
            if is_origin && origin.len() <= ORIGIN_BYTES_MAX {
                return Ok(origin);
            }
            let remedy = "is no web origin; write it like https://shop.example";
            Err(refuse(RejectionCode::WrongType, field, &given, remedy))
        };
        let origins = self.allowed_origins.into_iter().map(origin).collect::<Result<_, _>>()?;
        Ok((self.scope.into(), origins))
    }
}

/// A key, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyView {
    /// Its public id.
    #[schema(example = "key_4f1c09ab77d2")]
    pub id: String,
    /// What it may do.
    pub scope: ScopeView,
    /// Web origins from which it is accepted; empty for any.
    pub allowed_origins: Vec<String>,
    /// When it was made, as RFC 3339.
    pub create_time: String,
    /// When it was revoked; missing while it is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke_time: Option<String>,
}

impl From<KeyRecord> for KeyView {
    fn from(key: KeyRecord) -> KeyView {
        KeyView {
            id: key.id,
            scope: match key.scope {
                KeyScope::Publishable => ScopeView::Publishable,
                KeyScope::Secret => ScopeView::Secret,
            },
            allowed_origins: key.allowed_origins,
            create_time: key.create_time.to_string(),
            revoke_time: key.revoke_time.map(|it| it.to_string()),
        }
    }
}

/// A new key. This is the only time its text can be seen.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewKeyView {
    /// What is kept of it.
    pub key: KeyView,
    /// The key itself.
    #[schema(example = "tmp_6c1d…")]
    pub text: String,
}

impl std::fmt::Debug for NewKeyView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKeyView").field("key", &self.key).finish_non_exhaustive()
    }
}

impl From<NewKey> for NewKeyView {
    fn from(new: NewKey) -> NewKeyView {
        NewKeyView { key: new.record.into(), text: new.text }
    }
}

/// A page of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeysView {
    /// The keys, oldest first, revoked ones included.
    pub keys: Vec<KeyView>,
    /// What to send as `page_token` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}
