//! The pages of the shop, as a visitor goes through them.

use jiff::Timestamp;
use rand::RngExt;

use super::{CartPage, GoingBack, Page, Visit};
use crate::catalogue::Product;
use crate::client::events::{self, Pieces};
use crate::client::wire::AskContext;
use crate::shoppers::attention::prefer;
use crate::shoppers::purchase::{ORDERS, REGRETS, RETURN_DAYS};
use crate::shoppers::visit::one;
use crate::simulation::error::SimulationError;
use crate::simulation::standing::Standing;

/// How likely somebody who sees no shelf that they like goes on to look for themselves.
const LOOKS_ON: f64 = 0.6;
/// How likely somebody opens what they like best of a category.
const OPENS_OF_LIST: f64 = 0.8;
/// How many products of a category somebody looks at.
const LOOKED_AT: usize = 12;

impl<'a> Visit<'a> {
    /// The front page: the banner, perhaps logging in, and a shelf.
    pub(super) async fn home(
        &mut self,
        now: Timestamp,
        standing: &mut Standing<'a>,
    ) -> Result<Page<'a>, SimulationError> {
        let mut happenings = vec![events::page_viewed("Home")];
        happenings.extend(standing.says(self.shopper));
        self.tell(happenings, now).await?;
        if self.shopper.habits.logs_in(&mut self.rng) {
            self.log_in(now, standing).await?;
        }
        let clicked = self.shelf("home", AskContext::default(), now, standing).await?;
        Ok(match clicked {
            Some((product, decision)) => Page::Product(product, Some(decision)),
            None => Page::Category(self.wanted()),
        })
    }

    /// A category: its shelf, and the list below it.
    pub(super) async fn category(
        &mut self,
        kind: &'static str,
        now: Timestamp,
        standing: &Standing<'a>,
    ) -> Result<Page<'a>, SimulationError> {
        let all: Vec<&'a Product> = self.shop.of_kind(kind).iter().collect();
        let Some(first) = all.first() else { return Ok(Page::Outside) };
        let start = self.rng.random_range(0..all.len());
        let list: Vec<&'a Product> =
            all.iter().cycle().skip(start).take(LOOKED_AT.min(all.len())).copied().collect();
        let category = first.category();
        self.tell(vec![events::product_list_viewed(&category, list.iter().copied())], now).await?;
        let context = AskContext {
            category: category.iter().map(|it| (*it).to_owned()).collect(),
            ..AskContext::default()
        };
        if let Some((product, decision)) = self.shelf("category", context, now, standing).await? {
            return Ok(Page::Product(product, Some(decision)));
        }
        let mut rng = self.rng.clone();
        let liked = prefer(&self.mind(now, standing), &list, &mut rng);
        self.rng = rng;
        Ok(match liked {
            Some(product) if self.rng.random_bool(OPENS_OF_LIST) => Page::Product(product, None),
            _ => self.on_or_out(),
        })
    }

    /// A product: perhaps into the cart, then the shelf below.
    pub(super) async fn product(
        &mut self,
        product: &'a Product,
        led_by: Option<String>,
        now: Timestamp,
        standing: &Standing<'a>,
    ) -> Result<Page<'a>, SimulationError> {
        let mut happenings = vec![events::product_viewed(product).led_by(led_by.as_deref())];
        let wants = self.mind(now, standing).want_chance(product);
        let added = self.rng.random_bool(wants);
        if added {
            let pieces = one(self.shopper, product);
            happenings.push(events::product_added(pieces).led_by(led_by.as_deref()));
            self.cart.push(product);
            self.outcome.n_adds += 1;
        }
        self.tell(happenings, now).await?;
        let placement = if added { "bought_together" } else { "similar" };
        let context = AskContext {
            product_ids: vec![product.id().to_owned()],
            cart_product_ids: ids(&self.cart),
            ..AskContext::default()
        };
        Ok(match self.shelf(placement, context, now, standing).await? {
            Some((product, decision)) => Page::Product(product, Some(decision)),
            None => self.on_or_out(),
        })
    }

    /// The cart, once with its shelf; then the order and what is shown after it.
    pub(super) async fn check_out(
        &mut self,
        now: Timestamp,
        standing: &mut Standing<'a>,
    ) -> Result<Page<'a>, SimulationError> {
        if self.cart_page == CartPage::NotSeen {
            self.cart_page = CartPage::Seen;
            self.tell(vec![events::cart_viewed(&self.lines())], now).await?;
            let context = AskContext { cart_product_ids: ids(&self.cart), ..AskContext::default() };
            return Ok(match self.shelf("cart", context, now, standing).await? {
                Some((product, decision)) => Page::Product(product, Some(decision)),
                None => Page::Cart,
            });
        }
        let regretted = self.regretted();
        let removed = regretted.iter().map(|it| events::product_removed(one(self.shopper, it)));
        self.tell(removed.collect(), now).await?;
        if self.cart.is_empty() || !self.rng.random_bool(ORDERS) {
            return Ok(Page::Outside);
        }
        self.order(now, standing).await?;
        let bought = std::mem::take(&mut self.cart);
        let context = AskContext { product_ids: ids(&bought), ..AskContext::default() };
        Ok(match self.shelf("order_confirmation", context, now, standing).await? {
            Some((product, decision)) => Page::Product(product, Some(decision)),
            None => Page::Outside,
        })
    }

    /// Orders what is in the cart, and knows already what will go back.
    async fn order(
        &mut self,
        now: Timestamp,
        standing: &mut Standing<'a>,
    ) -> Result<(), SimulationError> {
        self.outcome.n_orders += 1;
        let order = format!("{}-order-{}", self.id, self.outcome.n_orders);
        self.tell(vec![events::checkout_started(&order, &self.lines())], now).await?;
        if self.shopper.habits.account.is_some() {
            self.log_in(now, standing).await?;
        }
        self.tell_by_server(events::order_completed(&order, &self.lines()), now).await?;
        for product in &self.cart {
            standing.belongings.add(product, now);
            let choice = self.shopper.body.choose(product);
            if self.rng.random_bool(choice.return_chance(product)) {
                let days_later = self.rng.random_range(RETURN_DAYS);
                self.going_back.push(GoingBack {
                    order: order.clone(),
                    device: self.device(),
                    product,
                    days_later,
                });
            }
        }
        Ok(())
    }

    async fn log_in(
        &mut self,
        now: Timestamp,
        standing: &mut Standing<'a>,
    ) -> Result<(), SimulationError> {
        if standing.logged_in_on.contains(&self.device_number) {
            return Ok(());
        }
        self.tell_by_server(events::logged_in(), now).await?;
        standing.logged_in_on.push(self.device_number);
        Ok(())
    }

    /// Takes out of the cart what somebody thinks better of.
    fn regretted(&mut self) -> Vec<&'a Product> {
        let (regretted, kept) =
            self.cart.iter().copied().partition(|_| self.rng.random_bool(REGRETS));
        self.cart = kept;
        regretted
    }

    fn lines(&self) -> Vec<Pieces<'a>> {
        self.cart.iter().map(|it| one(self.shopper, it)).collect()
    }

    /// One of the kinds that somebody came for.
    fn wanted(&mut self) -> &'static str {
        self.mission.kinds[self.rng.random_range(0..self.mission.kinds.len())]
    }

    /// Where somebody goes who saw nothing that they want.
    fn on_or_out(&mut self) -> Page<'a> {
        if self.n_pages + 3 < super::PAGES_MAX && self.rng.random_bool(LOOKS_ON) {
            Page::Category(self.wanted())
        } else if self.cart.is_empty() {
            Page::Outside
        } else {
            Page::Cart
        }
    }
}

fn ids(products: &[&Product]) -> Vec<String> {
    products.iter().map(|it| it.id().to_owned()).collect()
}
