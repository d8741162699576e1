use unicode_segmentation::UnicodeSegmentation;

/// How a network counts the length of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// Code points, as databases count characters.
    CodePoints,
    /// X: code points of NFC text, those beyond U+10FF and outside a few ranges twice (twitter-text, configuration v3).
    /// All six scripts lie below.
    Weighted,
}

/// A network and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) name: &'static str,
    /// The longest post, in its own counting.
    pub(super) longest: usize,
    pub(super) counting: Counting,
    /// Hashtags that are of use there.
    pub(super) hashtags: usize,
}

/// Instagram's and Facebook's captions, X's posts, WhatsApp's status, Pinterest's descriptions.
pub(super) const NETWORKS: [Network; 5] = [
    Network {
        name: "instagram",
        longest: 2_200,
        counting: Counting::CodePoints,
        hashtags: 12,
    },
    Network {
        name: "facebook",
        longest: 5_000,
        counting: Counting::CodePoints,
        hashtags: 4,
    },
    Network {
        name: "x",
        longest: 280,
        counting: Counting::Weighted,
        hashtags: 2,
    },
    Network {
        name: "whatsapp",
        longest: 700,
        counting: Counting::CodePoints,
        hashtags: 0,
    },
    Network {
        name: "pinterest",
        longest: 500,
        counting: Counting::CodePoints,
        hashtags: 5,
    },
];

impl Network {
    /// The length of a text, as the network counts it.
    pub(super) fn length(self, text: &str) -> usize {
        match self.counting {
            Counting::CodePoints => text.chars().count(),
            Counting::Weighted => text.chars().map(weight).sum(),
        }
    }

    /// As much of a text as fits in so much, cut between words, or between graphemes when a word is too long: never
    /// within a letter and its signs.
    pub(super) fn cut(self, text: &str, room: usize) -> String {
        if self.length(text) <= room {
            return text.to_owned();
        }
        let room = room.saturating_sub(self.length(ELLIPSIS));
        let mut kept = 0;
        let mut at_a_space = None;
        let mut used = 0;
        for (at, grapheme) in text.grapheme_indices(true) {
            used += self.length(grapheme);
            if used > room {
                break;
            }
            if grapheme.chars().all(char::is_whitespace) {
                at_a_space = Some(at);
            }
            kept = at + grapheme.len();
        }
        let end = at_a_space.filter(|space| *space * 2 > kept).unwrap_or(kept);
        let cut = text[..end].trim_end();
        if cut.is_empty() {
            String::new()
        } else {
            format!("{cut}{ELLIPSIS}")
        }
    }
}

const ELLIPSIS: &str = "…";

fn weight(character: char) -> usize {
    match u32::from(character) {
        0..=0x10FF | 0x2000..=0x200D | 0x2010..=0x201F | 0x2032..=0x2037 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cut_keeps_letters_whole() {
        let x = NETWORKS[2];
        let long = "मिट्टी का हाथ से बना कटोरा ".repeat(30);
        let cut = x.cut(&long, 40);
        assert!(x.length(&cut) <= 40 && cut.ends_with('…'), "{cut}");
        let words: Vec<&str> = long.split(' ').collect();
        let kept = cut.trim_end_matches('…');
        assert!(kept.split(' ').all(|word| words.contains(&word)), "{cut}");
    }

    #[test]
    fn emoji_count_twice_on_x() {
        assert_eq!(NETWORKS[2].length("a😀क"), 4);
    }

    proptest! {
        #[test]
        fn a_cut_is_never_too_long(text in "\\PC{0,80}", room in 0usize..60) {
            for network in NETWORKS {
                let cut = network.cut(&text, room);
                prop_assert!(network.length(&cut) <= room);
            }
        }
    }
}
