//! Wire types of the auth service.

mod account;
mod admin;
mod contact;
mod password;
mod payout;
mod profile;
mod sign_in;
mod user;

pub use account::{AccountClosing, Following, Session};
pub use admin::{AdminUser, AuditEntry, FindUser, Suspend};
pub use contact::{CodePurpose, CodeRequest, CodeSent, VerifyContact, VerifyContactAnswer};
pub use password::{ChangePassword, ForgotPassword, MAX_PASSWORD_BYTES, Password, ResetPassword};
pub use payout::{PayoutMethod, PayoutMethodView, PutPayoutMethod};
pub use profile::{Address, MAX_ADDRESSES, Profile, ProfilePatch};
pub use sign_in::{
    FirebaseSignIn, Login, OtpAnswer, OtpRequest, OtpVerify, Refresh, Signup, SignupRole, TokenAnswer,
    VerifiedToken,
};
pub use user::{PublicArtisan, User, UserSummary};
