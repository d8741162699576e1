use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Row;

/// An API document (OpenAPI 3.1).
#[derive(Debug)]
pub struct Document(Value);

/// One operation of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation<'a> {
    document: &'a Document,
    said: &'a Value,
}

/// A parameter of the path, the query or the headers.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) schema: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
}

/// Whether an operation asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    None,
    Optional,
    Bearer,
}

impl Document {
    /// What `/openapi.json` answered.
    pub fn new(document: Value) -> Self {
        Self(document)
    }

    /// Fails unless the rows are exactly the operations.
    pub fn is_covered_by(&self, rows: &[Row]) {
        let told: BTreeSet<String> = self.operations().into_keys().collect();
        let known: BTreeSet<String> = rows.iter().map(|row| row.operation.clone()).collect();
        let without: Vec<_> = told.difference(&known).collect();
        let gone: Vec<_> = known.difference(&told).collect();
        assert!(
            without.is_empty(),
            "operations without a row in tests/src/refusals/rows: {without:?}"
        );
        assert!(gone.is_empty(), "rows of operations that are not there: {gone:?}");
        assert_eq!(rows.len(), known.len(), "an operation has two rows");
    }

    pub(super) fn operation(&self, name: &str) -> Operation<'_> {
        self.operations()
            .remove(name)
            .expect("an operation of the document")
    }

    /// By `POST /products`.
    fn operations(&self) -> BTreeMap<String, Operation<'_>> {
        let paths = self.0["paths"].as_object().expect("paths");
        let of_path = |(path, item): (&'_ String, &'_ Value)| {
            let methods = item.as_object().expect("a path's operations").clone();
            let path = path.clone();
            methods
                .into_iter()
                .map(move |(method, _)| (format!("{} {path}", method.to_uppercase()), path.clone(), method))
        };
        let named = paths.iter().flat_map(of_path);
        named
            .map(|(name, path, method)| {
                (
                    name,
                    Operation {
                        document: self,
                        said: &self.0["paths"][&path][&method],
                    },
                )
            })
            .collect()
    }

    /// What a `$ref` means.
    pub(super) fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return schema;
        };
        let pointer = reference.trim_start_matches('#');
        let meant = self.0.pointer(pointer);
        self.resolved(meant.unwrap_or_else(|| panic!("{reference} leads nowhere")))
    }
}

impl<'a> Operation<'a> {
    pub(super) fn document(self) -> &'a Document {
        self.document
    }

    /// The schema of its JSON body; nothing when it takes none, or files.
    pub(super) fn body(self) -> Option<&'a Value> {
        let content = self.said.pointer("/requestBody/content")?.as_object()?;
        let files = [
            "multipart/form-data",
            "application/octet-stream",
            "application/offset+octet-stream",
        ];
        if content.keys().all(|kind| files.contains(&kind.as_str())) {
            return None;
        }
        let json = content.get("application/json");
        let schema = json
            .unwrap_or_else(|| panic!("no JSON body: {content:?}"))
            .get("schema");
        Some(self.document.resolved(schema.expect("a body has a schema")))
    }

    /// The types that its body may have.
    pub(super) fn content_types(self) -> Vec<&'a str> {
        let content = self
            .said
            .pointer("/requestBody/content")
            .and_then(Value::as_object);
        content
            .into_iter()
            .flat_map(|content| content.keys().map(String::as_str))
            .collect()
    }

    pub(super) fn parameters(self) -> Vec<Parameter> {
        let parameters = self.said["parameters"].as_array();
        parameters.into_iter().flatten().map(parameter_of).collect()
    }

    pub(super) fn security(self) -> Security {
        let required = self.said["security"].as_array().map_or(&[][..], Vec::as_slice);
        let bearer = required.iter().any(|one| one.get("bearer").is_some());
        let nothing = required
            .iter()
            .any(|one| one.as_object().is_some_and(serde_json::Map::is_empty));
        match (bearer, nothing) {
            (true, false) => Security::Bearer,
            (true, true) => Security::Optional,
            (false, _) => Security::None,
        }
    }
}

fn parameter_of(said: &Value) -> Parameter {
    Parameter {
        name: said["name"].as_str().expect("a name").to_owned(),
        place: match said["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            other => panic!("a parameter in {other:?}"),
        },
        schema: said["schema"].clone(),
    }
}
