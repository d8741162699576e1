//! One API document for the whole fleet.

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use service_kit::harness::Harness;

use crate::upstream::{Upstream, soon};

/// A document with one operation and one schema of the same name everywhere.
fn document(path: &str, field: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1", "description": "what it does" },
        "paths": {
            path: { "get": {
                "operationId": "list",
                "tags": ["inside"],
                "security": [{ "bearer": [] }],
                "responses": { "200": { "description": "all", "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Thing" },
                } } } },
            } },
            "/internal/users/{id}": { "get": { "responses": { "200": { "description": "" } } } },
        },
        "components": {
            "schemas": { "Thing": { "type": "object", "properties": { field: { "type": "string" } } } },
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    })
}

async fn describing(document: Value) -> Upstream {
    Upstream::start(routes(document)).await
}

fn routes(document: Value) -> Router {
    let answer = move || async move { Json(document) };
    Router::new()
        .route("/openapi.json", get(answer))
        .route("/ready", get(|| async { "ready" }))
}

async fn merged(gateway: &Harness) -> Value {
    let answer = gateway.get("/openapi.json").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_documents_of_all_services_are_one() {
    let (product, auth) = (
        describing(document("/products", "price")).await,
        describing(document("/auth/profile", "email")).await,
    );
    let gateway = Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", product.url())
        .setting("CRAFTCHAIN_AUTH_URL", auth.url())
        .start()
        .await;
    let merged = merged(&gateway).await;

    let paths: Vec<&String> = merged["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/", "/health/fleet", "/v1/auth/profile", "/v1/products"]);
    for (service, path, field) in [
        ("product", "/v1/products", "price"),
        ("auth", "/v1/auth/profile", "email"),
    ] {
        let operation = &merged["paths"][path]["get"];
        assert_eq!(operation["operationId"], format!("{service}_list"));
        assert_eq!(operation["tags"], json!([service]));
        assert_eq!(operation["security"], json!([{ "bearer": [] }]));
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        let pointer = schema.as_str().unwrap().trim_start_matches('#');
        assert_eq!(
            merged.pointer(pointer).unwrap()["properties"][field]["type"],
            "string"
        );
    }
    assert_eq!(merged["info"]["title"], "CraftChain X");
    assert_eq!(
        merged["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
}

#[tokio::test]
async fn a_service_that_goes_down_keeps_its_last_known_document() {
    let product = describing(document("/products", "price")).await;
    let gateway = Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", product.url())
        .start()
        .await;
    assert!(merged(&gateway).await["paths"]["/v1/products"].is_object());
    drop(product);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await; // it is asked again each second
    assert!(merged(&gateway).await["paths"]["/v1/products"].is_object());
}

#[tokio::test]
async fn a_service_that_comes_up_later_is_described_soon() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let gateway = Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", format!("http://{address}"))
        .start()
        .await;
    assert!(merged(&gateway).await["paths"]["/v1/products"].is_null());

    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let _product = Upstream::on(listener, routes(document("/products", "price")));
    soon(async {
        while !merged(&gateway).await["paths"]["/v1/products"].is_object() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_document_that_cannot_be_read_spoils_no_other() {
    let product = describing(document("/products", "price")).await;
    for nonsense in [json!({ "paths": 5 }), json!([]), json!("words"), Value::Null] {
        let auth = describing(nonsense).await;
        let gateway = Harness::of(gateway::SERVICE)
            .setting("CRAFTCHAIN_PRODUCT_URL", product.url())
            .setting("CRAFTCHAIN_AUTH_URL", auth.url())
            .start()
            .await;
        assert!(merged(&gateway).await["paths"]["/v1/products"].is_object());
    }
}

#[tokio::test]
async fn the_pages_are_served_from_the_binary() {
    let gateway = Harness::start(gateway::SERVICE).await;
    let page = gateway.get("/docs/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("swagger-ui"));
}
