//! Edits of a profile.

use shared_models::{
    auth::{Address, ProfilePatch},
    money::{Amount, Currency, Money},
};

use super::{Refused, phone::Phone, text, user::User, wallet};

/// The most that an hour may cost, in major units: beyond it somebody mistyped.
const MAX_WAGE: &str = "100000";

/// Applies a patch; answers the names of the fields that changed.
pub(crate) fn edit(user: &mut User, patch: ProfilePatch) -> Result<Vec<&'static str>, Refused> {
    let before = user.clone();
    if let Some(name) = &patch.display_name {
        user.display_name = text::line("/display_name", name, text::LINE)?;
    }
    if let Some(language) = patch.language {
        user.language = language;
    }
    if let Some(state) = &patch.state {
        user.state = text::optional_line("/state", state.as_deref(), text::LINE)?;
    }
    if let Some(region) = &patch.region {
        user.region = text::optional_line("/region", region.as_deref(), text::LINE)?;
    }
    if let Some(craft) = &patch.craft {
        user.craft = text::optional_line("/craft", craft.as_deref(), text::LINE)?;
    }
    if let Some(skill_level) = patch.skill_level {
        user.skill_level = skill_level;
    }
    edit_wage(user, &patch)?;
    if let Some(address) = &patch.wallet_address {
        let checked = address
            .as_deref()
            .map(|text| wallet::address("/wallet_address", text));
        user.wallet_address = checked.transpose()?;
    }
    if let Some(addresses) = patch.addresses {
        user.addresses = addresses
            .into_iter()
            .enumerate()
            .map(|(index, address)| check_address(index, address))
            .collect::<Result<_, _>>()?;
    }
    Ok(changes(&before, user))
}

fn edit_wage(user: &mut User, patch: &ProfilePatch) -> Result<(), Refused> {
    let amount = match patch.hourly_wage {
        Some(amount) => amount,
        None => user.hourly_wage.map(Money::amount),
    };
    user.currency = patch.currency.unwrap_or(user.currency);
    user.hourly_wage = amount.map(|amount| wage(amount, user.currency)).transpose()?;
    Ok(())
}

fn wage(amount: Amount, currency: Currency) -> Result<Money, Refused> {
    let refused = |detail| Refused::invalid("/hourly_wage", detail);
    if Amount::parse(MAX_WAGE).is_some_and(|most| amount > most) {
        return Err(refused("must be at most 100000"));
    }
    let money = amount
        .in_currency(currency)
        .map_err(|_| refused("has more decimals than its currency"))?;
    if money.minor <= 0 {
        return Err(refused("must be more than nothing"));
    }
    Ok(money)
}

fn check_address(index: usize, address: Address) -> Result<Address, Refused> {
    let at = |field: &str| format!("/addresses/{index}/{field}");
    let line = |field: &str, value: &str, max| text::line(&at(field), value, max);
    let perhaps = |field: &str, value: Option<&str>, max| text::optional_line(&at(field), value, max);
    let postal = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    if !address.postal_code.chars().all(postal) {
        return Err(Refused::invalid(at("postal_code"), "must be letters and digits"));
    }
    if !address.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Refused::invalid(
            at("country"),
            "must be two letters such as IN (ISO 3166-1)",
        ));
    }
    if let Some(phone) = &address.phone {
        Phone::parse(&at("phone"), phone)?;
    }
    Ok(Address {
        label: perhaps("label", address.label.as_deref(), 40)?,
        name: line("name", &address.name, text::LINE)?,
        phone: address.phone,
        line1: line("line1", &address.line1, 200)?,
        line2: perhaps("line2", address.line2.as_deref(), 200)?,
        city: line("city", &address.city, text::LINE)?,
        state: perhaps("state", address.state.as_deref(), text::LINE)?,
        postal_code: line("postal_code", &address.postal_code, 12)?,
        country: address.country,
    })
}

fn changes(before: &User, after: &User) -> Vec<&'static str> {
    let compared = [
        ("display_name", before.display_name != after.display_name),
        ("language", before.language != after.language),
        ("state", before.state != after.state),
        ("region", before.region != after.region),
        ("craft", before.craft != after.craft),
        ("skill_level", before.skill_level != after.skill_level),
        ("hourly_wage", before.hourly_wage != after.hourly_wage),
        ("currency", before.currency != after.currency),
        ("wallet_address", before.wallet_address != after.wallet_address),
        ("addresses", before.addresses != after.addresses),
    ];
    compared
        .into_iter()
        .filter_map(|(name, changed)| changed.then_some(name))
        .collect()
}

/// What other services may know of: an address is nobody's business.
pub(crate) fn told_to_others(changed: &[&'static str]) -> Vec<String> {
    changed
        .iter()
        .filter(|name| **name != "addresses")
        .map(ToString::to_string)
        .collect()
}

#[cfg(test)]
mod tests {
    use shared_models::{identity::Role, text::Language};
    use uuid::Uuid;

    use super::*;

    fn sita() -> User {
        let noon = "2026-11-20T12:00:00Z".parse().unwrap();
        User::new(
            Uuid::nil().into(),
            Role::Artisan,
            "Sita".into(),
            Language::Hi,
            noon,
        )
    }

    fn edited(body: &str) -> Result<(User, Vec<&'static str>), Refused> {
        let mut user = sita();
        user.craft = Some("weaving".into());
        let changed = edit(&mut user, serde_json::from_str(body).unwrap())?;
        Ok((user, changed))
    }

    #[test]
    fn only_what_changed_is_told() {
        let (user, changed) = edited(r#"{"craft":null,"language":"hi","hourly_wage":120.5}"#).unwrap();
        assert_eq!(changed, ["craft", "hourly_wage"]);
        assert_eq!(user.hourly_wage, Some(Money::inr(12_050)));
    }

    #[test]
    fn where_she_lives_is_told_to_nobody() {
        let (_, changed) = edited(
            r#"{"addresses":[{"name":"Sita","line1":"1 Main Road","city":"Patna","postal_code":"800001","country":"IN"}]}"#,
        )
        .unwrap();
        assert_eq!(changed, ["addresses"]);
        assert!(told_to_others(&changed).is_empty());
    }

    #[test]
    fn a_refusal_names_the_field() {
        let at = |body: &str| edited(body).err().unwrap().pointer;
        assert_eq!(at(r#"{"hourly_wage":0}"#), "/hourly_wage");
        assert_eq!(at(r#"{"hourly_wage":-5}"#), "/hourly_wage");
        assert_eq!(at(r#"{"hourly_wage":100000.01}"#), "/hourly_wage");
        assert_eq!(at(r#"{"hourly_wage":10.001}"#), "/hourly_wage");
        assert_eq!(
            at(r#"{"wallet_address":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed"}"#),
            "/wallet_address"
        );
        assert_eq!(at(r#"{"display_name":"a\u202eb"}"#), "/display_name");
        assert_eq!(
            at(
                r#"{"addresses":[{"name":"S","line1":"1","city":"P","postal_code":"80;001","country":"IN"}]}"#
            ),
            "/addresses/0/postal_code"
        );
    }
}
