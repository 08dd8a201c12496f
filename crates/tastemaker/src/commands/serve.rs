//! `tastemaker serve`: one shop, until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, bail};
use app::Caller;
use clap::Args;
use ports::KeyScope;
use server::{Entrance, ServerLimits, ServerState, Tls};
use settings::{LogFormat, Settings};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::say;
use crate::compose::{Beside, Opening, Shop, ShopOptions};
use crate::control::Control;

/// Options of `serve`.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) shop: ShopOptions,
    /// The address and port to listen on, in place of the setting `server.listen`.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

pub(super) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let settings = args.shop.settings()?;
    let listen = args.listen.unwrap_or(settings.server.listen);
    let running = Running::start(settings, listen).await?;
    running.tell_first_keys().await?;
    running.let_in(running.router());
    say(format_args!("listening on {}", running.url));
    running.serve().await
}

/// A shop that follows its log and has a place to listen.
pub(super) struct Running {
    pub(super) shop: Shop,
    pub(super) url: String,
    entrance: Entrance,
    serving: tokio::task::JoinHandle<()>,
    /// Dropped to end serving.
    end: oneshot::Sender<()>,
    stop_signals: StopSignals,
    render_metrics: server::RenderMetrics,
    traces: telemetry::Traces,
    journal: tokio::task::JoinHandle<()>,
    follower: Beside,
    archivist: Beside,
    /// Keeping models and records in step with what is stored, training, keeping the tables.
    keepers: [tokio::task::JoinHandle<()>; 4],
    control: Option<Control>,
}

impl Running {
    /// Opens the shop and starts what runs beside requests.
    pub(super) async fn start(settings: Settings, listen: SocketAddr) -> anyhow::Result<Running> {
        let (metrics, traces) = start_telemetry(&settings)?;
        let tls = tls(&settings)?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("listening on {listen}; is it in use?"))?;
        let listening = listener.local_addr()?;
        let url = format!("{scheme}://{listening}");
        let reached = reached_at(&settings, listening)?;
        // Nobody is let in before the history is folded, but told how long that may take.
        let opening = Opening::default();
        let progress = opening.clone();
        let entrance =
            Entrance::new(Arc::new(move || (*progress.applied.borrow(), *progress.head.borrow())));
        let (end, ended) = oneshot::channel::<()>();
        let router = entrance.router();
        let serving = tokio::spawn(server::serve(listener, tls, router, async {
            // Nothing is ever sent: the end is that the other half goes.
            drop(ended.await);
        }));
        let shop = Shop::open_watched(settings, &opening).await?;
        // From here on the end is an orderly one, so it must be before anybody is told the address.
        let stop_signals = StopSignals::listen()?;

        if let Some(reached) = reached {
            shop.app.announce(&reached);
        }
        let follower = shop.follow_beside()?;
        let archivist = shop.archive_beside()?;
        let app = Arc::clone(&shop.app);
        let journal = tokio::spawn(async move { app.keep_journal().await });
        let [models, training, records, tables] = std::array::from_fn(|_| Arc::clone(&shop.app));
        let keepers = [
            tokio::spawn(async move { models.keep_models().await }),
            tokio::spawn(async move { training.keep_training().await }),
            tokio::spawn(async move { records.keep_records().await }),
            tokio::spawn(async move { tables.keep_tables().await }),
        ];
        let render_metrics: server::RenderMetrics = Arc::new(move || metrics.render());
        let control = listen_to_commands(&shop);
        Ok(Running {
            shop,
            url,
            entrance,
            serving,
            end,
            stop_signals,
            render_metrics,
            traces,
            journal,
            follower,
            archivist,
            keepers,
            control,
        })
    }

    /// Makes the first keys of a new shop and shows them, once.
    pub(super) async fn tell_first_keys(&self) -> anyhow::Result<()> {
        let app = &self.shop.app;
        if self.shop.made_root_key() {
            let file = self.shop.settings.data.root_key_file.display().to_string();
            say(format_args!("made the root key {file}; keep a copy of it somewhere safe"));
        }
        if app.has_keys() {
            return Ok(());
        }
        let caller = Caller::command();
        let secret = app.create_key(&caller, KeyScope::Secret, Vec::new()).await?.text;
        let publishable = app.create_key(&caller, KeyScope::Publishable, Vec::new()).await?.text;
        say("this shop has two new keys; they are shown this once:");
        say(format_args!("  secret key       {secret}   (your servers only)"));
        say(format_args!("  publishable key  {publishable}   (browsers)"));
        Ok(())
    }

    /// The product's interface.
    pub(super) fn router(&self) -> axum::Router {
        server::router(ServerState {
            app: Arc::clone(&self.shop.app),
            settings: limits(&self.shop.settings),
            render_metrics: Arc::clone(&self.render_metrics),
            adopt_trace: telemetry::adopt_parent,
        })
    }

    /// Lets requests through to the shop: before anybody is told where it listens.
    pub(super) fn let_in(&self, router: axum::Router) {
        self.entrance.open(router);
    }

    /// Serves until the process is told to stop, then ends in order.
    ///
    /// # Errors
    ///
    /// When the follower died, which ends the process too, or something cannot be written at the end.
    pub(super) async fn serve(self) -> anyhow::Result<()> {
        let Running {
            shop,
            serving,
            end,
            stop_signals,
            traces,
            journal,
            mut follower,
            archivist,
            keepers,
            control,
            ..
        } = self;
        tokio::select! {
            () = stop_signals.first() => {}
            () = follower.ended() => tracing::error!("the follower died: stopping"),
        }
        drop(end);
        if let Some(control) = control {
            control.close().await;
        }
        serving.await?;
        tracing::info!("stopping: saving the live state");
        shop.app.close_journal();
        journal.await?;
        shop.app.stop_following();
        for it in keepers {
            if let Err(error) = it.await {
                tracing::error!(%error, "a task had died; the state is saved all the same");
            }
        }
        let closed = shop.close_with(follower, archivist).await;
        // It waits for the collector, and blocks.
        tokio::task::spawn_blocking(move || traces.end()).await?;
        closed
    }
}

/// Lets commands ask this process for what they cannot do beside it.
fn listen_to_commands(shop: &Shop) -> Option<Control> {
    let listening = Control::listen(&shop.settings.data.folder, Arc::clone(&shop.app));
    let report = |error: &std::io::Error| {
        tracing::warn!(%error, "there is no control socket: backups are made while the server is stopped");
    };
    listening.inspect_err(report).ok()
}

/// Interrupts from the keyboard and requests to terminate, from the making of this on.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> anyhow::Result<StopSignals> {
        Ok(StopSignals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn first(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn start_telemetry(settings: &Settings) -> anyhow::Result<(telemetry::Metrics, telemetry::Traces)> {
    let log = &settings.log;
    let format = match log.format {
        LogFormat::Json => telemetry::LogFormat::Json,
        LogFormat::Text => telemetry::LogFormat::Text,
    };
    let traces = log.otlp_endpoint.clone().map(|endpoint| telemetry::TraceOptions {
        endpoint,
        one_in_requests: log.traced_one_in_requests,
        version: env!("CARGO_PKG_VERSION"),
    });
    let logs = telemetry::LogOptions { level: log.level.clone(), format };
    let traces = telemetry::init_logs(&logs, traces.as_ref())?;
    Ok((telemetry::Metrics::install()?, traces))
}

/// Where other replicas reach this one, if they do.
fn reached_at(settings: &Settings, listening: SocketAddr) -> anyhow::Result<Option<String>> {
    let server = &settings.server;
    let Some(url) = &server.advertised_url else {
        let is_plain = server.tls_certificate_file.is_none();
        let is_one = !listening.ip().is_unspecified();
        return Ok((is_plain && is_one).then(|| format!("http://{listening}")));
    };
    let is_host = |it: &str| !it.is_empty() && !it.contains(['/', '@', '?', '#', ' ']);
    let host = url.strip_prefix("http://").map(|it| it.trim_end_matches('/'));
    if !host.is_some_and(is_host) {
        bail!(
            "server.advertised_url is `{url}`; give `http://`, a host and a port, and nothing after"
        );
    }
    Ok(Some(url.clone()))
}

/// What connections are encrypted with, if they are.
fn tls(settings: &Settings) -> anyhow::Result<Option<Tls>> {
    let server = &settings.server;
    match (&server.tls_certificate_file, &server.tls_key_file) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some(Tls::read(certificate, key)?)),
        _ => bail!("give both server.tls_certificate_file and server.tls_key_file, or neither"),
    }
}

/// What the operator allows, as the server wants it.
fn limits(settings: &Settings) -> ServerLimits {
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    ServerLimits {
        body_bytes_max: size(settings.intake.body_bytes_max),
        event_bytes_max: size(settings.intake.event_bytes_max),
        batch_events_max: size(settings.intake.batch_events_max.into()),
        concurrency_max: size(settings.limits.concurrent_requests_max.into()),
        // 0 stands for any number.
        requests_per_second_per_key: match settings.limits.per_key_requests_per_second {
            0 => u32::MAX,
            n => n,
        },
        burst_per_key: settings.limits.per_key_burst_requests,
        trusted_proxies: settings.server.trusted_proxies.clone(),
        open_properties: settings.intake.open_properties.iter().cloned().collect(),
        ..ServerLimits::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_what_the_server_does_by_itself() {
        let home = ("HOME".to_owned(), "/home/anna".to_owned());
        let settings = Settings::load(None, [home].into_iter()).unwrap();
        assert_eq!(limits(&settings), ServerLimits::default());
    }
}
