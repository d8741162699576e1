//! Tables that an operator brings: CSV (RFC 4180) with a line of names, in any order.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared_models::{
    money::{Amount, Currency, Money},
    product::is_slug,
};

use super::{Floor, fold};

/// Rows of one table.
const MOST: usize = 2_000;
/// The longest text in it.
const LONGEST: usize = 200;

/// Why a table is refused: nothing of it is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SheetError {
    #[error("line {line}: {fault}")]
    Line { line: u64, fault: String },
    #[error("there are no rows")]
    Empty,
    #[error("there are more than {MOST} rows")]
    TooLong,
}

/// A price that somebody else asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CompetitorPrice {
    /// Who asks it.
    pub(crate) source: String,
    /// When that was seen.
    pub(crate) date: NaiveDate,
    /// A slug.
    pub(crate) category: String,
    /// A slug.
    pub(crate) subcategory: Option<String>,
    /// As regions compare.
    pub(crate) region: Option<String>,
    pub(crate) price: Money,
    /// What it is called there; a newer price of the same piece replaces an older one.
    pub(crate) title: Option<String>,
}

#[derive(Debug, Deserialize)]
struct FloorRow {
    state: String,
    skill: u8,
    effective_from: NaiveDate,
    hourly_wage: String,
    #[serde(default)]
    currency: Option<String>,
    source: String,
}

#[derive(Debug, Deserialize)]
struct PriceRow {
    source: String,
    date: NaiveDate,
    category: String,
    #[serde(default)]
    subcategory: Option<String>,
    #[serde(default)]
    region: Option<String>,
    price: String,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    title: Option<String>,
}

/// Wage floors: `state,skill,effective_from,hourly_wage,currency,source`. Further names of a state stand behind a bar:
/// `Bihar|बिहार`. `version` is that of the table.
pub(crate) fn floors(table: &[u8], version: u64) -> Result<Vec<Floor>, SheetError> {
    rows(table, |row: FloorRow| {
        let hourly = money(&row.hourly_wage, row.currency.as_deref())?;
        if hourly.minor <= 0 {
            return Err("hourly_wage must be more than nothing".into());
        }
        if !(1..=10).contains(&row.skill) {
            return Err("skill must be 1 to 10".into());
        }
        let names: Vec<String> = row
            .state
            .split('|')
            .map(fold)
            .filter(|name| !name.is_empty())
            .collect();
        let state = row.state.split('|').next().unwrap_or_default();
        if names.is_empty() {
            return Err("state must not be empty".into());
        }
        Ok(Floor {
            state: line("state", state)?,
            names,
            skill: row.skill,
            effective_from: row.effective_from,
            hourly,
            source: line("source", &row.source)?,
            version,
        })
    })
}

/// Prices of others: `source,date,category,subcategory,region,price,currency,title`.
pub(crate) fn competitor_prices(table: &[u8]) -> Result<Vec<CompetitorPrice>, SheetError> {
    rows(table, |row: PriceRow| {
        let price = money(&row.price, row.currency.as_deref())?;
        if price.minor <= 0 {
            return Err("price must be more than nothing".into());
        }
        let given = |text: Option<String>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let subcategory = given(row.subcategory);
        if !is_slug(&row.category) || subcategory.as_deref().is_some_and(|slug| !is_slug(slug)) {
            return Err("category and subcategory must be slugs such as pottery".into());
        }
        Ok(CompetitorPrice {
            source: line("source", &row.source)?,
            date: row.date,
            category: row.category,
            subcategory,
            region: given(row.region).map(|region| fold(&region)),
            price,
            title: given(row.title).map(|title| line("title", &title)).transpose()?,
        })
    })
}

fn rows<R: DeserializeOwned, T>(
    table: &[u8],
    read: impl Fn(R) -> Result<T, String>,
) -> Result<Vec<T>, SheetError> {
    let table = table.strip_prefix(b"\xef\xbb\xbf").unwrap_or(table); // spreadsheets write a byte order mark
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table);
    let names = reader.headers().cloned().map_err(|error| at(1, &error))?;
    let mut read_rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| at(error.position().map_or(0, csv::Position::line), &error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = record
            .deserialize(Some(&names))
            .map_err(|error| at(line, &error))?;
        read_rows.push(read(row).map_err(|fault| SheetError::Line { line, fault })?);
        if read_rows.len() > MOST {
            return Err(SheetError::TooLong);
        }
    }
    if read_rows.is_empty() {
        return Err(SheetError::Empty);
    }
    Ok(read_rows)
}

fn at(line: u64, error: &csv::Error) -> SheetError {
    let fault = match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    };
    SheetError::Line { line, fault }
}

fn money(amount: &str, currency: Option<&str>) -> Result<Money, String> {
    let named = currency.map(str::trim).filter(|code| !code.is_empty());
    let currency = match named {
        None => Currency::INR,
        Some(code) => serde_json::from_value(code.into()).map_err(|error| error.to_string())?,
    };
    let amount = Amount::parse(amount).ok_or_else(|| format!("{amount:?} is no amount such as 120.50"))?;
    amount
        .in_currency(currency)
        .map_err(|error| format!("{amount:?} {error}"))
}

fn line(name: &str, text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(format!("{name} must be 1 to {LONGEST} characters on one line"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_are_read_with_all_names_of_a_state() {
        let table = "state,skill,effective_from,hourly_wage,source\n\
            West Bengal|পশ্চিমবঙ্গ,1,2026-01-01,52.25,\"Gazette, No. 7\"\nBihar,5,2026-04-01,60,Gazette\n";
        let floors = floors(table.as_bytes(), 3).unwrap();
        assert_eq!(floors[0].state, "West Bengal");
        assert_eq!(floors[0].names, ["west-bengal", "পশ্চিমবঙ্গ"]);
        assert_eq!(floors[0].hourly, Money::inr(5225));
        assert_eq!(floors[0].source, "Gazette, No. 7");
        assert_eq!((floors[1].skill, floors[1].version), (5, 3));
    }

    #[test]
    fn a_table_with_one_wrong_row_is_refused_whole() {
        let refused = |row: &str| {
            let table =
                format!("state,skill,effective_from,hourly_wage,source\nBihar,1,2026-01-01,50,G\n{row}\n");
            floors(table.as_bytes(), 1).unwrap_err()
        };
        for row in [
            "Bihar,0,2026-01-01,50,G",
            "Bihar,11,2026-01-01,50,G",
            "Bihar,1,yesterday,50,G",
            "Bihar,1,2026-01-01,0,G",
            "Bihar,1,2026-01-01,50.005,G",
            "Bihar,1,2026-01-01,much,G",
            ",1,2026-01-01,50,G",
            "Bihar,1,2026-01-01,50,",
            "Bihar,1,2026-01-01",
        ] {
            assert!(
                matches!(refused(row), SheetError::Line { line: 3, .. }),
                "{row}: {}",
                refused(row)
            );
        }
        assert_eq!(
            floors(b"state,skill,effective_from,hourly_wage,source\n", 1),
            Err(SheetError::Empty)
        );
        assert!(floors(b"state,skill\nBihar,1\n", 1).is_err());
    }

    #[test]
    fn competitor_prices_come_in_any_order_of_columns() {
        let table = "\u{feff}price,category,date,source,region\n1499.5,pottery,2026-05-01,bazaar.example,West Bengal\n";
        let prices = competitor_prices(table.as_bytes()).unwrap();
        assert_eq!(prices[0].price, Money::inr(149_950));
        assert_eq!(prices[0].region.as_deref(), Some("west-bengal"));
        assert_eq!(
            (prices[0].subcategory.as_deref(), prices[0].title.as_deref()),
            (None, None)
        );
        let wrong = "source,date,category,price\nbazaar,2026-05-01,Pots & pans,3\n";
        assert!(competitor_prices(wrong.as_bytes()).is_err());
    }
}
