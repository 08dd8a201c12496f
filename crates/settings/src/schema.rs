//! The table of all settings. A setting is declared, documented and given its default here, once.

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::{AddressRange, Currency, Market, Purposes, ShopId};

use crate::declare::{Section, Setting, settings};
use crate::value::{LanguageTag, LogFormat, Secret};

settings! {
    /// Where the program is reached.
    server: ServerSettings {
        /// The address and port to listen on.
        listen: SocketAddr = "127.0.0.1:8080";
        /// Address ranges of proxies whose `X-Forwarded-For` is believed, such as `10.0.0.0/8`. Name
        /// yours: without it all shoppers behind it count as one address range, which may send a tenth
        /// of a publishable key's rate.
        trusted_proxies: Vec<AddressRange> = [];
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

    /// What the program says while it runs.
    log: LogSettings {
        /// How much: `error`, `warn`, `info`, `debug`, `trace`, also by part: `info,server=debug`.
        level: String = "info,fjall=warn,lsm_tree=warn";
        /// How: `json` for machines, `text` for people.
        format: LogFormat = "json";
    }

    /// Keys given from outside instead of being made at the first start, for tests and demonstrations.
    (environment_only) bootstrap: BootstrapSettings {
        /// The secret key.
        secret_key: Option<Secret> = "";
        /// The publishable key.
        publishable_key: Option<Secret> = "";
    }
}
