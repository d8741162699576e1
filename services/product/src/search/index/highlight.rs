use languages::{sound::Keys, words};

use super::analyse::{self, Asked};

/// Letters of text around the first hit.
const AROUND: usize = 160;

/// A piece of `text` with the asked words in `<em>`, and everything else escaped for HTML; nothing
/// when no word is in it.
pub(crate) fn highlight(text: &str, question: &str) -> Option<String> {
    let asked = analyse::question(question);
    let hits: Vec<(usize, usize)> = words::words(text)
        .filter(|(_, word)| asked.iter().any(|asked| meets(asked, word)))
        .map(|(at, _)| (at, word_end(text, at)))
        .collect();
    let (first, _) = *hits.first()?;
    let start = boundary(text, first.saturating_sub(AROUND / 2));
    let end = boundary(text, (start + AROUND).max(word_end(text, first)));
    let mut marked = String::new();
    let mut at = start;
    for (from, to) in hits.into_iter().filter(|(from, to)| *from >= start && *to <= end) {
        escape(&text[at..from], &mut marked);
        marked.push_str("<em>");
        escape(&text[from..to], &mut marked);
        marked.push_str("</em>");
        at = to;
    }
    escape(&text[at..end], &mut marked);
    Some(marked)
}

fn meets(asked: &Asked, word: &str) -> bool {
    if analyse::stem(word) == asked.stem || (asked.word.chars().count() >= 3 && word.starts_with(&asked.word))
    {
        return true;
    }
    match (&asked.keys, Keys::of(word)) {
        (Some(asked), Some(keys)) => {
            asked.full == keys.full || (asked.skeleton.is_some() && asked.skeleton == keys.skeleton)
        }
        _ => false,
    }
}

fn word_end(text: &str, at: usize) -> usize {
    use unicode_segmentation::UnicodeSegmentation;
    text[at..]
        .unicode_words()
        .next()
        .map_or(at, |word| at + word.len())
}

/// The beginning of the letter at or before a byte.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::highlight;

    #[test]
    fn hits_are_marked_in_any_script_and_the_rest_is_escaped() {
        assert_eq!(
            highlight("A <b>Madhubani</b> bowl", "मधुबनी bowls").as_deref(),
            Some("A &lt;b&gt;<em>Madhubani</em>&lt;/b&gt; <em>bowl</em>")
        );
        assert_eq!(highlight("A lamp", "bowl"), None);
    }
}
