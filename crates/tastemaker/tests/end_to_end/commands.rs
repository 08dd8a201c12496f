//! Settings, refusals and documents: what a command says, and that it makes nothing when it refuses.

use crate::server::Server;
use crate::site::{Site, files};

#[test]
fn config_prints_each_setting_with_its_value_and_origin() {
    let site = Site::with("[shop]\nid = \"attic\"\n\n[decisions]\ndeadline_ms = 80\n");
    let mut command = site.command("config --data elsewhere");
    command.env("TASTEMAKER_SHOP__CURRENCY", "SEK");
    command.env("TASTEMAKER_BOOTSTRAP__SECRET_KEY", "tms_do_not_show_me");
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let line = |setting: &str| {
        let line = printed.lines().find(|it| it.starts_with(setting));
        line.unwrap_or_else(|| panic!("no {setting} in {printed}"))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(line("id "), "id = \"attic\" # tastemaker.toml:2");
    assert_eq!(line("deadline_ms"), "deadline_ms = 80 # tastemaker.toml:5");
    assert_eq!(line("currency"), "currency = \"SEK\" # environment TASTEMAKER_SHOP__CURRENCY");
    assert_eq!(line("listen"), "listen = \"127.0.0.1:8080\" # default");
    assert!(line("folder").starts_with("folder = \"elsewhere\""));
    assert!(!printed.contains("tms_do_not_show_me"), "{printed}");
    assert!(!site.path("data").exists() && !site.path("elsewhere").exists());
}

#[test]
fn the_example_is_a_settings_file_that_changes_nothing() {
    let site = Site::new();
    let plain = site.run("config");
    let example = site.run("config --example");
    // A setting is commented out as `#name = value`, prose as `# A sentence.`.
    let uncommented = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
        _ => format!("{line}\n"),
    };
    let values = |report: &str| -> Vec<String> {
        let value = |it: &str| it.split(" # ").next().unwrap_or_default().trim_end().to_owned();
        report.lines().map(value).collect()
    };
    for file in [example.clone(), example.lines().map(uncommented).collect()] {
        site.write("tastemaker.toml", &file);
        assert_eq!(values(&site.run("config")), values(&plain));
    }
    assert!(site.run("config").contains("tastemaker.toml:"));
}

#[test]
fn an_unknown_setting_is_refused_with_the_nearest_one_and_nothing_is_made() {
    let site = Site::with("[server]\nlisen = \"127.0.0.1:0\"\n");
    for command in ["serve", "config", "keys list", "state digest"] {
        let refusal = site.refusal(command);
        let words =
            "tastemaker.toml:2: there is no setting `server.lisen`; the nearest is `server.listen`";
        assert!(refusal.contains(words), "{refusal}");
    }
    let output =
        Site::new().command("config").env("TASTEMAKER_SHOP__CURRENCI", "EUR").output().unwrap();
    let refusal = String::from_utf8(output.stderr).unwrap();
    assert!(refusal.contains("the nearest is `TASTEMAKER_SHOP__CURRENCY`"), "{refusal}");
    let value = Site::with("[decisions]\ndeadline_ms = 0\n").refusal("config");
    assert!(value.contains("`decisions.deadline_ms` is 0; give 1 to 10000"), "{value}");
    assert!(!site.path("data").exists() && !site.root_key().exists());
}

#[test]
fn a_root_key_inside_the_data_folder_is_refused() {
    let site = Site::with("[data]\nroot_key_file = \"data/root.key\"\n");
    let refusal = site.refusal("keys list");
    assert!(refusal.contains("lies inside data.folder"), "{refusal}");
    assert!(!site.path("data").exists());
}

/// Damages the root key of a shop and looks whether anything opens, or is made.
#[track_caller]
fn check_root_key(damage: impl FnOnce(&Site), words: &str) {
    // Tests run beside each other, and `serve` takes its address first.
    let site = Site::with("[server]\nlisten = \"127.0.0.1:0\"\n");
    site.run("keys create secret");
    damage(&site);
    // The store tidies up behind itself, so files may go; none may come.
    let before = files(&site.path(""));
    for command in ["serve", "keys list", "keys create secret", "log size"] {
        let refusal = site.refusal(command);
        assert!(refusal.contains(words), "`{command}`: {refusal}");
    }
    let after = files(&site.path(""));
    let made: Vec<_> = after.iter().filter(|it| !before.contains(it)).collect();
    assert!(made.is_empty(), "{made:?}");
}

#[test]
fn a_shop_without_its_root_key_is_refused_and_no_other_is_made() {
    let remove = |site: &Site| std::fs::remove_file(site.root_key()).unwrap();
    check_root_key(remove, "without which nothing of this shop can be opened");
}

#[test]
fn a_shop_with_a_foreign_root_key_is_refused() {
    let swap = |site: &Site| {
        let other = Site::new();
        other.run("keys list");
        std::fs::copy(other.root_key(), site.root_key()).unwrap();
    };
    check_root_key(swap, "root key");
}

#[test]
fn a_root_key_that_is_cut_off_or_readable_by_others_is_refused() {
    let cut = |site: &Site| {
        let key = std::fs::read(site.root_key()).unwrap();
        std::fs::write(site.root_key(), &key[..40]).unwrap();
    };
    check_root_key(cut, "it must be 64 hexadecimal digits");
    let open = |site: &Site| {
        use std::os::unix::fs::PermissionsExt;
        let everybody = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(site.root_key(), everybody).unwrap();
    };
    check_root_key(open, "run `chmod 600` on it");
}

#[test]
fn one_folder_is_served_by_one_process_only() {
    let site = Site::new();
    let (server, _) = Server::first(&site);
    for command in [crate::server::SERVE, "keys list", "log export", "state digest"] {
        let refusal = site.refusal(command);
        assert!(refusal.contains("another program has the folder open"), "`{command}`: {refusal}");
    }
    server.stop();
    site.run("keys list");
}

#[test]
fn a_port_that_is_taken_is_refused_by_name() {
    let (site, other) = (Site::new(), Site::new());
    let (server, _) = Server::first(&site);
    let address = server.url.replace("http://", "");
    let refusal = other.refusal(&format!("serve --listen {address}"));
    assert!(refusal.contains(&format!("listening on {address}; is it in use?")), "{refusal}");
}

#[test]
fn documents_are_printed_without_a_shop() {
    let site = Site::new();
    let openapi: serde_json::Value = serde_json::from_str(&site.run("openapi")).unwrap();
    assert!(openapi["paths"]["/v1/decisions"]["post"].is_object());
    assert!(site.run("errors").contains("`STORAGE_FULL`"));
    assert!(site.run("metrics").contains("`decision_seconds`"));
    assert!(site.run("config --markdown").contains("`root_key_file`"));
    assert!(!site.path("data").exists());
}
