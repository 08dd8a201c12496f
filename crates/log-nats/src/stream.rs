//! The stream: made when it is missing, checked when it is there.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::jetstream::context::RequestErrorKind;
use async_nats::jetstream::response::Response;
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, Info, PersistenceMode, RetentionPolicy, StorageType,
};
use async_nats::jetstream::{Context, ErrorCode};
use domain::{Partition, Position, ShopId};
use ports::PortError;
use serde_json::Value;

use crate::Options;
use crate::connect::no_answer;
use crate::error::{
    from_jetstream, refused, refused_because, unavailable_because, unreadable, without_jetstream,
};

/// The entry of the stream's metadata that tells the version of what it holds.
const FORMAT_ENTRY: &str = "tastemaker-format";
/// The version that this program writes, and the newest that it reads: a message's body is an envelope,
/// its id begins with the message key, its subject's last word is the partition.
const FORMAT: u32 = 1;
/// The entry of the stream's metadata that tells the last event that is forgotten.
const FORGOTTEN_ENTRY: &str = "tastemaker-forgotten";
/// What stands for "without limit".
const UNLIMITED: i64 = -1;

/// The names of a shop's stream and subjects.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The stream.
    pub stream: String,
    /// What the subjects begin with.
    subject: String,
}

impl Names {
    /// The names for a shop, whose id holds nothing that a subject may not.
    pub(crate) fn of(shop: &ShopId) -> Names {
        Names {
            stream: format!("tastemaker-{shop}-log"),
            subject: format!("tastemaker.{shop}.log"),
        }
    }

    /// The subject of a partition's events.
    pub(crate) fn subject(&self, partition: Partition) -> String {
        format!("{}.{}", self.subject, partition.get())
    }
}

/// Finds the stream, or makes it.
pub(crate) async fn open(
    context: &Context,
    names: &Names,
    options: &Options,
) -> Result<Info, PortError> {
    let wanted = wanted(names, options)?;
    // Of two programs that begin at the same time one makes the stream and the other finds it.
    if let Some(info) = find(context, names).await? {
        check(&info.config, &wanted)?;
        return Ok(info);
    }
    let api = format!("STREAM.CREATE.{}", names.stream);
    match ask(context, api, &as_json(&wanted)?, "making its stream").await? {
        Response::Ok(info) => {
            tracing::info!(stream = names.stream, "made the log's stream");
            as_info(info)
        }
        Response::Err { error } if error.error_code() == ErrorCode::STREAM_NAME_EXIST => {
            let found = find(context, names).await?;
            let info = found.ok_or_else(|| refused(format!("{} comes and goes", names.stream)))?;
            check(&info.config, &wanted)?;
            Ok(info)
        }
        Response::Err { error } => {
            Err(from_jetstream(&format!("the stream {} could not be made", names.stream), error))
        }
    }
}

async fn find(context: &Context, names: &Names) -> Result<Option<Info>, PortError> {
    match info(context, names).await? {
        Response::Ok(info) => as_info(info).map(Some),
        Response::Err { error } if error.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
        Response::Err { error } => Err(looking(names, error)),
    }
}

/// The last event that is forgotten, according to the stream.
pub(crate) fn forgotten(config: &Config) -> Position {
    let entry = config.metadata.get(FORGOTTEN_ENTRY);
    entry.and_then(|it| it.parse().ok()).map_or(Position::START, Position::new)
}

/// Changes which event is the last that is forgotten.
///
/// The stream's configuration is sent back as the server told it, whatever it holds. Should somebody else
/// change it at the same moment, one of the changes is lost: less is forgotten then, until the next time.
pub(crate) async fn change_forgotten(
    context: &Context,
    names: &Names,
    change: impl FnOnce(Position) -> Position,
) -> Result<(), PortError> {
    let mut found = match info(context, names).await? {
        Response::Ok(info) => info,
        Response::Err { error } => return Err(looking(names, error)),
    };
    let forgotten = forgotten(&as_info(found.clone())?.config);
    let changed = change(forgotten);
    if changed == forgotten {
        return Ok(());
    }
    let config = &mut found["config"];
    config["metadata"][FORGOTTEN_ENTRY] = changed.to_string().into();
    let api = format!("STREAM.UPDATE.{}", names.stream);
    match ask(context, api, config, "noting what is forgotten").await? {
        Response::Ok(_) => Ok(()),
        Response::Err { error } => {
            Err(from_jetstream("the stream did not note what is forgotten", error))
        }
    }
}

async fn info(context: &Context, names: &Names) -> Result<Response<Value>, PortError> {
    let api = format!("STREAM.INFO.{}", names.stream);
    ask(context, api, &Value::Null, "looking for its stream").await
}

fn looking(names: &Names, error: async_nats::jetstream::Error) -> PortError {
    from_jetstream(&format!("the stream {} was looked for", names.stream), error)
}

async fn ask(
    context: &Context,
    api: String,
    payload: &Value,
    doing: &str,
) -> Result<Response<Value>, PortError> {
    context.request(api, payload).await.map_err(|err| match err.kind() {
        RequestErrorKind::NoResponders => without_jetstream(err),
        RequestErrorKind::TimedOut => no_answer(doing, err),
        _ => unavailable_because(format!("{doing} failed"), err),
    })
}

fn as_json(config: &Config) -> Result<Value, PortError> {
    serde_json::to_value(config)
        .map_err(|err| refused_because("its stream cannot be described".to_owned(), err))
}

fn as_info(value: Value) -> Result<Info, PortError> {
    serde_json::from_value(value).map_err(|err| {
        unavailable_because("its server described the stream in unknown words".to_owned(), err)
    })
}

/// The stream as it must be.
fn wanted(names: &Names, options: &Options) -> Result<Config, PortError> {
    let too_much = |_| refused("its stream cannot have so many bytes".to_owned());
    let max_bytes = options.max_bytes.map_or(Ok(UNLIMITED), i64::try_from).map_err(too_much)?;
    let window_micros = options.duplicate_window.as_micros();
    let window_micros = u64::try_from(window_micros)
        .ok()
        .filter(|it| *it > 0)
        .ok_or_else(|| refused("its duplicate window must be longer than nothing".to_owned()))?;
    Ok(Config {
        name: names.stream.clone(),
        subjects: vec![format!("{}.*", names.subject)],
        storage: StorageType::File,
        // A full stream refuses what is new, rather than to forget what is old.
        discard: DiscardPolicy::New,
        retention: RetentionPolicy::Limits,
        max_bytes,
        max_messages: UNLIMITED,
        max_messages_per_subject: UNLIMITED,
        max_consumers: -1,
        num_replicas: options.replicas,
        duplicate_window: Duration::from_micros(window_micros),
        first_sequence: Some(options.first.get()).filter(|it| 1 < *it),
        deny_delete: true,
        allow_direct: true,
        description: Some("The log of a shop, kept by Tastemaker".to_owned()),
        metadata: HashMap::from([(FORMAT_ENTRY.to_owned(), FORMAT.to_string())]),
        ..Config::default()
    })
}

/// Refuses a stream that a newer program made, or that would not keep what the log promises.
fn check(found: &Config, wanted: &Config) -> Result<(), PortError> {
    let name = &found.name;
    let format: Option<u32> = found.metadata.get(FORMAT_ENTRY).and_then(|it| it.parse().ok());
    match format {
        Some(FORMAT) => {}
        Some(format) => {
            return Err(unreadable(format!(
                "its stream {name} has format {format}, but this program reads up to {FORMAT}; start a \
                 newer tastemaker on this data"
            )));
        }
        None => {
            return Err(refused(format!(
                "the stream {name} was not made by Tastemaker; give it another name, or use another \
                 account"
            )));
        }
    }
    match difference(found, wanted) {
        None => Ok(()),
        Some((setting, found, wanted)) => Err(refused(format!(
            "its stream {name} has {setting} {found}, but {wanted} is asked for; change the settings, or \
             the stream (`nats stream edit {name}`)"
        ))),
    }
}

/// A setting in which two streams differ, with its two values.
type Difference = (&'static str, String, String);

/// The first setting that is not as it must be.
///
/// What is not compared is the operator's: placement, compression, limits of consumers, a description.
fn difference(found: &Config, wanted: &Config) -> Option<Difference> {
    let pairs = |it: &Config| {
        [
            ("num_replicas", it.num_replicas.to_string()),
            ("max_bytes", it.max_bytes.to_string()),
            ("duplicate_window", format!("{:?}", it.duplicate_window)),
            ("subjects", format!("{:?}", it.subjects)),
            ("storage", format!("{:?}", it.storage)),
            ("retention", format!("{:?}", it.retention)),
            ("discard", format!("{:?}", it.discard)),
            ("max_msgs", it.max_messages.to_string()),
            ("max_msgs_per_subject", it.max_messages_per_subject.to_string()),
            ("max_age", format!("{:?}", it.max_age)),
            ("no_ack", it.no_ack.to_string()),
            ("sealed", it.sealed.to_string()),
            ("deny_delete", it.deny_delete.to_string()),
            ("deny_purge", it.deny_purge.to_string()),
            ("allow_direct", it.allow_direct.to_string()),
            ("allow_rollup_hdrs", it.allow_rollup.to_string()),
            ("allow_msg_ttl", it.allow_message_ttl.to_string()),
            // Acknowledged before it is written: not durable.
            ("persist_mode async", (it.persist_mode == Some(PersistenceMode::Async)).to_string()),
            ("mirror", it.mirror.is_some().to_string()),
            ("sources", it.sources.is_some().to_string()),
            ("subject_transform", it.subject_transform.is_some().to_string()),
        ]
    };
    let mut both = pairs(found).into_iter().zip(pairs(wanted));
    both.find_map(|((name, found), (_, wanted))| (found != wanted).then_some((name, found, wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let names = Names::of(&ShopId::new("shop").unwrap());
        wanted(&names, &Options::default()).unwrap()
    }

    #[test]
    fn what_the_operator_chose_beyond_the_promises_is_accepted() {
        let mut found = config();
        found.description = None;
        found.metadata.insert("_nats.ver".to_owned(), "2.15.1".to_owned());
        check(&found, &config()).unwrap();
    }

    #[test]
    fn a_stream_that_forgets_by_itself_is_refused() {
        let found = Config { max_age: Duration::from_secs(60), ..config() };
        let refused = check(&found, &config()).unwrap_err().to_string();
        assert_eq!(
            refused,
            "the log refused: its stream tastemaker-shop-log has max_age 60s, but 0ns is asked for; \
             change the settings, or the stream (`nats stream edit tastemaker-shop-log`)"
        );
    }

    #[test]
    fn a_stream_that_acknowledges_before_it_writes_is_refused() {
        let found = Config { persist_mode: Some(PersistenceMode::Async), ..config() };
        let refused = check(&found, &config()).unwrap_err().to_string();
        assert!(refused.contains("persist_mode async true"), "{refused}");
    }
}
