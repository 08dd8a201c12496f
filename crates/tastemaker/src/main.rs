//! The command line of Tastemaker, and its composition root: the only place that chooses adapters.
//!
//! ```text
//! settings ─▶ compose: log-local, projections-local, records-sql, clock ─▶ App ─▶ server ─▶ visitors
//! ```
//!
//! # Where to start
//!
//! Read `compose.rs`, then `commands/serve.rs`. Every other command is a file of its own beside it;
//! `control.rs` is how one asks a server that runs.

mod ambient;
mod backends;
mod backup_places;
mod commands;
mod compose;
mod control;
mod moving;
mod root_key;
mod wish;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;

/// The allocator: under load it was measured to need less time and to give memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A self-hosted personalization engine for online shops.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[expect(clippy::print_stderr, reason = "an error of the command line is for the person at it")]
fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
