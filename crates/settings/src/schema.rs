//! The table of all settings. A setting is declared, documented and given its default here, once.

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::{AddressRange, Currency, Market, Purposes, ShopId};

use crate::declare::{Section, Setting, settings};
use crate::value::{LanguageTag, LogFormat, S3Style, Secret};

settings! {
    /// Where the program is reached.
    server: ServerSettings {
        /// The address and port to listen on.
        listen: SocketAddr = "127.0.0.1:8080";
        /// Where other replicas reach this one, such as `http://10.0.0.7:8080`: plain HTTP within a network of
        /// your own. Empty for the address it listens on, where that is one address and not encrypted.
        advertised_url: Option<String> = "";
        /// Address ranges of proxies whose `X-Forwarded-For` is believed, such as `10.0.0.0/8`. Name
        /// yours: without it all shoppers behind it count as one address range, which may send a tenth
        /// of a publishable key's rate.
        trusted_proxies: Vec<AddressRange> = [];
        /// The certificate to encrypt connections with, in PEM form: its whole chain, the server's own
        /// first. Empty where a proxy does it, or nobody. Read at the start only.
        tls_certificate_file: Option<PathBuf> = "";
        /// The certificate's private key, in PEM form.
        tls_key_file: Option<PathBuf> = "";
    }

    /// Where things are kept.
    data: DataSettings {
        /// The folder of everything the program keeps.
        folder: PathBuf = "./data";
        /// The root key, without which nothing sealed can be read. It must lie outside the folder, so
        /// that a copy of the data alone tells nobody who the shoppers are. Made at the first start;
        /// keep a copy of it somewhere safe. `~/.config` follows `XDG_CONFIG_HOME`.
        root_key_file: PathBuf = "~/.config/tastemaker/root.key";
    }

    /// Where else than in the data folder things are kept. With all three any number of processes can be the
    /// shop; `docs/replicas.md` leads there.
    backends: BackendSettings {
        /// The log: `nats://HOST:PORT`, with `USER:PASSWORD@` or a token before the host where the server wants it;
        /// `tls://` for an encrypted connection; several servers of a cluster with commas between. Empty for the
        /// data folder.
        log_url: Option<Secret> = "";
        /// Records and projections: `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. Empty for the data folder.
        records_url: Option<Secret> = "";
        /// A standby of the PostgreSQL in `records_url`, of which reports are asked: the pages of the audit trail,
        /// and what a backup reads of records. Where it is away or too far behind, the other answers. Empty where
        /// there is none.
        records_reports_url: Option<Secret> = "";
        /// Lake and models: `s3://BUCKET/PREFIX`. Empty for the data folder.
        lake_url: Option<Secret> = "";
    }

    /// How several processes are one shop.
    replicas: ReplicaSettings {
        /// Up to so many replicas each follows all shoppers. Among more each follows its own share of them, and
        /// passes decisions for others on; `docs/replicas.md` says what that costs.
        whole_up_to: u32 = 4 in 1..=1_000;
    }

    /// The stream that the log is in, where `backends.log_url` names one.
    nats: NatsSettings {
        /// How many servers keep each event: 1, or 3 in a cluster.
        stream_replicas: u32 = 1 in 1..=5;
        /// How many bytes the stream may hold before events are refused. 0 leaves it to the server.
        stream_bytes_max: u64 = 0 in 0..=1_152_921_504_606_846_976;
        /// How many messages of the last day each replica remembers at most, so that one that is sent again counts
        /// once. Each takes 8 to 16 bytes of memory: 1.6 GB for as many as this. While more came within a day,
        /// events are refused.
        remembered_events_max: u32 = 100_000_000 in 100_000..=4_000_000_000;
        /// A file of credentials as `nsc` makes them, where the server wants one.
        credentials_file: Option<PathBuf> = "";
        /// A file of authorities that the servers' certificates are signed by, beside those that the system trusts.
        authorities_file: Option<PathBuf> = "";
    }

    /// The store that lake and models are in, where `backends.lake_url` names one. What is not said here is taken
    /// from the environment as other programs do it: `AWS_ACCESS_KEY_ID`, `AWS_REGION` and so on.
    s3: S3Settings {
        /// Where it is, such as `https://s3.example.org:9000`; `http://` only within a network of your own. Empty
        /// for Amazon's.
        endpoint: String = "";
        /// The region.
        region: String = "";
        /// The key's id.
        access_key_id: Option<Secret> = "";
        /// The key.
        secret_access_key: Option<Secret> = "";
        /// Whether the bucket's name is part of the host (`virtual_host`) or of the path (`path`).
        style: S3Style = "path";
    }

    /// The shop.
    shop: ShopSettings {
        /// Its name in ids; small letters, digits, `-` and `_`. Data belongs to it: do not change it.
        id: ShopId = "shop";
        /// The currency of prices that name none, by its code of ISO 4217.
        currency: Currency = "EUR";
        /// The language spoken to its shoppers, as a tag of BCP 47.
        language: LanguageTag = "en";
        /// The markets it sells in, each as `{ id = "de", currency = "EUR", language = "de",
        /// tax_rate_basis_points = 1900, tax_in_prices = "included", price_list = "de" }`;
        /// `price_list` may be left out.
        markets: Vec<Market> = [];
    }

    /// What visitors' data may be used for. Purposes: `operation` (always given), `measurement`,
    /// `personalization`, `marketing`, `sharing`.
    consent: ConsentSettings {
        /// The purposes that count as given while a visitor has said nothing.
        default: Purposes = ["operation", "measurement", "personalization"];
    }

    /// What is taken in.
    intake: IntakeSettings {
        /// Custom properties that may stay readable; all others are sealed with the shopper's key.
        open_properties: Vec<String> = [];
        /// The largest body of a request.
        body_bytes_max: u64 = 512_000 in 1_000..=67_108_864;
        /// The largest event; larger ones are refused alone.
        event_bytes_max: u64 = 32_768 in 256..=1_048_576;
        /// The most events in one request.
        batch_events_max: u32 = 2_500 in 1..=100_000;
        /// How far ahead of our clock an event's time may lie.
        future_skew_max_secs: u32 = 86_400 in 0..=31_536_000;
        /// How far back an event may lie that a browser sends. A server may send any past.
        publishable_past_max_days: u32 = 7 in 0..=3_650;
        /// How many refused events are kept for each key, to be mended and sent again.
        quarantine_events_per_key_max: u32 = 1_000 in 0..=1_000_000;
    }

    /// What the program lets itself be asked for.
    limits: LimitSettings {
        /// How many requests a second each key may make, on average. 0 for any number.
        per_key_requests_per_second: u32 = 2_000 in 0..=10_000_000;
        /// How many requests a key may save up and make at once.
        per_key_burst_requests: u32 = 4_000 in 1..=10_000_000;
        /// How many requests are worked on at the same time; further ones are turned away, first those
        /// of the console, then intake, decisions last.
        concurrent_requests_max: u32 = 1_024 in 1..=1_000_000;
        /// Below this much free disk intake answers 503, while nothing is lost yet.
        disk_watermark_bytes: u64 = 536_870_912 in 0..=1_099_511_627_776;
    }

    /// How decisions are made.
    decisions: DecisionSettings {
        /// How long a decision may take when the request does not say; past it a fallback is shown.
        deadline_ms: u32 = 50 in 1..=10_000;
        /// How many products each generator proposes.
        per_generator_candidates: u32 = 300 in 1..=5_000;
    }

    /// What is held in memory.
    live: LiveSettings {
        /// How many visitors' recent behaviour is held; the longest idle ones are let go.
        visitors_max: u32 = 400_000 in 1_000..=100_000_000;
    }

    /// How often live state is saved. Between two snapshots it is in the log and read back from there
    /// at the next start.
    snapshots: SnapshotSettings {
        /// After this many events at the latest.
        every_events: u64 = 2_000_000 in 1_000..=1_000_000_000;
        /// After this long at the latest, if anything happened.
        every_secs: u32 = 300 in 5..=86_400;
    }

    /// The lake: history since the beginning, in tables that other programs read too. Events go there from
    /// the log, and the log lets go of them.
    lake: LakeSettings {
        /// How many events wait for the lake at the most; so many are archived together.
        commit_events: u32 = 200_000 in 1..=1_000_000;
        /// How long an event waits for the lake at the most.
        commit_secs: u32 = 60 in 0..=86_400;
        /// How many archived events the log keeps beside the lake, for those who read what is recent. It
        /// lets go in steps of four million.
        log_keep_events: u64 = 1_000_000 in 0..=1_000_000_000_000;
        /// After how many commits small files are merged and unneeded ones removed.
        tend_every_commits: u32 = 60 in 1..=1_000_000;
        /// After how long that is done, if there was a commit since.
        tend_every_secs: u32 = 3_600 in 1..=604_800;
        /// How long files that were merged into others stay, for readers who still have them open.
        vacuum_after_secs: u32 = 604_800 in 0..=31_536_000;
        /// How much memory data sets, reports and merging may take together.
        memory_bytes: u64 = 1_073_741_824 in 67_108_864..=1_099_511_627_776;
        /// The Ballista scheduler whose executors make data sets and reports: `df://HOST:PORT`. Empty to make
        /// them in this process.
        scheduler_url: String = "";
        /// Into how many parts a step of such a plan is divided: as many as all executors have processors.
        scheduler_parts: u32 = 16 in 1..=4_096;
    }

    /// How models are trained from the lake, and what they must keep before they decide.
    training: TrainingSettings {
        /// How often models are trained anew. 0 for never by themselves.
        every_hours: u32 = 24 in 0..=8_760;
        /// How many of the last days a model is judged by; a quarter of a shorter history.
        holdout_days: u32 = 30 in 1..=365;
        /// With fewer acts than this to learn from nothing is trained.
        interactions_min: u64 = 1_000 in 1..=1_000_000_000;
        /// How much memory a data set may take; beyond it shoppers are sampled. What fitting takes beside it is
        /// in `docs/training.md`.
        memory_bytes: u64 = 1_073_741_824 in 1_048_576..=1_099_511_627_776;
        /// The share of shoppers for whom a new model decides first, in percent. 0 for everybody at once.
        canary_percent: u32 = 10 in 0..=99;
        /// How long it is on trial before it decides for everybody, unless it is clicked less. 0 for as long
        /// as nobody ends the trial.
        canary_hours: u32 = 24 in 0..=8_760;
        /// How many models of one generator are kept to go back to.
        keep_models: u32 = 10 in 2..=1_000;
        /// The least share of the products that a model's lists must name, in percent.
        coverage_min_percent: u32 = 1 in 0..=100;
        /// What 99 of 100 of a model's answers may take at most.
        latency_max_ms: u32 = 10 in 1..=10_000;
        /// How much memory a model may take.
        model_bytes_max: u64 = 1_073_741_824 in 1_048_576..=1_099_511_627_776;
    }

    /// What the program says while it runs.
    log: LogSettings {
        /// How much: `error`, `warn`, `info`, `debug`, `trace`, also by part: `info,server=debug`.
        level: String = "info,fjall=warn,lsm_tree=warn";
        /// How: `json` for machines, `text` for people.
        format: LogFormat = "json";
        /// Where traces go: a collector that speaks OTLP over plain HTTP, such as `http://127.0.0.1:4318`.
        /// Empty for no traces.
        otlp_endpoint: Option<String> = "";
        /// One in so many requests is traced, of those whose header `traceparent` does not say whether they
        /// are.
        traced_one_in_requests: u32 = 100 in 1..=1_000_000_000;
    }

    /// Keys given from outside instead of being made at the first start, for tests and demonstrations.
    (environment_only) bootstrap: BootstrapSettings {
        /// The secret key.
        secret_key: Option<Secret> = "";
        /// The publishable key.
        publishable_key: Option<Secret> = "";
    }
}
