use shared_models::{
    money::{Currency, Money},
    pricing::{DemandLevel, PricingStrategy, Urgency, WageFloor},
};

use super::{
    Costs, Demand, Narrowed, Position, TooDear, Wage,
    costs::Paid,
    portion::{portion, share},
};

/// Above this level skill is worth something on top of the hours.
const USUAL_SKILL: u8 = 5;
/// Of the work, in hundredths of a percent, for each level above the usual.
const A_LEVEL: i64 = 400;
/// With so many comparable pieces their median counts half of what it could.
const HALF_SURE: i64 = 8;
/// How far the market draws a price at most: half of the way, and half of the price.
const HALF: i64 = 5_000;
/// Of the price, in hundredths of a percent.
const HIGH_DEMAND: i64 = 500;
const LOW_DEMAND: i64 = -500;
const SOON: i64 = -500;
const PATIENT: i64 = 300;
/// What a patient seller may ask on top: where the market is not known, and at least.
const PREMIUM: i64 = 2_500;
const LEAST_PREMIUM: i64 = 1_000;

/// Everything that a price depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    pub(crate) currency: Currency,
    pub(crate) costs: &'a Costs,
    pub(crate) wage: &'a Wage,
    pub(crate) position: &'a Position,
    pub(crate) demand: Demand,
    pub(crate) urgency: Urgency,
    pub(crate) skill: Option<u8>,
    /// On top of the costs, in hundredths of a percent.
    pub(crate) margin: i64,
}

/// A price and what it is made of, in minor units.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quote {
    /// What the piece costs when its maker is paid: no price is below it.
    pub(crate) minimum: i64,
    pub(crate) price: i64,
    pub(crate) premium: i64,
    pub(crate) costs: Vec<(&'static str, i64)>,
    pub(crate) factors: Vec<Factor>,
    pub(crate) strategy: PricingStrategy,
    /// From 0 to 1.
    pub(crate) confidence: f64,
}

/// One thing that moves the price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Factor {
    pub(crate) name: &'static str,
    /// Negative when it lowers the price.
    pub(crate) effect: i64,
    /// A sentence.
    pub(crate) explanation: String,
}

impl Quote {
    /// A price; nothing when nobody said how many hours the piece takes.
    pub(crate) fn of(circumstances: &Circumstances<'_>) -> Result<Option<Self>, TooDear> {
        let decimals = circumstances.currency.decimals();
        let paid = circumstances.costs.at(circumstances.wage.hourly, decimals)?;
        Ok(paid.map(|paid| Draft::of(circumstances, paid).finished()))
    }

    /// What the piece costs and the effect of each factor: they sum to the price.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'static str, i64)> {
        let factors = self.factors.iter().map(|factor| (factor.name, factor.effect));
        self.costs.iter().copied().chain(factors)
    }
}

/// A price in the making.
struct Draft<'a> {
    given: &'a Circumstances<'a>,
    paid: Paid,
    /// The sum so far.
    price: i64,
    factors: Vec<Factor>,
}

impl<'a> Draft<'a> {
    fn of(given: &'a Circumstances<'a>, paid: Paid) -> Self {
        Self {
            given,
            paid,
            price: paid.total,
            factors: Vec::new(),
        }
    }

    fn finished(mut self) -> Quote {
        self.margin();
        self.skill();
        self.market();
        self.demand();
        self.urgency();
        let unprotected = self.price;
        self.protection();
        self.rounding();
        Quote {
            minimum: self.paid.total,
            premium: self.premium(),
            costs: self.costs(),
            strategy: self.strategy(unprotected),
            confidence: self.confidence(),
            price: self.price,
            factors: self.factors,
        }
    }

    fn add(&mut self, name: &'static str, effect: i64, explanation: String) {
        self.price += effect;
        self.factors.push(Factor {
            name,
            effect,
            explanation,
        });
    }

    fn margin(&mut self) {
        let effect = portion(self.paid.total, self.given.margin);
        let percent = self.given.margin / 100;
        let said =
            format!("{percent} % on top of what the piece costs, for what cannot be sold and for growing.");
        self.add("margin", effect, said);
    }

    fn skill(&mut self) {
        let levels = self
            .given
            .skill
            .map_or(0, |skill| skill.saturating_sub(USUAL_SKILL));
        let effect = portion(self.paid.labor, A_LEVEL * i64::from(levels));
        let said = match self.given.skill {
            None => "The artisan's skill is not known, so it changes nothing.".to_owned(),
            Some(skill) if levels == 0 => format!("Skill level {skill} of 10 is paid by the hours alone."),
            Some(skill) => format!(
                "Skill level {skill} of 10 adds {} % to the work.",
                4 * u32::from(levels)
            ),
        };
        self.add("artisan_skill", effect, said);
    }

    fn market(&mut self) {
        let position = self.given.position;
        let (Some(median), size) = (position.median(), i64::from(position.size())) else {
            let said = "There are fewer than three comparable pieces, so the market changes nothing.";
            return self.add("market_position", 0, said.to_owned());
        };
        let drawn = portion(share(median - self.price, size, size + HALF_SURE), HALF);
        let most = portion(self.price, HALF);
        let said = format!(
            "The median of {size} {} is {}; the more there are, the more it draws the price.",
            pieces(position.narrowed),
            self.money(median),
        );
        self.add("market_position", drawn.clamp(-most, most), said);
    }

    fn demand(&mut self) {
        let Demand {
            level,
            recent,
            before,
        } = self.given.demand;
        let counted = format!("{recent} sold in the last 30 days, {before} in the 90 before");
        let (part, said) = match level {
            DemandLevel::High => (HIGH_DEMAND, format!("More is bought than before: {counted}.")),
            DemandLevel::Low => (LOW_DEMAND, format!("Less is bought than before: {counted}.")),
            DemandLevel::Normal => (0, format!("As much is bought as before: {counted}.")),
            DemandLevel::Unknown => (0, format!("Too few orders to know the demand: {counted}.")),
        };
        self.add("demand", portion(self.price, part), said);
    }

    fn urgency(&mut self) {
        let (part, said) = match self.given.urgency {
            Urgency::High => (SOON, "It must be sold soon, so it costs a little less."),
            Urgency::Medium => (0, "There is no hurry, and no wish to wait."),
            Urgency::Low => (
                PATIENT,
                "It can wait for the right buyer, so it costs a little more.",
            ),
        };
        self.add("urgency", portion(self.price, part), said.to_owned());
    }

    fn protection(&mut self) {
        let effect = (self.paid.total - self.price).max(0);
        let cost = self.money(self.paid.total);
        let said = if effect > 0 {
            format!("The market would pay less than materials, work and overhead: the price stays at {cost}.")
        } else {
            format!("Materials, work and overhead of {cost} are paid.")
        };
        self.add("wage_protection", effect, said);
    }

    fn rounding(&mut self) {
        let whole = 10_i64.pow(self.given.currency.decimals());
        let effect = rounded_up(self.price, whole) - self.price;
        self.add("rounding", effect, "Up to a whole number.".to_owned());
    }

    fn premium(&self) -> i64 {
        let least = portion(self.price, LEAST_PREMIUM);
        let above = match self.given.position.quartile(3) {
            None => portion(self.price, PREMIUM),
            Some(dear) => (dear - self.price).clamp(least, portion(self.price, HALF)),
        };
        rounded_up(self.price + above, 10_i64.pow(self.given.currency.decimals()))
    }

    fn costs(&self) -> Vec<(&'static str, i64)> {
        let Paid {
            materials,
            base,
            labor,
            overhead,
            ..
        } = self.paid;
        let all = [
            ("materials", materials),
            ("base_cost", base),
            ("labor", labor),
            ("overhead", overhead),
        ];
        all.into_iter().collect()
    }

    fn strategy(&self, unprotected: i64) -> PricingStrategy {
        if unprotected < self.paid.total {
            PricingStrategy::WageProtected
        } else if self.given.position.median().is_none() {
            PricingStrategy::CostPlus
        } else {
            PricingStrategy::MarketAligned
        }
    }

    /// What stands behind the price: the number of comparable pieces, a legal floor, orders, a known skill.
    fn confidence(&self) -> f64 {
        let size = f64::from(self.given.position.size());
        let market = 0.4 * size / (size + 10.0);
        let floor = if self.given.wage.floor == WageFloor::Official || self.given.wage.official.is_some() {
            0.2
        } else {
            0.1
        };
        let demand = if self.given.demand.level == DemandLevel::Unknown {
            0.0
        } else {
            0.1
        };
        let skill = if self.given.skill.is_some() { 0.05 } else { 0.0 };
        ((0.25 + market + floor + demand + skill) * 100.0_f64).round() / 100.0
    }

    fn money(&self, minor: i64) -> String {
        let currency = self.given.currency;
        let amount = Money { minor, currency }.amount();
        let number = serde_json::to_string(&amount).unwrap_or_default();
        format!("{} {number}", currency.code())
    }
}

fn pieces(narrowed: Narrowed) -> &'static str {
    match narrowed {
        Narrowed::Region => "pieces of the same kind and region",
        Narrowed::Subcategory => "pieces of the same kind",
        Narrowed::Category => "pieces of the same category",
    }
}

/// `amount` is not negative.
fn rounded_up(amount: i64, step: i64) -> i64 {
    (amount + step - 1) / step * step
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*};

    use super::*;

    fn position(prices: Vec<i64>) -> Position {
        Position {
            narrowed: Narrowed::Category,
            prices,
            sources: Vec::new(),
            currency: Currency::INR,
        }
    }

    fn wage(hourly: i64) -> Wage {
        Wage {
            hourly,
            floor: WageFloor::OwnWage,
            official: None,
        }
    }

    /// Six hours at 100 rupees, 40.50 of clay and 10 overhead.
    fn costs() -> Costs {
        Costs {
            materials: 4_050,
            base: 0,
            overhead: 1_000,
            hours: Some(60_000),
        }
    }

    fn quote(costs: &Costs, market: Vec<i64>, change: impl Fn(&mut Circumstances<'_>)) -> Quote {
        let (wage, position) = (wage(10_000), position(market));
        let mut circumstances = Circumstances {
            currency: Currency::INR,
            costs,
            wage: &wage,
            position: &position,
            demand: Demand::default(),
            urgency: Urgency::Medium,
            skill: None,
            margin: 2_000,
        };
        change(&mut circumstances);
        Quote::of(&circumstances).unwrap().unwrap()
    }

    fn effect(quote: &Quote, name: &str) -> i64 {
        quote
            .factors
            .iter()
            .find(|factor| factor.name == name)
            .unwrap()
            .effect
    }

    #[test]
    fn without_a_market_a_price_is_cost_and_margin() {
        let quote = quote(&costs(), Vec::new(), |_| {});
        assert_eq!(quote.minimum, 65_050);
        assert_eq!(effect(&quote, "margin"), 13_010);
        assert_eq!(quote.price, 78_100, "rounded up to whole rupees");
        assert_eq!(quote.premium, 97_700);
        assert_eq!(quote.strategy, PricingStrategy::CostPlus);
    }

    #[test]
    fn the_market_draws_a_price_half_of_the_way_at_most() {
        let dear = quote(&costs(), vec![120_000; 500], |_| {});
        assert_eq!(dear.strategy, PricingStrategy::MarketAligned);
        let way = 120_000 - 78_060;
        assert!(
            (way * 49 / 100..=way / 2).contains(&effect(&dear, "market_position")),
            "{dear:?}"
        );
        let few = quote(&costs(), vec![120_000; 3], |_| {});
        assert!(effect(&few, "market_position") < effect(&dear, "market_position"));
        assert_eq!(
            effect(&quote(&costs(), vec![120_000; 2], |_| {}), "market_position"),
            0
        );
        assert!(few.confidence < dear.confidence);
    }

    #[test]
    fn a_cheap_market_never_takes_the_wage() {
        let quote = quote(&costs(), vec![100; 500], |_| {});
        assert_eq!(quote.strategy, PricingStrategy::WageProtected);
        assert_eq!(quote.price, 65_100);
        assert!(effect(&quote, "wage_protection") > 0);
    }

    #[test]
    fn each_circumstance_has_its_effect_and_a_sentence() {
        let high = |level| Demand {
            level,
            recent: 9,
            before: 9,
        };
        let with = |change: fn(&mut Circumstances<'_>)| quote(&costs(), Vec::new(), change);
        assert!(effect(&with(|it| it.skill = Some(8)), "artisan_skill") == 7_200);
        assert!(effect(&with(|it| it.skill = Some(5)), "artisan_skill") == 0);
        assert!(effect(&with(|it| it.urgency = Urgency::High), "urgency") < 0);
        assert!(effect(&with(|it| it.urgency = Urgency::Low), "urgency") > 0);
        let demand = |level| quote(&costs(), Vec::new(), |it| it.demand = high(level));
        assert!(effect(&demand(DemandLevel::High), "demand") > 0);
        assert!(effect(&demand(DemandLevel::Low), "demand") < 0);
        assert_eq!(effect(&demand(DemandLevel::Unknown), "demand"), 0);
        let sentences = demand(DemandLevel::Normal).factors;
        assert!(
            sentences.iter().all(|factor| factor.explanation.ends_with('.')),
            "{sentences:?}"
        );
    }

    #[test]
    fn without_hours_there_is_no_price() {
        let costs = Costs {
            hours: None,
            ..costs()
        };
        let (wage, position) = (wage(10_000), position(Vec::new()));
        let circumstances = Circumstances {
            currency: Currency::INR,
            costs: &costs,
            wage: &wage,
            position: &position,
            demand: Demand::default(),
            urgency: Urgency::Medium,
            skill: None,
            margin: 0,
        };
        assert_eq!(Quote::of(&circumstances), Ok(None));
    }

    fn anything() -> impl Strategy<Value = (Costs, i64, Vec<i64>, Demand, Urgency, Option<u8>, i64)> {
        use DemandLevel::{High, Low, Normal, Unknown};
        let amounts = || 0_i64..100_000_000_000;
        let costs = (amounts(), amounts(), amounts(), 1_i64..=100_000_000).prop_map(
            |(materials, base, overhead, hours)| Costs {
                materials,
                base,
                overhead,
                hours: Some(hours),
            },
        );
        let demand = proptest::sample::select(vec![High, Normal, Low, Unknown]).prop_map(|level| Demand {
            level,
            recent: 1,
            before: 1,
        });
        let urgency = proptest::sample::select(vec![Urgency::Low, Urgency::Medium, Urgency::High]);
        (
            costs,
            1_i64..=10_000_000,
            vec(0_i64..100_000_000_000_000, 0..30),
            demand,
            urgency,
            option::of(1_u8..=10),
            0_i64..=10_000,
        )
    }

    proptest! {
        #[test]
        fn the_breakdown_sums_to_the_price_and_no_wage_is_taken(
            (costs, hourly, mut market, demand, urgency, skill, margin) in anything(),
        ) {
            market.sort_unstable();
            let (wage, position) = (wage(hourly), position(market));
            let circumstances = Circumstances {
                currency: Currency::INR, costs: &costs, wage: &wage, position: &position, demand, urgency, skill, margin,
            };
            let quote = Quote::of(&circumstances).unwrap().unwrap();
            let sum: i128 = quote.parts().map(|(_, amount)| i128::from(amount)).sum();
            prop_assert_eq!(sum, i128::from(quote.price));
            let exact = 10_000 * i128::from(costs.materials + costs.base + costs.overhead)
                + i128::from(hourly) * i128::from(costs.hours.unwrap());
            prop_assert!(10_000 * i128::from(quote.price) >= exact, "below materials, hours at the floor and overhead");
            prop_assert!(quote.minimum <= quote.price && quote.price < quote.premium.max(1));
            prop_assert!((0.0..=1.0).contains(&quote.confidence));
            let amount = Money { minor: quote.premium, currency: Currency::INR }.amount();
            prop_assert_eq!(amount.in_currency(Currency::INR).unwrap().minor, quote.premium);
        }
    }
}
