//! Keys: who may do what, from where, how often.
//!
//! A key comes as `Authorization: Bearer KEY`, as the user name of Basic authentication (with or without
//! the colon), or as `writeKey` in the body of events. A publishable key is meant for pages and may be
//! bound to origins; a secret one that comes from a page of another site is refused, because everybody
//! could read it there. Of a publishable key's rate one address range has a tenth, because everybody has
//! that key.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use api::ErrorCode;
use app::Caller;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use consent::GlobalPrivacyControl;
use domain::KeyKind;
use ports::{KeyRecord, KeyScope};

use crate::failure::Failure;
use crate::networks::caller_address;
use crate::state::Shared;
use crate::traffic::Work;

/// What a route asks of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Either kind will do.
    AnyKey,
    /// Only a secret one will do.
    SecretKey,
}

/// A caller with a key of either kind.
#[derive(Debug)]
pub(crate) struct AnyKey(pub(crate) Caller);

/// A caller with a secret key.
#[derive(Debug)]
pub(crate) struct SecretKey(pub(crate) Caller);

impl FromRequestParts<Arc<Shared>> for AnyKey {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<AnyKey, Failure> {
        authorize(shared, parts, None, Need::AnyKey).map(AnyKey)
    }
}

impl FromRequestParts<Arc<Shared>> for SecretKey {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<SecretKey, Failure> {
        authorize(shared, parts, None, Need::SecretKey).map(SecretKey)
    }
}

/// Who calls, if they may.
pub(crate) fn authorize(
    shared: &Shared,
    parts: &Parts,
    write_key: Option<&str>,
    need: Need,
) -> Result<Caller, Failure> {
    let text = presented(&parts.headers).or_else(|| write_key.map(str::to_owned));
    let text =
        text.ok_or_else(|| Failure::new(ErrorCode::MissingKey, "the request carries no key"))?;
    let key = shared.app.authenticate(&text).filter(|it| it.shop == shared.app.shop().id);
    let key = key.ok_or_else(|| {
        Failure::new(ErrorCode::UnknownKey, "the key is not known, or was revoked")
    })?;
    check_origin(&key, &parts.headers)?;
    if need == Need::SecretKey && key.scope != KeyScope::Secret {
        let detail = format!("`{}` is a publishable key", key.id);
        return Err(Failure::new(ErrorCode::SecretKeyNeeded, detail));
    }
    let kind = match key.scope {
        KeyScope::Publishable => KeyKind::Publishable,
        KeyScope::Secret => KeyKind::Secret,
    };
    let work = Work::of(&parts.extensions);
    let (first, _) = key.hash.split_first_chunk().expect("a hash has more than eight bytes");
    let number = u64::from_be_bytes(*first);
    if kind == KeyKind::Publishable {
        // First, so that what is refused to one range is not taken from all others.
        let counted = shared.rates.count_range(number, work.range());
        counted.map_err(|wait| Failure::rate_limited("your address range", wait))?;
    }
    let counted = shared.rates.count(number);
    counted.map_err(|wait| Failure::rate_limited("this key", wait))?;
    work.vouch(kind);
    Ok(Caller { key_id: key.id, kind })
}

/// Whether the request carries a secret key, for what costs nothing and is told to nobody else: it is not
/// counted, since whoever looks after a server must learn of its troubles under any load.
pub(crate) fn is_operator(shared: &Shared, headers: &HeaderMap) -> bool {
    let key = presented(headers).and_then(|text| shared.app.authenticate(&text));
    let key = key.filter(|it| it.shop == shared.app.shop().id && it.scope == KeyScope::Secret);
    key.is_some_and(|it| check_origin(&it, headers).is_ok())
}

/// Whether the request carries a key in its headers.
pub(crate) fn has_key(headers: &HeaderMap) -> bool {
    presented(headers).is_some()
}

/// The text of the key in the headers.
fn presented(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    let credentials = credentials.trim();
    let key = if scheme.eq_ignore_ascii_case("bearer") {
        credentials.to_owned()
    } else if scheme.eq_ignore_ascii_case("basic") {
        let decoded = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
        match decoded.split_once(':') {
            Some((user, _)) => user.to_owned(),
            None => decoded,
        }
    } else {
        return None;
    };
    Some(key).filter(|it| !it.is_empty())
}

fn check_origin(key: &KeyRecord, headers: &HeaderMap) -> Result<(), Failure> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let origin = String::from_utf8_lossy(origin.as_bytes()).to_ascii_lowercase();
    let refuse = |code, detail: String| Err(Failure::new(code, detail));
    match key.scope {
        // The page that documents this interface is served by it: there, trying a key out is safe.
        KeyScope::Secret if !is_own_page(&origin, headers) => refuse(
            ErrorCode::SecretKeyInBrowser,
            format!("the secret key `{}` came from a page of `{origin}`", key.id),
        ),
        KeyScope::Publishable
            if !key.allowed_origins.is_empty() && !key.allowed_origins.contains(&origin) =>
        {
            refuse(
                ErrorCode::OriginNotAllowed,
                format!("`{}` is not among the origins of `{}`", origin, key.id),
            )
        }
        _ => Ok(()),
    }
}

fn is_own_page(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, it)| it.eq_ignore_ascii_case(host))
}

/// What the browser says of privacy.
pub(crate) fn privacy_control(headers: &HeaderMap) -> GlobalPrivacyControl {
    let value = headers.get("sec-gpc").map_or(&b""[..], |it| it.as_bytes());
    GlobalPrivacyControl::from_header(value)
}

/// Where a request came from, as far as is known.
pub(crate) fn address(
    shared: &Shared,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let forwarded = headers.get_all("x-forwarded-for");
    let forwarded: Vec<&str> = forwarded.iter().filter_map(|it| it.to_str().ok()).collect();
    Some(caller_address(peer.ip(), &forwarded.join(","), &shared.limits.trusted_proxies))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(authorization: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        assert_eq!(presented(&headers).as_deref(), expected, "{authorization}");
    }

    #[test]
    fn keys_are_found_in_every_form_that_libraries_send() {
        check("Bearer tms_1", Some("tms_1"));
        check("bearer  tms_1 ", Some("tms_1"));
        check(&format!("Basic {}", STANDARD.encode("tms_1:")), Some("tms_1"));
        check(&format!("Basic {}", STANDARD.encode("tms_1")), Some("tms_1"));
        check(&format!("Basic {}", STANDARD.encode("tms_1:password")), Some("tms_1"));
        check("Basic !", None);
        check("Digest tms_1", None);
        check("Bearer ", None);
    }
}
