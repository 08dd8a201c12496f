//! `tastemaker serve`: one shop, until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, bail};
use app::{App, Caller};
use clap::Args;
use ports::KeyScope;
use server::{Entrance, OpeningProgress, ServerLimits, ServerState, Tls};
use settings::{LogFormat, Settings};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

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
    serving: JoinHandle<()>,
    /// Dropped to end serving.
    end: oneshot::Sender<()>,
    stop_signals: StopSignals,
    render_metrics: server::RenderMetrics,
    traces: telemetry::Traces,
    journal: JoinHandle<()>,
    follower: Beside,
    archivist: Beside,
    keepers: Keepers,
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
        let entrance = Entrance::new(Arc::new(move || OpeningProgress {
            applied: *progress.applied.borrow(),
            head: *progress.head.borrow(),
            waits_for: *progress.waits_for.borrow(),
        }));
        let (end, ended) = oneshot::channel::<()>();
        let router = entrance.router();
        let serving = tokio::spawn(server::serve(listener, tls, router, async {
            // Nothing is ever sent: the end is that the other half goes.
            drop(ended.await);
        }));
        // From here on the end is an orderly one, so it must be before anybody is told the address. A shop that
        // is not open yet has nothing to end.
        let mut stop_signals = StopSignals::listen()?;
        let shop = tokio::select! {
            shop = Shop::open_when_it_can_be(settings, &opening) => shop?,
            () = stop_signals.first() => bail!("told to stop before the shop was open"),
        };

        if let Some(reached) = reached {
            shop.app.announce(&reached);
        }
        let follower = shop.follow_beside()?;
        let archivist = shop.archive_beside()?;
        let app = Arc::clone(&shop.app);
        let journal = tokio::spawn(async move { app.keep_journal().await });
        let keepers = Keepers::of(&shop.app);
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
        if !app.shows_first_keys().await? {
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
    /// When the follower or a keeper died, which ends the process too, or something cannot be written at the end.
    pub(super) async fn serve(self) -> anyhow::Result<()> {
        let Running {
            shop,
            serving,
            end,
            mut stop_signals,
            traces,
            mut journal,
            mut follower,
            mut archivist,
            mut keepers,
            control,
            ..
        } = self;
        let died = tokio::select! {
            () = stop_signals.first() => None,
            () = follower.ended() => Some("follower"),
            () = archivist.ended() => Some("archivist"),
            _ = &mut journal => Some("journal"),
            name = keepers.first_dead() => Some(name),
        };
        if let Some(name) = died {
            tracing::error!("the {name} died: stopping");
        }
        drop(end);
        if let Some(control) = control {
            control.close().await;
        }
        serving.await?;
        tracing::info!("stopping: saving the live state");
        shop.app.close_journal();
        if died != Some("journal")
            && let Err(error) = journal.await
        {
            tracing::error!(%error, "the journal died");
        }
        shop.app.stop_following();
        keepers.join().await;
        let closed = shop.close_with(follower, archivist).await;
        // It waits for the collector, and blocks.
        tokio::task::spawn_blocking(move || traces.end()).await?;
        closed?;
        match died {
            Some(name) => bail!(
                "the {name} died; the state is saved: start again, and report what was logged"
            ),
            None => Ok(()),
        }
    }
}

/// What runs beside requests for as long as the shop is open: keeping models and records in step with what is
/// stored, training, keeping the tables.
struct Keepers(Vec<(&'static str, JoinHandle<()>)>);

impl Keepers {
    fn of(app: &Arc<App>) -> Keepers {
        let [models, training, records, tables] = std::array::from_fn(|_| Arc::clone(app));
        Keepers(vec![
            ("keeper of models", tokio::spawn(async move { models.keep_models().await })),
            ("keeper of training", tokio::spawn(async move { training.keep_training().await })),
            ("keeper of records", tokio::spawn(async move { records.keep_records().await })),
            ("keeper of tables", tokio::spawn(async move { tables.keep_tables().await })),
        ])
    }

    /// Waits until one of them dies; its name. One that has nothing to do may end.
    async fn first_dead(&mut self) -> &'static str {
        while !self.0.is_empty() {
            let ended = self.0.iter_mut().map(|(_, task)| task);
            let (result, index, _) = futures::future::select_all(ended).await;
            // What has ended is not waited for again.
            let (name, _) = self.0.swap_remove(index);
            if let Err(error) = result {
                tracing::error!(%error, "the {name} died");
                return name;
            }
        }
        std::future::pending().await
    }

    /// Waits until those that are left have ended.
    async fn join(self) {
        for (name, task) in self.0 {
            if let Err(error) = task.await {
                tracing::error!(%error, "the {name} had died; the state is saved all the same");
            }
        }
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

    async fn first(&mut self) {
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

    #[tokio::test]
    async fn the_first_keeper_that_dies_is_named_and_the_others_are_waited_for() {
        let (end, ended) = oneshot::channel::<()>();
        let mut keepers = Keepers(vec![
            ("keeper of nothing", tokio::spawn(async {})),
            ("keeper of one", tokio::spawn(async { drop(ended.await) })),
            ("keeper of another", tokio::spawn(async { panic!("as a mistake would") })),
        ]);
        assert_eq!(keepers.first_dead().await, "keeper of another");
        end.send(()).unwrap();
        keepers.join().await;
    }

    #[test]
    fn what_is_not_set_is_what_the_server_does_by_itself() {
        let home = ("HOME".to_owned(), "/home/anna".to_owned());
        let settings = Settings::load(None, [home].into_iter()).unwrap();
        assert_eq!(limits(&settings), ServerLimits::default());
    }
}
