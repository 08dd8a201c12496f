//! Changing and reading the catalogue.
//!
//! A change is an event like any other, and answered when decisions see it.

use domain::event::catalogue::{ProductDeleted, ProductPatched, ProductUpserted};
use domain::{
    Envelope, Event, Position, Product, ProductId, ProductIdx, ProductPatch, Purpose, Purposes,
    ShopperKey, Source, Verification,
};
use ports::Receipt;
use rustc_hash::FxHashSet;

use crate::follow::VISIBLE_WITHIN;
use crate::pseudonyms::{MessageNamespace, message_key};
use crate::{App, Caller, IngestError, Rejection};

/// A change of the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub enum CatalogueChange {
    /// A product comes in or is replaced.
    Upsert(Box<Product>),
    /// A few fields of a product change.
    Patch(ProductId, ProductPatch),
    /// A product leaves.
    Delete(ProductId),
}

impl CatalogueChange {
    /// The product it is about.
    pub(crate) fn product(&self) -> &ProductId {
        match self {
            CatalogueChange::Upsert(product) => &product.id,
            CatalogueChange::Patch(id, _) | CatalogueChange::Delete(id) => id,
        }
    }
}

/// What became of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueReport {
    /// How many were made.
    pub n_accepted: usize,
    /// How many had been made before, by their idempotency key.
    pub n_duplicate: usize,
    /// Which were refused, by their index, and why.
    pub rejected: Vec<(usize, Rejection)>,
    /// The position of the last change.
    pub position: Position,
    /// How many events decisions were behind that when waiting for them was given up; usually 0.
    pub behind: u64,
}

impl App {
    /// Makes changes to the catalogue, in their order, and answers when decisions see them.
    ///
    /// With an idempotency key, the same changes under the same key within a day are made once.
    ///
    /// # Errors
    ///
    /// [`IngestError`] when nothing is known to be kept.
    pub async fn change_catalogue(
        &self,
        caller: &Caller,
        idempotency_key: Option<&str>,
        changes: Vec<CatalogueChange>,
    ) -> Result<CatalogueReport, IngestError> {
        self.ensure_room()?;
        let mut report = CatalogueReport { position: self.applied(), ..CatalogueReport::default() };
        let mut envelopes = Vec::with_capacity(changes.len());
        let mut known_here: FxHashSet<ProductId> = FxHashSet::default();
        for (index, change) in changes.into_iter().enumerate() {
            let is_upsert = matches!(change, CatalogueChange::Upsert(_));
            let id = change.product();
            if is_upsert {
                if !self.live().catalogue().has_room_for(id, known_here.len()) {
                    report.rejected.push((index, full(id)));
                    continue;
                }
                known_here.insert(id.clone());
            } else if !known_here.contains(id) && self.product(id).is_none() {
                report.rejected.push((index, unknown(id)));
                continue;
            }
            let message = idempotency_key
                .map(|key| {
                    let row = format!("{key}:{index}");
                    message_key(self.shop_id(), MessageNamespace::Catalogue, &row)
                })
                .unwrap_or_else(|| self.random_message_key());
            envelopes.push(self.catalogue_envelope(caller, message, change));
        }
        if envelopes.is_empty() {
            return Ok(report);
        }
        for receipt in self.backends.log.append(envelopes).await? {
            match receipt {
                Receipt::Appended(_) => report.n_accepted += 1,
                Receipt::Duplicate(_) => report.n_duplicate += 1,
            }
            report.position = report.position.max(receipt.position());
        }
        report.behind = self.seen(report.position, VISIBLE_WITHIN).await;
        Ok(report)
    }

    fn catalogue_envelope(
        &self,
        caller: &Caller,
        message: domain::MessageKey,
        change: CatalogueChange,
    ) -> Envelope {
        let event: Event = match change {
            CatalogueChange::Upsert(product) => ProductUpserted { product: *product }.into(),
            CatalogueChange::Patch(product, patch) => ProductPatched { product, patch }.into(),
            CatalogueChange::Delete(product) => ProductDeleted { product }.into(),
        };
        let now = self.now();
        Envelope {
            message,
            shop: self.shop_id().clone(),
            shopper: ShopperKey::NOBODY,
            event_time: now,
            received_time: now,
            source: Source { key: caller.kind, verification: Verification::Verified },
            purposes: Purposes::NONE.with(Purpose::Operation),
            event,
            open: Vec::new(),
            sealed: Vec::new(),
            address_range: None,
            market: None,
            unknown: Vec::new(),
        }
    }

    /// The product of that id, as decisions see it.
    pub fn product(&self, id: &ProductId) -> Option<Product> {
        self.live().catalogue().get(id).cloned()
    }

    /// The number of a product that is or was in the catalogue: they are given in the order in which
    /// the shop first sent the products, and kept for good.
    pub fn product_number(&self, id: &ProductId) -> Option<ProductIdx> {
        self.live().catalogue().number(id)
    }

    /// At most `n_max` products with numbers after that one, by number; from the beginning when `after`
    /// is `None`.
    pub fn products(&self, after: Option<ProductIdx>, n_max: usize) -> Vec<Product> {
        self.live().catalogue().page(after, n_max)
    }
}

fn full(id: &ProductId) -> Rejection {
    let remedy = "is one product too many; the most that a shop can ever have had are \
                  16,777,216, deleted ones included";
    Rejection::new("CATALOGUE_FULL", "id", id.as_str(), remedy)
}

fn unknown(id: &ProductId) -> Rejection {
    let remedy = "is not in the catalogue; send the whole product first";
    Rejection::new("UNKNOWN_PRODUCT", "id", id.as_str(), remedy)
}
