//! The documents that are generated from the table: a page about all settings, and an example file.

use std::fmt::Write;

use crate::declare::{Section, Setting, Source};
use crate::given::variable_of;
use crate::schema::SECTIONS;

const PAGE_HEAD: &str = "\
# Settings

Generated from the table in `crates/settings/src/schema.rs` by `tastemaker config --markdown`.

Settings come from one TOML file, `tastemaker.toml`, and from environment variables, which win:
`server.listen` is `listen` in the section `[server]` of the file, and the variable
`TASTEMAKER_SERVER__LISTEN`. In a variable, a list is written with commas or as in the file.
Everything has a default, so the file may be missing. A name that is not below is refused, and the
nearest one that is gets named. `tastemaker config` prints every setting with its value and where that
came from. [tastemaker.toml](tastemaker.toml) is a file with every setting at its default.
";

const FILE_HEAD: &str = "\
# Every setting of Tastemaker at its default, to be uncommented and changed.
# `tastemaker config` prints what is in force and where it came from.
";

/// The page about all settings, in Markdown.
pub fn markdown() -> String {
    let mut page = PAGE_HEAD.to_owned();
    for section in documented() {
        let about = section.doc.concat();
        write!(page, "\n## {}\n\n{}\n\n", section.name, about.trim()).expect(TAKES_ALL);
        page.push_str("| setting | default | takes | meaning |\n| --- | --- | --- | --- |\n");
        for setting in section.settings {
            let Setting { name, default, .. } = setting;
            let meaning = setting.doc.concat();
            writeln!(page, "| `{name}` | `{default}` | {} | {} |", takes(setting), meaning.trim())
                .expect(TAKES_ALL);
        }
    }
    page
}

/// A settings file with every setting, commented out, at its default.
pub fn example_file() -> String {
    let mut file = FILE_HEAD.to_owned();
    for section in documented() {
        file.push('\n');
        comment(&mut file, section.doc);
        writeln!(file, "[{}]", section.name).expect(TAKES_ALL);
        for setting in section.settings {
            file.push('\n');
            comment(&mut file, setting.doc);
            let variable = variable_of(&format!("{}.{}", section.name, setting.name));
            writeln!(file, "# Takes {}; or {variable}.", takes(setting)).expect(TAKES_ALL);
            writeln!(file, "#{} = {}", setting.name, setting.default).expect(TAKES_ALL);
        }
    }
    file
}

const TAKES_ALL: &str = "writing to a string cannot fail";

fn documented() -> impl Iterator<Item = &'static Section> {
    SECTIONS.iter().filter(|section| section.source == Source::Anywhere)
}

fn takes(setting: &Setting) -> String {
    match &setting.range {
        Some(range) => format!("{}, {} to {}", setting.kind, range.start(), range.end()),
        None => setting.kind.to_owned(),
    }
}

fn comment(file: &mut String, lines: &[&str]) {
    for line in lines {
        writeln!(file, "#{line}").expect(TAKES_ALL);
    }
}
