//! Product as media sees it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode};
use shared_models::{
    ids::{FileId, ProductId},
    problem::ProblemDocument,
    product::ImageUse,
};
use tokio::{net::TcpListener, sync::Notify};

/// Answers as product does, with the listings that were put there.
#[derive(Clone, Default)]
pub(crate) struct Product {
    kept: Arc<Mutex<Kept>>,
    asked: Arc<Notify>,
}

#[derive(Default)]
struct Kept {
    listings: BTreeMap<ProductId, (Vec<FileId>, String)>,
    dismissed: BTreeSet<FileId>,
    away: bool,
    silent: bool,
}

impl Product {
    /// Where it answers.
    pub(crate) async fn opens(&self) -> String {
        let (shown, dismissed) = (self.clone(), self.clone());
        let show = move |Path(photo): Path<FileId>, headers: HeaderMap| async move {
            shown.kept.lock().unwrap().shown(photo, &headers)
        };
        let dismiss = move |Path(photo): Path<FileId>, headers: HeaderMap| async move {
            let answer = dismissed.kept.lock().unwrap().dismiss(photo, &headers);
            dismissed.asked.notify_one();
            if dismissed.kept.lock().unwrap().silent {
                std::future::pending::<()>().await;
            }
            answer
        };
        let routes = Router::new().route("/internal/images/{id}", get(show).delete(dismiss));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }

    /// A listing shows these photos, and product has not told so yet.
    pub(crate) fn lists(&self, id: ProductId, photos: Vec<FileId>, status: &str) {
        let listing = (photos, status.to_owned());
        self.kept.lock().unwrap().listings.insert(id, listing);
    }

    /// It cannot be asked, or can again.
    pub(crate) fn is_away(&self, away: bool) {
        self.kept.lock().unwrap().away = away;
    }

    /// It does what it is asked, and its answer does not arrive.
    pub(crate) fn is_silent(&self, silent: bool) {
        self.kept.lock().unwrap().silent = silent;
    }

    /// Waits until it was asked to dismiss a photo.
    pub(crate) async fn is_asked(&self) {
        self.asked.notified().await;
    }

    pub(crate) fn dismissed(&self, photo: FileId) -> bool {
        self.kept.lock().unwrap().dismissed.contains(&photo)
    }
}

impl Kept {
    fn showing(&self, photo: FileId) -> Vec<(ProductId, &str)> {
        let all = self.listings.iter();
        all.filter(|(_, (photos, status))| status != "deleted" && photos.contains(&photo))
            .map(|(id, (_, status))| (*id, status.as_str()))
            .collect()
    }

    fn shown(&self, photo: FileId, headers: &HeaderMap) -> Result<Json<ImageUse>, StatusCode> {
        self.may_ask(headers)?;
        let showing = self.showing(photo);
        if showing.is_empty() {
            return Err(StatusCode::NOT_FOUND);
        }
        Ok(Json(ImageUse {
            public: showing
                .iter()
                .any(|(_, status)| matches!(*status, "active" | "sold_out")),
            product_ids: showing.into_iter().map(|(id, _)| id).collect(),
        }))
    }

    fn dismiss(&mut self, photo: FileId, headers: &HeaderMap) -> Response {
        if let Err(refused) = self.may_ask(headers) {
            return refused.into_response();
        }
        if !self.showing(photo).is_empty() {
            return (StatusCode::CONFLICT, Json(in_use())).into_response();
        }
        self.dismissed.insert(photo);
        StatusCode::NO_CONTENT.into_response()
    }

    fn may_ask(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        match headers.contains_key("x-service-token") {
            _ if self.away => Err(StatusCode::SERVICE_UNAVAILABLE),
            true => Ok(()),
            false => Err(StatusCode::UNAUTHORIZED),
        }
    }
}

fn in_use() -> ProblemDocument {
    ProblemDocument {
        kind: "/problems/in_use".into(),
        title: "Conflict".into(),
        status: 409,
        detail: "a listing shows the photo".into(),
        instance: "/internal/images".into(),
        code: "in_use".into(),
        errors: Vec::new(),
        trace_id: String::new(),
    }
}
