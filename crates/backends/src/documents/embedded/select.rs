use std::{collections::BTreeSet, fmt::Write};

use rusqlite::{Connection, params, params_from_iter};
use serde_json::Value;

use super::{documents, key, layout::plain};
use crate::{
    Error, Result,
    documents::{Direction, Document, Filter, Order, Position, Query},
    sqlite::failure,
};

/// A query in SQL.
pub(super) struct Select {
    sql: String,
    parameters: Vec<String>,
}

pub(super) fn by_ids(db: &Connection, collection: &str, ids: &[String]) -> Result<Vec<Document>> {
    let sql = "SELECT id, version, body FROM documents WHERE collection = ?1 AND id = ?2";
    let mut found = Vec::with_capacity(ids.len());
    for id in ids.iter().collect::<BTreeSet<_>>() {
        found.extend(documents(db, sql, params![collection, id])?);
    }
    Ok(found)
}

/// The documents of one page.
pub(super) fn page(query: &Query) -> Result<Select> {
    let mut select = Select::of("id, version, body", query)?;
    if let Some(position) = &query.after {
        select.after(query.order.as_ref(), position)?;
    }
    select.ordered(query.order.as_ref())?;
    write!(select.sql, " LIMIT {} OFFSET {}", query.limit, query.offset).map_err(unwritable)?;
    Ok(select)
}

/// How many documents there are, whatever the page.
pub(super) fn count(query: &Query) -> Result<Select> {
    Select::of("count(*)", query)
}

impl Select {
    fn of(what: &str, query: &Query) -> Result<Self> {
        let collection = plain(&query.collection)?;
        let mut select = Self {
            sql: format!("SELECT {what} FROM documents WHERE collection = '{collection}'"),
            parameters: Vec::new(),
        };
        for filter in &query.filters {
            select.filter(collection, filter)?;
        }
        if let Some(order) = &query.order {
            let present = format!("{} IS NOT NULL", key_of(&order.field)?);
            select.and(&present);
        }
        Ok(select)
    }

    pub(super) fn documents(&self, db: &Connection) -> Result<Vec<Document>> {
        documents(db, &self.sql, params_from_iter(&self.parameters))
    }

    pub(super) fn number(&self, db: &Connection) -> Result<u64> {
        let number: i64 = db
            .prepare_cached(&self.sql)
            .and_then(|mut statement| {
                statement.query_row(params_from_iter(&self.parameters), |row| row.get(0))
            })
            .map_err(failure)?;
        Ok(number.unsigned_abs())
    }

    fn filter(&mut self, collection: &str, filter: &Filter) -> Result<()> {
        let key = key_of(filter.field())?;
        let condition = match filter {
            Filter::Equals(_, value) => format!("{key} = {}", self.scalar(value)?),
            Filter::Contains(field, value) => format!(
                "id IN (SELECT id FROM elements WHERE collection = '{collection}' AND field = '{field}'
                 AND value = {})",
                self.scalar(value)?
            ),
            Filter::AtLeast(_, value) => self.range(&key, ">=", value)?,
            Filter::AtMost(_, value) => self.range(&key, "<=", value)?,
            Filter::Below(_, value) => self.range(&key, "<", value)?,
        };
        self.and(&condition);
        Ok(())
    }

    fn range(&mut self, key: &str, comparison: &str, value: &Value) -> Result<String> {
        let bound = self.scalar(value)?;
        Ok(format!(
            "{key} {comparison} {bound} AND {}",
            key::same_kind(key, value)
        ))
    }

    fn after(&mut self, order: Option<&Order>, position: &Position) -> Result<()> {
        let condition = match (order, &position.value) {
            (None, None) => format!("id > {}", self.parameter(position.id.clone())),
            (Some(order), Some(value)) => {
                let key = key_of(&order.field)?;
                let comparison = match order.direction {
                    Direction::Ascending => ">",
                    Direction::Descending => "<",
                };
                let value = self.value(value);
                format!(
                    "({key}, id) {comparison} ({value}, {})",
                    self.parameter(position.id.clone())
                )
            }
            _ => return Err(Error::Invalid("the position is of another order".to_owned())),
        };
        self.and(&condition);
        Ok(())
    }

    fn ordered(&mut self, order: Option<&Order>) -> Result<()> {
        let by = match order {
            None => "id".to_owned(),
            Some(order) => {
                let direction = match order.direction {
                    Direction::Ascending => "ASC",
                    Direction::Descending => "DESC",
                };
                format!("{} {direction}, id {direction}", key_of(&order.field)?)
            }
        };
        write!(self.sql, " ORDER BY {by}").map_err(unwritable)
    }

    fn and(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    fn scalar(&mut self, value: &Value) -> Result<String> {
        if value.is_array() || value.is_object() {
            return Err(Error::Invalid("a filter compares with a scalar".to_owned()));
        }
        Ok(self.value(value))
    }

    /// The key of a value; read by the same parser as the documents, so that equal numbers are equal.
    fn value(&mut self, value: &Value) -> String {
        let parameter = self.parameter(value.to_string());
        key::of(&parameter, "$")
    }

    fn parameter(&mut self, value: String) -> String {
        self.parameters.push(value);
        format!("?{}", self.parameters.len())
    }
}

fn key_of(field: &str) -> Result<String> {
    Ok(key::of("body", &key::path(plain(field)?)))
}

fn unwritable(error: std::fmt::Error) -> Error {
    Error::Other(error.to_string())
}
