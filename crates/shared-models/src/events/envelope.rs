use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::ids::EventId;

macro_rules! topics {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// Where events of one kind are published.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Topic {
            $($(#[$doc])* #[serde(rename = $name)] $variant),*
        }

        impl Topic {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name on the wire and of the Pub/Sub topic.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The topic of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|topic| topic.name() == name)
            }
        }
    };
}

topics! {
    /// A listing was created.
    ProductCreated = "product-created",
    /// The owner edited or deleted a listing, or its availability changed.
    ProductUpdated = "product-updated",
    /// An order is complete.
    OrderCompleted = "order-completed",
    /// Somebody viewed, liked, shared, put into a cart or bought a piece, or searched.
    UserBehavior = "user-behavior",
    /// What a machine saw and wrote of a listing can be asked for.
    MlAnalysisCompleted = "ml-analysis-completed",
    /// A price was suggested for a listing, or what is missing for one was found out.
    PriceSuggested = "price-suggested",
    /// A photo was taken in; its variants can be fetched.
    MediaUploaded = "media-uploaded",
    /// An account was created.
    UserRegistered = "user-registered",
    /// The public part of a profile changed.
    UserUpdated = "user-updated",
    /// An account was erased; every service forgets or pseudonymises.
    UserDeleted = "user-deleted",
}

/// The body of one kind of event.
pub trait EventBody: Serialize + DeserializeOwned {
    const TOPIC: Topic;
}

/// An event in its envelope: the attributes of CloudEvents 1.0, and its body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Unique; a consumer that saw it before has nothing to do.
    pub id: EventId,
    /// `type` in CloudEvents.
    pub topic: Topic,
    /// The service that published it.
    pub source: String,
    /// The id of what it is about; events of one subject keep their order where they can.
    pub subject: String,
    /// The subject's revision after the change; an older event never overwrites a newer one.
    pub revision: u64,
    pub time: DateTime<Utc>,
    /// W3C trace context of the request that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    pub data: serde_json::Value,
}

impl Event {
    /// The body, when the event is of that kind and well formed.
    pub fn body<B: EventBody>(&self) -> Result<B, serde_json::Error> {
        use serde::de::Error as _;
        if self.topic != B::TOPIC {
            let got = self.topic.name();
            return Err(serde_json::Error::custom(format!(
                "a {got} event has another body"
            )));
        }
        B::deserialize(&self.data)
    }
}
