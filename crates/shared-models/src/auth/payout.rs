use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Sets how one is paid; needs a fresh code of the purpose `payout_method`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutPayoutMethod {
    #[garde(dive)]
    pub method: PayoutMethod,
    /// Six digits.
    #[garde(length(bytes, min = 6, max = 6))]
    #[schema(min_length = 6, max_length = 6)]
    pub code: String,
}

/// How an artisan is paid.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase", try_from = "Fields")]
pub enum PayoutMethod {
    /// Unified Payments Interface.
    Upi {
        /// `name@bank`.
        #[garde(length(bytes, min = 5, max = 255))]
        #[schema(min_length = 5, max_length = 255)]
        upi_id: String,
    },
    /// An Indian bank account.
    Bank {
        /// 1 to 80 characters.
        #[garde(length(chars, min = 1, max = 200))]
        #[schema(min_length = 1, max_length = 80)]
        account_holder: String,
        /// 9 to 18 digits.
        #[garde(length(bytes, min = 9, max = 18))]
        #[schema(min_length = 9, max_length = 18)]
        account_number: String,
        /// The branch: `HDFC0001234`.
        #[garde(length(bytes, min = 11, max = 11))]
        #[schema(min_length = 11, max_length = 11)]
        ifsc: String,
    },
    /// A wallet on the chain.
    Wallet {
        /// EIP-55.
        #[garde(length(bytes, min = 42, max = 42))]
        #[schema(min_length = 42, max_length = 42)]
        wallet_address: String,
    },
}

/// All fields of all methods: what a tagged enum reads by itself does not say which of them is wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    kind: Kind,
    upi_id: Option<String>,
    account_holder: Option<String>,
    account_number: Option<String>,
    ifsc: Option<String>,
    wallet_address: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Upi,
    Bank,
    Wallet,
}

/// The messages are serde's own, so that the fields are named as anywhere else.
impl TryFrom<Fields> for PayoutMethod {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        let mut given = [
            ("upi_id", fields.upi_id),
            ("account_holder", fields.account_holder),
            ("account_number", fields.account_number),
            ("ifsc", fields.ifsc),
            ("wallet_address", fields.wallet_address),
        ];
        let mut take = |wanted: &str| {
            let field = given.iter_mut().find(|(name, _)| *name == wanted);
            let value = field.and_then(|(_, value)| value.take());
            value.ok_or_else(|| format!("missing field `{wanted}`"))
        };
        let method = match fields.kind {
            Kind::Upi => Self::Upi {
                upi_id: take("upi_id")?,
            },
            Kind::Bank => Self::Bank {
                account_holder: take("account_holder")?,
                account_number: take("account_number")?,
                ifsc: take("ifsc")?,
            },
            Kind::Wallet => Self::Wallet {
                wallet_address: take("wallet_address")?,
            },
        };
        match given.iter().find(|(_, value)| value.is_some()) {
            Some((name, _)) => Err(format!("unknown field `{name}` of this kind")),
            None => Ok(method),
        }
    }
}

impl std::fmt::Debug for PayoutMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Upi { .. } => "Upi(…)",
            Self::Bank { .. } => "Bank(…)",
            Self::Wallet { .. } => "Wallet(…)",
        })
    }
}

/// How an artisan is paid, as it is shown: enough to recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum PayoutMethodView {
    /// Unified Payments Interface.
    Upi { upi_id: String },
    /// An Indian bank account; all but the last four digits are hidden.
    Bank {
        account_holder: String,
        account_number: String,
        ifsc: String,
    },
    /// A wallet on the chain.
    Wallet { wallet_address: String },
}
