//! Keys of the interface.
//!
//! A key is a random text, shown once when it is made. Only its SHA-256 is kept: 256 random bits need
//! no salt and no slow hash.

use std::sync::{PoisonError, RwLock};

use ports::{KeyRecord, KeyScope, PortError};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::pseudonyms::hex;
use crate::{App, Caller};

/// Marks the texts of keys, so that leaked ones are found by scanners.
const SECRET_PREFIX: &str = "tms_";
const PUBLISHABLE_PREFIX: &str = "tmp_";

/// A new key, with its text: the only moment at which it can be seen.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What is kept of it.
    pub record: KeyRecord,
    /// The key itself.
    pub text: String,
}

/// The keys in force, by their hash.
#[derive(Debug, Default)]
pub(crate) struct Keys(RwLock<FxHashMap<[u8; 32], KeyRecord>>);

impl Keys {
    pub(crate) fn replace(&self, keys: Vec<KeyRecord>) {
        let in_force = keys.into_iter().filter(|it| it.revoke_time.is_none());
        let by_hash = in_force.map(|it| (it.hash, it)).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = by_hash;
    }

    fn find(&self, text: &str) -> Option<KeyRecord> {
        let hash = hash(text);
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

impl App {
    /// The key of that text, if there is one in force.
    pub fn authenticate(&self, text: &str) -> Option<KeyRecord> {
        self.keys.find(text)
    }

    /// Every key, revoked ones included, oldest first.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be read; so for every method below.
    pub async fn keys(&self) -> Result<Vec<KeyRecord>, PortError> {
        self.backends.records.keys().await
    }

    /// Makes a key.
    pub async fn create_key(
        &self,
        caller: &Caller,
        scope: KeyScope,
        allowed_origins: Vec<String>,
    ) -> Result<NewKey, PortError> {
        let mut random = [0; 32];
        self.backends.entropy.fill(&mut random);
        let prefix = match scope {
            KeyScope::Secret => SECRET_PREFIX,
            KeyScope::Publishable => PUBLISHABLE_PREFIX,
        };
        self.adopt_key(caller, scope, allowed_origins, format!("{prefix}{}", hex(&random))).await
    }

    /// Adds a key whose text the operator chose; does nothing when it is in force already.
    pub async fn adopt_key(
        &self,
        caller: &Caller,
        scope: KeyScope,
        allowed_origins: Vec<String>,
        text: String,
    ) -> Result<NewKey, PortError> {
        let _alone = self.administering.lock().await;
        if let Some(record) = self.keys.find(&text) {
            return Ok(NewKey { record, text });
        }
        let hash = hash(&text);
        let record = KeyRecord {
            // The id is part of the hash: it names the key and tells nothing about its text.
            id: format!("key_{}", hex(&hash[..6])),
            shop: self.shop().id.clone(),
            scope,
            hash,
            allowed_origins,
            create_time: self.now(),
            revoke_time: None,
        };
        if let Err(error) = self.backends.records.add_key(record.clone()).await {
            // Of replicas that begin together another one may have added it.
            self.reload_keys().await?;
            return match self.keys.find(&text) {
                Some(record) => Ok(NewKey { record, text }),
                None => Err(error),
            };
        }
        self.audit(caller, "key.create", &record.id).await?;
        self.reload_keys().await?;
        Ok(NewKey { record, text })
    }

    /// Revokes a key; `false` when there is none of that id in force.
    pub async fn revoke_key(&self, caller: &Caller, id: &str) -> Result<bool, PortError> {
        let _alone = self.administering.lock().await;
        let revoked = self.backends.records.revoke_key(id, self.now()).await?;
        if revoked {
            self.audit(caller, "key.revoke", id).await?;
            self.reload_keys().await?;
        }
        Ok(revoked)
    }

    /// The secret with which the shop's servers sign shoppers' ids.
    pub fn signing_secret(&self) -> String {
        self.directory.signing().text()
    }

    /// The signature of a shopper's id, as the shop's server would make it.
    pub fn sign_user(&self, user: &str) -> String {
        self.directory.signing().sign(user)
    }

    /// Whether the shop has any key in force.
    pub fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    async fn reload_keys(&self) -> Result<(), PortError> {
        let keys = self.backends.records.keys().await?;
        self.keys.replace(keys);
        Ok(())
    }
}
