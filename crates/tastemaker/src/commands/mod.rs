//! The commands, a file each.

mod config;
#[cfg(feature = "demo")]
mod demo;
mod documents;
mod import;
mod keys;
mod log;
mod serve;
mod state;

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
    /// Prints every setting, its value and where it comes from.
    Config(config::ConfigArgs),
    /// Makes, lists and revokes keys of the interface.
    Keys(keys::KeysArgs),
    /// Looks at the log.
    Log(log::LogArgs),
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
            Command::Config(args) => config::run(&args),
            Command::Keys(args) => block_on(keys::run(args)),
            Command::Log(args) => block_on(log::run(args)),
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
