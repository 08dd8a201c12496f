//! An empty cluster, made once below `target/` and copied for every server.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::account::{self, Account};
use super::{USER, act_as, run};

/// Where templates are, below the folder of the workspace.
const TEMPLATES: &str = "target/test-backends";

/// Makes `data` an empty cluster.
pub(super) fn copy_to(data: &Path, programs: &Path, account: Option<&Account>) {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(TEMPLATES);
    let template = template.join(name(programs));
    if !template.exists() {
        make(&template, programs, account);
    }
    copy(&template, data, account).expect("a template can be copied");
}

/// A name for what these programs make: theirs, and ours for how they are asked.
fn name(programs: &Path) -> String {
    let version = Command::new(programs.join("initdb")).arg("--version").output();
    let version = version.expect("a program that was found can be started").stdout;
    let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
    let version: String = String::from_utf8_lossy(&version).trim().chars().map(plain).collect();
    format!("{version}-1")
}

/// Runs `initdb` and puts what it makes where `template` says; another process may be faster.
fn make(template: &Path, programs: &Path, account: Option<&Account>) {
    let folder = tempfile::tempdir().expect("the temporary folder must be writable");
    account::hand_over(folder.path(), account);
    let made = folder.path().join("data");
    let mut initdb = Command::new(programs.join("initdb"));
    initdb.arg("-D").arg(&made).args(["-U", USER, "-A", "trust", "--no-sync"]);
    // Little to copy; and an order of words that is not that of their bytes, as in most installations.
    initdb.args(["--wal-segsize=1", "-E", "UTF8", "--locale=C"]);
    initdb.args(["--locale-provider=icu", "--icu-locale=en-US"]);
    act_as(&mut initdb, account);
    run(&mut initdb);

    let beside: PathBuf = template.with_extension(std::process::id().to_string());
    fs::create_dir_all(template.parent().expect("it is below another folder"))
        .and_then(|()| copy(&made, &beside, None))
        .expect("the target folder must be writable");
    if fs::rename(&beside, template).is_err() {
        assert!(template.exists(), "{} cannot be made", template.display());
        fs::remove_dir_all(&beside).expect("what was just written can be removed");
    }
}

fn copy(from: &Path, to: &Path, account: Option<&Account>) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&source, &target, account)?;
        } else {
            fs::copy(&source, &target)?;
            account::hand_over(&target, account);
        }
    }
    // A server refuses a folder that others may enter.
    fs::set_permissions(to, fs::Permissions::from_mode(0o700))?;
    account::hand_over(to, account);
    Ok(())
}
