//! The directory: from outside ids to shoppers, many at once.
//!
//! Which shopper an event belongs to, given a visitor's id, a vouched user's id, or both:
//!
//! | visitor's id | user's id | the event belongs to | and the map then says |
//! | --- | --- | --- | --- |
//! | any | none | the visitor's shopper | unchanged, or a new shopper |
//! | none | any | the user's shopper | unchanged, or a new shopper |
//! | any | known | the user's shopper | the visitor is that shopper from now on |
//! | known, nobody's yet | new | the visitor's shopper | the user is that shopper |
//! | known, another user's | new | a new shopper | both are the new shopper |
//!
//! So what a visitor did before the first login stays theirs, and a second person on the same device
//! does not become the first.
//!
//! Cost: ids that were seen lately are answered from memory; all others of a batch cost one look-up
//! and one transaction together.

use std::sync::{Mutex, PoisonError};

use domain::{ShopId, ShopperKey};
use ports::{BlindId, Entropy, IdKind, PortError, Records, ShopperRecord};
use rustc_hash::{FxHashMap, FxHashSet};

use super::root_key::RootKey;
use super::signature::SigningSecret;
use crate::{Caller, UserClaim};
use domain::KeyKind;

/// How many ids each of the two generations of the cache holds; an entry takes about 150 bytes.
const CACHED_IDS_MAX: usize = 200_000;

/// Why it cannot be told who a request is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WhoError {
    /// There is neither a visitor's nor a usable shopper's id.
    #[error("names nobody; give an anonymous id, or a user id with its signature")]
    Nobody,
    /// A signature does not belong to its id.
    #[error(
        "is not signed by this shop; sign it on your server with the signing secret, \
         HMAC-SHA256 in hexadecimal"
    )]
    Forged,
}

/// Who an event or a request is about, as fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Who {
    visitor: Option<BlindId>,
    user: Option<BlindId>,
}

/// Whether somebody who is not known yet may become so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acquaintance {
    /// They get a pseudonym.
    Make,
    /// They stay unknown: they did not allow to be followed.
    Avoid,
}

/// The directory of one shop.
pub(crate) struct Directory {
    shop: ShopId,
    root: RootKey,
    signing: SigningSecret,
    cache: Mutex<Cache>,
}

/// Ids seen lately, in two generations: when the young one is full it becomes the old one.
#[derive(Default)]
struct Cache {
    young: FxHashMap<BlindId, ShopperRecord>,
    old: FxHashMap<BlindId, ShopperRecord>,
}

impl Cache {
    fn get(&mut self, id: &BlindId) -> Option<ShopperRecord> {
        if let Some(shopper) = self.young.get(id) {
            return Some(shopper.clone());
        }
        let shopper = self.old.get(id)?.clone();
        self.put(*id, shopper.clone());
        Some(shopper)
    }

    fn put(&mut self, id: BlindId, shopper: ShopperRecord) {
        if self.young.len() >= CACHED_IDS_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, shopper);
    }
}

impl Directory {
    pub(crate) fn new(shop: ShopId, root: RootKey) -> Directory {
        let signing = root.signing_secret(&shop);
        Directory { shop, root, signing, cache: Mutex::default() }
    }

    pub(crate) fn root(&self) -> &RootKey {
        &self.root
    }

    pub(crate) fn signing(&self) -> &SigningSecret {
        &self.signing
    }

    /// Who an event or a request is about, as far as its sender may say so.
    ///
    /// A user's id that a publishable key sends without signature is passed over: anybody could have
    /// written it.
    pub(crate) fn who(
        &self,
        caller: &Caller,
        visitor: Option<&str>,
        user: Option<&UserClaim>,
    ) -> Result<Who, WhoError> {
        let mut vouched = None;
        if let Some(claim) = user {
            let signed = claim.signature.as_deref();
            if signed.is_some_and(|it| !self.signing.vouches_for(&claim.user, it)) {
                return Err(WhoError::Forged);
            }
            if signed.is_some() || caller.kind != KeyKind::Publishable {
                vouched = Some(self.root.blind(&self.shop, IdKind::User, &claim.user));
            }
        }
        let visitor = visitor.map(|it| self.root.blind(&self.shop, IdKind::Visitor, it));
        if visitor.is_none() && vouched.is_none() {
            return Err(WhoError::Nobody);
        }
        Ok(Who { visitor, user: vouched })
    }

    /// Looks up who they are, without making anybody's acquaintance: `None` for the unknown.
    ///
    /// Only a new user at a known visitor is met at once: whether the visitor is theirs or somebody
    /// else's is for the map to say.
    pub(crate) async fn find(
        &self,
        records: &dyn Records,
        entropy: &dyn Entropy,
        who: Who,
    ) -> Result<Option<ShopperKey>, PortError> {
        let ids: Vec<BlindId> = who.user.into_iter().chain(who.visitor).collect();
        let known = self.resolve(records, &ids).await?;
        let at_visitor = who.visitor.and_then(|it| known.get(&it));
        let Some(user) = who.user else { return Ok(at_visitor.map(|it| it.key)) };
        match (known.get(&user), at_visitor) {
            (Some(shopper), _) => Ok(Some(shopper.key)),
            (None, Some(_)) => {
                let met = self.meet(records, entropy, &[(who, Acquaintance::Make)]).await?;
                Ok(met.into_iter().flatten().next().map(|it| it.key))
            }
            (None, None) => Ok(None),
        }
    }

    /// The shoppers of a batch, in order; `None` for those who are not known and shall not be.
    ///
    /// They are the same as if each came alone, one after the other.
    pub(crate) async fn meet(
        &self,
        records: &dyn Records,
        entropy: &dyn Entropy,
        batch: &[(Who, Acquaintance)],
    ) -> Result<Vec<Option<ShopperRecord>>, PortError> {
        let ids: Vec<BlindId> =
            batch.iter().flat_map(|(who, _)| [who.visitor, who.user]).flatten().collect();
        let mut known = self.resolve(records, &ids).await?;
        self.assign_lone_ids(records, entropy, batch, &mut known).await?;
        let mut shoppers = Vec::with_capacity(batch.len());
        for event in batch {
            let (who, acquaintance) = event;
            let shopper = match (who.visitor, who.user) {
                // Whether a known visitor is this new user or somebody else is for the map to say.
                (Some(visitor), Some(user))
                    if *acquaintance == Acquaintance::Make
                        || known.contains_key(&visitor) && !known.contains_key(&user) =>
                {
                    Some(self.join(records, entropy, visitor, user, &mut known).await?)
                }
                (visitor, user) => {
                    // Those of a pair that came to nothing may come alone later.
                    let alone = std::slice::from_ref(event);
                    self.assign_lone_ids(records, entropy, alone, &mut known).await?;
                    user.or(visitor).and_then(|it| known.get(&it)).cloned()
                }
            };
            shoppers.push(shopper);
        }
        Ok(shoppers)
    }

    /// Gives shoppers to the new ids that a batch first mentions alone: one transaction for all of
    /// them. Those that it first mentions in a pair may turn out to be somebody known.
    async fn assign_lone_ids(
        &self,
        records: &dyn Records,
        entropy: &dyn Entropy,
        batch: &[(Who, Acquaintance)],
        known: &mut FxHashMap<BlindId, ShopperRecord>,
    ) -> Result<(), PortError> {
        let mut mentioned: FxHashSet<BlindId> = FxHashSet::default();
        let mut new = Vec::new();
        for (who, acquaintance) in batch {
            let is_lone = who.visitor.is_none() || who.user.is_none();
            if is_lone && *acquaintance == Acquaintance::Avoid {
                continue;
            }
            for id in who.visitor.into_iter().chain(who.user) {
                if mentioned.insert(id) && is_lone && !known.contains_key(&id) {
                    new.push(id);
                }
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let wrapping = self.root.wrapping();
        let wanted: Vec<_> = new.iter().map(|id| (*id, wrapping.new_shopper(entropy))).collect();
        let given = records.assign(wanted).await?;
        for (id, shopper) in new.into_iter().zip(given) {
            self.remember(id, &shopper);
            known.insert(id, shopper);
        }
        Ok(())
    }

    /// Brings a visitor and a user together, as the table at the head of this file says; whose both
    /// are then.
    async fn join(
        &self,
        records: &dyn Records,
        entropy: &dyn Entropy,
        visitor: BlindId,
        user: BlindId,
        known: &mut FxHashMap<BlindId, ShopperRecord>,
    ) -> Result<ShopperRecord, PortError> {
        let fresh = || self.root.wrapping().new_shopper(entropy);
        let shopper = match (known.get(&user), known.get(&visitor)) {
            (Some(shopper), _) => shopper.clone(),
            (None, Some(at_visitor)) => records.claim(user, at_visitor.key, fresh()).await?,
            (None, None) => {
                let mut given = records.assign(vec![(user, fresh())]).await?;
                given.pop().expect("one id was given, so one shopper comes back")
            }
        };
        let visitor_is_elsewhere = match known.get(&visitor) {
            None => {
                let given = records.assign(vec![(visitor, shopper.clone())]).await?;
                given.first().is_some_and(|it| it.key != shopper.key)
            }
            Some(at_visitor) => at_visitor.key != shopper.key,
        };
        if visitor_is_elsewhere {
            records.reassign(visitor, shopper.key).await?;
        }
        for id in [visitor, user] {
            if known.get(&id).is_none_or(|it| it.key != shopper.key) {
                self.remember(id, &shopper);
                known.insert(id, shopper.clone());
            }
        }
        Ok(shopper)
    }

    async fn resolve(
        &self,
        records: &dyn Records,
        ids: &[BlindId],
    ) -> Result<FxHashMap<BlindId, ShopperRecord>, PortError> {
        let mut known = FxHashMap::default();
        let mut missing = Vec::new();
        {
            let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            for id in ids {
                match cache.get(id) {
                    Some(shopper) => drop(known.insert(*id, shopper)),
                    None => missing.push(*id),
                }
            }
        }
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(known);
        }
        let found = records.resolve(&missing).await?;
        for (id, shopper) in missing.into_iter().zip(found) {
            if let Some(shopper) = shopper {
                self.remember(id, &shopper);
                known.insert(id, shopper);
            }
        }
        Ok(known)
    }

    fn remember(&self, id: BlindId, shopper: &ShopperRecord) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.put(id, shopper.clone());
    }
}
