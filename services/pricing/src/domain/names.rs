use unicode_normalization::UnicodeNormalization;

/// The form in which names compare: `West Bengal`, `west_bengal` and `west-bengal` are one.
pub(crate) fn fold(text: &str) -> String {
    let lower = text.nfkc().collect::<String>().to_lowercase();
    let words = lower.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_together() {
        for text in ["West Bengal", "west-bengal", " WEST  bengal ", "west_bengal"] {
            assert_eq!(fold(text), "west-bengal");
        }
    }
}
