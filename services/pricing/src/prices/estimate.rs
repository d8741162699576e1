use shared_models::{
    money::{Amount, Money},
    pricing::{
        AppliedWage, Component, MarketFactor, PriceQuote, PriceRange, PricingStrategy, Urgency, WageFloor,
    },
};

use crate::{
    domain::{Circumstances, Costs, Demand, Piece, Position, Quote, TooDear, Wage, Wanted},
    error::PricingError,
    market::Surroundings,
    state::PricingState,
    wages::Maker,
};

/// What a price is asked for with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) costs: Costs,
    pub(crate) maker: Maker,
    pub(crate) urgency: Urgency,
}

/// A price, or what is missing for one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) quote: Option<Quote>,
    pub(crate) wage: Option<Wage>,
    pub(crate) position: Position,
    pub(crate) demand: Demand,
    pub(crate) missing: Vec<Missing>,
}

/// Without it there is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Hours,
    Wage,
}

impl PricingState {
    /// What a piece should cost on these terms.
    pub(crate) async fn estimate(
        &self,
        piece: &Piece,
        terms: &Terms,
        around: &Surroundings,
    ) -> Result<Estimate, PricingError> {
        let wage = self.wage(&terms.maker, piece.currency).await?;
        Ok(self.estimate_at(piece, terms, around, wage)?)
    }

    fn estimate_at(
        &self,
        piece: &Piece,
        terms: &Terms,
        around: &Surroundings,
        wage: Option<Wage>,
    ) -> Result<Estimate, TooDear> {
        let position = around.market.around(&Wanted {
            artisan: piece.artisan_id,
            subcategory: &piece.subcategory,
            region: piece.region.as_deref(),
        });
        let demand = around.sales.demand(self.today());
        let quote = match &wage {
            None => None,
            Some(wage) => Quote::of(&Circumstances {
                currency: piece.currency,
                costs: &terms.costs,
                wage,
                position: &position,
                demand,
                urgency: terms.urgency,
                skill: terms.maker.skill,
                margin: self.config.margin,
            })?,
        };
        let hours = (!terms.costs.knows_hours()).then_some(Missing::Hours);
        let missing = hours.into_iter().chain(wage.is_none().then_some(Missing::Wage));
        Ok(Estimate {
            quote,
            missing: missing.collect(),
            wage,
            position,
            demand,
        })
    }
}

impl Missing {
    /// The field of a listing, or of her profile.
    pub(crate) const fn in_listing(self) -> &'static str {
        match self {
            Self::Hours => "costs.labor_hours",
            Self::Wage => "hourly_wage",
        }
    }

    /// The field of a request.
    const fn in_request(self) -> &'static str {
        match self {
            Self::Hours => "labor_hours",
            Self::Wage => "hourly_wage",
        }
    }
}

impl Estimate {
    /// The wage under the price.
    pub(crate) fn floor(&self) -> WageFloor {
        self.wage.as_ref().map_or(WageFloor::Unknown, |wage| wage.floor)
    }

    /// For who asked.
    pub(crate) fn answer(self, piece: &Piece) -> PriceQuote {
        let amount = |minor| {
            let currency = piece.currency;
            Money { minor, currency }.amount()
        };
        let floor = self.floor();
        let quote = self.quote.as_ref();
        PriceQuote {
            product_id: piece.id,
            currency: piece.currency,
            suggested_price: quote.map(|quote| amount(quote.price)),
            price_range: quote.map(|quote| range(quote, amount)),
            market_range: self.position.range(),
            market_factors: quote.map(|quote| factors(quote, amount)).unwrap_or_default(),
            confidence_score: quote.map_or(0.0, |quote| quote.confidence),
            pricing_strategy: quote.map_or(PricingStrategy::MarketRangeOnly, |quote| quote.strategy),
            breakdown: quote.map(|quote| breakdown(quote, amount)).unwrap_or_default(),
            floor,
            wage: self.wage.map(|wage| applied(wage, amount)),
            missing: self
                .missing
                .iter()
                .map(|missing| missing.in_request().to_owned())
                .collect(),
            sample_size: self.position.size(),
            sources: self.position.sources,
        }
    }
}

fn range(quote: &Quote, amount: impl Fn(i64) -> Amount) -> PriceRange {
    PriceRange {
        minimum: amount(quote.minimum),
        optimal: amount(quote.price),
        premium: amount(quote.premium),
    }
}

fn factors(quote: &Quote, amount: impl Fn(i64) -> Amount) -> Vec<MarketFactor> {
    let factor = |factor: &crate::domain::Factor| MarketFactor {
        name: factor.name.to_owned(),
        effect: amount(factor.effect),
        explanation: factor.explanation.clone(),
    };
    quote.factors.iter().map(factor).collect()
}

fn breakdown(quote: &Quote, amount: impl Fn(i64) -> Amount) -> Vec<Component> {
    let component = |(name, minor): (&str, i64)| Component {
        name: name.to_owned(),
        amount: amount(minor),
    };
    quote.parts().map(component).collect()
}

fn applied(wage: Wage, amount: impl Fn(i64) -> Amount) -> AppliedWage {
    let official = wage.official;
    AppliedWage {
        hourly: amount(wage.hourly),
        official_floor: official.as_ref().map(|floor| floor.hourly.amount()),
        state: official.as_ref().map(|floor| floor.state.clone()),
        effective_from: official.as_ref().map(|floor| floor.effective_from),
        source: official.map(|floor| floor.source),
    }
}
