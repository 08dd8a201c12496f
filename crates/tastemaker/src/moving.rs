//! Moving a shop: which place is meant by addresses or a folder, and what is done when it is asked for.
//!
//! The place is described by the settings of whoever asks, with other addresses: so it may be a server that
//! has the shop open, elsewhere than the command, that opens the new one.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use app::migrate::{Destination, Migrated, Reach, finish};
use app::{App, Caller};
use domain::{Position, Span};
use settings::Settings;

use crate::backends::{FIRST, Opened, open_backends};
use crate::compose::{ShopOptions, Sources};

/// What a data folder may have in it to be filled: all else is somebody else's.
const OURS: [&str; 7] =
    ["log", "lake", "artifacts", "projections", "records.sqlite", "decisions.issued", "lock"];
/// What is needed on this machine while a shop is carried over to backends.
const SCRATCH: &str = "moving";
/// The settings by which a place is named, as variables: of its log, records, lake, and folder.
const PLACE: [&str; 4] = [
    "TASTEMAKER_BACKENDS__LOG_URL",
    "TASTEMAKER_BACKENDS__RECORDS_URL",
    "TASTEMAKER_BACKENDS__LAKE_URL",
    "TASTEMAKER_DATA__FOLDER",
];
/// The variables by which paths are found.
const HOMES: [&str; 2] = ["HOME", "XDG_CONFIG_HOME"];
/// How addresses begin, in the same order.
const SCHEMES: [&[&str]; 3] = [&["nats", "tls"], &["postgres", "postgresql"], &["s3"]];

/// Another place for a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The settings file of whoever asks.
    pub(crate) config: Option<PathBuf>,
    /// Their variables, and those that name the place.
    pub(crate) variables: Vec<(String, String)>,
}

/// What is asked of a shop that is to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) to: Place,
    /// How long cutting over may take; without it the shop stays.
    pub(crate) cut_over_within: Option<Duration>,
}

impl Place {
    /// The place that `addresses` name, for a shop whose data folder is `folder`: one each of the log, the
    /// records and the lake; or one folder.
    ///
    /// # Errors
    ///
    /// When they name something else.
    pub(crate) fn named(
        addresses: &[String],
        options: &ShopOptions,
        folder: &Path,
    ) -> anyhow::Result<Place> {
        let mut named: [Option<String>; 4] = Default::default();
        for address in addresses {
            let index = match address.split_once("://") {
                None => SCHEMES.len(),
                Some((scheme, _)) => {
                    SCHEMES.iter().position(|it| it.contains(&scheme)).with_context(|| {
                        format!("`{scheme}://` is no address of a backend; {REMEDY}")
                    })?
                }
            };
            let value = match index {
                index if index == SCHEMES.len() => {
                    if address.contains(':') {
                        bail!("`{address}` is neither an address nor a folder; {REMEDY}");
                    }
                    utf8(std::path::absolute(address)?.as_os_str())?
                }
                _ => address.clone(),
            };
            if named[index].replace(value).is_some() {
                bail!("two addresses are of one kind; {REMEDY}");
            }
        }
        let values = match named {
            [None, None, None, Some(folder)] => {
                [String::new(), String::new(), String::new(), folder]
            }
            [Some(log), Some(records), Some(lake), None] => {
                let scratch = std::path::absolute(folder.join(SCRATCH))?;
                [log, records, lake, utf8(scratch.as_os_str())?]
            }
            _ => bail!("{REMEDY}"),
        };
        let Sources { file, mut variables } = options.sources();
        let config = file.map(std::path::absolute).transpose()?;
        // What is not ours is nobody's business.
        variables.retain(|(name, _)| name.starts_with("TASTEMAKER_") || HOMES.contains(&&**name));
        variables.extend(PLACE.map(str::to_owned).into_iter().zip(values));
        Ok(Place { config, variables })
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        let settings = Settings::load(self.config.as_deref(), self.variables.iter().cloned());
        settings.context("reading the settings for the new place")
    }
}

const REMEDY: &str = "name the place by three addresses (`nats://…`, `postgres://…` and `s3://…`), or by an \
                      empty data folder";

fn utf8(text: &OsStr) -> anyhow::Result<String> {
    let text = text.to_str().map(str::to_owned);
    text.context("the name of a folder is no text in UTF-8; name another")
}

/// What a place is called in messages: nothing secret.
fn name(settings: &Settings) -> String {
    let backends = &settings.backends;
    let urls = [&backends.log_url, &backends.records_url, &backends.lake_url];
    match urls.map(|it| it.as_ref().map(|it| without_secrets(it.reveal()))) {
        [Some(log), Some(records), Some(lake)] => format!("{log}, {records}, {lake}"),
        _ => format!("the folder {}", settings.data.folder.display()),
    }
}

/// An address, or several with commas between them, without who logs in and how.
fn without_secrets(addresses: &str) -> String {
    let shown = addresses.split(',').map(|address| {
        let address = address.trim().split(['?', '#']).next().unwrap_or_default();
        let Some((scheme, rest)) = address.split_once("://") else { return String::new() };
        let (host, path) = rest.find('/').map_or((rest, ""), |it| rest.split_at(it));
        let host = host.rsplit('@').next().unwrap_or_default();
        format!("{scheme}://{host}{path}")
    });
    shown.collect::<Vec<_>>().join(",")
}

/// Moves a shop that is open; answers what came of it, for whoever asked.
///
/// # Errors
///
/// When it was not moved; the message says where it is served.
pub(crate) async fn move_shop(
    app: &App,
    asked: &Move,
    tell: app::backup::Tell<'_>,
) -> anyhow::Result<String> {
    let first = app.log_first().await.context("looking for where the new log begins")?;
    let opened = OpenPlace::open(&asked.to, first).await?;
    let reach = asked.cut_over_within.map_or(Reach::CarriedOver, Reach::CutOver);
    let moved = app.migrate(&Caller::command(), &opened.destination, reach, tell).await;
    let name = opened.destination.name.clone();
    let closed = opened.close().await;
    let told = told(&moved?, &name);
    if let Err(error) = closed {
        tracing::warn!(%error, "the new place was not closed as it should be; nothing is lost by it");
    }
    Ok(told)
}

/// Says the last word of a move that was cut short right before it, for a shop that cannot be opened because
/// it was moved.
///
/// # Errors
///
/// When it was moved elsewhere, or a backend fails.
pub(crate) async fn finish_move(from: &Settings, to: &Place) -> anyhow::Result<String> {
    let old = open_backends(from, FIRST).await?;
    let opened = OpenPlace::open(to, FIRST).await?;
    let finished = finish(&*old.backends.records, &opened.destination).await;
    let name = opened.close().await?;
    old.records.close().await?;
    finished?;
    Ok(goes_on_at(&name))
}

/// A place that is being filled.
struct OpenPlace {
    destination: Destination,
    rest: (std::sync::Arc<records_sql::SqlRecords>, Option<std::fs::File>),
    /// What is of no use afterwards.
    scratch: Option<PathBuf>,
}

impl OpenPlace {
    async fn open(place: &Place, first: Position) -> anyhow::Result<OpenPlace> {
        let settings = place.settings()?;
        let folder = &settings.data.folder;
        ensure_ours(folder)?;
        let opened = open_backends(&settings, first).await.context("opening the new place")?;
        let Opened { backends, records, local_log, folder_lock, .. } = opened;
        let scratch = local_log.is_none().then(|| folder.clone());
        let destination = Destination { backends, name: name(&settings) };
        Ok(OpenPlace { destination, rest: (records, folder_lock), scratch })
    }

    /// Lets go of everything, so that whoever serves the shop there can open it; answers its name.
    async fn close(self) -> anyhow::Result<String> {
        let OpenPlace { destination: Destination { backends, name }, rest, scratch } = self;
        let (records, folder_lock) = rest;
        records.close().await?;
        // A log in a folder writes what it has, and waits for that.
        tokio::task::spawn_blocking(move || drop((backends, records, folder_lock))).await?;
        if let Some(scratch) = scratch {
            std::fs::remove_dir_all(&scratch)
                .with_context(|| format!("removing {}", scratch.display()))?;
        }
        Ok(name)
    }
}

fn goes_on_at(name: &str) -> String {
    format!(
        "the shop is moved: nothing is written here any more. Start it on {name}, with the same root key, and \
         stop it here when requests go there"
    )
}

fn told(moved: &Migrated, name: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for sum in &moved.equal {
        lines.push(format!("{:15} {:12}  {}", sum.of, sum.n, sum.checksum));
    }
    if moved.closed_for > Span::ZERO {
        let closed_ms = moved.closed_for.as_micros() / 1_000;
        lines
            .push(format!("all of it is equal in both places; writing stopped for {closed_ms} ms"));
    }
    lines.push(match moved.is_moved {
        true => goes_on_at(name),
        false => format!(
            "carried over to {name} up to {}; the shop goes on here. Run the same command without \
             `--stay` to move it",
            moved.position
        ),
    });
    lines.join("\n")
}

/// Whether a folder has nothing in it but what a shop has: all else is somebody else's.
///
/// # Errors
///
/// When something else is in it.
pub(crate) fn ensure_ours(folder: &Path) -> anyhow::Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !OURS.iter().any(|it| name == *it || name.strip_prefix(it).is_some_and(is_aside)) {
            bail!(
                "{} is not empty, it holds `{name}`; name an empty data folder",
                folder.display()
            );
        }
    }
    Ok(())
}

/// What the records' database puts beside its file.
fn is_aside(rest: &str) -> bool {
    rest == "-wal" || rest == "-shm"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(addresses: &[&str]) -> anyhow::Result<[String; 4]> {
        let addresses: Vec<String> = addresses.iter().map(|it| (*it).to_owned()).collect();
        let place = Place::named(&addresses, &ShopOptions::default(), Path::new("/shop"))?;
        let value = |name| place.variables.iter().rev().find(|(it, _)| it == name).cloned();
        Ok(PLACE.map(|it| value(it).unwrap().1))
    }

    #[test]
    fn a_place_is_three_addresses_or_a_folder() {
        let three = ["s3://b/shop", "nats://a:b@one,nats://two", "postgres://c/d"];
        let expected =
            ["nats://a:b@one,nats://two", "postgres://c/d", "s3://b/shop", "/shop/moving"];
        assert_eq!(named(&three).unwrap(), expected);
        assert_eq!(named(&["/new"]).unwrap(), ["", "", "", "/new"]);
        let refused: [&[&str]; 5] =
            [&[], &["nats://one"], &["/a", "/b"], &["/a", "s3://b"], &["http://one"]];
        for addresses in refused {
            let said = named(addresses).unwrap_err().to_string();
            assert!(said.contains("name the place by three addresses"), "{said}");
        }
    }

    #[test]
    fn what_a_place_is_called_tells_no_secret() {
        for (address, shown) in [
            ("nats://anna:se%40cret@one:4222, tls://two", "nats://one:4222,tls://two"),
            ("nats://s3cret@one", "nats://one"),
            ("postgres://a:b@c:5/shop?password=d", "postgres://c:5/shop"),
            ("s3://bucket/a@b", "s3://bucket/a@b"),
        ] {
            assert_eq!(without_secrets(address), shown);
        }
    }
}
