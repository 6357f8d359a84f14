//! Names that strangers chose, made fit to be shown; and names that are ours, made fit for the wire.

/// The longest name, in characters.
const LONGEST: usize = 40;

/// A name as it may be shown: one line, without what is invisible or turns the direction of writing, at most 40
/// characters. Empty when nothing is left.
#[must_use]
pub fn cleaned(name: &str) -> String {
    let mut clean = String::new();
    let (mut length, mut gap) = (0, false);
    for character in name.chars() {
        if character.is_whitespace() || character.is_control() {
            gap = true;
            continue;
        }
        if is_invisible(character) {
            continue;
        }
        if gap && !clean.is_empty() {
            clean.push(' ');
            length += 1;
        }
        gap = false;
        if length >= LONGEST {
            break;
        }
        clean.push(character);
        length += 1;
    }
    clean.trim_end().to_owned()
}

/// Formatting characters that show nothing, or make other text look like something else.
const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// The name of an instance, as other programs for DNS-SD list it: a label of at most 63 bytes, without the characters
/// that need escaping, and with the beginning of the id, so that no two are the same.
pub(crate) fn instance(name: &str, id: &str) -> String {
    let tail: String = id.chars().take(6).collect();
    let mut label = String::new();
    for character in cleaned(name).chars() {
        let character = if matches!(character, '.' | '\\') { ' ' } else { character };
        if label.len() + character.len_utf8() > 52 {
            break;
        }
        label.push(character);
    }
    let label = label.trim();
    if label.is_empty() { format!("Hearth [{tail}]") } else { format!("{label} [{tail}]") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_and_short() {
        assert_eq!(cleaned("  Sam's\tden \n"), "Sam's den");
        assert_eq!(cleaned("Küche 🔥"), "Küche 🔥");
        assert_eq!(cleaned("\u{202e}evil\u{0}\u{7}\u{1b}[31m"), "evil [31m");
        assert_eq!(cleaned("\u{200b}\u{feff} \r\n"), "");
        assert_eq!(cleaned(&"x".repeat(10_000)).chars().count(), LONGEST);
        assert_eq!(cleaned(&"x ".repeat(10_000)).chars().count(), LONGEST - 1);
    }

    #[test]
    fn an_instance_is_one_label() {
        assert_eq!(instance("Sam.s \\ den", "0123456789"), "Sam s   den [012345]");
        assert_eq!(instance("...", "0123456789"), "Hearth [012345]");
        assert!(instance(&"🔥".repeat(40), "0123456789").len() <= 63);
    }
}
