//! What a command may ask of an open shop, whether it has opened it itself or a running server has.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use app::backup::Tell;
use app::{App, Caller};
use serde_json::{Value, json};

use crate::backup_places::{self, summary};
use crate::moving::{Move, Place, move_shop};

/// What is asked of an open shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// A backup.
    Backup {
        /// The folder for the data.
        data: PathBuf,
        /// The folder for the shoppers' keys.
        keys: PathBuf,
    },
    /// That it moves.
    Migrate(Move),
}

impl Wish {
    /// The name of the command that asks.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Wish::Backup { .. } => "backup",
            Wish::Migrate(_) => "migrate",
        }
    }

    /// Does what is asked for; says in words what came of it.
    ///
    /// # Errors
    ///
    /// When it was not done.
    pub(crate) async fn come_true(self, app: &App, tell: Tell<'_>) -> anyhow::Result<String> {
        match self {
            Wish::Backup { data, keys } => {
                let places = backup_places::make(&data, &keys).await?;
                let manifest = app.back_up(&Caller::command(), &places, tell).await?;
                Ok(summary(&manifest))
            }
            Wish::Migrate(asked) => move_shop(app, &asked, tell).await,
        }
    }

    /// The wish in JSON, as it is told to a server.
    ///
    /// # Errors
    ///
    /// When a folder's name cannot be told.
    pub(crate) fn told(&self) -> anyhow::Result<Value> {
        let text = |path: &PathBuf| {
            let told = path.to_str().map(str::to_owned);
            let shown = path.display();
            told.with_context(|| format!("{shown} is no text in UTF-8; name another"))
        };
        Ok(match self {
            Wish::Backup { data, keys } => json!({ "data": text(data)?, "keys": text(keys)? }),
            Wish::Migrate(Move { to: Place { config, variables }, cut_over_within }) => json!({
                "config": config.as_ref().map(text).transpose()?,
                "variables": variables,
                "cut_over_within_secs": cut_over_within.map(|it| it.as_secs()),
            }),
        })
    }

    /// What [`told`](Wish::told) says under that name.
    pub(crate) fn read(name: &str, told: &Value) -> Option<Wish> {
        let path = |name: &str| told[name].as_str().map(PathBuf::from);
        match name {
            "backup" => Some(Wish::Backup { data: path("data")?, keys: path("keys")? }),
            "migrate" => {
                let pair = |it: &Value| {
                    let text = |at: usize| it[at].as_str().map(str::to_owned);
                    Some((text(0)?, text(1)?))
                };
                let variables = told["variables"].as_array()?.iter().map(pair);
                let to =
                    Place { config: path("config"), variables: variables.collect::<Option<_>>()? };
                let within = told["cut_over_within_secs"].as_u64();
                let cut_over_within = within.map(Duration::from_secs);
                Some(Wish::Migrate(Move { to, cut_over_within }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_read() {
        let variables = vec![("A".to_owned(), "b".to_owned()), ("C".to_owned(), String::new())];
        let to = Place { config: Some("/etc/shop.toml".into()), variables };
        let cut_over_within = Some(Duration::from_secs(9));
        for wish in [
            Wish::Backup { data: "/d".into(), keys: "/k".into() },
            Wish::Migrate(Move { to: to.clone(), cut_over_within }),
            Wish::Migrate(Move { to: Place { config: None, ..to }, cut_over_within: None }),
        ] {
            let told = wish.told().unwrap();
            assert_eq!(Wish::read(wish.name(), &told), Some(wish));
        }
        assert_eq!(Wish::read("migrate", &json!({})), None);
    }
}
