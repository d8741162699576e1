use std::{any::Any, sync::Arc, time::Duration};

use futures::future::BoxFuture;

/// A fresh backend, and how a case may treat it.
pub(crate) struct Fixture<T: ?Sized> {
    /// A handle on it.
    pub(crate) one: Arc<T>,
    /// Another handle on the same data, as another process has.
    pub(crate) another: Box<dyn Fn() -> Arc<T> + Send + Sync>,
    /// Lets the time pass by which the backend counts.
    pub(crate) pass: Box<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>,
    /// What must live as long.
    pub(crate) _keep: Box<dyn Any + Send + Sync>,
}
