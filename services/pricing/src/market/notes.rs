use shared_models::pricing::{DemandLevel, PriceTrend};

use crate::domain::{Demand, Months, Position, Trend};

/// What an analysis found, to be put into words.
pub(super) struct Told<'a> {
    pub(super) position: &'a Position,
    pub(super) trend: Trend,
    pub(super) months: &'a Months,
    pub(super) demand: Demand,
    pub(super) regional: bool,
    pub(super) thin: bool,
}

impl Told<'_> {
    /// What it rests on, and what is not known.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let size = self.position.size();
        if size == 0 {
            notes.push("No prices are known here.".to_owned());
        } else if self.thin {
            notes.push(format!("Only {size} prices are known here: too few to rely on."));
        }
        if !self.position.has_competitors() {
            notes.push(
                "Only listings of this marketplace are known: no competitors' prices were brought."
                    .to_owned(),
            );
        }
        if self.trend.direction == PriceTrend::Unknown {
            notes.push("A trend needs eight pieces over two weeks.".to_owned());
        }
        if self.months.known.is_empty() {
            notes.push("Seasons need five pieces in each of two months.".to_owned());
        } else if !self.months.whole_year {
            notes.push("Not all months of a year are known, so a season may be a trend.".to_owned());
        }
        if self.demand.level == DemandLevel::Unknown {
            notes.push("Demand needs ten pieces in completed orders of 120 days.".to_owned());
        } else if self.regional {
            notes.push("Demand is that of all regions.".to_owned());
        }
        notes
    }

    /// What follows for a seller; nothing follows from thin data.
    pub(super) fn recommendations(&self) -> Vec<String> {
        let mut advice: Vec<&str> = Vec::new();
        if self.thin {
            advice.push("Price from your costs and hours: the market is not known well enough.");
        } else {
            advice.extend(match self.trend.direction {
                PriceTrend::Rising => Some("Prices rise: look at yours before you list the next piece."),
                PriceTrend::Falling => {
                    Some("Prices fall: say what sets your piece apart rather than asking less than it costs.")
                }
                PriceTrend::Steady => {
                    Some("Prices are steady: what a piece like yours costs now is a good guide.")
                }
                PriceTrend::Unknown => None,
            });
        }
        advice.extend(match self.demand.level {
            DemandLevel::High => Some("More is bought than before: have pieces in stock."),
            DemandLevel::Low => {
                Some("Less is bought than before: there is time to make, and no need to undersell.")
            }
            DemandLevel::Normal | DemandLevel::Unknown => None,
        });
        let mut advice: Vec<String> = advice.into_iter().map(str::to_owned).collect();
        advice.extend(self.season());
        advice
    }

    fn season(&self) -> Option<String> {
        let best = self.months.known.iter().max_by_key(|month| month.units_sold)?;
        let name = MONTHS.get(usize::try_from(best.month).ok()?.checked_sub(1)?)?;
        (best.units_sold > 0).then(|| format!("Of the months that are known, most is bought in {name}."))
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
