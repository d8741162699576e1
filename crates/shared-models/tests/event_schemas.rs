//! The bodies of events and their schemas in `proto/` say the same.

#![cfg(test)]

use std::{collections::BTreeSet, fmt::Debug, fs, path::Path};

use chrono::{DateTime, Utc};
use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, FileDescriptor, Kind, MessageDescriptor,
    SerializeOptions,
};
use serde_json::{Map, Value};
use shared_models::{
    events::{
        EventBody, MediaUploaded, MlAnalysisCompleted, OrderCompleted, PriceSuggested, ProductCreated,
        ProductUpdated, Topic, UserBehavior, UserDeleted, UserRegistered, UserUpdated,
    },
    identity::Role,
    ids::{FileId, OrderId, ProductId, UserId},
    money::Currency,
};
use uuid::Uuid;

const PROTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto");
const FOLDER: &str = "craftchain/events/v1";

/// Checks bodies of a topic against its schema; a topic without a row does not compile.
fn check(topic: Topic) {
    match topic {
        Topic::ProductCreated => Schema::check([
            ProductCreated {
                product_id: ProductId(Uuid::from_u128(1)),
                artisan_id: UserId(Uuid::from_u128(2)),
                category: "pottery".into(),
                image_ids: vec![FileId(Uuid::from_u128(3)), FileId(Uuid::from_u128(4))],
                status: "active".into(),
            },
            ProductCreated {
                product_id: ProductId(Uuid::nil()),
                artisan_id: UserId(Uuid::nil()),
                category: "कला \"\\\n".into(),
                image_ids: Vec::new(),
                status: "draft".into(),
            },
        ]),
        Topic::ProductUpdated => Schema::check([
            ProductUpdated {
                product_id: ProductId(Uuid::from_u128(1)),
                artisan_id: UserId(Uuid::from_u128(2)),
                changed_fields: vec!["price".into()],
                image_ids: vec![FileId(Uuid::from_u128(3))],
                status: "sold_out".into(),
            },
            ProductUpdated {
                product_id: ProductId(Uuid::nil()),
                artisan_id: UserId(Uuid::nil()),
                changed_fields: Vec::new(),
                image_ids: Vec::new(),
                status: "deleted".into(),
            },
        ]),
        Topic::OrderCompleted => Schema::check([
            OrderCompleted {
                order_id: OrderId(Uuid::from_u128(1)),
                ordered_at: moment(),
                product_ids: vec![ProductId(Uuid::from_u128(2)), ProductId(Uuid::from_u128(3))],
                artisan_ids: vec![UserId(Uuid::from_u128(4)), UserId(Uuid::from_u128(5))],
                quantities: vec![1, 20],
                categories: vec!["pottery".into(), "textiles".into()],
                subcategories: vec!["bowls".into(), String::new()],
                regions: vec!["Khurja".into(), String::new()],
            },
            OrderCompleted {
                order_id: OrderId(Uuid::nil()),
                ordered_at: moment(),
                product_ids: Vec::new(),
                artisan_ids: Vec::new(),
                quantities: Vec::new(),
                categories: Vec::new(),
                subcategories: Vec::new(),
                regions: Vec::new(),
            },
        ]),
        Topic::UserBehavior => {
            Schema::check([behavior(Some(1), Some(2), "pottery"), behavior(None, None, "")]);
        }
        Topic::MlAnalysisCompleted => Schema::check([0, 7].map(|listing_version| MlAnalysisCompleted {
            product_id: ProductId(Uuid::from_u128(1)),
            listing_version,
        })),
        Topic::PriceSuggested => Schema::check([suggested(), nothing_suggested()]),
        Topic::MediaUploaded => Schema::check([MediaUploaded {
            file_id: FileId(Uuid::from_u128(1)),
            artisan_id: UserId(Uuid::from_u128(2)),
            content_type: "image/jpeg".into(),
            width: 4000,
            height: 3000,
        }]),
        Topic::UserRegistered => {
            let registered = |role| UserRegistered {
                user_id: UserId(Uuid::from_u128(1)),
                role,
            };
            Schema::check([Role::Artisan, Role::Buyer, Role::Admin].map(registered));
        }
        Topic::UserUpdated => {
            let updated = |changed_fields, suspended| UserUpdated {
                user_id: UserId(Uuid::from_u128(1)),
                changed_fields,
                suspended,
            };
            Schema::check([updated(vec!["region".into()], true), updated(Vec::new(), false)]);
        }
        Topic::UserDeleted => Schema::check([UserDeleted {
            user_id: UserId(Uuid::from_u128(1)),
        }]),
    }
}

fn moment() -> DateTime<Utc> {
    "2026-11-08T18:30:00.125Z".parse().unwrap()
}

fn behavior(user: Option<u128>, product: Option<u128>, word: &str) -> UserBehavior {
    UserBehavior {
        user_id: user.map(|number| UserId(Uuid::from_u128(number))),
        action: "view".into(),
        occurred_at: moment(),
        product_id: product.map(|number| ProductId(Uuid::from_u128(number))),
        category: word.into(),
        subcategory: word.into(),
        region: word.into(),
    }
}

fn suggested() -> PriceSuggested {
    PriceSuggested {
        product_id: ProductId(Uuid::from_u128(1)),
        listing_version: 3,
        currency: Currency::INR,
        price: "128745".into(),
        minimum: "90000".into(),
        premium: "150000".into(),
        market_low: "80000".into(),
        market_median: "110000".into(),
        market_high: "140000".into(),
        sample_size: 12,
        confidence: 0.625,
        strategy: "market_aligned".into(),
        floor: "official".into(),
        missing: Vec::new(),
    }
}

fn nothing_suggested() -> PriceSuggested {
    PriceSuggested {
        product_id: ProductId(Uuid::nil()),
        listing_version: 0,
        price: String::new(),
        minimum: String::new(),
        premium: String::new(),
        market_low: String::new(),
        market_median: String::new(),
        market_high: String::new(),
        sample_size: 0,
        confidence: 0.0,
        strategy: String::new(),
        floor: "unknown".into(),
        missing: vec!["costs.labor_hours".into(), "hourly_wage".into()],
        ..suggested()
    }
}

struct Schema {
    file: FileDescriptor,
    message: MessageDescriptor,
}

impl Schema {
    fn check<B: EventBody + PartialEq + Debug, const N: usize>(bodies: [B; N]) {
        let schema = Self::of(B::TOPIC);
        schema.is_flat();
        for body in bodies {
            schema.fits(&body);
        }
    }

    /// Each is compiled by itself, as Pub/Sub does.
    fn of(topic: Topic) -> Self {
        let name = format!("{FOLDER}/{}", file_name(topic));
        let compiled = protox::compile([&name], [PROTO]).unwrap_or_else(|error| panic!("{name}: {error}"));
        let pool = DescriptorPool::from_file_descriptor_set(compiled).unwrap();
        let file = pool.get_file_by_name(&name).unwrap();
        let message = file.messages().next().expect("one message");
        Self { file, message }
    }

    /// One top-level message named after its topic, no imports, and only fields that JSON writes as serde does.
    fn is_flat(&self) {
        assert_eq!(self.file.package_name(), "craftchain.events.v1");
        assert_eq!(self.file.messages().len(), 1, "{}", self.file.name());
        assert_eq!(self.file.dependencies().len(), 0, "{}", self.file.name());
        assert_eq!(self.message.child_messages().len(), 0);
        assert_eq!(
            snake_case(self.message.name()) + ".proto",
            self.file.name().rsplit('/').next().unwrap()
        );
        for field in self.message.fields() {
            let plain = matches!(
                field.kind(),
                Kind::String | Kind::Bool | Kind::Int32 | Kind::Double
            );
            assert!(plain, "{}", field.full_name());
        }
    }

    fn fits<B: EventBody + PartialEq + Debug>(&self, body: &B) {
        let written = serde_json::to_value(body).unwrap();
        assert_eq!(
            self.fields(),
            written.as_object().unwrap().keys().cloned().collect()
        );

        let strict = DeserializeOptions::new().deny_unknown_fields(true);
        let message = DynamicMessage::deserialize_with_options(self.message.clone(), &written, &strict)
            .unwrap_or_else(|error| panic!("{}: {error}: {written}", self.message.full_name()));
        // Whoever writes by the schema may leave out what is empty, or not.
        for skip_default_fields in [true, false] {
            let options = SerializeOptions::new()
                .use_proto_field_name(true)
                .skip_default_fields(skip_default_fields);
            let mut back = message
                .serialize_with_options(serde_json::value::Serializer, &options)
                .unwrap();
            assert_eq!(&B::deserialize(&back).unwrap(), body, "{back}");
            add_unknown(back.as_object_mut().unwrap());
            assert_eq!(
                &B::deserialize(&back).unwrap(),
                body,
                "a field of tomorrow is ignored"
            );
        }
    }

    fn fields(&self) -> BTreeSet<String> {
        self.message
            .fields()
            .map(|field| field.name().to_owned())
            .collect()
    }
}

fn add_unknown(body: &mut Map<String, Value>) {
    body.insert("of_tomorrow".into(), Value::Array(Vec::new()));
}

fn file_name(topic: Topic) -> String {
    format!("{}.proto", topic.name().replace('-', "_"))
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[test]
fn every_body_fits_the_schema_of_its_topic() {
    for topic in Topic::ALL {
        check(*topic);
    }
}

#[test]
fn every_schema_belongs_to_a_topic() {
    let files = fs::read_dir(Path::new(PROTO).join(FOLDER)).unwrap();
    let files: BTreeSet<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, Topic::ALL.iter().copied().map(file_name).collect());
}
