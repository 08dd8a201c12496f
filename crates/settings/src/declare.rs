//! Turns the table of settings into structs and into data about them.

use std::ops::RangeInclusive;

/// Where the settings of a section may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the file or in the environment.
    Anywhere,
    /// In the environment only, and unmentioned in the documents.
    EnvironmentOnly,
}

/// What the table says about one setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its name.
    pub(crate) name: &'static str,
    /// The lines of its doc comment.
    pub(crate) doc: &'static [&'static str],
    /// What kind of value it takes.
    pub(crate) kind: &'static str,
    /// Its default, as it would be written in the file.
    pub(crate) default: &'static str,
    /// What its number must lie in.
    pub(crate) range: Option<RangeInclusive<i64>>,
}

/// What the table says about one section.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its name.
    pub(crate) name: &'static str,
    /// The lines of its doc comment.
    pub(crate) doc: &'static [&'static str],
    /// Where its settings may be given.
    pub(crate) source: Source,
    /// Its settings, in order.
    pub(crate) settings: &'static [Setting],
}

/// Declares all settings.
///
/// `name: Type = default in range;` where the default is written as in the file and the range, for
/// numbers, may be left out. `environment_only` before a section keeps it out of file and documents.
macro_rules! settings {
    (@source environment_only) => { $crate::declare::Source::EnvironmentOnly };
    (@source) => { $crate::declare::Source::Anywhere };
    (@range $range:expr) => { Some($range) };
    (@range) => { None };
    ($(
        $(#[doc = $section_doc:literal])*
        $(($where:ident))? $section:ident: $struct:ident {$(
            $(#[doc = $doc:literal])*
            $name:ident: $type:ty = $default:tt $(in $range:expr)?;
        )*}
    )*) => {
        $(
            $(#[doc = $section_doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $struct {$(
                $(#[doc = $doc])*
                pub $name: $type,
            )*}
        )*

        /// Every setting of the program.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Settings {
            $(
                $(#[doc = $section_doc])*
                pub $section: $struct,
            )*
            pub(crate) origins: $crate::origin::Origins,
        }

        /// The table.
        pub(crate) static SECTIONS: &[$crate::declare::Section] = &[$(
            $crate::declare::Section {
                name: stringify!($section),
                doc: &[$($section_doc),*],
                source: settings!(@source $($where)?),
                settings: &[$(
                    $crate::declare::Setting {
                        name: stringify!($name),
                        doc: &[$($doc),*],
                        kind: <$type as $crate::value::SettingValue>::KIND,
                        default: stringify!($default),
                        range: settings!(@range $($range)?),
                    },
                )*],
            },
        )*];

        impl Settings {
            /// Reads every setting of the table out of what was given.
            pub(crate) fn read(
                given: $crate::given::Given,
            ) -> Result<Settings, $crate::SettingsError> {
                Ok(Settings {
                    $($section: $struct {
                        $($name: given.value(stringify!($section), stringify!($name))?,)*
                    },)*
                    origins: given.into_origins(),
                })
            }

            /// Every setting's value, as it would be written in the file.
            pub(crate) fn written(&self) -> Vec<(&'static Section, &'static Setting, String)> {
                let values = [$($(
                    $crate::value::SettingValue::to_toml(&self.$section.$name).to_string(),
                )*)*];
                let all = SECTIONS.iter().flat_map(|section| {
                    section.settings.iter().map(move |setting| (section, setting))
                });
                all.zip(values).map(|((section, setting), value)| (section, setting, value)).collect()
            }
        }
    };
}

pub(crate) use settings;
