//! What S3 answered, in words that tell an operator what to do.

use std::error::Error as _;
use std::fmt;
use std::io::{self, ErrorKind};

use object_store::Error;
use object_store::client::HttpError;

/// How the object store names itself in errors.
pub(crate) const STORE: &str = "S3";
/// How the library begins to tell of a request that failed.
const REQUEST_FAILED: &str = "Error performing ";

/// What to do about a service on which several writers would destroy each other's commits.
pub(super) const KEEP_CONDITIONS: &str =
    "use a service, or a version of it, that keeps the condition `If-None-Match: *`";

/// What S3 answered instead of doing what it was asked.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// The address of what was asked for.
    place: String,
    /// What S3 said, as shortly as it can be told.
    said: String,
    remedy: &'static str,
    source: Error,
}

impl Trouble {
    /// The words by which it is known where a library hands on nothing but the words of an error.
    pub(crate) const WORDS: &str = "the object storage did not do what was asked";

    /// The error that says of `place` what will not pass by itself.
    pub(super) fn settled(place: String, remedy: &'static str, source: Error) -> Error {
        let said = innermost(&source);
        Trouble { place, said, remedy, source }.of_kind(ErrorKind::Unsupported)
    }

    fn of_kind(self, kind: ErrorKind) -> Error {
        Error::Generic { store: STORE, source: io::Error::new(kind, self).into() }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {} ({}); {}", Trouble::WORDS, self.place, self.said, self.remedy)
    }
}

impl std::error::Error for Trouble {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Explains an error about what is at `place`, if it is not one that callers expect.
pub(super) fn explain(place: String, error: Error) -> Error {
    let text = error.to_string();
    let code = code_in(&text);
    let is_expected = matches!(
        error,
        Error::NotFound { .. }
            | Error::AlreadyExists { .. }
            | Error::Precondition { .. }
            | Error::NotModified { .. }
    );
    // Without its bucket nothing is found either.
    if is_expected && code != Some("NoSuchBucket") {
        return error;
    }
    let Some((kind, remedy)) = judge(code, &error, &text) else { return error };
    let said = match (code, status_in(&text)) {
        (Some(code), Some(status)) => format!("{status}, {code}"),
        (Some(code), None) => code.to_owned(),
        (None, Some(status)) => status.to_owned(),
        (None, None) => innermost(&error),
    };
    Trouble { place, said, remedy, source: error }.of_kind(kind)
}

/// What kind of trouble it is, and what to do; nothing where it is none of the storage's.
fn judge(code: Option<&str>, error: &Error, text: &str) -> Option<(ErrorKind, &'static str)> {
    use ErrorKind::{
        NotConnected, PermissionDenied, QuotaExceeded, ResourceBusy, UnexpectedEof, Unsupported,
    };
    let by_code = match code {
        Some(
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "InvalidToken"
            | "ExpiredToken"
            | "TokenRefreshRequired",
        ) => Some((PermissionDenied, "correct the access key id and its secret")),
        Some("AccessDenied" | "AllAccessDisabled") => {
            Some((PermissionDenied, "let these credentials list, read, write and delete there"))
        }
        Some("NoSuchBucket") => Some((PermissionDenied, "make the bucket, or correct the address")),
        Some("RequestTimeTooSkewed") => Some((PermissionDenied, "set the clock of this machine")),
        Some(
            "PermanentRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException",
        ) => Some((PermissionDenied, "set the region and the endpoint that the bucket is at")),
        Some("NotImplemented") => Some((Unsupported, KEEP_CONDITIONS)),
        Some("InvalidRange") => Some((UnexpectedEof, "it is shorter than it should be")),
        Some("QuotaExceeded" | "XMinioStorageFull") => Some((QuotaExceeded, "make room in it")),
        _ => None,
    };
    if by_code.is_some() {
        return by_code;
    }
    match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Some((
            PermissionDenied,
            "correct the access key, and let it list, read, write and delete there",
        )),
        _ if text.contains("redirect without LOCATION") => {
            Some((PermissionDenied, "set the region that the bucket is in"))
        }
        _ if status_in(text).is_some() => Some((ResourceBusy, "it can be tried again")),
        _ if text.contains(REQUEST_FAILED) || is_of_transport(error) => {
            Some((NotConnected, "see that it runs, and that the endpoint is right"))
        }
        _ => None,
    }
}

/// Whether the way to S3 broke, also in the middle of an answer.
fn is_of_transport(error: &Error) -> bool {
    let mut next = error.source();
    while let Some(error) = next {
        if error.is::<HttpError>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// The code that S3 gives in its answer.
fn code_in(text: &str) -> Option<&str> {
    Some(text.split_once("<Code>")?.1.split_once("</Code>")?.0)
}

/// The status of its answer.
fn status_in(text: &str) -> Option<&str> {
    let status = text.split_once("status code: ")?.1;
    Some(status.split_once(':').map_or(status, |(it, _)| it).trim_end())
}

/// What lies at the bottom of an error.
fn innermost(error: &Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
