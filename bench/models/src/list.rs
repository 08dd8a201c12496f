//! `--list`: the name of each benchmark and what it measures, from the command line's own texts.

/// Prints one line for each subcommand of `command`.
#[expect(clippy::print_stdout, reason = "the list is what was asked for")]
pub fn print(command: &clap::Command) {
    for benchmark in command.get_subcommands() {
        let about = benchmark.get_about().map(ToString::to_string).unwrap_or_default();
        println!("{:12}{about}", benchmark.get_name());
    }
}
