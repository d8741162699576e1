#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rusqlite::{Connection, params, params_from_iter};
use serde_json::Value;

use super::{documents, key, layout::plain, span::Span};
use crate::{
    Error, Result,
    documents::{Collection, Direction, Document, Filter, Order, Position, Query},
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
pub(super) fn page(collection: &Collection, query: &Query) -> Result<Select> {
    let what = "documents.id, version, body";
    let mut select = Select::of(what, collection, query, query.after.as_ref())?;
    let order = ordered(query.order.as_ref())?;
    select.push(&format!(
        " ORDER BY {order} LIMIT {} OFFSET {}",
        query.limit, query.offset
    ));
    Ok(select)
}

/// How many documents there are, whatever the page.
pub(super) fn count(collection: &Collection, query: &Query) -> Result<Select> {
    Select::of("count(*)", collection, query, None)
}

/// The name of the index for equality with `fields` and then an order.
pub(super) fn index_name(collection: &str, fields: &[&str]) -> String {
    format!("{collection}: {}", fields.join(", "))
}

impl Select {
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

    fn of(what: &str, collection: &Collection, query: &Query, after: Option<&Position>) -> Result<Self> {
        let mut select = Self {
            sql: format!("SELECT {what} FROM "),
            parameters: Vec::new(),
        };
        select.source(collection, query)?;
        for filter in &query.filters {
            if let Filter::Equals(field, value) = filter {
                let condition = format!("{} = {}", key_of(field)?, select.scalar(value)?);
                select.and(&condition);
            }
        }
        match (&query.order, after) {
            (Some(order), after) => select.span(order, after, &query.filters)?,
            (None, Some(Position { value: None, id })) => {
                let id = select.parameter(id.clone());
                select.and(&format!("documents.id > {id}"));
            }
            (None, Some(_)) => return foreign_position(),
            (None, None) => {}
        }
        Ok(select)
    }

    /// Where to look: in the index that narrows it down most, or among what has an element.
    fn source(&mut self, collection: &Collection, query: &Query) -> Result<()> {
        let name = plain(collection.name)?;
        let contained = query.filters.iter().find_map(|filter| match filter {
            Filter::Contains(field, value) => Some((field, value)),
            _ => None,
        });
        if let Some((field, value)) = contained {
            let (field, value) = (plain(field)?, self.scalar(value)?);
            self.push(&format!(
                "elements CROSS JOIN documents
                 ON documents.collection = '{name}' AND documents.id = elements.id
                 WHERE elements.collection = '{name}' AND field = '{field}' AND value = {value}"
            ));
        } else {
            let index = best_index(collection, query);
            let index = index.map_or(String::new(), |name| format!(r#"INDEXED BY "{name}""#));
            self.push(&format!(
                "documents {index} WHERE documents.collection = '{name}'"
            ));
        }
        Ok(())
    }

    /// The part of an order that is asked for.
    fn span(&mut self, order: &Order, after: Option<&Position>, filters: &[Filter]) -> Result<()> {
        let mut span = Span::of(key_of(&order.field)?);
        if let Some(Position { value, id }) = after {
            let Some(value) = value else {
                return foreign_position();
            };
            let (value, id) = (self.value(value), self.parameter(id.clone()));
            span.begins_after(order.direction, &value, &id);
        }
        for filter in filters {
            let (comparison, value) = match filter {
                Filter::AtLeast(_, value) => (">=", value),
                Filter::AtMost(_, value) => ("<=", value),
                Filter::Below(_, value) => ("<", value),
                Filter::Equals(..) | Filter::Contains(..) => continue,
            };
            let bound = self.scalar(value)?;
            span.is_bounded(comparison, &bound, value);
        }
        self.and(&span.condition());
        Ok(())
    }

    fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn and(&mut self, condition: &str) {
        self.push(" AND ");
        self.push(condition);
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

/// Of the declared indexes that fit a query the one that narrows it down most; SQLite, left alone, takes
/// the primary key.
fn best_index(collection: &Collection, query: &Query) -> Option<String> {
    let order = query
        .order
        .as_ref()
        .map(|order| (order.field.as_str(), order.direction));
    let asked = |name: &&str| {
        let equals = |filter: &Filter| matches!(filter, Filter::Equals(field, _) if field == name);
        query.filters.iter().any(equals)
    };
    let fitting = collection
        .indexes
        .iter()
        .filter(|index| index.order == order && index.equals.iter().all(asked));
    let fields = fitting.max_by_key(|index| index.equals.len())?.fields();
    (!fields.is_empty()).then(|| index_name(collection.name, &fields))
}

fn ordered(order: Option<&Order>) -> Result<String> {
    let Some(order) = order else {
        return Ok("documents.id".to_owned());
    };
    let direction = match order.direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    };
    Ok(format!(
        "{} {direction}, documents.id {direction}",
        key_of(&order.field)?
    ))
}

fn key_of(field: &str) -> Result<String> {
    Ok(key::of("body", &key::path(plain(field)?)))
}

fn foreign_position<T>() -> Result<T> {
    Err(Error::Invalid("the position is of another order".to_owned()))
}
