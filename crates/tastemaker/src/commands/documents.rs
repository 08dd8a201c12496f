//! Commands that print documents generated from the code.

use super::say;

pub(super) fn openapi() -> anyhow::Result<()> {
    say(server::openapi_json().trim_end());
    Ok(())
}

pub(super) fn errors() -> anyhow::Result<()> {
    say(api::errors_markdown().trim_end());
    Ok(())
}

pub(super) fn metrics() -> anyhow::Result<()> {
    say(telemetry::markdown().trim_end());
    Ok(())
}
