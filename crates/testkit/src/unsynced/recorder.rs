//! Runs a program under `strace`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::call::TRACED;
use super::trace::Trace;

/// Longer than anything that a program writes at once.
const TEXT_BYTES_MAX: &str = "100000000";

/// A program that runs under `strace`.
#[derive(Debug)]
pub struct Recording {
    strace: Child,
    file: PathBuf,
}

/// Runs `program` to its end and answers what it did.
///
/// # Errors
///
/// When `strace` is missing or the trace makes no sense.
pub fn record(program: &Command, file: &Path) -> io::Result<Trace> {
    Recording::start(program, file)?.finish()
}

impl Recording {
    /// Starts `program`; the trace is written to `file`. The program's output is piped.
    ///
    /// # Errors
    ///
    /// When `strace` is missing.
    pub fn start(program: &Command, file: &Path) -> io::Result<Recording> {
        let mut strace = Command::new("strace");
        // Without the filter in the kernel every system call stops the program, traced or not.
        strace.args([
            "-f",
            "--seccomp-bpf",
            "-xx",
            "-s",
            TEXT_BYTES_MAX,
            "-e",
            "signal=none",
            "-e",
        ]);
        strace.arg(format!("trace={TRACED}")).arg("-o").arg(file).arg("--");
        strace.arg(program.get_program()).args(program.get_args());
        strace.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let strace = strace.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|err| {
            let remedy = "the package `strace` must be installed to trace a program";
            io::Error::new(err.kind(), format!("{remedy}: {err}"))
        })?;
        Ok(Recording { strace, file: file.to_owned() })
    }

    /// The child that writes the program's output.
    pub fn child_mut(&mut self) -> &mut Child {
        &mut self.strace
    }

    /// Kills the program as `kill -9` does.
    ///
    /// # Errors
    ///
    /// When it is not running.
    pub fn kill(&self) -> io::Result<()> {
        let strace = self.strace.id();
        let children = fs::read_to_string(format!("/proc/{strace}/task/{strace}/children"))?;
        let child = children.split_whitespace().next().and_then(|it| it.parse().ok());
        let child = child.and_then(Pid::from_raw);
        let child = child.ok_or_else(|| io::Error::other("the traced program is not running"))?;
        Ok(kill_process(child, Signal::KILL)?)
    }

    /// Waits until the program has ended and answers what it did.
    ///
    /// # Errors
    ///
    /// When the trace makes no sense.
    pub fn finish(mut self) -> io::Result<Trace> {
        self.strace.wait()?;
        Trace::parse(&fs::read_to_string(&self.file)?).map_err(io::Error::other)
    }
}
