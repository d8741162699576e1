use shared_models::text::Language;

/// A number in the digits of a language, grouped as in India: 1,25,000.
///
/// Digits are those that CLDR names as the language's default: Bengali's and Marathi's own, European ones for
/// Hindi, Tamil and Telugu (as for the Union, Constitution of India, art. 343). All six group by CLDR's pattern
/// `#,##,##0.###`.
pub(crate) fn written(value: f64, language: Language) -> String {
    let plain = format!("{value}");
    let (whole, fraction) = plain
        .split_once('.')
        .map_or((plain.as_str(), None), |(whole, fraction)| {
            (whole, Some(fraction))
        });
    let mut text = grouped(whole);
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    match zero(language) {
        '0' => text,
        zero => text.chars().map(|c| shifted(c, zero)).collect(),
    }
}

const fn zero(language: Language) -> char {
    match language {
        Language::Bn => '০',
        Language::Mr => '०',
        Language::En | Language::Hi | Language::Ta | Language::Te => '0',
    }
}

fn shifted(c: char, zero: char) -> char {
    let own = c
        .to_digit(10)
        .and_then(|digit| char::from_u32(u32::from(zero) + digit));
    own.unwrap_or(c)
}

/// Three digits from the right, then two by two.
fn grouped(whole: &str) -> String {
    let length = whole.len();
    let mut text = String::with_capacity(length + length / 2);
    for (at, digit) in whole.chars().enumerate() {
        let left = length - at;
        if at > 0 && (left == 3 || (left > 3 && (left - 3).is_multiple_of(2))) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_groups_are_those_of_the_language() {
        for (value, language, expected) in [
            (5.0, Language::En, "5"),
            (1250.0, Language::Hi, "1,250"),
            (125_000.0, Language::En, "1,25,000"),
            (12_500_000.5, Language::Mr, "१,२५,००,०००.५"),
            (1250.25, Language::Bn, "১,২৫০.২৫"),
            (30.5, Language::Ta, "30.5"),
            (999.0, Language::Te, "999"),
        ] {
            assert_eq!(written(value, language), expected);
        }
    }
}
