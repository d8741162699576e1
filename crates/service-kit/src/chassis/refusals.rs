//! The refusals that operations share, said once for the whole API document.

use shared_models::problem::{FieldError, ProblemDocument};
use utoipa::{
    PartialSchema,
    openapi::{
        Components, ContentBuilder, HeaderBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
        path::{Operation, Parameter, ParameterIn},
        schema::{ObjectBuilder, SchemaType, Type},
    },
};

/// A refusal, and to which operations it belongs.
struct Refusal {
    status: &'static str,
    name: &'static str,
    about: &'static str,
    /// Whether `Retry-After` says when to try again.
    later: bool,
    fits: fn(&Asked) -> bool,
}

/// What an operation asks for.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each decides whether some refusal fits"
)]
struct Asked {
    token: bool,
    body: bool,
    in_path: bool,
    parameters: bool,
    writes: bool,
    if_match: bool,
}

const REFUSALS: [Refusal; 11] = [
    Refusal {
        status: "400",
        name: "Malformed",
        about: "The syntax of a parameter, a header or the body is wrong",
        later: false,
        fits: |asked| asked.parameters || asked.body,
    },
    Refusal {
        status: "401",
        name: "Unauthenticated",
        about: "No token, or not a good one",
        later: false,
        fits: |asked| asked.token,
    },
    Refusal {
        status: "403",
        name: "Forbidden",
        about: "Not allowed to this caller",
        later: false,
        fits: |asked| asked.token,
    },
    Refusal {
        status: "404",
        name: "NotFound",
        about: "Not there",
        later: false,
        fits: |asked| asked.in_path,
    },
    Refusal {
        status: "409",
        name: "Conflict",
        about: "At odds with the present state, or the first request of this Idempotency-Key is still under way",
        later: true,
        fits: |asked| asked.writes,
    },
    Refusal {
        status: "412",
        name: "Stale",
        about: "Changed since it was read",
        later: false,
        fits: |asked| asked.if_match,
    },
    Refusal {
        status: "413",
        name: "TooLarge",
        about: "The body is larger than this path allows",
        later: false,
        fits: |asked| asked.body,
    },
    Refusal {
        status: "415",
        name: "UnsupportedMediaType",
        about: "The body has another type",
        later: false,
        fits: |asked| asked.body,
    },
    Refusal {
        status: "422",
        name: "Invalid",
        about: "Understood, but it makes no sense; `errors` names the fields",
        later: false,
        fits: |asked| asked.body,
    },
    Refusal {
        status: "429",
        name: "TooManyRequests",
        about: "Too many requests",
        later: true,
        fits: |_| true,
    },
    Refusal {
        status: "503",
        name: "Unavailable",
        about: "Cannot be answered right now",
        later: true,
        fits: |_| true,
    },
];

/// Adds the shared refusals to every operation that does not describe its own.
pub(super) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        let common = item.parameters.clone().unwrap_or_default();
        let operations = [
            (&mut item.get, false),
            (&mut item.put, true),
            (&mut item.post, true),
            (&mut item.patch, true),
            (&mut item.delete, true),
        ];
        for (operation, writes) in operations {
            if let Some(operation) = operation {
                describe(operation, &common, writes);
            }
        }
    }
    declare(document.components.get_or_insert_default());
}

fn describe(operation: &mut Operation, common: &[RefOr<Parameter>], writes: bool) {
    let parameters = operation.parameters.iter().flatten().chain(common);
    let mut asked = Asked {
        token: operation
            .security
            .as_ref()
            .is_some_and(|security| !security.is_empty()),
        body: operation.request_body.is_some(),
        in_path: false,
        parameters: false,
        writes,
        if_match: false,
    };
    for parameter in parameters {
        asked.parameters = true;
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        asked.in_path |= parameter.parameter_in == ParameterIn::Path;
        asked.if_match |= parameter.name.eq_ignore_ascii_case("if-match");
    }
    for refusal in REFUSALS.iter().filter(|refusal| (refusal.fits)(&asked)) {
        let reference = RefOr::Ref(Ref::from_response_name(refusal.name));
        let responses = &mut operation.responses.responses;
        responses.entry(refusal.status.to_owned()).or_insert(reference);
    }
}

fn declare(components: &mut Components) {
    components
        .schemas
        .insert("ProblemDocument".to_owned(), ProblemDocument::schema());
    components
        .schemas
        .insert("FieldError".to_owned(), FieldError::schema());
    for refusal in &REFUSALS {
        components
            .responses
            .insert(refusal.name.to_owned(), RefOr::T(response(refusal)));
    }
}

fn response(refusal: &Refusal) -> Response {
    let document = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemDocument")))
        .build();
    let response = ResponseBuilder::new()
        .description(refusal.about)
        .content(super::refusal::PROBLEM_JSON_TEXT, document);
    if !refusal.later {
        return response.build();
    }
    let seconds = HeaderBuilder::new()
        .description(Some("Seconds until another attempt may succeed"))
        .schema(Some(
            ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)),
        ))
        .build();
    response.header("Retry-After", seconds).build()
}
