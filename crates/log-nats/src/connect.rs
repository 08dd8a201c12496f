//! The connection to the servers: as whom, how encrypted, and what is said when there is none.

use std::error::Error;
use std::future::{IntoFuture, ready};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{Context, ContextBuilder};
use async_nats::rustls::pki_types::CertificateDer;
use async_nats::rustls::pki_types::pem::PemObject as _;
use async_nats::rustls::{ClientConfig, RootCertStore, crypto};
use async_nats::{ClientError, ConnectErrorKind, ConnectOptions, Event, ServerAddr};
use ports::PortError;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use crate::access::{Access, Credentials};
use crate::error::{BACKEND, refused, refused_because, unavailable, unavailable_because};
use crate::options::Options;

/// The name of this client, shown in the server's lists.
const CLIENT_NAME: &str = "tastemaker";
/// How many times each server is tried before a lost connection is given up.
const ROUNDS: usize = 2;
/// How long after a failed attempt to make a new connection the next one is made.
const RENEW_EVERY: Duration = Duration::from_millis(250);

/// A connection to one of the servers.
///
/// When it is lost the library connects again at once, to each server [twice](ROUNDS) at most, and sends
/// then what had waited. If that fails it is given up with all that waits, and a new one is made. So nothing
/// comes to a server long after it was sent, when others may have sent it, too, and the server may have
/// forgotten that.
pub(crate) struct Connection {
    /// What asks the server.
    context: watch::Sender<Context>,
    signals: Arc<Signals>,
}

/// What the library tells of its connection.
#[derive(Default)]
struct Signals {
    losses: watch::Sender<()>,
    given_up: Notify,
}

impl Connection {
    /// Connects to one of the servers.
    pub(crate) async fn open(access: &Access, options: &Options) -> Result<Connection, PortError> {
        let signals = Arc::<Signals>::default();
        let context = connect(access, options, &signals).await?;
        Ok(Connection { context: watch::Sender::new(context), signals })
    }

    /// What asks the server now.
    pub(crate) fn context(&self) -> Context {
        self.context.borrow().clone()
    }

    /// Makes a new connection whenever one is given up.
    pub(crate) async fn renew(&self, access: &Access, options: &Options) {
        loop {
            self.signals.given_up.notified().await;
            let context = loop {
                match connect(access, options, &self.signals).await {
                    Ok(context) => break context,
                    Err(error) => {
                        tracing::debug!(error = &error as &dyn Error, "still no connection");
                        sleep(RENEW_EVERY).await;
                    }
                }
            };
            self.context.send_replace(context);
        }
    }

    /// Told from now on when the connection is lost.
    pub(crate) fn losses(&self) -> Losses {
        Losses(self.signals.losses.subscribe())
    }
}

/// Tells when the connection is lost: what was asked before is not answered then.
pub(crate) struct Losses(watch::Receiver<()>);

impl Losses {
    /// Waits until the connection is lost.
    pub(crate) async fn lost(&mut self) {
        // The sender lives as long as the connection.
        drop(self.0.changed().await);
    }

    /// Waits for an answer as long as there can be one.
    pub(crate) async fn unless_lost<T>(
        &mut self,
        answer: impl IntoFuture<Output = T>,
    ) -> Result<T, PortError> {
        tokio::select! {
            answer = answer.into_future() => Ok(answer),
            _ = self.0.changed() => Err(unavailable(
                "the connection to its server was lost; it is not known whether what was asked was \
                 done, and asking again is safe"
                    .to_owned(),
            )),
        }
    }
}

async fn connect(
    access: &Access,
    options: &Options,
    signals: &Arc<Signals>,
) -> Result<Context, PortError> {
    let told = Arc::clone(signals);
    let servers = access
        .servers
        .iter()
        .map(|url| ServerAddr::from_url(url.clone()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|err| refused_because("one of its URLs is not a server's".to_owned(), err))?;
    let settings = ConnectOptions::new()
        .name(CLIENT_NAME)
        .connection_timeout(options.timeout)
        .request_timeout(Some(options.timeout))
        .ping_interval(options.timeout)
        .max_reconnects(ROUNDS * access.servers.len())
        .tls_client_config(encryption(access.ca_file.as_deref())?)
        .event_callback(move |event| {
            report(&event, &told);
            ready(())
        });
    let settings = with_credentials(settings, access.credentials.as_ref()).await?;
    let client = settings.connect(servers).await.map_err(|err| from_connect(access, err))?;
    // Calls that were given up leave their acknowledgements behind until they come or time out.
    let n_inflight = 2 * options.queue_events as usize;
    let context = ContextBuilder::new()
        .timeout(options.timeout)
        .ack_timeout(options.timeout)
        .max_ack_inflight(n_inflight)
        .backpressure_on_inflight(true)
        .build(client);
    Ok(context)
}

async fn with_credentials(
    settings: ConnectOptions,
    credentials: Option<&Credentials>,
) -> Result<ConnectOptions, PortError> {
    Ok(match credentials {
        None => settings,
        Some(Credentials::Token(token)) => settings.token(token.clone()),
        Some(Credentials::Password { user, password }) => {
            settings.user_and_password(user.clone(), password.clone())
        }
        Some(Credentials::File(file)) => settings
            .credentials_file(file)
            .await
            .map_err(|err| refused_because(unreadable_file("credentials", file), err))?,
        Some(Credentials::KeyFile(file)) => {
            let seed = std::fs::read_to_string(file)
                .map_err(|err| refused_because(unreadable_file("the key", file), err))?;
            settings.nkey(seed.trim().to_owned())
        }
    })
}

/// Encryption is used when a URL or the server asks for it. The library of cryptography is named here,
/// because a program may hold several, among which none would be chosen.
fn encryption(ca_file: Option<&Path>) -> Result<ClientConfig, PortError> {
    let mut trusted = RootCertStore::empty();
    match ca_file {
        None => {
            trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Some(file) => {
            let certificates: Vec<_> = CertificateDer::pem_file_iter(file)
                .and_then(Iterator::collect)
                .map_err(|err| refused_because(unreadable_file("certificates", file), err))?;
            if certificates.is_empty() {
                return Err(refused(format!("{} holds no certificate", file.display())));
            }
            trusted.add_parsable_certificates(certificates);
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|err| refused_because("encryption cannot be set up".to_owned(), err))?;
    Ok(builder.with_root_certificates(trusted).with_no_client_auth())
}

fn unreadable_file(of_what: &str, file: &Path) -> String {
    format!("{} cannot be read; it should hold {of_what}", file.display())
}

/// What happens to the connection, for the operator and for those who wait.
fn report(event: &Event, signals: &Signals) {
    match event {
        Event::Connected => tracing::info!("connected to the log's server"),
        Event::Disconnected => {
            tracing::warn!("the connection to the log's server is lost");
            signals.losses.send_replace(());
        }
        Event::ClientError(ClientError::MaxReconnects) => signals.given_up.notify_one(),
        event => tracing::warn!(%event, "the log's server"),
    }
}

fn from_connect(access: &Access, error: async_nats::ConnectError) -> PortError {
    let servers = access.shown();
    match error.kind() {
        ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
            refused_because(
                format!(
                    "{servers} does not accept these credentials; set those of a user it knows"
                ),
                error,
            )
        }
        ConnectErrorKind::Tls => refused_because(
            format!("no encrypted connection to {servers}; name its authority's certificate"),
            error,
        ),
        _ => PortError::Unavailable {
            source: Some(Box::new(error)),
            backend: BACKEND,
            what: format!("no server can be reached at {servers}; start it, or correct the URL"),
        },
    }
}

/// The server does not answer in time.
pub(crate) fn no_answer(what: &str, source: impl Error + Send + Sync + 'static) -> PortError {
    unavailable_because(format!("its server did not answer in time when {what}"), source)
}
