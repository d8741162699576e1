//! How an artisan is paid.

use shared_models::auth::{PayoutMethod, PayoutMethodView};

use super::{Refused, text, wallet};

/// Digits of an account number that are shown.
const SHOWN: usize = 4;

/// The method in its normal form.
pub(crate) fn check(method: PayoutMethod) -> Result<PayoutMethod, Refused> {
    match method {
        PayoutMethod::Upi { upi_id } => upi(&upi_id).map(|upi_id| PayoutMethod::Upi { upi_id }),
        PayoutMethod::Bank {
            account_holder,
            account_number,
            ifsc,
        } => Ok(PayoutMethod::Bank {
            account_holder: text::line("/method/account_holder", &account_holder, text::LINE)?,
            account_number: account(&account_number)?,
            ifsc: branch(&ifsc)?,
        }),
        PayoutMethod::Wallet { wallet_address } => wallet::address("/method/wallet_address", &wallet_address)
            .map(|wallet_address| PayoutMethod::Wallet { wallet_address }),
    }
}

/// What its owner is shown.
pub(crate) fn view(method: &PayoutMethod) -> PayoutMethodView {
    match method {
        PayoutMethod::Upi { upi_id } => PayoutMethodView::Upi {
            upi_id: upi_id.clone(),
        },
        PayoutMethod::Bank {
            account_holder,
            account_number,
            ifsc,
        } => PayoutMethodView::Bank {
            account_holder: account_holder.clone(),
            account_number: masked(account_number),
            ifsc: ifsc.clone(),
        },
        PayoutMethod::Wallet { wallet_address } => PayoutMethodView::Wallet {
            wallet_address: wallet_address.clone(),
        },
    }
}

/// For the audit log.
pub(crate) fn kind(method: &PayoutMethod) -> &'static str {
    match method {
        PayoutMethod::Upi { .. } => "upi",
        PayoutMethod::Bank { .. } => "bank",
        PayoutMethod::Wallet { .. } => "wallet",
    }
}

/// A virtual payment address: `name@handle`, compared without regard to case.
fn upi(text: &str) -> Result<String, Refused> {
    let lower = text.to_ascii_lowercase();
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let sound = lower.split_once('@').is_some_and(|(id, handle)| {
        id.len() >= 2
            && id.chars().all(name)
            && handle.len() >= 2
            && handle.chars().all(|c| c.is_ascii_alphanumeric())
    });
    sound
        .then_some(lower)
        .ok_or_else(|| Refused::invalid("/method/upi_id", "must be a UPI id such as sita@okbank"))
}

fn account(text: &str) -> Result<String, Refused> {
    let sound = (9..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    sound
        .then(|| text.to_owned())
        .ok_or_else(|| Refused::invalid("/method/account_number", "must be 9 to 18 digits"))
}

/// IFSC: four letters of the bank, a zero, six letters or digits of the branch (Reserve Bank of India).
fn branch(text: &str) -> Result<String, Refused> {
    let upper = text.to_ascii_uppercase();
    let bytes = upper.as_bytes();
    let sound = bytes.len() == 11
        && bytes[..4].iter().all(u8::is_ascii_uppercase)
        && bytes[4] == b'0'
        && bytes[5..].iter().all(u8::is_ascii_alphanumeric);
    sound
        .then_some(upper)
        .ok_or_else(|| Refused::invalid("/method/ifsc", "must be an IFSC such as HDFC0001234"))
}

/// All but the last digits as dots. Numbers have digits only, so bytes are characters.
fn masked(number: &str) -> String {
    let hidden = number.len().saturating_sub(SHOWN);
    format!("{}{}", "•".repeat(hidden), &number[hidden..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank(account_number: &str, ifsc: &str) -> PayoutMethod {
        PayoutMethod::Bank {
            account_holder: "Sita Devi".into(),
            account_number: account_number.into(),
            ifsc: ifsc.into(),
        }
    }

    #[test]
    fn an_account_number_is_shown_by_its_end() {
        let shown = view(&check(bank("123456789012", "hdfc0001234")).unwrap());
        let PayoutMethodView::Bank {
            account_number, ifsc, ..
        } = shown
        else {
            panic!("a bank account")
        };
        assert_eq!(
            (account_number.as_str(), ifsc.as_str()),
            ("••••••••9012", "HDFC0001234")
        );
    }

    #[test]
    fn what_no_bank_knows_is_refused() {
        for method in [
            bank("12345678", "HDFC0001234"),
            bank("12345678९", "HDFC0001234"),
            bank("123456789", "HDFC1001234"),
            PayoutMethod::Upi {
                upi_id: "sita".into(),
            },
            PayoutMethod::Upi {
                upi_id: "si ta@ok".into(),
            },
            PayoutMethod::Upi {
                upi_id: "a@b@c".into(),
            },
        ] {
            assert!(check(method.clone()).is_err(), "{method:?}");
        }
    }
}
