//! The file of parameters that a search found, and how it is known for one.
//!
//! Whoever trains with searched parameters, or quotes figures reached with them, has to know that the
//! search never saw what they are judged on. So the file says which data it was made on and how, and a
//! checksum over all of it says that nobody turned a knob by hand since. That guards against mistakes,
//! not against a forger: whoever can run the search can also write its file.
//!
//! # What does not live here
//!
//! Searching: `tune`. Reading and writing files: whoever calls.

use std::collections::BTreeMap;

use recommend::Knob;
use serde::{Deserialize, Serialize};

use super::methods::knobs;

/// What says that it wrote the file.
const TOOL: &str = "tastemaker tune";
/// The newest format that is known.
const FORMAT: u32 = 1;
/// What stands above the parameters, for people.
const HEADER: &str = "\
# Written by `tastemaker tune`. A value changed by hand makes the checksum at the end wrong and the file
# useless: search on from it with `tastemaker tune --from FILE` instead.

";

/// What a search found, on what, and how it can be repeated.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TunedParams {
    /// The format of the file.
    format: u32,
    /// What wrote it.
    tool: String,
    /// The version of the program that searched.
    pub version: String,
    /// The generator whose parameters they are.
    pub generator: String,
    /// The data that the search saw, by its checksum: all before the test, the validation cut included.
    pub data_checksum: String,
    /// How many shoppers, or sessions, that data has.
    pub n_shoppers: u64,
    /// How many acts.
    pub n_acts: u64,
    /// What was held out of that data to choose by, in words.
    pub validation_cut: String,
    /// How many cases that gave.
    pub validation_cases: u64,
    /// What was searched for.
    pub measure: String,
    /// What the defaults reach on the validation cut.
    pub validation_of_defaults: f64,
    /// What the values reach there.
    pub validation: f64,
    /// The seed of the search.
    pub seed: u64,
    /// How many changes it tried.
    pub rounds: u64,
    /// How long it was allowed to take, in seconds.
    pub budget_secs: u64,
    /// The checksum of the file whose values it began with, if it began with a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun_from: Option<String>,
    /// Every knob's value by name.
    pub values: BTreeMap<String, f64>,
}

/// What a search knows beside what the file says of itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) generator: String,
    pub(super) data_checksum: String,
    pub(super) n_shoppers: u64,
    pub(super) n_acts: u64,
    pub(super) validation_cut: String,
    pub(super) validation_cases: u64,
    pub(super) measure: String,
    pub(super) validation_of_defaults: f64,
    pub(super) validation: f64,
    pub(super) seed: u64,
    pub(super) rounds: u64,
    pub(super) budget_secs: u64,
    pub(super) begun_from: Option<String>,
    pub(super) values: BTreeMap<String, f64>,
}

/// Why parameters are refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParamsError {
    /// It cannot be read as a file of parameters.
    #[error(
        "this is no file that `{TOOL}` wrote: {reason}; only such files are taken, so run `{TOOL} --out FILE`"
    )]
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
    /// A newer program wrote it.
    #[error(
        "the parameters are of format {found}, and this program knows {FORMAT} at most; start a newer program, or search anew with `{TOOL}`"
    )]
    Newer {
        /// The format of the file.
        found: u32,
    },
    /// It was changed since it was written.
    #[error(
        "the parameters were changed after the search that found them: their checksum is {actual} and the file says {stated}; search on from them with `{TOOL} --from FILE`"
    )]
    Changed {
        /// The checksum that the file states.
        stated: String,
        /// The checksum that it has.
        actual: String,
    },
    /// It is for another generator.
    #[error(
        "the parameters are those of `{found}`, not of `{wanted}`; give a file that `{TOOL} --generator {wanted}` wrote"
    )]
    OtherGenerator {
        /// The generator that it is for.
        found: String,
        /// The one that was asked for.
        wanted: String,
    },
    /// It was searched on other data.
    #[error(
        "the parameters were searched on other data: its checksum is {found}, and that of the data at hand is {wanted}; search anew with `{TOOL}` on this data"
    )]
    OtherData {
        /// The checksum of the data that the search saw.
        found: String,
        /// The checksum of the data at hand.
        wanted: String,
    },
    /// Its knobs are not those of the generator.
    #[error(
        "the parameters name the knob `{name}` with {value}, which `{generator}` does not take; search anew with `{TOOL}`"
    )]
    UnknownKnob {
        /// The generator.
        generator: String,
        /// The knob.
        name: String,
        /// Its value.
        value: f64,
    },
}

/// The file: the parameters and their checksum.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    params: TunedParams,
    checksum: Checksum,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Checksum {
    blake3: String,
}

/// As much of a file of any format as says which format it is.
#[derive(Debug, Deserialize)]
struct AnyFile {
    params: AnyParams,
}

#[derive(Debug, Deserialize)]
struct AnyParams {
    format: u32,
    tool: String,
}

impl TunedParams {
    /// The parameters of a search that has ended.
    pub(super) fn of(found: Found) -> TunedParams {
        TunedParams {
            format: FORMAT,
            tool: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            generator: found.generator,
            data_checksum: found.data_checksum,
            n_shoppers: found.n_shoppers,
            n_acts: found.n_acts,
            validation_cut: found.validation_cut,
            validation_cases: found.validation_cases,
            measure: found.measure,
            validation_of_defaults: found.validation_of_defaults,
            validation: found.validation,
            seed: found.seed,
            rounds: found.rounds,
            budget_secs: found.budget_secs,
            begun_from: found.begun_from,
            values: found.values,
        }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// [`ParamsError`] unless `tastemaker tune` wrote it and nobody changed it since.
    pub fn read(text: &str) -> Result<TunedParams, ParamsError> {
        let unreadable = |reason: String| ParamsError::Unreadable { reason };
        let any: AnyFile =
            toml::from_str(text).map_err(|err| unreadable(err.message().to_owned()))?;
        if any.params.tool != TOOL {
            return Err(unreadable(format!("it says that `{}` wrote it", any.params.tool)));
        }
        if any.params.format > FORMAT {
            return Err(ParamsError::Newer { found: any.params.format });
        }
        let file: File =
            toml::from_str(text).map_err(|err| unreadable(err.message().to_owned()))?;
        let (stated, actual) = (file.checksum.blake3, file.params.checksum());
        if stated != actual {
            return Err(ParamsError::Changed { stated, actual });
        }
        Ok(file.params)
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let checksum = Checksum { blake3: self.checksum() };
        let file = File { params: self.clone(), checksum };
        format!("{HEADER}{}", toml::to_string(&file).expect("the fields are plain values"))
    }

    /// A checksum of all that the file says.
    pub fn checksum(&self) -> String {
        let text = toml::to_string(self).expect("the fields are plain values");
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }

    /// The values in the order of the generator's knobs. One that came after the search is at its default,
    /// which changes nothing of what was searched.
    ///
    /// # Errors
    ///
    /// [`ParamsError::UnknownKnob`] when they are not those of this version's generator.
    pub fn values_in_order(&self) -> Result<Vec<f64>, ParamsError> {
        let knobs = knobs(&self.generator);
        let unknown = |name: &str, value: f64| ParamsError::UnknownKnob {
            generator: self.generator.clone(),
            name: name.to_owned(),
            value,
        };
        for (name, value) in &self.values {
            let takes = |it: &Knob| it.name == name && (it.range.0..=it.range.1).contains(value);
            if !knobs.iter().any(takes) {
                return Err(unknown(name, *value));
            }
        }
        let value = |it: &Knob| self.values.get(it.name).copied().unwrap_or(it.default);
        Ok(knobs.iter().map(value).collect())
    }

    /// Refuses them for another generator than theirs.
    ///
    /// # Errors
    ///
    /// [`ParamsError::OtherGenerator`].
    pub fn ensure_generator(&self, wanted: &str) -> Result<(), ParamsError> {
        if self.generator == wanted {
            return Ok(());
        }
        Err(ParamsError::OtherGenerator {
            found: self.generator.clone(),
            wanted: wanted.to_owned(),
        })
    }

    /// Refuses them for data that they were not searched on: `checksum` is that of all data before the
    /// test.
    ///
    /// # Errors
    ///
    /// [`ParamsError::OtherData`].
    pub fn ensure_data(&self, checksum: &str) -> Result<(), ParamsError> {
        if self.data_checksum == checksum {
            return Ok(());
        }
        Err(ParamsError::OtherData {
            found: self.data_checksum.clone(),
            wanted: checksum.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> TunedParams {
        TunedParams::of(Found {
            generator: "item_neighbors".to_owned(),
            data_checksum: "ab12".to_owned(),
            n_shoppers: 3,
            n_acts: 20,
            validation_cut: "the last 30 days".to_owned(),
            validation_cases: 2,
            measure: "recall@20".to_owned(),
            validation_of_defaults: 0.1,
            validation: 0.1 + 0.2,
            seed: 7,
            rounds: 40,
            budget_secs: 60,
            begun_from: None,
            values: BTreeMap::from([("decay".to_owned(), 1.5), ("tiny".to_owned(), 1e-7)]),
        })
    }

    /// Changes a file and compares how it is refused.
    #[track_caller]
    fn check(from: &str, to: &str, refusal: &str) {
        let text = params().to_text();
        assert!(text.contains(from), "no `{from}` in {text}");
        let err = TunedParams::read(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(err.contains(refusal), "{err}");
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        assert_eq!(TunedParams::read(&params().to_text()).unwrap(), params());
    }

    #[test]
    fn a_comment_is_no_change() {
        let text =
            params().to_text().replace("[params.values]", "# found at night\n[params.values]");
        assert_eq!(TunedParams::read(&text).unwrap(), params());
    }

    #[test]
    fn a_value_turned_by_hand_is_refused() {
        check("decay = 1.5", "decay = 1.6", "were changed after the search");
        check("data_checksum = \"ab12\"", "data_checksum = \"ab13\"", "were changed after");
        check("seed = 7", "seed = 8", "search on from them with `tastemaker tune --from FILE`");
    }

    #[test]
    fn what_no_search_wrote_is_refused() {
        check("tool = \"tastemaker tune\"", "tool = \"me\"", "it says that `me` wrote it");
        check("[checksum]", "[sum]", "only such files are taken");
        check("format = 1", "format = 2", "start a newer program");
        let old = "[diginetica]\nseed = 2\n\n[diginetica.values]\nage_decay = 1.21\n";
        let err = TunedParams::read(old).unwrap_err().to_string();
        assert!(err.contains("run `tastemaker tune --out FILE`"), "{err}");
        assert!(TunedParams::read("no TOML at all").is_err());
    }

    #[test]
    fn parameters_serve_their_own_generator_and_data_only() {
        let params = params();
        assert!(params.ensure_generator("item_neighbors").is_ok());
        assert!(params.ensure_data("ab12").is_ok());
        let err = params.ensure_generator("buy_again").unwrap_err().to_string();
        assert!(err.contains("those of `item_neighbors`, not of `buy_again`"), "{err}");
        let err = params.ensure_data("cd34").unwrap_err().to_string();
        assert!(err.contains("searched on other data: its checksum is ab12"), "{err}");
    }
}
