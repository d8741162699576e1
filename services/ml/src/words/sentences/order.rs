use shared_models::text::Language;

use super::About;

/// What the first sentence joins, and what a second one adds.
pub(super) const LEADS: [[&str; 3]; 3] = [
    ["materials", "place", "craft"],
    ["craft", "place", "materials"],
    ["craft", "materials", "place"],
];

/// The order of the rest: each language has its own, so that none mirrors another line by line.
pub(super) const fn orders(language: Language) -> [[About; 7]; 2] {
    use About::{Care, Colours, Hours, Quantity, Size, Time, Weight};
    match language {
        Language::En => [
            [Colours, Size, Weight, Time, Hours, Quantity, Care],
            [Size, Weight, Colours, Hours, Time, Care, Quantity],
        ],
        Language::Hi => [
            [Time, Hours, Colours, Size, Weight, Care, Quantity],
            [Colours, Time, Hours, Size, Weight, Quantity, Care],
        ],
        Language::Bn => [
            [Size, Weight, Time, Hours, Colours, Quantity, Care],
            [Colours, Size, Weight, Quantity, Time, Hours, Care],
        ],
        Language::Ta => [
            [Colours, Weight, Size, Time, Hours, Care, Quantity],
            [Time, Hours, Size, Weight, Colours, Care, Quantity],
        ],
        Language::Te => [
            [Hours, Time, Size, Weight, Colours, Quantity, Care],
            [Colours, Hours, Time, Weight, Size, Care, Quantity],
        ],
        Language::Mr => [
            [Colours, Time, Hours, Weight, Size, Quantity, Care],
            [Size, Weight, Time, Hours, Colours, Care, Quantity],
        ],
    }
}
