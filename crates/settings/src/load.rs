//! Reads settings and settles what depends on more than one of them.

use std::path::{Component, Path, PathBuf};

use crate::given::Given;
use crate::{Settings, SettingsError};

/// Where `~` and `~/.config` are.
#[derive(Debug, Default)]
struct Home {
    home: Option<PathBuf>,
    config: Option<PathBuf>,
}

impl Settings {
    /// Reads the settings: defaults, over them `file`, over them the variables among `environment`
    /// that are named `TASTEMAKER_SECTION__NAME`.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] naming the place, the setting and the remedy.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Settings, SettingsError> {
        let mut given = Given::default();
        if let Some(path) = file {
            given.add_file(path)?;
        }
        let mut home = Home::default();
        for (variable, value) in environment {
            match variable.as_str() {
                "HOME" => home.home = Some(PathBuf::from(value)),
                "XDG_CONFIG_HOME" => home.config = Some(PathBuf::from(value)),
                _ => given.add_variable(&variable, value)?,
            }
        }
        let mut settings = Settings::read(given)?;
        home.settle("data.folder", &mut settings.data.folder)?;
        home.settle("data.root_key_file", &mut settings.data.root_key_file)?;
        settings.check_root_key()?;
        settings.check_backends()?;
        Ok(settings)
    }

    /// Where several processes can append, all else must be where all of them reach it.
    fn check_backends(&self) -> Result<(), SettingsError> {
        let backends = &self.backends;
        let others = [
            ("backends.records_url", &backends.records_url),
            ("backends.lake_url", &backends.lake_url),
        ];
        let missing = others.into_iter().find(|(_, url)| url.is_none()).map(|(name, _)| name);
        match missing {
            Some(missing) if backends.log_url.is_some() => {
                Err(SettingsError::BackendMissing { missing })
            }
            _ => Ok(()),
        }
    }

    fn check_root_key(&self) -> Result<(), SettingsError> {
        let (folder, root_key_file) = (&self.data.folder, &self.data.root_key_file);
        if !real(root_key_file).starts_with(real(folder)) {
            return Ok(());
        }
        Err(SettingsError::RootKeyInFolder {
            root_key_file: root_key_file.clone(),
            folder: folder.clone(),
        })
    }
}

impl Home {
    /// Replaces a `~` at the beginning of `path`.
    fn settle(&self, name: &'static str, path: &mut PathBuf) -> Result<(), SettingsError> {
        let settled = match (path.strip_prefix("~/.config"), path.strip_prefix("~")) {
            (Ok(rest), _) if self.config.is_some() => self.config.as_ref().map(|it| it.join(rest)),
            (_, Ok(rest)) => self.home.as_ref().map(|it| it.join(rest)),
            _ => return Ok(()),
        };
        *path = settled.ok_or_else(|| SettingsError::NoHome { name, path: path.clone() })?;
        Ok(())
    }
}

/// Where `path` really is, though it may not exist yet: links are followed as far as it does.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut real = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                real.pop();
            }
            other => real.push(other),
        }
        if let Ok(followed) = real.canonicalize() {
            real = followed;
        }
    }
    real
}
