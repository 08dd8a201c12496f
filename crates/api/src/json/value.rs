//! Single values, from their raw JSON text.

use std::borrow::Cow;

use app::Rejection;
use serde_json::value::RawValue;

use crate::RejectionCode;

/// The text of a JSON string, borrowed unless it has escapes; `None` for any other value.
pub(crate) fn text_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(raw.get()).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The value as a refusal repeats it: a string without its quotes, anything else as it was sent.
pub(crate) fn shown(raw: &RawValue) -> Cow<'_, str> {
    text_of(raw).unwrap_or(Cow::Borrowed(raw.get()))
}

/// The refusal of a value.
pub(crate) fn refuse(
    code: RejectionCode,
    field: &str,
    value: &str,
    remedy: impl Into<String>,
) -> Rejection {
    Rejection::new(code.name(), field, value, remedy)
}
