use zxcvbn::{Score, feedback::Feedback, zxcvbn};

/// Fewer characters are guessed too fast, however they were chosen.
const SHORTEST: usize = 10;

/// Refuses a password that is easy to guess for somebody who knows its owner, and says why.
pub(super) fn check(password: &str, about_her: &[String]) -> Result<(), String> {
    if password.chars().count() < SHORTEST {
        return Err(format!("must have at least {SHORTEST} characters"));
    }
    let words = about_her
        .iter()
        .flat_map(|about| about.split(|c: char| !c.is_alphanumeric()));
    let known: Vec<&str> = about_her.iter().map(String::as_str).chain(words).collect();
    let estimate = zxcvbn(password, &known);
    if estimate.score() >= Score::Three {
        return Ok(());
    }
    let warning = estimate.feedback().and_then(Feedback::warning);
    let why = warning.map_or_else(|| "too easy to guess".to_owned(), |warning| warning.to_string());
    Err(format!("is weak: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easy_to_guess_is_refused() {
        let about = vec!["sita.devi@example.in".to_owned(), "Sita Devi".to_owned()];
        for weak in [
            "short",
            "password123",
            "1234567890",
            "qwertyuiop",
            "aaaaaaaaaaaaaaaa",
            "sita.devi@example.in",
            "अअअ",
        ] {
            assert!(check(weak, &about).is_err(), "{weak}");
        }
        for strong in [
            "correct horse battery staple",
            "मेरी गाय नीली नहीं है",
            "k9#Vw!pR2x@q",
        ] {
            assert!(check(strong, &about).is_ok(), "{strong}");
        }
    }
}
