use std::{future::Future, pin::Pin, sync::Arc};

use http::{HeaderName, HeaderValue, Method, header};
use serde_json::Value;
use service_client::Service;
use shared_models::identity::Role;

use super::{World, request::Request};

/// One operation, called by somebody who may.
pub struct Row {
    /// `POST /products`, as the API document names it.
    pub operation: String,
    pub who: Who,
    /// What becomes of the same request by somebody else who is as good.
    pub foreign: Foreign,
    /// What an id is answered with that nothing has.
    pub of_nobody: u16,
    /// Values that are wrong although their type is right: where, and what.
    pub also_wrong: Vec<(&'static str, Value)>,
    /// Whether it is asked for at the gateway, which hands it on.
    pub(super) at_the_gateway: bool,
    example: Example,
}

type Example = Box<dyn Fn(Arc<World>) -> Pin<Box<dyn Future<Output = Asked> + Send>> + Send + Sync>;

/// Who may call an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Nobody asks for a token.
    Anyone,
    /// A token may be left out, but not be wrong.
    AnyoneKnown,
    /// Everybody who is signed in.
    SignedIn,
    /// Only these roles.
    Only(Vec<Role>),
    /// This service, for itself.
    Service(Service),
}

/// What an operation says to somebody whose object it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// This status.
    Refused(u16),
    /// There is no object that could be somebody else's.
    NoObject,
}

/// A good request, made for this time.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The values of the path's parameters, in their order.
    pub path: Vec<String>,
    /// Without `?`, encoded.
    pub query: &'static str,
    pub body: Option<Value>,
    /// A body that is no JSON, and its type.
    pub raw: Option<(&'static str, Vec<u8>)>,
    /// An access token.
    pub token: Option<String>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Row {
    /// A row; `example` makes a good request, another one each time.
    pub fn new<F: Future<Output = Asked> + Send + 'static>(
        operation: &str,
        who: Who,
        foreign: Foreign,
        example: impl Fn(Arc<World>) -> F + Send + Sync + 'static,
    ) -> Self {
        Self {
            operation: operation.to_owned(),
            who,
            foreign,
            of_nobody: 404,
            also_wrong: Vec::new(),
            at_the_gateway: false,
            example: Box::new(move |world| Box::pin(example(world))),
        }
    }

    /// With a value that is wrong although its type is right.
    #[must_use]
    pub fn refuses(mut self, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.also_wrong.push((pointer, value.into()));
        self
    }

    /// Taking away what is not there is done.
    #[must_use]
    pub fn repeatable(self) -> Self {
        Self {
            of_nobody: 204,
            ..self
        }
    }

    /// The same operation where everybody outside finds it.
    #[must_use]
    pub fn at_the_gateway(self) -> Self {
        let operation = self.operation.replace(" /", " /v1/");
        Self {
            operation,
            at_the_gateway: true,
            ..self
        }
    }

    /// A good request.
    pub(super) async fn example(&self, world: &Arc<World>) -> Asked {
        (self.example)(world.clone()).await
    }

    pub(super) fn method(&self) -> Method {
        let (method, _) = self.operation.split_once(' ').expect("a method and a path");
        method.parse().expect("a method")
    }

    /// With `{id}` where a parameter is.
    pub(super) fn template(&self) -> &str {
        self.operation.split_once(' ').expect("a method and a path").1
    }

    /// The names of the path's parameters.
    pub(super) fn parameters(&self) -> Vec<&str> {
        let opened = self.template().split('{').skip(1);
        opened
            .map(|rest| rest.split('}').next().unwrap_or(rest))
            .collect()
    }

    /// What goes over the wire.
    pub(super) fn request(&self, asked: &Asked) -> Request {
        let mut request = Request {
            method: self.method(),
            path: self.path(&asked.path, asked.query),
            headers: asked.headers.clone(),
            body: None,
        };
        if let Some(token) = &asked.token {
            request.add_header(&header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some((kind, bytes)) = &asked.raw {
            request.add_header(&header::CONTENT_TYPE, kind);
            return request.with_body(bytes.clone());
        }
        match &asked.body {
            Some(body) => {
                request.add_header(&header::CONTENT_TYPE, "application/json");
                request.with_json(body)
            }
            None => request,
        }
    }

    /// The path with these values, which are encoded already.
    pub(super) fn path(&self, values: &[String], query: &str) -> String {
        let named = self.parameters();
        assert_eq!(
            named.len(),
            values.len(),
            "{}: a value for each parameter",
            self.operation
        );
        let path = named
            .iter()
            .zip(values)
            .fold(self.template().to_owned(), |path, (name, value)| {
                path.replace(&format!("{{{name}}}"), value)
            });
        if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        }
    }
}

impl Asked {
    /// By somebody with this token.
    pub fn by(token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..Self::default()
        }
    }

    /// By somebody without a token.
    pub fn by_anyone() -> Self {
        Self::default()
    }

    /// Of the object with this id.
    #[must_use]
    pub fn of(mut self, id: &str) -> Self {
        self.path.push(id.to_owned());
        self
    }

    /// With a body.
    #[must_use]
    pub fn with(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// With a body that is no JSON.
    #[must_use]
    pub fn sending(self, kind: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            raw: Some((kind, bytes)),
            ..self
        }
    }

    /// With a header.
    #[must_use]
    pub fn showing(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header can carry it");
        self.headers.push((HeaderName::from_static(name), value));
        self
    }

    /// With a query.
    #[must_use]
    pub fn where_(self, query: &'static str) -> Self {
        Self { query, ..self }
    }
}
