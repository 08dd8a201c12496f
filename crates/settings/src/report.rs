//! What `tastemaker config` prints.

use std::fmt::Write;

use crate::declare::Source;
use crate::{Origin, Settings};

/// How far to the right origins stand.
const ORIGIN_COLUMN: usize = 56;

impl Settings {
    /// Where the value of `section.name` came from.
    pub fn origin(&self, name: &str) -> Origin {
        self.origins.get(name).cloned().unwrap_or(Origin::Default)
    }

    /// Every setting with its value and where that came from, as a settings file with comments.
    ///
    /// Secrets are not shown, and only mentioned when they were given.
    pub fn report(&self) -> String {
        let mut text = String::new();
        let mut last_section = "";
        for (section, setting, value) in self.written() {
            let origin = self.origin(&format!("{}.{}", section.name, setting.name));
            if section.source == Source::EnvironmentOnly && origin == Origin::Default {
                continue;
            }
            if section.name != last_section {
                let gap = if last_section.is_empty() { "" } else { "\n" };
                writeln!(text, "{gap}[{}]", section.name).expect("a string takes all");
                last_section = section.name;
            }
            let line = format!("{} = {value}", setting.name);
            writeln!(text, "{line:<ORIGIN_COLUMN$} # {origin}").expect("a string takes all");
        }
        text
    }
}
