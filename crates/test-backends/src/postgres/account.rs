//! Whom servers run as where the tests run as root.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;

/// Who may run a server, best first.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// An account of the system, by its numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Account {
    /// The account for servers; `None` where the tests' own will do.
    ///
    /// # Panics
    ///
    /// If the tests run as root and there is no other account.
    pub(super) fn for_servers() -> Option<Account> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let accounts = fs::read_to_string("/etc/passwd").expect("root can read the accounts");
        let found = NAMES.iter().find_map(|name| Account::of(&accounts, name));
        Some(
            found.expect("PostgreSQL does not run as root, and there is no `postgres` or `nobody`"),
        )
    }

    fn of(accounts: &str, name: &str) -> Option<Account> {
        let mut fields = accounts.lines().map(|line| line.split(':'));
        let mut fields = fields.find_map(|mut it| (it.next()? == name).then_some(it))?;
        let user = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(Account { user, group })
    }
}

/// Makes a file or folder the account's.
pub(super) fn hand_over(path: &Path, account: Option<&Account>) {
    if let Some(account) = account {
        chown(path, Some(account.user), Some(account.group)).expect("root can hand files over");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts = "nobody2:x:7:8::/:\nnobody:x:65534:65533:nobody:/nonexistent:/bin/false\n";
        let found = Account::of(accounts, "nobody").unwrap();
        assert_eq!((found.user, found.group), (65_534, 65_533));
        assert!(Account::of(accounts, "body").is_none());
    }
}
