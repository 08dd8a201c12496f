//! Markets, each a table of its own in the list `shop.markets`.

use std::fmt;

use domain::{BasisPoints, Market, TaxInPrices};
use toml::{Table, Value};

use super::{LanguageTag, SettingValue, wrong};

const MARKET_KEYS: [&str; 6] =
    ["id", "currency", "language", "tax_rate_basis_points", "tax_in_prices", "price_list"];

impl SettingValue for Market {
    const KIND: &'static str = "a market";

    fn from_toml(value: &Value) -> Result<Market, String> {
        let table = value.as_table().ok_or_else(|| wrong(value, "a table for each market"))?;
        if let Some(unknown) = table.keys().find(|key| !MARKET_KEYS.contains(&key.as_str())) {
            return Err(format!("has a market with `{unknown}`; it may have {MARKET_KEYS:?}"));
        }
        let text = |key: &str| {
            let text = table.get(key).and_then(Value::as_str);
            text.ok_or_else(|| format!("has a market without the text `{key}`"))
        };
        let rate = table.get("tax_rate_basis_points").and_then(Value::as_integer);
        let rate = rate.and_then(|it| u16::try_from(it).ok()).and_then(BasisPoints::new);
        let of = |key: &str, error: &dyn fmt::Display| format!("has a market whose {key} {error}");
        Ok(Market {
            id: text("id")?.parse().map_err(|error| of("id", &error))?,
            currency: text("currency")?.parse().map_err(|error| of("currency", &error))?,
            language: text("language")?
                .parse::<LanguageTag>()
                .map_err(|error| of("language", &error))?
                .to_string(),
            tax_rate: rate.ok_or_else(|| {
                "has a market without `tax_rate_basis_points`, a number of 0 to 10000".to_owned()
            })?,
            tax_in_prices: match text("tax_in_prices")? {
                "included" => TaxInPrices::Included,
                "excluded" => TaxInPrices::Excluded,
                _ => return Err(of("tax_in_prices", &"is neither `included` nor `excluded`")),
            },
            price_list: match table.get("price_list") {
                Some(_) => Some(text("price_list")?.to_owned()),
                None => None,
            },
        })
    }

    fn to_toml(&self) -> Value {
        let mut table = Table::new();
        let mut put = |key: &str, value: &str| {
            table.insert(key.to_owned(), Value::String(value.to_owned()));
        };
        put("id", self.id.as_str());
        put("currency", self.currency.code());
        put("language", &self.language);
        put(
            "tax_in_prices",
            match self.tax_in_prices {
                TaxInPrices::Included => "included",
                TaxInPrices::Excluded => "excluded",
            },
        );
        if let Some(price_list) = &self.price_list {
            put("price_list", price_list);
        }
        let rate = Value::Integer(i64::from(self.tax_rate.get()));
        table.insert("tax_rate_basis_points".to_owned(), rate);
        Value::Table(table)
    }
}
