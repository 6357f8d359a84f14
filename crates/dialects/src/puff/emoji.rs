//! Which code points may stand in a reaction: those that Unicode marks as emoji or as parts of one, digits
//! included, as the TypeScript gateway accepts them (facts/puff-gateway.md §5, op 14).

const RANGES: [(char, char); 25] = [
    ('#', '#'),
    ('*', '*'),
    ('0', '9'),
    ('\u{a9}', '\u{a9}'),
    ('\u{ae}', '\u{ae}'),
    ('\u{200d}', '\u{200d}'),
    ('\u{203c}', '\u{203c}'),
    ('\u{2049}', '\u{2049}'),
    ('\u{20e3}', '\u{20e3}'),
    ('\u{2122}', '\u{2122}'),
    ('\u{2139}', '\u{2139}'),
    ('\u{2194}', '\u{21aa}'),
    ('\u{231a}', '\u{23ff}'),
    ('\u{24c2}', '\u{24c2}'),
    ('\u{25aa}', '\u{25fe}'),
    ('\u{2600}', '\u{27bf}'),
    ('\u{2934}', '\u{2935}'),
    ('\u{2b05}', '\u{2b55}'),
    ('\u{3030}', '\u{3030}'),
    ('\u{303d}', '\u{303d}'),
    ('\u{3297}', '\u{3299}'),
    ('\u{fe0f}', '\u{fe0f}'),
    ('\u{1f000}', '\u{1f2ff}'),
    ('\u{1f300}', '\u{1faff}'),
    ('\u{e0020}', '\u{e007f}'),
];

/// Whether `text` consists of emoji only. An empty text does not.
pub(super) fn is_emoji(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| RANGES.iter().any(|(first, last)| (*first..=*last).contains(&c)))
}

#[cfg(test)]
mod tests {
    use super::is_emoji;

    // PUFF-38
    #[test]
    fn emoji_with_joiners_and_modifiers_are_emoji() {
        for text in ["🔥", "😮‍💨", "🗡️🗡️🗡️", "👍🏽", "123#*", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️"]
        {
            assert!(is_emoji(text), "{text}");
        }
    }

    // PUFF-38
    #[test]
    fn letters_blanks_and_nothing_are_not() {
        for text in ["lol", "", " ", "🔥 🔥", "🔥a", "<b>"] {
            assert!(!is_emoji(text), "{text}");
        }
    }
}
