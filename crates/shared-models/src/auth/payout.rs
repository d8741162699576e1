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
    pub code: String,
}

/// How an artisan is paid.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum PayoutMethod {
    /// Unified Payments Interface.
    Upi {
        /// `name@bank`.
        #[garde(length(bytes, min = 5, max = 255))]
        upi_id: String,
    },
    /// An Indian bank account.
    Bank {
        /// 1 to 80 characters.
        #[garde(length(chars, min = 1, max = 200))]
        account_holder: String,
        /// 9 to 18 digits.
        #[garde(length(bytes, min = 9, max = 18))]
        account_number: String,
        /// The branch: `HDFC0001234`.
        #[garde(length(bytes, min = 11, max = 11))]
        ifsc: String,
    },
    /// A wallet on the chain.
    Wallet {
        /// EIP-55.
        #[garde(length(bytes, min = 42, max = 42))]
        wallet_address: String,
    },
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
