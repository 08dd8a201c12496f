//! The server's own encryption, asked by a client that trusts its certificate and by one that does not.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use server::{Tls, TlsError};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// Writes a certificate for `localhost` and its key into a folder.
fn certify(folder: &Path) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("server.crt"), certified.cert.pem()).unwrap();
    std::fs::write(folder.join("server.key"), certified.signing_key.serialize_pem()).unwrap();
}

fn read(folder: &Path) -> Result<Tls, TlsError> {
    Tls::read(&folder.join("server.crt"), &folder.join("server.key"))
}

/// What is answered to bytes that are sent in the clear.
fn ask_in_the_clear(server: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server)?;
    stream.write_all(REQUEST)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// What a client is answered that trusts these certificates.
fn ask(server: SocketAddr, trusted: RootCertStore) -> io::Result<String> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = TcpStream::connect(server)?;
    let mut stream = Stream::new(&mut client, &mut stream);
    stream.write_all(REQUEST)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_encrypted_for_whoever_trusts_the_certificate_and_end_in_order() {
    let folder = TempDir::new().unwrap();
    certify(folder.path());
    let tls = read(folder.path()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(|| async { "well met" }));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, Some(tls), router, async {
        drop(stopped.await);
    }));

    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_file(folder.path().join("server.crt")).unwrap()).unwrap();
    let answer = spawn_blocking(move || ask(address, trusted)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("well met"), "{answer}");

    let stranger = spawn_blocking(move || ask(address, RootCertStore::empty())).await.unwrap();
    assert_eq!(stranger.unwrap_err().kind(), io::ErrorKind::InvalidData);
    // Refused, in whatever way, and not answered.
    let answer = spawn_blocking(move || ask_in_the_clear(address)).await.unwrap();
    assert!(!answer.unwrap_or_default().starts_with(b"HTTP"));

    stop.send(()).unwrap();
    serving.await.unwrap();
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn files_that_prove_nothing_are_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let said = |folder: &Path| read(folder).unwrap_err().to_string();
    assert!(
        said(folder.path()).contains("the certificate")
            && said(folder.path()).contains("server.crt")
    );

    certify(folder.path());
    std::fs::write(folder.path().join("server.crt"), "").unwrap();
    assert!(matches!(read(folder.path()), Err(TlsError::NoCertificate { .. })));

    certify(folder.path());
    std::fs::write(folder.path().join("server.key"), "no key").unwrap();
    assert!(said(folder.path()).contains("server.key"));

    let other = TempDir::new().unwrap();
    certify(other.path());
    certify(folder.path());
    std::fs::copy(other.path().join("server.key"), folder.path().join("server.key")).unwrap();
    assert!(matches!(read(folder.path()), Err(TlsError::Unusable { .. })));
}
