//! What strangers write, so that it can be shown: bounded, and without letters that change what stands around them.

/// The longest line, characters.
pub(super) const LINE: usize = 4_000;
/// The longest name.
pub(in crate::controller) const NAME: usize = 100;
/// The longest status and topic.
pub(in crate::controller) const ABOUT: usize = 300;

/// Letters that turn the direction of what stands around them.
const fn turns(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Lines as they were written.
pub(in crate::controller) fn text(text: &str) -> String {
    let shown = |letter: &char| (!letter.is_control() || matches!(letter, '\n' | '\t')) && !turns(*letter);
    text.chars().filter(shown).take(LINE).collect()
}

/// One line, at most so long.
pub(in crate::controller) fn line(text: &str, most: usize) -> String {
    let shown = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let shown = shown.filter(|letter| !letter.is_control() && !turns(*letter));
    shown.take(most).collect::<String>().trim().to_owned()
}

/// One line, if it says anything.
pub(in crate::controller) fn some(text: Option<&str>, most: usize) -> Option<String> {
    text.map(|text| line(text, most)).filter(|text| !text.is_empty())
}

/// RFC 3339 as ms since 1970.
pub(super) fn at_ms(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_and_turn_nothing_around() {
        assert_eq!(line(" a\u{202E}b\nc\u{7} ", NAME), "ab c");
        assert_eq!(line(&"x".repeat(500), NAME).len(), NAME);
        assert_eq!((some(Some(" \u{2066} "), NAME), some(None, NAME)), (None, None));
    }

    #[test]
    fn lines_keep_their_breaks_and_are_bounded() {
        assert_eq!(text("a\nb\u{0}\u{202E}"), "a\nb");
        assert_eq!(text(&"é".repeat(100_000)).chars().count(), LINE);
    }

    #[test]
    fn times_of_all_servers_are_read() {
        assert_eq!(at_ms("1970-01-01T00:00:01.5Z"), Some(1_500));
        assert_eq!(at_ms("1970-01-01T01:00:01.500000+01:00"), Some(1_500));
        assert_eq!(at_ms("yesterday"), None);
    }
}
