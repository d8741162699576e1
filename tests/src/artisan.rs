//! An artisan: she signs up, lists, edits.

use std::{
    ops::Deref,
    sync::atomic::{AtomicU32, Ordering},
};

use serde::Serialize;
use serde_json::json;
use shared_models::{
    auth::{TokenAnswer, User},
    media::{Uploaded, UploadedFile},
    product::Inventory,
};

use crate::{
    Answer, Visitor,
    listing::{Listed, Piece},
    photos::Form,
    visitor::Ask,
};

/// Good enough for anybody.
pub const PASSWORD: &str = "indigo-kiln-monsoon-42";

/// An artisan who is signed in.
#[derive(Clone)]
pub struct Artisan {
    pub user: User,
    pub email: String,
    pub tokens: TokenAnswer,
    signed_in: Visitor,
}

impl Artisan {
    pub(crate) async fn signs_up(visitor: Visitor) -> Self {
        static ARTISANS: AtomicU32 = AtomicU32::new(1);
        let email = format!("artisan-{}@example.com", ARTISANS.fetch_add(1, Ordering::Relaxed));
        let account = json!({
            "email": email, "password": PASSWORD, "display_name": "Asha", "role": "artisan",
        });
        let answer = visitor.post("/auth/signup", account).await.expect(201);
        Self::with_tokens(&visitor, email, answer.json())
    }

    fn with_tokens(visitor: &Visitor, email: String, tokens: TokenAnswer) -> Self {
        let signed_in = visitor.showing(&tokens.access_token);
        Self {
            user: tokens.user.clone(),
            email,
            tokens,
            signed_in,
        }
    }

    /// Signs in with her password, as on another phone.
    pub async fn signs_in_again(&self) -> Self {
        let login = json!({ "email": self.email, "password": PASSWORD });
        let answer = self.post("/auth/login", login).await.expect(200);
        Self::with_tokens(&self.signed_in, self.email.clone(), answer.json())
    }

    /// Says what an hour of her work costs.
    pub async fn wants_an_hour(&self, rupees: u32) {
        let wage = json!({ "hourly_wage": rupees });
        self.patch("/auth/profile", wage).await.expect(200);
    }

    /// Lists a piece.
    pub async fn lists(&self, piece: Piece) -> Listed {
        listed(&self.post("/products", piece).await.expect(201))
    }

    /// Uploads a photo.
    pub async fn uploads(&self, photo: &[u8]) -> UploadedFile {
        let form = Form::between("a-boundary").file("files", "photo.jpg", photo);
        let uploaded: Uploaded = self.sends("/media/upload", form).await.expect(201).json();
        uploaded.uploaded_files.into_iter().next().expect("a photo")
    }

    /// Changes some fields of a listing, if it is still as she last read it.
    pub fn edits(&self, listing: &Listed, fields: impl Serialize) -> Ask {
        self.patch(&listing.path(), fields).if_match(&listing.tag)
    }

    /// Reads a listing of hers again.
    pub async fn reads(&self, listing: &Listed) -> Listed {
        listed(&self.get(&listing.path()).await.expect(200))
    }

    /// Says how many pieces there are.
    pub async fn stocks(&self, listing: &Listed, quantity: u32) -> Inventory {
        let path = format!("{}/inventory", listing.path());
        self.put(&path, json!({ "quantity": quantity }))
            .await
            .expect(200)
            .json()
    }

    /// Takes a listing back.
    pub fn withdraws(&self, listing: &Listed) -> Ask {
        self.delete(&listing.path())
    }
}

impl Deref for Artisan {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.signed_in
    }
}

#[track_caller]
fn listed(answer: &Answer) -> Listed {
    Listed {
        product: answer.json(),
        tag: answer.tag(),
    }
}
