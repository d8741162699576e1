use shared_models::text::Language;

/// Words that posts need in each language.
pub(super) struct Phrases {
    pub(super) price: &'static str,
    /// What a reader may do.
    pub(super) call: &'static str,
}

/// Labels with a colon need no agreement with what follows.
pub(super) const fn phrases(language: Language) -> Phrases {
    match language {
        Language::En => Phrases {
            price: "Price",
            call: "Send a message to order.",
        },
        Language::Hi => Phrases {
            price: "मूल्य",
            call: "ऑर्डर के लिए संदेश भेजें।",
        },
        Language::Bn => Phrases {
            price: "মূল্য",
            call: "অর্ডার করতে বার্তা পাঠান।",
        },
        Language::Ta => Phrases {
            price: "விலை",
            call: "வாங்க செய்தி அனுப்புங்கள்.",
        },
        Language::Te => Phrases {
            price: "ధర",
            call: "ఆర్డర్ కోసం సందేశం పంపండి.",
        },
        Language::Mr => Phrases {
            price: "किंमत",
            call: "ऑर्डरसाठी संदेश पाठवा.",
        },
    }
}
