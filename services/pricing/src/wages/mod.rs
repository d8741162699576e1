//! What an hour of an artisan's work is counted at.

use std::time::Duration;

use service_client::Service;
use shared_models::{
    auth::UserSummary,
    ids::UserId,
    money::{Currency, Money},
};

use crate::{
    domain::{Wage, applying, fold},
    error::PricingError,
    state::PricingState,
};

/// How long auth may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Without a known skill the floor of beginners holds.
const BEGINNER: u8 = 1;

/// What is known of who makes a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Maker {
    /// As her profile names it.
    pub(crate) state: Option<String>,
    /// 1 to 10.
    pub(crate) skill: Option<u8>,
    /// What she wants for an hour.
    pub(crate) own_wage: Option<Money>,
}

impl PricingState {
    /// What her profile says; nothing when there is no such account any more.
    pub(crate) async fn maker(&self, artisan: UserId) -> Result<Maker, PricingError> {
        let asked = self
            .kit
            .peers
            .auth()
            .user(&self.kit.call(PATIENCE), artisan)
            .await;
        let profile: Option<UserSummary> = match asked {
            Ok(profile) => Some(profile),
            Err(error) if error.refused_with() == Some(404) => None,
            Err(error) => return Err(PricingError::peer(Service::Auth, error)),
        };
        let own_wage = profile.as_ref().and_then(|profile| {
            let wage = profile.hourly_wage?.in_currency(profile.currency);
            wage.ok()
        });
        Ok(Maker {
            state: profile.as_ref().and_then(|profile| profile.state.clone()),
            skill: profile.as_ref().and_then(|profile| profile.skill_level),
            own_wage,
        })
    }

    /// The wage of her hours for a piece in `currency`; nothing when neither a floor nor her own wage is known.
    pub(crate) async fn wage(&self, maker: &Maker, currency: Currency) -> Result<Option<Wage>, PricingError> {
        let floors = match &maker.state {
            None => Vec::new(),
            Some(state) => self.floors.of_state(&fold(state)).await?,
        };
        let official = applying(&floors, maker.skill.unwrap_or(BEGINNER), self.today());
        Ok(Wage::of(official, maker.own_wage, currency))
    }
}
