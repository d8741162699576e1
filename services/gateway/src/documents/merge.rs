use serde_json::Value;
use service_client::Service;
use utoipa::openapi::{OpenApi, PathItem, tag::TagBuilder};

use crate::target::{VERSION, prefix_of};

const SCHEMAS: &str = "#/components/schemas/";

/// A service's document as a part of the gateway's: what is routed, at its canonical path.
///
/// Two services may have schemas or operations of one name that mean different things, and merging would keep one
/// of them without a word: so each service's are prefixed with its own name.
pub(super) fn part_of(service: Service, document: &[u8]) -> serde_json::Result<OpenApi> {
    let mut document = serde_json::from_slice(document)?;
    rename(&mut document, service);
    let mut part: OpenApi = serde_json::from_value(document)?;
    let paths = std::mem::take(&mut part.paths.paths);
    part.paths.paths = paths
        .into_iter()
        .filter(|(path, _)| prefix_of(path).is_some_and(|prefix| prefix.service == service))
        .filter(|(_, item)| !is_internal(item))
        .map(|(path, item)| (format!("{VERSION}{path}"), tagged(item, service)))
        .collect();
    if let Some(components) = &mut part.components {
        let schemas = std::mem::take(&mut components.schemas);
        components.schemas = schemas
            .into_iter()
            .map(|(name, schema)| (format!("{service}.{name}"), schema))
            .collect();
    }
    let tag = TagBuilder::new()
        .name(service.name())
        .description(part.info.description.clone());
    part.tags = Some(vec![tag.build()]);
    part.servers = None;
    Ok(part)
}

/// What only services may ask, also where its path looks public.
fn is_internal(item: &PathItem) -> bool {
    let operations = [&item.get, &item.put, &item.post, &item.delete, &item.patch];
    let tags = operations
        .into_iter()
        .flatten()
        .filter_map(|operation| operation.tags.as_ref());
    tags.flatten().any(|tag| tag == "internal")
}

/// References are renamed wherever they stand: a discriminator maps names to them, too.
fn rename(value: &mut Value, service: Service) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(id) if name == "operationId" => *id = format!("{service}_{id}"),
                    other => rename(other, service),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, service)),
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(SCHEMAS) {
                *text = format!("{SCHEMAS}{service}.{name}");
            }
        }
        _ => {}
    }
}

/// Every operation under the name of its service.
fn tagged(mut item: PathItem, service: Service) -> PathItem {
    let operations = [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.options,
        &mut item.head,
        &mut item.patch,
    ];
    for operation in operations.into_iter().flatten() {
        operation.tags = Some(vec![service.name().to_owned()]);
    }
    item
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(path: &str, reference: &str) -> Vec<u8> {
        let document = json!({
            "openapi": "3.1.0",
            "info": { "title": "t", "version": "1", "description": "about" },
            "paths": { path: { "get": {
                "operationId": "list",
                "responses": { "200": { "description": "", "content": { "application/json": {
                    "schema": { "$ref": reference }
                } } } },
            } }, "/internal/x": { "get": { "responses": {} } } },
            "components": { "schemas": { "Thing": { "type": "object" } } },
        });
        document.to_string().into_bytes()
    }

    #[test]
    fn equal_names_of_two_services_stay_apart() {
        let one = part_of(
            Service::Product,
            &document("/products", "#/components/schemas/Thing"),
        )
        .unwrap();
        let other = part_of(
            Service::Auth,
            &document("/auth/profile", "#/components/schemas/Thing"),
        )
        .unwrap();
        let merged = serde_json::to_value(one.merge_from(other)).unwrap();
        let operation = &merged["paths"]["/v1/auth/profile"]["get"];
        assert_eq!(operation["operationId"], "auth_list");
        assert_eq!(operation["tags"], json!(["auth"]));
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/auth.Thing");
        let schemas = merged["components"]["schemas"].as_object().unwrap();
        assert!(schemas.contains_key("product.Thing") && schemas.contains_key("auth.Thing"));
    }

    #[test]
    fn only_what_is_routed_is_shown() {
        let part = part_of(Service::Product, &document("/auth/profile", "#/x")).unwrap();
        assert!(
            part.paths.paths.is_empty(),
            "neither /internal nor another service's path"
        );
    }
}
