//! The text ranking against vectors, and against mixes of both.

use std::path::Path;

use futures::{StreamExt, stream};
use product::search::{Entry, Field, Index, Question as Asked};
use serde_json::{Value, json};
use service_client::Service;
use service_kit::harness::{Asked as _, Harness};
use shared_models::product::{Catalogue, Product, SearchAnswer};
use uuid::Uuid;

use super::{Collection, Document, Question, Vectors, crafts, folder};
use crate::{Artisan, Fleet, Visitor, soon};

/// Texts that ml takes at once, and the longest of them.
const AT_ONCE: usize = 64;
const LONGEST: usize = 8_000;
/// Answers of a question that a mix can use.
const DEEP: usize = 100;
const TOGETHER: usize = 4;

/// Questions, and what each ranking has to say of them.
pub struct Contest {
    pub questions: Vec<Question>,
    /// By question: what the search answers, the best first.
    pub text: Vec<Vec<(usize, f64)>>,
    /// By question.
    pub asked: Vec<Vec<f32>>,
    /// One vector of all that a document says.
    pub whole: Vectors,
    /// A vector of each part: the title, and the description and the labels in each language.
    pub parts: Vectors,
}

impl Contest {
    /// On the listings of six languages, as a fleet finds them: with labels, and with what machines wrote.
    pub async fn of_crafts() -> Self {
        let collection = crafts();
        let fleet = Fleet::start().await;
        let artisan = fleet.artisan().await;
        let listed = list(&artisan, &collection.documents).await;
        let seen = enriched(&artisan, &listed).await;
        let shop = fleet.anyone();
        let known: Catalogue = shop.get("/products/categories").await.expect(200).json();
        settled(&shop, &collection.questions).await;
        let mut text = Vec::new();
        for question in &collection.questions {
            text.push(answers(&shop, question, &listed).await);
        }
        let parts = seen.iter().map(|product| parts(product, &known)).collect();
        fleet.stop().await;
        Self::with(collection, text, parts).await
    }

    /// On a collection with human judgements, by the search's index alone.
    pub async fn of_folder(path: &Path) -> Result<Self, String> {
        let collection = folder(path)?;
        let mut index = Index::default();
        for (number, document) in collection.documents.iter().enumerate() {
            index.put(&entry(number, document));
        }
        let ask = |question: &Question| found(&index, &question.text);
        let text = collection.questions.iter().map(ask).collect();
        let documents = collection.documents.iter();
        let parts = documents.map(|document| vec![document.title.clone(), document.text.clone()]);
        let parts = parts.collect();
        Ok(Self::with(collection, text, parts).await)
    }

    async fn with(collection: Collection, text: Vec<Vec<(usize, f64)>>, parts: Vec<Vec<String>>) -> Self {
        let ml = Harness::start(ml::SERVICE).await;
        let questions = collection.questions.iter().map(|question| question.text.clone());
        let whole: Vec<String> = parts.iter().map(|parts| parts.join("\n")).collect();
        let flat = embedded(&ml, &parts.concat()).await;
        let mut flat = flat.into_iter();
        let lengths = parts.iter().map(Vec::len);
        let parts = lengths
            .map(|length| flat.by_ref().take(length).collect())
            .collect();
        let whole = embedded(&ml, &whole).await;
        Self {
            asked: embedded(&ml, &questions.collect::<Vec<_>>()).await,
            questions: collection.questions,
            text,
            whole: Vectors(whole.into_iter().map(|vector| vec![vector]).collect()),
            parts: Vectors(parts),
        }
    }
}

async fn list(artisan: &Artisan, documents: &[Document]) -> Vec<Uuid> {
    let asked = documents.iter().map(|document| async {
        let listed: Product = artisan
            .post("/products", listing(document))
            .await
            .expect(201)
            .json();
        listed.id.0
    });
    stream::iter(asked.collect::<Vec<_>>())
        .buffered(TOGETHER)
        .collect()
        .await
}

fn listing(document: &Document) -> Value {
    let language = &document.language;
    json!({
        "title": { language: document.title }, "description": { language: document.text },
        "category": document.category, "subcategory": document.craft, "region": document.region,
        "materials": document.materials, "price": 1000, "production_time": "a week",
        "dimensions": { "width": 20, "unit": "cm" },
    })
}

/// The listings, once ml has described each.
async fn enriched(artisan: &Artisan, listed: &[Uuid]) -> Vec<Product> {
    let mut seen = Vec::new();
    for id in listed {
        let whole = soon("an analysis", async || {
            let product: Product = artisan.get(&format!("/products/{id}")).await.expect(200).json();
            product.ai_analysis.is_some().then_some(product)
        });
        seen.push(whole.await);
    }
    seen
}

/// Waits until the search has heard of everything: until its answers do not change any more.
async fn settled(shop: &Visitor, questions: &[Question]) {
    let mut before = Vec::new();
    soon("answers that stay", async || {
        let mut now = Vec::new();
        for question in questions.iter().step_by(7) {
            now.push(
                search(shop, &question.text)
                    .await
                    .iter()
                    .map(|hit| hit.1.to_bits())
                    .collect::<Vec<_>>(),
            );
        }
        let same = now == before;
        before = now;
        same.then_some(())
    })
    .await;
}

async fn search(shop: &Visitor, text: &str) -> Vec<(Uuid, f64)> {
    let body = json!({ "query": text, "limit": DEEP });
    let answer: SearchAnswer = shop.post("/products/search", body).await.expect(200).json();
    let hits = answer.results.iter();
    hits.map(|hit| (hit.product.id.0, f64::from(hit.score))).collect()
}

async fn answers(shop: &Visitor, question: &Question, listed: &[Uuid]) -> Vec<(usize, f64)> {
    let number = |id: Uuid| listed.iter().position(|one| *one == id);
    let hits = search(shop, &question.text).await.into_iter();
    falling(
        hits.filter_map(|(id, score)| Some((number(id)?, score)))
            .collect(),
    )
}

/// What stands higher for having every word is worth as much as what stands below it.
fn falling(mut hits: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    let mut least = 0.0;
    for (_, score) in hits.iter_mut().rev() {
        least = f64::max(least, *score);
        *score = least;
    }
    // Equal scores keep the order that they were found in.
    for (place, (_, score)) in (0u32..).zip(&mut hits) {
        *score -= f64::from(place) * 1e-9;
    }
    hits
}

/// What a listing says: as the search knows it.
fn parts(product: &Product, known: &Catalogue) -> Vec<String> {
    let categories = known
        .categories
        .iter()
        .map(|category| (&category.slug, &category.labels));
    let crafts = known.crafts.iter().map(|craft| (&craft.slug, &craft.labels));
    let labels: Vec<_> = categories
        .chain(crafts)
        .filter(|(slug, _)| **slug == product.category || **slug == product.subcategory)
        .map(|(_, labels)| labels)
        .collect();
    let mut parts: Vec<String> = product.title.0.values().cloned().collect();
    parts.extend(product.description.0.values().cloned());
    for language in shared_models::text::Language::ALL {
        let labels = labels.iter().filter_map(|labels| labels.0.get(&language));
        parts.push(labels.cloned().collect::<Vec<_>>().join(" "));
    }
    parts.push(product.materials.join(" "));
    parts.extend(product.region.clone());
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn found(index: &Index, text: &str) -> Vec<(usize, f64)> {
    let found = index.search(&Asked {
        text: text.to_owned(),
        limit: DEEP,
        ..Asked::default()
    });
    let hits = found.hits.iter();
    let numbered =
        hits.filter_map(|hit| Some((usize::try_from(hit.id.as_u128()).ok()?, f64::from(hit.score))));
    falling(numbered.collect())
}

fn entry(number: usize, document: &Document) -> Entry {
    Entry {
        id: Uuid::from_u128(number as u128),
        texts: vec![
            (Field::Title, document.title.clone()),
            (Field::Body, document.text.clone()),
        ],
        artisan: Uuid::nil(),
        category: String::new(),
        subcategory: String::new(),
        region: None,
        materials: Vec::new(),
        currency: "INR".to_owned(),
        price: 0,
        created: 0,
    }
}

/// The vectors of texts, as ml makes them for product.
async fn embedded(ml: &Harness, texts: &[String]) -> Vec<Vec<f32>> {
    let cut = |text: &String| text.chars().take(LONGEST).collect::<String>();
    let mut vectors = Vec::new();
    for texts in texts.chunks(AT_ONCE) {
        let texts: Vec<String> = texts.iter().map(cut).map(said).collect();
        let token = ml.service_token(Service::Product).await;
        let asked = ml.post("/ml/embeddings").header("x-service-token", token);
        let answer = asked.json(&json!({ "texts": texts })).answer().await.expect(200);
        let more: Vec<Vec<f32>> = serde_json::from_value(answer["embeddings"].clone()).expect("vectors");
        vectors.extend(more);
    }
    vectors
}

/// ml takes no empty text.
fn said(text: String) -> String {
    if text.trim().is_empty() {
        "-".to_owned()
    } else {
        text
    }
}
