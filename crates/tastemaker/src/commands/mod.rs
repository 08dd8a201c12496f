//! The commands, a file each.

mod backup;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod documents;
mod evaluate;
mod export;
mod import;
mod judged_data;
mod keys;
mod lake;
mod log;
mod migrate;
mod models;
mod quarantine;
mod restore;
mod serve;
mod state;
mod train;
mod tune;

use std::future::Future;

use clap::Subcommand;

/// What can be done from the command line.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves a shop.
    Serve(serve::ServeArgs),
    /// Starts a generated shop with simulated visitors and a storefront, from nothing.
    #[cfg(feature = "demo")]
    Demo(demo::DemoArgs),
    /// Takes a file of a shop's past or catalogue in.
    Import(import::ImportArgs),
    /// Writes the catalogue, or the events that may leave, for others to read.
    Export(export::ExportArgs),
    /// Looks at refused events, mends them and takes them in again.
    Quarantine(quarantine::QuarantineArgs),
    /// Judges how well the generators would have foretold what shoppers did.
    Evaluate(evaluate::EvaluateArgs),
    /// Searches a generator's parameters and writes a file that says how it found them.
    Tune(tune::TuneArgs),
    /// Prints every setting, its value and where it comes from.
    Config(config::ConfigArgs),
    /// Makes, lists and revokes keys of the interface.
    Keys(keys::KeysArgs),
    /// Trains a model from the shop's history and lets it decide if it is good enough.
    Train(train::TrainArgs),
    /// Looks at the models, promotes them and goes back.
    Models(models::ModelsArgs),
    /// Looks at the lake, fills it, tidies it up and asks it questions in SQL.
    Lake(lake::LakeArgs),
    /// Looks at the log.
    Log(log::LogArgs),
    /// Makes a backup while the shop is served, or checks one.
    Backup(backup::BackupArgs),
    /// Fills an empty place from a backup.
    Restore(restore::RestoreArgs),
    /// Carries a shop over to another place while it is served, and lets it go on there.
    Migrate(migrate::MigrateArgs),
    /// Looks at the live state.
    State(state::StateArgs),
    /// Prints the OpenAPI document.
    Openapi,
    /// Prints the table of error codes.
    Errors,
    /// Prints the table of metrics.
    Metrics,
}

impl Command {
    /// Runs the command to its end.
    ///
    /// # Errors
    ///
    /// When it cannot do what it was asked; the message is for the person who asked.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match self {
            Command::Serve(args) => block_on(serve::run(args)),
            #[cfg(feature = "demo")]
            Command::Demo(args) => block_on(demo::run(args)),
            Command::Import(args) => block_on(import::run(args)),
            Command::Export(args) => block_on(export::run(args)),
            Command::Quarantine(args) => block_on(quarantine::run(args)),
            Command::Evaluate(args) => block_on(evaluate::run(args)),
            Command::Tune(args) => block_on(tune::run(args)),
            Command::Config(args) => config::run(&args),
            Command::Keys(args) => block_on(keys::run(args)),
            Command::Train(args) => block_on(train::run(args)),
            Command::Models(args) => block_on(models::run(args)),
            Command::Lake(args) => block_on(lake::run(args)),
            Command::Log(args) => block_on(log::run(args)),
            Command::Backup(args) => block_on(backup::run(args)),
            Command::Restore(args) => block_on(restore::run(args)),
            Command::Migrate(args) => block_on(migrate::run(args)),
            Command::State(args) => block_on(state::run(args)),
            Command::Openapi => documents::openapi(),
            Command::Errors => documents::errors(),
            Command::Metrics => documents::metrics(),
        }
    }
}

fn block_on(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

/// Prints a line of a command's result.
fn say(line: impl std::fmt::Display) {
    use std::io::Write;
    // A reader that has seen enough (`| head`) is no error.
    drop(writeln!(std::io::stdout(), "{line}"));
}
