//! Starts the demo from nothing, as a person would, asks it for a decision, and stops it.
//!
//! ```text
//! spawn ──▶ its output names an address and a key, and opens the shop ──▶ /readyz ──▶ a decision ──▶ TERM
//! ```
//!
//! Waiting is for the demo's next line of output, for a while, so nothing sleeps; after each line
//! and each while it is asked whether it is ready.

mod http;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::shell;
use crate::stopwatch::Stopwatch;

/// From the start to the first decision, in the development profile and on a busy machine.
const START_MAX: Duration = Duration::from_secs(180);
/// How the line begins by which the demo says that its products and its past are in.
const SHOP_IS_OPEN: &str = "shop at ";
/// From the request to stop to the end.
const STOP_MAX: Duration = Duration::from_secs(30);
/// Between two questions whether the demo is ready.
const WHILE: Duration = Duration::from_millis(250);

/// Runs the whole of it.
///
/// # Errors
///
/// If the demo ends early, is not ready in time, decides nothing or does not stop when told.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let demo = Demo::start(root, folder.path())?;
    let (address, key) = demo.ready()?;
    let n_products = decide(&address, &key)?;
    println!("the demo's first decision has {n_products} products, {} after its start", demo.since);
    demo.stop()
}

/// A demo that runs, and is killed when dropped.
struct Demo {
    child: Child,
    since: Stopwatch,
    lines: Receiver<String>,
}

impl Demo {
    fn start(root: &Path, data: &Path) -> anyhow::Result<Demo> {
        let program = shell::tastemaker(root)?;
        let mut command = shell::program(root, &program.to_string_lossy());
        command.args(["demo", "--port", "0", "--data"]).arg(data);
        let since = Stopwatch::start();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the demo failed")?;
        let output = child.stdout.take().context("the demo's output was asked for")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.take_while(|line| sender.send(line.clone()).is_ok()).count()
        });
        Ok(Demo { child, since, lines })
    }

    /// Waits until the demo says that it is ready, and returns its address and publishable key.
    fn ready(&self) -> anyhow::Result<(String, String)> {
        let (mut address, mut key, mut is_open) = (None, None, false);
        while self.since.elapsed() < START_MAX {
            match self.lines.recv_timeout(WHILE) {
                Ok(line) => {
                    println!("{line}");
                    address = address.or_else(|| address_in(&line));
                    key = key.or_else(|| key_in(&line));
                    is_open = is_open || line.starts_with(SHOP_IS_OPEN);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => bail!("the demo ended before it was ready"),
            }
            if let (Some(address), Some(key), true) = (&address, &key, is_open)
                && http::get(address, "/readyz").is_ok_and(|it| it.status == 200)
            {
                return Ok((address.clone(), key.clone()));
            }
        }
        bail!(
            "after {} s the demo is not ready (address {address:?}, publishable key {key:?})",
            START_MAX.as_secs()
        )
    }

    /// Asks the demo to stop and expects that it does so in order.
    fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().to_string();
        shell::run(std::process::Command::new("kill").args(["-TERM", &pid]))?;
        let asked = Stopwatch::start();
        loop {
            let left = STOP_MAX.saturating_sub(asked.elapsed());
            match self.lines.recv_timeout(left) {
                Ok(line) => println!("{line}"),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    bail!("the demo did not stop within {} s", STOP_MAX.as_secs())
                }
            }
        }
        let status = self.child.wait()?;
        ensure!(status.success(), "the demo was asked to stop and ended with {status}");
        Ok(())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill and its status is known.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Asks for one decision as a visitor whom nobody knows, and counts its products.
fn decide(address: &str, key: &str) -> anyhow::Result<usize> {
    let body = json!({ "visitor_id": "smoke", "placement": "home", "count": 6 });
    let answer = http::post(address, "/v1/decisions", key, &body.to_string())?;
    ensure!(answer.status == 200, "a decision was refused: {} {}", answer.status, answer.body);
    let decision: Value = serde_json::from_str(&answer.body).context("a decision must be JSON")?;
    let n_products = decision["products"].as_array().map_or(0, Vec::len);
    ensure!(n_products > 0, "the decision is empty: {}", answer.body);
    Ok(n_products)
}

/// `127.0.0.1:8080` in `Shop: http://127.0.0.1:8080/`.
fn address_in(line: &str) -> Option<String> {
    let address = line.split_once("http://")?.1;
    let end = address.find(|it: char| !(it.is_ascii_alphanumeric() || ".:-[]".contains(it)));
    Some(address.get(..end.unwrap_or(address.len()))?.to_owned())
}

/// `tmp_…` in `publishable key  tmp_abc  (browsers)`.
fn key_in(line: &str) -> Option<String> {
    line.split_whitespace().find(|it| it.starts_with("tmp_")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_line_for_people() {
        let address = address_in("The shop is open at http://127.0.0.1:43567/ (stop: Ctrl-C).");
        assert_eq!(address.as_deref(), Some("127.0.0.1:43567"));
        assert_eq!(address_in("Preparing the shop"), None);
    }

    #[test]
    fn the_publishable_key_is_found_in_a_line_for_people() {
        let key = key_in("  publishable key  tmp_abc   (browsers)");
        assert_eq!(key.as_deref(), Some("tmp_abc"));
        assert_eq!(key_in("  secret key       tms_abc   (your servers only)"), None);
    }
}
