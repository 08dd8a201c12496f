//! `tastemaker serve`: one shop, until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use app::Caller;
use clap::Args;
use ports::KeyScope;
use server::{ServerLimits, ServerState};
use settings::{LogFormat, Settings};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::say;
use crate::compose::{Follower, Shop, ShopOptions};

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
    say(format_args!("listening on {}", running.url));
    let router = running.router();
    running.serve(router).await
}

/// A shop that follows its log and has a place to listen.
pub(super) struct Running {
    pub(super) shop: Shop,
    pub(super) url: String,
    listener: TcpListener,
    stop_signals: StopSignals,
    render_metrics: server::RenderMetrics,
    journal: tokio::task::JoinHandle<()>,
    follower: Follower,
}

impl Running {
    /// Opens the shop and starts what runs beside requests.
    pub(super) async fn start(settings: Settings, listen: SocketAddr) -> anyhow::Result<Running> {
        let metrics = start_telemetry(&settings)?;
        let shop = Shop::open(settings).await?;
        // From here on the end is an orderly one, so it must be before anybody knows the address.
        let stop_signals = StopSignals::listen()?;
        // Nobody is let in before the log is folded.
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("listening on {listen}; is it in use?"))?;
        let url = format!("http://{}", listener.local_addr()?);

        let follower = shop.follow_beside()?;
        let app = Arc::clone(&shop.app);
        let journal = tokio::spawn(async move { app.keep_journal().await });
        let render_metrics: server::RenderMetrics = Arc::new(move || metrics.render());
        Ok(Running { shop, url, listener, stop_signals, render_metrics, journal, follower })
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
        })
    }

    /// Serves until the process is told to stop, then ends in order.
    ///
    /// # Errors
    ///
    /// When the follower died, which ends the process too, or something cannot be written at the end.
    pub(super) async fn serve(self, router: axum::Router) -> anyhow::Result<()> {
        let Running { shop, listener, stop_signals, journal, mut follower, .. } = self;
        let stop = async {
            tokio::select! {
                () = stop_signals.first() => {}
                () = follower.ended() => tracing::error!("the follower died: stopping"),
            }
        };
        server::serve(listener, router, stop).await;
        tracing::info!("stopping: saving the live state");
        shop.app.close_journal();
        journal.await?;
        shop.close_with(follower).await
    }
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

fn start_telemetry(settings: &Settings) -> anyhow::Result<telemetry::Metrics> {
    let format = match settings.log.format {
        LogFormat::Json => telemetry::LogFormat::Json,
        LogFormat::Text => telemetry::LogFormat::Text,
    };
    telemetry::init_logs(&telemetry::LogOptions { level: settings.log.level.clone(), format })?;
    Ok(telemetry::Metrics::install()?)
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
