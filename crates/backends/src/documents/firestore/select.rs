//! The port's queries as Firestore's.

use gcloud_sdk::google::firestore::v1::{
    Cursor, StructuredQuery, Value as Stored,
    structured_query::{
        CollectionSelector, CompositeFilter, Direction as Way, FieldFilter, FieldReference, Filter as Wired,
        Order as WiredOrder, UnaryFilter, composite_filter, field_filter::Operator, filter::FilterType,
        unary_filter,
    },
};
use serde_json::Value;

use super::{name, shards, value};
use crate::{
    Error, Result,
    documents::{Direction, Filter, Query, Schema},
};

/// Of one page; `None` when nothing can be found.
pub(super) fn page(schema: &Schema, query: &Query) -> Result<Option<StructuredQuery>> {
    let start = start(query)?;
    let Some(select) = all(schema, query)? else {
        return Ok(None);
    };
    let [limit, offset] = [query.limit, query.offset].map(|number| i32::try_from(number).unwrap_or(i32::MAX));
    // Firestore takes a limit of 0 for none.
    Ok((limit > 0).then_some(StructuredQuery {
        start_at: start,
        limit: Some(limit),
        offset,
        ..select
    }))
}

/// Whatever the page; `None` when nothing can be found.
pub(super) fn all(schema: &Schema, query: &Query) -> Result<Option<StructuredQuery>> {
    let mut filters = Vec::from_iter(shards::filter(schema, query)?);
    for filter in &query.filters {
        let compared = compared(filter);
        if compared.is_array() || compared.is_object() {
            return Err(Error::Invalid("a filter compares with a scalar".to_owned()));
        }
        match wired(filter, compared) {
            Some(filter) => filters.push(filter),
            None => return Ok(None),
        }
    }
    Ok(Some(StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: query.collection.clone(),
            all_descendants: false,
        }],
        r#where: all_of(filters),
        order_by: orders(query),
        ..Default::default()
    }))
}

/// All filters must hold.
pub(super) fn all_of(mut filters: Vec<Wired>) -> Option<Wired> {
    if filters.len() < 2 {
        return filters.pop();
    }
    Some(Wired {
        filter_type: Some(FilterType::CompositeFilter(CompositeFilter {
            op: composite_filter::Operator::And as i32,
            filters,
        })),
    })
}

/// A comparison of a field, given as Firestore's path.
pub(super) fn field_filter(field_path: String, op: Operator, value: Stored) -> Wired {
    Wired {
        filter_type: Some(FilterType::FieldFilter(FieldFilter {
            field: Some(FieldReference { field_path }),
            op: op as i32,
            value: Some(value),
        })),
    }
}

/// By a field, given as Firestore's path.
pub(super) fn order(field_path: String, way: Way) -> WiredOrder {
    WiredOrder {
        field: Some(FieldReference { field_path }),
        direction: way as i32,
    }
}

fn compared(filter: &Filter) -> &Value {
    match filter {
        Filter::Equals(_, value)
        | Filter::Contains(_, value)
        | Filter::AtLeast(_, value)
        | Filter::AtMost(_, value)
        | Filter::Below(_, value) => value,
    }
}

/// A filter on the wire; `None` when nothing passes it.
fn wired(filter: &Filter, compared: &Value) -> Option<Wired> {
    let path = value::path(filter.field());
    let op = match filter {
        // Nothing equals null on Firestore, and nothing is less or more: it has a filter of its own.
        Filter::Below(..) if compared.is_null() => return None,
        Filter::Equals(..) | Filter::AtLeast(..) | Filter::AtMost(..) if compared.is_null() => {
            return Some(Wired {
                filter_type: Some(FilterType::UnaryFilter(UnaryFilter {
                    op: unary_filter::Operator::IsNull as i32,
                    operand_type: Some(unary_filter::OperandType::Field(FieldReference {
                        field_path: path,
                    })),
                })),
            });
        }
        Filter::Equals(..) => Operator::Equal,
        Filter::Contains(..) => Operator::ArrayContains,
        Filter::AtLeast(..) => Operator::GreaterThanOrEqual,
        Filter::AtMost(..) => Operator::LessThanOrEqual,
        Filter::Below(..) => Operator::LessThan,
    };
    let compared = match filter {
        Filter::Contains(..) => value::element(compared),
        _ => value::scalar(compared),
    };
    Some(field_filter(path, op, compared))
}

fn orders(query: &Query) -> Vec<WiredOrder> {
    let way = match query.order.as_ref().map(|order| order.direction) {
        Some(Direction::Descending) => Way::Descending,
        Some(Direction::Ascending) | None => Way::Ascending,
    };
    let field = query.order.as_ref().map(|order| value::path(&order.field));
    let fields = field.into_iter().chain([value::path_of_name(name::ID)]);
    fields.map(|field| order(field, way)).collect()
}

fn start(query: &Query) -> Result<Option<Cursor>> {
    let Some(position) = &query.after else {
        return Ok(None);
    };
    if position.value.is_some() != query.order.is_some() {
        return Err(Error::Invalid("the position is of another order".to_owned()));
    }
    let value = position.value.as_ref().map(value::scalar);
    let values: Vec<Stored> = value.into_iter().chain([value::text(&position.id)]).collect();
    Ok(Some(Cursor {
        values,
        before: false,
    }))
}
