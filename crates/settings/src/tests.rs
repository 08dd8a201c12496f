//! Settings as their users meet them: a file, variables, a message.

use std::path::{Path, PathBuf};

use expect_test::{Expect, expect, expect_file};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::given::variable_of;
use crate::schema::SECTIONS;
use crate::{Origin, Settings, SettingsError};

const HOME: (&str, &str) = ("HOME", "/home/anna");

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tastemaker.toml");
    std::fs::write(&path, file).unwrap();
    let environment = environment.iter().chain([&HOME]);
    let owned = environment.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::load(Some(&path), owned)
}

fn defaults() -> Settings {
    load("", &[]).unwrap()
}

/// Checks the message of a refusal; the folder of the file is left out of it.
fn check_refusal(file: &str, environment: &[(&str, &str)], expected: Expect) {
    let message = load(file, environment).unwrap_err().to_string();
    let message = match message.split_once("tastemaker.toml:") {
        Some((_, rest)) => format!("tastemaker.toml:{rest}"),
        None => message,
    };
    expected.assert_eq(&message);
}

#[test]
fn every_default_can_be_read_and_lies_in_its_range() {
    for (section, setting, value) in defaults().written() {
        let file = format!("[{}]\n{} = {value}", section.name, setting.name);
        if section.source == crate::declare::Source::Anywhere {
            load(&file, &[]).unwrap();
        }
    }
}

#[test]
fn numbers_carry_their_unit_last() {
    let units = [
        "_bytes",
        "_secs",
        "_ms",
        "_days",
        "_events",
        "_events_max",
        "_bytes_max",
        "_requests",
        "_requests_max",
        "_max_secs",
        "_max_days",
        "_requests_per_second",
        "_candidates",
        "_per_key_max",
        "visitors_max",
        "_hours",
        "_percent",
        "_commits",
        "_models",
        "interactions_min",
        "whole_up_to",
        "_replicas",
        "_parts",
    ];
    for setting in SECTIONS.iter().flat_map(|section| section.settings) {
        if setting.kind == "a whole number" {
            assert!(units.iter().any(|unit| setting.name.ends_with(unit)), "{}", setting.name);
            assert!(setting.range.is_some(), "{} has no bounds", setting.name);
        }
    }
}

#[test]
fn processes_share_all_they_write_or_nothing() {
    check_refusal(
        "",
        &[("TASTEMAKER_BACKENDS__LOG_URL", "nats://one:4222")],
        expect![[
            r#"backends.log_url lets several processes be the shop, but backends.records_url is empty; set it as well, or leave backends.log_url empty"#
        ]],
    );
    check_refusal(
        "[backends]\nlog_url = \"nats://one:4222\"\nrecords_url = \"postgres://one/shop\"",
        &[],
        expect![[
            r#"backends.log_url lets several processes be the shop, but backends.lake_url is empty; set it as well, or leave backends.log_url empty"#
        ]],
    );
    load("[backends]\nlake_url = \"s3://shop/lake\"", &[]).unwrap();
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_defaults() {
    let file = "[server]\nlisten = \"0.0.0.0:1\"\n\n[decisions]\ndeadline_ms = 20\n";
    let settings = load(file, &[("TASTEMAKER_SERVER__LISTEN", "[::]:2")]).unwrap();
    assert_eq!(settings.server.listen, "[::]:2".parse().unwrap());
    assert_eq!(settings.decisions.deadline_ms, 20);
    assert_eq!(settings.decisions.per_generator_candidates, 300);
    let variable = "TASTEMAKER_SERVER__LISTEN".to_owned();
    assert_eq!(settings.origin("server.listen"), Origin::Environment { variable });
    assert!(matches!(settings.origin("decisions.deadline_ms"), Origin::File { line: 5, .. }));
    assert_eq!(settings.origin("shop.id"), Origin::Default);
}

#[test]
fn markets_are_tables_in_the_file_and_toml_in_the_environment() {
    let market = r#"id = "de", currency = "EUR", language = "de", tax_rate_basis_points = 1900, tax_in_prices = "included""#;
    let file = format!("[[shop.markets]]\n{}\nprice_list = \"b2b\"", market.replace(", ", "\n"));
    let in_file = load(&file, &[]).unwrap().shop.markets;
    let variable = format!("[{{{market}, price_list = \"b2b\"}}]");
    let in_environment = load("", &[("TASTEMAKER_SHOP__MARKETS", &variable)]).unwrap().shop.markets;
    assert_eq!(in_file, in_environment);
    assert_eq!(in_file[0].tax_rate.get(), 1_900);
    assert_eq!(in_file[0].price_list.as_deref(), Some("b2b"));
}

#[test]
fn lists_are_divided_by_commas_in_the_environment() {
    let variables = [
        ("TASTEMAKER_INTAKE__OPEN_PROPERTIES", "theme, ab_test"),
        ("TASTEMAKER_SERVER__TRUSTED_PROXIES", "10.0.0.0/8,::1"),
        ("TASTEMAKER_CONSENT__DEFAULT", "operation"),
    ];
    let settings = load("", &variables).unwrap();
    assert_eq!(settings.intake.open_properties, ["theme", "ab_test"]);
    assert_eq!(settings.server.trusted_proxies.len(), 2);
    assert_eq!(settings.consent.default.iter().count(), 1);
}

#[test]
fn an_unknown_name_is_refused_and_the_nearest_is_named() {
    check_refusal(
        "[server]\n\nlsiten = \"127.0.0.1:1\"",
        &[],
        expect![
            "tastemaker.toml:3: there is no setting `server.lsiten`; the nearest is `server.listen`"
        ],
    );
    check_refusal(
        "deadline_ms = 10",
        &[],
        expect![
            "tastemaker.toml:1: there is no setting `deadline_ms`; the nearest is `decisions.deadline_ms`"
        ],
    );
    check_refusal(
        "",
        &[("TASTEMAKER_SHOPS__ID", "shop")],
        expect![
            "environment TASTEMAKER_SHOPS__ID: there is no setting `TASTEMAKER_SHOPS__ID`; the nearest is `TASTEMAKER_SHOP__ID`"
        ],
    );
}

#[test]
fn a_bad_value_is_refused_with_its_place_and_what_would_be_right() {
    check_refusal(
        "[decisions]\ndeadline_ms = 0",
        &[],
        expect!["tastemaker.toml:2: `decisions.deadline_ms` is 0; give 1 to 10000"],
    );
    check_refusal(
        "",
        &[("TASTEMAKER_DECISIONS__DEADLINE_MS", "soon")],
        expect![[
            r#"environment TASTEMAKER_DECISIONS__DEADLINE_MS: `decisions.deadline_ms` is "soon"; give a whole number"#
        ]],
    );
    check_refusal(
        "[consent]\ndefault = [\"operation\", \"spying\"]",
        &[],
        expect![[
            r#"tastemaker.toml:2: `consent.default` is "spying"; give purposes out of operation, measurement, personalization, marketing, sharing"#
        ]],
    );
    check_refusal(
        "[[shop.markets]]\nid = \"de\"\ntax_rate = 19",
        &[],
        expect![[
            r#"tastemaker.toml:1: `shop.markets` has a market with `tax_rate`; it may have ["id", "currency", "language", "tax_rate_basis_points", "tax_in_prices", "price_list"]"#
        ]],
    );
    check_refusal(
        "[server]\nlisten = \n",
        &[],
        expect![
            "tastemaker.toml:2: not TOML: string values must be quoted, expected literal string"
        ],
    );
}

#[test]
fn secrets_stay_out_of_the_file_and_out_of_everything_printed() {
    let secret = ("TASTEMAKER_BOOTSTRAP__SECRET_KEY", "sk_hush");
    let settings = load("", &[secret]).unwrap();
    assert_eq!(settings.bootstrap.secret_key.as_ref().unwrap().reveal(), "sk_hush");
    assert!(!settings.report().contains("hush"));
    assert!(settings.report().contains("secret_key = \"(secret)\""));
    assert!(!format!("{settings:?}").contains("hush"));
    assert!(!defaults().report().contains("(secret)"));
    check_refusal(
        "[bootstrap]\nsecret_key = \"sk_hush\"",
        &[],
        expect![
            "tastemaker.toml:2: `bootstrap.secret_key` is taken from the environment only; remove it and set TASTEMAKER_BOOTSTRAP__SECRET_KEY"
        ],
    );
}

#[test]
fn the_root_key_may_not_lie_where_the_data_lie() {
    let inside = "[data]\nfolder = \"/srv/shop\"\nroot_key_file = \"/srv/other/../shop/keys/root\"";
    check_refusal(
        inside,
        &[],
        expect![
            "data.root_key_file (/srv/other/../shop/keys/root) lies inside data.folder (/srv/shop); whoever copies the folder would have the key to it: move it elsewhere"
        ],
    );
    let beside = "[data]\nfolder = \"/srv/shop\"\nroot_key_file = \"/srv/shop-root.key\"";
    load(beside, &[]).unwrap();
}

#[test]
fn the_root_key_is_found_through_a_link() {
    let folder = TempDir::new().unwrap();
    let (data, link) = (folder.path().join("data"), folder.path().join("link"));
    std::fs::create_dir(&data).unwrap();
    std::os::unix::fs::symlink(&data, &link).unwrap();
    let key = link.join("root.key");
    let file = format!("[data]\nfolder = {data:?}\nroot_key_file = {key:?}");
    assert!(matches!(load(&file, &[]), Err(SettingsError::RootKeyInFolder { .. })));
}

#[test]
fn the_home_folder_is_found_as_the_system_says() {
    let key = |environment: &[(&str, &str)]| load("", environment).unwrap().data.root_key_file;
    assert_eq!(key(&[]), Path::new("/home/anna/.config/tastemaker/root.key"));
    assert_eq!(
        key(&[("XDG_CONFIG_HOME", "/etc/anna")]),
        Path::new("/etc/anna/tastemaker/root.key")
    );
    let error = Settings::load(None, std::iter::empty()).unwrap_err();
    assert!(matches!(error, SettingsError::NoHome { name: "data.root_key_file", .. }));
}

#[test]
fn a_missing_file_is_named() {
    let error = Settings::load(Some(Path::new("/nowhere/t.toml")), std::iter::empty()).unwrap_err();
    assert_eq!(error.to_string(), "the settings file /nowhere/t.toml cannot be read");
}

#[test]
fn what_is_printed_can_be_read_back_as_a_file() {
    let file = "[intake]\nopen_properties = [\"a\\\"b\"]\n[shop]\nlanguage = \"de\"\n";
    let settings = load(file, &[]).unwrap();
    let again = load(&settings.report(), &[]).unwrap();
    assert_eq!(again.written().len(), settings.written().len());
    for ((_, setting, value), (.., other)) in settings.written().iter().zip(again.written()) {
        assert_eq!(*value, other, "{}", setting.name);
    }
}

#[test]
fn the_example_file_uncommented_says_the_defaults() {
    let lines = crate::example_file();
    let settings = lines.lines().map(|line| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
        _ => format!("{line}\n"),
    });
    let example = load(&settings.collect::<String>(), &[]).unwrap();
    for ((_, setting, value), (.., other)) in defaults().written().iter().zip(example.written()) {
        assert_eq!(*value, other, "{}", setting.name);
    }
}

#[test]
fn the_documents_are_current() {
    expect_file!["../../../docs/settings.md"].assert_eq(&crate::markdown());
    expect_file!["../../../docs/tastemaker.toml"].assert_eq(&crate::example_file());
}

/// Every file that tells an operator which variables to set.
fn files_for_operators() -> Vec<PathBuf> {
    fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
        for path in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() { gather(&path, files) } else { files.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent).unwrap();
    let mut files = Vec::new();
    gather(&root.join("deploy"), &mut files);
    gather(&root.join("docs"), &mut files);
    files
}

/// The words of a text that are variables of ours.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    words.filter(|it| it.starts_with("TASTEMAKER_") && it.contains("__"))
}

#[test]
fn whatever_operators_are_told_to_set_is_a_setting() {
    let known: Vec<String> = SECTIONS
        .iter()
        .flat_map(|section| section.settings.iter().map(move |it| (section.name, it.name)))
        .map(|(section, name)| variable_of(&format!("{section}.{name}")))
        .collect();
    for file in files_for_operators() {
        let text = std::fs::read_to_string(&file).unwrap();
        // The documents explain the form of a variable's name by this one.
        for variable in variables(&text).filter(|it| *it != "TASTEMAKER_SECTION__NAME") {
            assert!(known.iter().any(|it| it == variable), "{variable} in {}", file.display());
        }
    }
}

proptest! {
    #[test]
    fn no_file_and_no_variable_makes_the_reader_panic(file in "(\\[[a-z]{1,9}\\]\n)?.{0,60}", value in ".{0,30}") {
        let _unused = load(&file, &[("TASTEMAKER_SHOP__MARKETS", &value)]);
        let _unused = load("", &[("TASTEMAKER_SERVER__TRUSTED_PROXIES", &value)]);
    }
}
