//! Where the servers are, and as whom they are asked.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use ports::PortError;
use url::Url;

use crate::error::refused;

/// Where the servers are, and as whom they are asked.
///
/// Secrets are never shown: its `Debug` names hosts only.
#[derive(Clone)]
pub struct Access {
    /// Without users and passwords.
    pub(crate) servers: Vec<Url>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) ca_file: Option<PathBuf>,
}

/// As whom the servers are asked.
#[derive(Clone)]
pub enum Credentials {
    /// A name and a password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// A token that everybody shares.
    Token(String),
    /// A file that holds a user's token and key, as `nsc` writes it (`.creds`).
    File(PathBuf),
    /// A file that holds the seed of a user's key (`.nk`).
    KeyFile(PathBuf),
}

impl Access {
    /// Reads one or more URLs with commas between them: `nats://one:4222,nats://two:4222`.
    ///
    /// The first URL may name a user and a password (`nats://user:password@host`) or a token
    /// (`nats://token@host`), each percent-encoded where it has special characters. `tls://` asks for
    /// encryption; with `nats://` the server decides.
    ///
    /// # Errors
    ///
    /// [`PortError::Refused`] when a URL cannot be read; it is not repeated, for it may hold a password.
    pub fn parse(urls: &str) -> Result<Access, PortError> {
        let mut servers = Vec::new();
        let mut credentials = None;
        for (n, text) in (1..).zip(urls.split(',')) {
            let mut url = Url::parse(text.trim())
                .map_err(|err| refused(format!("its URL number {n} cannot be read ({err})")))?;
            if !matches!(url.scheme(), "nats" | "tls") || url.host_str().is_none_or(str::is_empty) {
                return Err(refused(format!(
                    "its URL number {n} must begin with `nats://` or `tls://` and name a host"
                )));
            }
            credentials = credentials.or(credentials_of(&url));
            url.set_username("")
                .and_then(|()| url.set_password(None))
                .map_err(|()| refused(format!("its URL number {n} cannot name a user")))?;
            servers.push(url);
        }
        Ok(Access { servers, credentials, ca_file: None })
    }

    /// The same servers, asked with these credentials.
    #[must_use]
    pub fn with_credentials(self, credentials: Credentials) -> Access {
        Access { credentials: Some(credentials), ..self }
    }

    /// The same servers, trusted when a certificate of this PEM file has signed theirs, rather than one
    /// that the system trusts.
    #[must_use]
    pub fn with_ca_file(self, ca_file: PathBuf) -> Access {
        Access { ca_file: Some(ca_file), ..self }
    }

    /// The servers in words.
    pub(crate) fn shown(&self) -> String {
        self.servers.iter().map(Url::as_str).collect::<Vec<_>>().join(", ")
    }
}

fn credentials_of(url: &Url) -> Option<Credentials> {
    let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    match (url.username(), url.password()) {
        ("", _) => None,
        (token, None) => Some(Credentials::Token(decode(token))),
        (user, Some(password)) => {
            Some(Credentials::Password { user: decode(user), password: decode(password) })
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("servers", &self.shown()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Credentials::Password { .. } => "a password",
            Credentials::Token(_) => "a token",
            Credentials::File(_) => "a file of credentials",
            Credentials::KeyFile(_) => "a file of a key",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_from_the_url_and_shown_nowhere() {
        let access = Access::parse("nats://anna:se%40cret@one:4222, tls://two").unwrap();
        let Some(Credentials::Password { user, password }) = &access.credentials else {
            panic!("{access:?}")
        };
        assert_eq!((user.as_str(), password.as_str()), ("anna", "se@cret"));
        assert_eq!(access.shown(), "nats://one:4222, tls://two");
        assert_eq!(
            format!("{access:?}"),
            r#"Access { servers: "nats://one:4222, tls://two", .. }"#
        );
    }

    #[test]
    fn a_url_without_a_password_brings_a_token_or_nothing() {
        let access = Access::parse("nats://s3cret@one").unwrap();
        assert!(matches!(access.credentials, Some(Credentials::Token(it)) if it == "s3cret"));
        assert!(Access::parse("nats://one").unwrap().credentials.is_none());
    }

    #[test]
    fn what_is_no_url_of_a_server_is_refused_without_being_repeated() {
        for urls in ["", "one:4222", "http://a:b@one", "nats://one,", "nats://"] {
            let refused = Access::parse(urls).unwrap_err().to_string();
            assert!(refused.contains("its URL number"), "{urls}: {refused}");
            assert!(!refused.contains("a:b"), "{refused}");
        }
    }
}
