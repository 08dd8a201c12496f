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
//! does not become the first. But what was refused at a device holds for whoever is met there:
//! [`Met::at_visitor`] tells whose answers count as well.
//!
//! A visitor who turns out to be somebody else is moved in records by [`Directory::settle`], after the
//! log has the event that says so and the refusals that go with it; should the program die between
//! the two, the visitor's next event with the user's id does the same again.
//!
//! Cost: ids that were seen lately are answered from memory; all others of a batch cost one look-up
//! and one transaction together.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{ShopId, ShopperKey};
use ports::{BlindId, Entropy, IdKind, PortError, Records, ShopperRecord};
use rustc_hash::{FxHashMap, FxHashSet};

use super::known_ids::{KnownIds, Moves};
use super::root_key::RootKey;
use super::signature::SigningSecret;
use crate::{Caller, UserClaim};
use domain::KeyKind;

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

/// Whose an event or a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Met<Shopper> {
    /// The shopper.
    pub(crate) shopper: Shopper,
    /// The shopper that the visitor's id stood for so far, where that is another one.
    pub(crate) at_visitor: Option<ShopperKey>,
}

impl<Shopper> Met<Shopper> {
    fn new(shopper: Shopper, key: ShopperKey, at_visitor: Option<&ShopperRecord>) -> Met<Shopper> {
        let at_visitor = at_visitor.map(|it| it.key).filter(|it| *it != key);
        Met { shopper, at_visitor }
    }
}

/// Whose the events of a batch are.
pub(crate) struct Meeting {
    /// In order; `None` for those who are not known and shall not be.
    pub(crate) met: Vec<Option<Met<ShopperRecord>>>,
    /// Visitors who turn out to be other shoppers, each with the last of them.
    moved: FxHashMap<BlindId, ShopperKey>,
}

/// What is known of the ids of a batch.
struct Known {
    shoppers: FxHashMap<BlindId, ShopperRecord>,
    /// The moves that had been made before any of it was read.
    moves: Moves,
}

/// The directory of one shop.
pub(crate) struct Directory {
    shop: ShopId,
    root: RootKey,
    signing: SigningSecret,
    known_ids: Mutex<KnownIds>,
}

impl Directory {
    pub(crate) fn new(shop: ShopId, root: RootKey) -> Directory {
        let signing = root.signing_secret(&shop);
        Directory { shop, root, signing, known_ids: Mutex::default() }
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
    ) -> Result<Option<Met<ShopperKey>>, PortError> {
        let ids: Vec<BlindId> = who.user.into_iter().chain(who.visitor).collect();
        let Known { shoppers, moves } = self.resolve(records, &ids).await?;
        let at_visitor = who.visitor.and_then(|it| shoppers.get(&it));
        let Some(user) = who.user else {
            return Ok(at_visitor.map(|it| Met { shopper: it.key, at_visitor: None }));
        };
        let shopper = match (shoppers.get(&user), at_visitor) {
            (Some(shopper), _) => shopper.key,
            (None, Some(at_visitor)) => {
                let otherwise = self.root.wrapping().new_shopper(entropy);
                let shopper = records.claim(user, at_visitor.key, otherwise).await?;
                self.known_ids().remember(user, &shopper, moves);
                shopper.key
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(Met::new(shopper, shopper, at_visitor)))
    }

    /// The shoppers of a batch, the same as if each event came alone, one after the other.
    ///
    /// When the batch is in the log, [`settle`](Directory::settle) it.
    pub(crate) async fn meet(
        &self,
        records: &dyn Records,
        entropy: &dyn Entropy,
        batch: &[(Who, Acquaintance)],
    ) -> Result<Meeting, PortError> {
        let ids: Vec<BlindId> =
            batch.iter().flat_map(|(who, _)| [who.visitor, who.user]).flatten().collect();
        let mut known = self.resolve(records, &ids).await?;
        self.assign_lone_ids(records, entropy, batch, &mut known).await?;
        let mut meeting =
            Meeting { met: Vec::with_capacity(batch.len()), moved: FxHashMap::default() };
        for event in batch {
            let (who, acquaintance) = event;
            let met = match (who.visitor, who.user) {
                // Whether a known visitor is this new user or somebody else is for the map to say.
                (Some(visitor), Some(user))
                    if *acquaintance == Acquaintance::Make
                        || known.shoppers.contains_key(&visitor)
                            && !known.shoppers.contains_key(&user) =>
                {
                    let met = self.join(records, entropy, visitor, user, &mut known).await?;
                    if met.at_visitor.is_some() {
                        meeting.moved.insert(visitor, met.shopper.key);
                    }
                    Some(met)
                }
                (visitor, user) => {
                    // Those of a pair that came to nothing may come alone later.
                    let alone = std::slice::from_ref(event);
                    self.assign_lone_ids(records, entropy, alone, &mut known).await?;
                    let at_visitor = visitor.and_then(|it| known.shoppers.get(&it));
                    let shopper = user.or(visitor).and_then(|it| known.shoppers.get(&it));
                    shopper.map(|it| Met::new(it.clone(), it.key, at_visitor))
                }
            };
            meeting.met.push(met);
        }
        Ok(meeting)
    }

    /// Makes the map say what a batch that is now in the log has told.
    pub(crate) async fn settle(
        &self,
        records: &dyn Records,
        meeting: Meeting,
    ) -> Result<(), PortError> {
        for (visitor, shopper) in meeting.moved {
            records.reassign(visitor, shopper).await?;
            self.known_ids().forget_moved(&visitor);
        }
        Ok(())
    }

    /// Forgets whose an id is: it was moved by somebody else.
    pub(crate) fn forget(&self, id: &BlindId) {
        self.known_ids().forget_moved(id);
    }

    /// Forgets whose all ids are: some were moved.
    pub(crate) fn forget_all(&self) {
        self.known_ids().forget_all();
    }

    /// Gives shoppers to the new ids that a batch first mentions alone: one transaction for all of
    /// them. Those that it first mentions in a pair may turn out to be somebody known.
    async fn assign_lone_ids(
        &self,
        records: &dyn Records,
        entropy: &dyn Entropy,
        batch: &[(Who, Acquaintance)],
        known: &mut Known,
    ) -> Result<(), PortError> {
        let mut mentioned: FxHashSet<BlindId> = FxHashSet::default();
        let mut new = Vec::new();
        for (who, acquaintance) in batch {
            let is_lone = who.visitor.is_none() || who.user.is_none();
            if is_lone && *acquaintance == Acquaintance::Avoid {
                continue;
            }
            for id in who.visitor.into_iter().chain(who.user) {
                if mentioned.insert(id) && is_lone && !known.shoppers.contains_key(&id) {
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
            self.known_ids().remember(id, &shopper, known.moves);
            known.shoppers.insert(id, shopper);
        }
        Ok(())
    }

    /// Brings a visitor and a user together, as the table at the head of this file says; whose both
    /// are then, as far as this batch knows.
    async fn join(
        &self,
        records: &dyn Records,
        entropy: &dyn Entropy,
        visitor: BlindId,
        user: BlindId,
        known: &mut Known,
    ) -> Result<Met<ShopperRecord>, PortError> {
        let fresh = || self.root.wrapping().new_shopper(entropy);
        let shopper = match (known.shoppers.get(&user), known.shoppers.get(&visitor)) {
            (Some(shopper), _) => shopper.clone(),
            (None, Some(at_visitor)) => records.claim(user, at_visitor.key, fresh()).await?,
            (None, None) => {
                let mut given = records.assign(vec![(user, fresh())]).await?;
                given.pop().expect("one id was given, so one shopper comes back")
            }
        };
        let at_visitor = match known.shoppers.get(&visitor) {
            Some(at_visitor) => at_visitor.clone(),
            None => {
                let mut given = records.assign(vec![(visitor, shopper.clone())]).await?;
                let at_visitor = given.pop().expect("one id was given, so one shopper comes back");
                self.known_ids().remember(visitor, &at_visitor, known.moves);
                at_visitor
            }
        };
        if known.shoppers.insert(user, shopper.clone()).is_none() {
            self.known_ids().remember(user, &shopper, known.moves);
        }
        known.shoppers.insert(visitor, shopper.clone());
        let key = shopper.key;
        Ok(Met::new(shopper, key, Some(&at_visitor)))
    }

    async fn resolve(&self, records: &dyn Records, ids: &[BlindId]) -> Result<Known, PortError> {
        let mut shoppers = FxHashMap::default();
        let mut missing = Vec::new();
        let moves = {
            let mut known_ids = self.known_ids();
            for id in ids {
                match known_ids.get(id) {
                    Some(shopper) => drop(shoppers.insert(*id, shopper)),
                    None => missing.push(*id),
                }
            }
            known_ids.moves()
        };
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(Known { shoppers, moves });
        }
        let found = records.resolve(&missing).await?;
        for (id, shopper) in missing.into_iter().zip(found) {
            if let Some(shopper) = shopper {
                self.known_ids().remember(id, &shopper, moves);
                shoppers.insert(id, shopper);
            }
        }
        Ok(Known { shoppers, moves })
    }

    fn known_ids(&self) -> MutexGuard<'_, KnownIds> {
        self.known_ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
