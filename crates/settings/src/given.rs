//! Gathers what was given, in the file and in the environment, before anybody knows what it is worth.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use toml::de::DeTable;
use toml::{Table, Value};

use crate::SettingsError;
use crate::declare::{Section, Setting, Source};
use crate::nearest::nearest;
use crate::origin::{Origin, Origins};
use crate::schema::SECTIONS;
use crate::value::{SettingValue, from_text};

/// How the names of environment variables begin.
const PREFIX: &str = "TASTEMAKER_";

#[derive(Debug)]
enum Raw {
    Toml(Value),
    Text(String),
}

/// Everything that was given, by `section.name`.
#[derive(Debug, Default)]
pub(crate) struct Given {
    values: BTreeMap<String, (Raw, Origin)>,
}

impl Given {
    /// The value of a setting; its default when none was given.
    pub(crate) fn value<T: SettingValue>(
        &self,
        section: &str,
        name: &str,
    ) -> Result<T, SettingsError> {
        let name = format!("{section}.{name}");
        let (_, setting) = find(&name).expect("the table knows its own names");
        let Some((raw, origin)) = self.values.get(&name) else {
            let default = Value::from_str(setting.default).map_err(|error| error.to_string());
            let default = default.and_then(|default| T::from_toml(&default));
            return Ok(default.expect("a test reads every default"));
        };
        let read = match raw {
            Raw::Toml(value) => T::from_toml(value),
            Raw::Text(text) => from_text(text),
        };
        let in_range = |value: T| match (value.to_toml(), &setting.range) {
            (Value::Integer(number), Some(range)) if !range.contains(&number) => {
                Err(format!("is {number}; give {} to {}", range.start(), range.end()))
            }
            _ => Ok(value),
        };
        let refused = |what| SettingsError::Value { origin: origin.clone(), name, what };
        read.and_then(in_range).map_err(refused)
    }

    /// Where everything that was given came from.
    pub(crate) fn into_origins(self) -> Origins {
        self.values.into_iter().map(|(name, (_, origin))| (name, origin)).collect()
    }

    /// Adds the settings of a file.
    pub(crate) fn add_file(&mut self, path: &Path) -> Result<(), SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::File { path: path.to_owned(), source })?;
        let at = |offset: usize| {
            let n_before = text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
            Origin::File { path: path.to_owned(), line: n_before + 1 }
        };
        let not_toml = |error: toml::de::Error| SettingsError::NotToml {
            origin: at(error.span().map_or(0, |span| span.start)),
            what: error.message().to_owned(),
        };
        let places = DeTable::parse(&text).map_err(not_toml)?.into_inner();
        let values: Table = text.parse().map_err(not_toml)?;
        for (section, content) in places.iter() {
            let Some(names) = content.get_ref().as_table() else {
                return Err(unknown(at(section.span().start), section.get_ref()));
            };
            for name in names.keys() {
                let full_name = format!("{}.{}", section.get_ref(), name.get_ref());
                let value = values[section.get_ref().as_ref()][name.get_ref().as_ref()].clone();
                self.add(full_name, value, at(name.span().start))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, name: String, value: Value, origin: Origin) -> Result<(), SettingsError> {
        let Some((section, _)) = find(&name) else { return Err(unknown(origin, &name)) };
        if section.source == Source::EnvironmentOnly {
            let variable = variable_of(&name);
            return Err(SettingsError::EnvironmentOnly { origin, name, variable });
        }
        self.values.insert(name, (Raw::Toml(value), origin));
        Ok(())
    }

    /// Adds an environment variable, if it is one of ours: others and those without `__` are not.
    pub(crate) fn add_variable(
        &mut self,
        variable: &str,
        value: String,
    ) -> Result<(), SettingsError> {
        let ours = variable.strip_prefix(PREFIX).and_then(|rest| rest.split_once("__"));
        let Some((section, name)) = ours else { return Ok(()) };
        let name = format!("{}.{}", section.to_lowercase(), name.to_lowercase());
        let origin = Origin::Environment { variable: variable.to_owned() };
        if find(&name).is_none() {
            return Err(unknown(origin, &name));
        }
        self.values.insert(name, (Raw::Text(value), origin));
        Ok(())
    }
}

/// The name of the environment variable that gives a setting.
pub(crate) fn variable_of(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase().replacen('.', "__", 1))
}

fn find(name: &str) -> Option<(&'static Section, &'static Setting)> {
    let (section, name) = name.split_once('.')?;
    let section = SECTIONS.iter().find(|it| it.name == section)?;
    let setting = section.settings.iter().find(|it| it.name == name)?;
    Some((section, setting))
}

fn unknown(origin: Origin, name: &str) -> SettingsError {
    let names = SECTIONS.iter().filter(|it| it.source == Source::Anywhere).flat_map(|section| {
        section.settings.iter().map(move |it| format!("{}.{}", section.name, it.name))
    });
    let nearest = nearest(name, names);
    match &origin {
        Origin::Environment { variable } => SettingsError::Unknown {
            given: variable.clone(),
            nearest: variable_of(&nearest),
            origin,
        },
        _ => SettingsError::Unknown { given: name.to_owned(), nearest, origin },
    }
}
