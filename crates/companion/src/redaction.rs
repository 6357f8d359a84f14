//! Takes out of technical words what could tell who somebody is: addresses of devices, serial numbers, keys, codes in
//! links, folders of a person. Nothing of that is meant to be in a log; this is for what other programs say, and is put
//! between whatever is given away and whoever gets it.

/// Stands in for what was taken out.
const GONE: &str = "[removed]";

/// Digits in a row that may be a serial number or a token.
const LONG_NUMBER: usize = 10;
/// Hexadecimal digits in a row that may be an address, a key or a token.
const LONG_HEX: usize = 12;

/// The words without it.
#[must_use]
pub fn redacted(text: &str) -> String {
    text.split_inclusive(is_between).map(word).collect()
}

const fn is_between(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t' | '\n' | '\r' | '"' | '\'' | ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>'
    )
}

/// A word, and what ends it.
fn word(whole: &str) -> String {
    let bare = whole.trim_end_matches(is_between);
    let end = &whole[bare.len()..];
    if let Some((before, rest)) = bare.split_once("://") {
        return format!("{before}://{}{end}", host(rest));
    }
    let values = bare.split_inclusive('=').map(|value| {
        let bare = value.trim_end_matches('=');
        let telling = names_a_home(bare) || is_telling(bare);
        if telling { value.replace(bare, GONE) } else { value.to_owned() }
    });
    values.collect::<String>() + end
}

/// Of a link, the host of this computer or network is kept; what follows may be a key or a code.
fn host(rest: &str) -> String {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let more = if authority.len() < rest.len() { format!("/{GONE}") } else { String::new() };
    let local = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"].iter().any(|local| host.starts_with(local));
    if local { format!("{host}{more}") } else { GONE.to_owned() }
}

fn names_a_home(word: &str) -> bool {
    let word = word.replace('\\', "/").to_ascii_lowercase();
    ["/home/", "/users/", "/root/", "/run/user/"].iter().any(|home| word.contains(home))
}

/// A word with a row of digits, of either kind, that is too long to be a measure.
fn is_telling(word: &str) -> bool {
    let (mut digits, mut longest_digits, mut hex, mut longest_hex) = (0, 0, 0, 0);
    for letter in word.chars() {
        digits = if letter.is_ascii_digit() { digits + 1 } else { 0 };
        hex = match letter {
            _ if letter.is_ascii_hexdigit() => hex + 1,
            // Between the bytes of an address.
            ':' | '-' | '_' => hex,
            _ => 0,
        };
        longest_digits = longest_digits.max(digits);
        longest_hex = longest_hex.max(hex);
    }
    longest_digits >= LONG_NUMBER || longest_hex >= LONG_HEX && !is_time(word)
}

/// A moment, such as `2026-11-21T19:00:48.123456Z`.
fn is_time(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() >= 19 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[10] == b'T' && bytes[13] == b':'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_serial_numbers_and_keys_are_taken_out() {
        for secret in [
            "84:2E:14:A1:B2:C3",
            "dev_84_2e_14_a1_b2_c3",
            "842E14A1B2C3",
            "84-2E-14-A1-B2-C3",
            "2123456789012345678",
            "0123456789abcdef0123456789abcdef",
            "6f1c3b52-9d1e-4a7b-8c2d-5e6f7a8b9c0d",
        ] {
            let said = redacted(&format!("cannot reach {secret}, trying (id={secret})"));
            assert!(!said.contains(secret), "{said}");
            assert!(said.starts_with("cannot reach [removed], trying (id=[removed])"), "{said}");
        }
    }

    #[test]
    fn of_a_link_only_a_local_host_is_kept() {
        assert_eq!(redacted("at http://127.0.0.1:7708/0123/ now"), "at http://127.0.0.1:7708/[removed] now");
        assert_eq!(redacted("wss://me:secret@host.example/socket?token=x"), "wss://[removed]");
        assert_eq!(redacted("hearth://join/q7xk2m"), "hearth://[removed]");
    }

    #[test]
    fn folders_of_a_person_are_taken_out() {
        assert_eq!(redacted("No such file: /home/robin/.local/share"), "No such file: [removed]");
        assert_eq!(redacted(r"C:\Users\Robin\Hearth is full"), "[removed] is full");
    }

    #[test]
    fn what_helps_is_kept() {
        for said in [
            "2026-11-21T19:00:48.123456Z  INFO hearth_companion::runtime: connected attempt=3 ms=1500",
            "le-connection-abort-by-local (org.bluez.Error.Failed)",
            "service 06caf9c0 has no characteristics",
            "180.5 °C after 12.25 s",
        ] {
            assert_eq!(redacted(said), said);
        }
    }
}
