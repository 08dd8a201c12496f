//! Encryption by the server itself, for those who put no proxy in front of it.
//!
//! TLS 1.2 and 1.3 with `rustls`; HTTP/1.1 inside, as without. Certificate and key are read once: after
//! renewing them, start the server again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

/// How long a caller may take to agree on keys.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// What a server proves who it is with.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

/// Why a server cannot prove who it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// One of the files cannot be read.
    #[error("the {what} {path} cannot be read; give a file in PEM form that this program may read")]
    File {
        /// The certificate or the key.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: pem::Error,
    },
    /// The file has no certificate in it.
    #[error("there is no certificate in {path}; give its whole chain, the server's own first")]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// They do not belong together, or are of a kind that is not known.
    #[error("the certificate {certificate} and the key {key} cannot be used together")]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why not.
        #[source]
        source: rustls::Error,
    },
}

impl Tls {
    /// Reads a chain of certificates, the server's own first, and its private key, both in PEM form.
    ///
    /// # Errors
    ///
    /// [`TlsError`] when they cannot be read or used.
    pub fn read(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
        let unreadable = |what, path: &Path, source| {
            let path = path.to_owned();
            TlsError::File { what, path, source }
        };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .map_err(|err| unreadable("certificate", certificate, err))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate { path: certificate.to_owned() });
        }
        let private =
            PrivateKeyDer::from_pem_file(key).map_err(|err| unreadable("key", key, err))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|it| it.with_no_client_auth().with_single_cert(chain, private))
            .map_err(|source| TlsError::Unusable {
                certificate: certificate.to_owned(),
                key: key.to_owned(),
                source,
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls(TlsAcceptor::from(Arc::new(config))))
    }

    /// Agrees with a caller on keys.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        tokio::time::timeout(HANDSHAKE_TIMEOUT, self.0.accept(stream)).await?
    }
}
