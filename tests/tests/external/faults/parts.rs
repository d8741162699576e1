//! What needs a part of Google.

use emulators::faults::FaultProxy;
use serde_json::json;
use shared_models::{auth::TokenAnswer, ids::ProductId, media::Uploaded, product::Product};
use tests::{
    Answer, Ask, PASSWORD, a_bowl,
    cloud::Proxies,
    photos::{CUP, Form},
};

use super::Stage;

/// A request, and how it is answered when all is well.
pub(super) struct Wish {
    pub(super) ask: Ask,
    pub(super) status: u16,
}

fn wish(ask: Ask, status: u16) -> Wish {
    Wish { ask, status }
}

/// A part of Google, by what it is needed for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// Firestore, product's database.
    Listings,
    /// Cloud Storage.
    Pictures,
    /// Cloud KMS.
    Sessions,
}

impl Part {
    pub(super) const ALL: [Self; 3] = [Self::Listings, Self::Pictures, Self::Sessions];

    pub(super) fn proxy(self, proxies: &Proxies) -> &FaultProxy {
        match self {
            Self::Listings => &proxies.firestore,
            Self::Pictures => &proxies.storage,
            Self::Sessions => &proxies.keys,
        }
    }

    /// How many times as long its requests' own work may take as it usually does. Hashing gives way to everybody: on a busy
    /// machine it gets a tenth of a core.
    pub(super) fn slack(self) -> u32 {
        match self {
            Self::Listings | Self::Pictures => 2,
            Self::Sessions => 10,
        }
    }

    /// Five requests that need it, or more. What they make is called `name` and made once, however often they are repeated.
    pub(super) async fn wishes(self, stage: &Stage, name: &str) -> Vec<Wish> {
        match self {
            Self::Listings => stage.listings(name),
            Self::Pictures => stage.pictures(name),
            Self::Sessions => stage.sessions(name).await,
        }
    }
}

impl Stage {
    fn listings(&self, name: &str) -> Vec<Wish> {
        let (artisan, path) = (&self.artisan, self.bowl.path());
        vec![
            wish(artisan.get("/products?artisan_id=me"), 200),
            wish(artisan.get(&path), 200),
            wish(artisan.post("/products", a_bowl().called(name)).once(name), 201),
            wish(artisan.patch(&path, json!({ "price": 900 })), 200),
            wish(artisan.get(&format!("{path}/inventory")), 200),
        ]
    }

    fn pictures(&self, name: &str) -> Vec<Wish> {
        let artisan = &self.artisan;
        let form = Form::between("a-boundary").file("files", &format!("{name}.jpg"), CUP);
        let picture = |variant: &str| {
            let link = &self.photo.processed_urls[variant];
            wish(self.cluster.anyone().follow(link), 200)
        };
        vec![
            wish(artisan.sends("/media/upload", form).once(name), 201),
            wish(
                artisan.get(&format!("/media/{}/original", self.photo.file_id)),
                200,
            ),
            picture("large"),
            picture("small"),
            picture("thumb"),
            // Another service, which asks media.
            wish(
                artisan.post("/ml/analyze-image", json!({ "file_id": self.photo.file_id })),
                200,
            ),
        ]
    }

    async fn sessions(&self, name: &str) -> Vec<Wish> {
        let (artisan, anyone) = (&self.artisan, self.cluster.anyone());
        let newcomer = json!({
            "email": format!("{name}@example.com"), "password": PASSWORD, "display_name": name, "role": "artisan",
        });
        let login = json!({ "email": artisan.email, "password": PASSWORD });
        let (phone, another) = (artisan.signs_in_again().await, artisan.signs_in_again().await);
        let refresh = |token: &str| anyone.post("/auth/refresh", json!({ "refresh_token": token }));
        vec![
            wish(anyone.post("/auth/signup", newcomer).once(name), 201),
            wish(anyone.post("/auth/login", &login).once(name), 200),
            wish(anyone.post("/auth/login", &login), 200),
            wish(refresh(&phone.tokens.refresh_token).once(name), 200),
            // Who was refused may ask again with the same token: she has no other.
            wish(refresh(&another.tokens.refresh_token), 200),
        ]
    }

    /// All that was acknowledged is there, and there once.
    pub(super) async fn has_lost_nothing(&self, acknowledged: &[Answer]) {
        let answers = |to: &'static str| {
            acknowledged
                .iter()
                .filter(move |answer| answer.asked.starts_with(to))
        };
        let listed = answers("POST /v1/products").map(|answer| answer.json::<Product>().id);
        let mut listed: Vec<ProductId> = listed.chain([self.bowl.product.id]).collect();
        let kept = self.artisan.browses("artisan_id=me&limit=100").await;
        let mut kept: Vec<ProductId> = kept.iter().map(|piece| piece.id).collect();
        listed.sort_unstable();
        kept.sort_unstable();
        assert_eq!(kept, listed);

        for answer in answers("POST /v1/media") {
            let uploaded: Uploaded = answer.json();
            for link in uploaded.uploaded_files[0].processed_urls.values() {
                self.artisan.follow(link).await.expect(200);
            }
        }
        for answer in answers("POST /v1/auth") {
            let tokens: TokenAnswer = answer.json();
            let phone = self.cluster.anyone().showing(&tokens.access_token);
            phone.get("/auth/profile").await.expect(200);
        }
    }
}
