//! The HTTP interface against its own OpenAPI document: Schemathesis tries what the document allows and
//! what it forbids, and finds no answer that the document does not have.
//!
//! Two of its checks are left out. `positive_data_acceptance` wants whatever fits a schema to be taken;
//! but a filter that is no filter is refused, and no schema can say which are. `negative_data_rejection`
//! wants whatever does not fit to be refused as a whole; but here a bad event is refused alone.

use std::process::Command;

use super::folder;
use crate::server::{Keys, Server};
use crate::site::Site;

/// The same examples in every run, and few enough for a minute.
const EXAMPLES: &str = "--phases examples,coverage,fuzzing --max-examples 5 \
    --generation-deterministic --continue-on-failure --no-color \
    --exclude-checks positive_data_acceptance,negative_data_rejection";
/// Revoking is tried by itself: with a list of keys at hand it would revoke the one that is in use.
const ALL_BUT_REVOKING: &str = "--exclude-operation-id revoke_key";
const REVOKING: &str = "--include-operation-id revoke_key";

/// Tries every operation with one of a new shop's keys.
#[track_caller]
fn check(key: fn(&Keys) -> &str) {
    let Some(python) = testkit::tools::python() else { return };
    let site = Site::with("[limits]\nper_key_requests_per_second = 0\n");
    let (server, keys) = Server::first(&site);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(server.stock_up(&keys.secret, &["TENT-2 129", "STOVE 89"]));
    let document = folder().join("../../../../../openapi/tastemaker.json");
    for operations in [ALL_BUT_REVOKING, REVOKING] {
        let mut command = Command::new(&python);
        command.args(["-m", "schemathesis.cli", "run"]).arg(&document);
        command.args(["--url", &server.url, "--header"]);
        command.arg(format!("Authorization: Bearer {}", key(&keys)));
        command.args(EXAMPLES.split_whitespace()).args(operations.split_whitespace());
        command.current_dir(site.path("."));
        command.env("SCHEMATHESIS_HOOKS", "lines").env("PYTHONPATH", folder());
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{complained}{}", server.logged());
    }
    server.stop();
}

#[test]
fn no_request_with_a_secret_key_gets_an_answer_that_is_not_documented() {
    check(|keys| &keys.secret);
}

#[test]
fn no_request_with_a_publishable_key_gets_an_answer_that_is_not_documented() {
    check(|keys| &keys.publishable);
}
