//! What both directions share: the members of every payload, and how long one may be.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::code::ErrorCode;
use super::limits;
use super::number::Number;

/// The numbers of the functions (I386-08).
pub(super) mod function {
    pub const INTRODUCE: u64 = 100;
    pub const PRESENT: u64 = 110;
    pub const HEARTBEAT: u64 = 120;
    pub const EXECUTE: u64 = 130;
    pub const READY: u64 = 140;
    pub const ERROR: u64 = 150;
}

/// Not a payload. What to answer is [`Unreadable::code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// More than [`limits::FRAME_BYTES`]; ends the connection.
    #[error("longer than a payload may be")]
    TooLong,
    /// No JSON object, no integer `f` or one that is not known or not of this side, or a `cnf` that it cannot have.
    #[error("no payload of this protocol")]
    Malformed,
}

impl Unreadable {
    /// The error that a server answers with.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::TooLong => ErrorCode::TooLong,
            Self::Malformed => ErrorCode::Malformed,
        }
    }
}

/// It does not fit into a payload and is not to be sent (I386-R5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes do not fit into a payload of 4096")]
pub struct TooLong {
    /// How long it would be.
    pub bytes: usize,
}

/// A payload that was read.
pub(super) struct Payload {
    pub f: u64,
    pub cnf: Value,
    pub s: Option<Number>,
    members: Map<String, Value>,
}

impl Payload {
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        if text.len() > limits::FRAME_BYTES {
            return Err(Unreadable::TooLong);
        }
        let Ok(Value::Object(mut members)) = serde_json::from_str(text) else {
            return Err(Unreadable::Malformed);
        };
        let number = |value: Value| serde_json::from_value::<Number>(value).ok();
        let f = members.remove("f").and_then(number).and_then(Number::whole).ok_or(Unreadable::Malformed)?;
        let cnf = members.remove("cnf").unwrap_or_default();
        let s = members.remove("s").and_then(number);
        Ok(Self { f, cnf, s, members })
    }

    /// The name of the event: `t`, or `e`, or both with the same value (I386-R1).
    pub fn event(&self) -> Option<&str> {
        let name = |member| match self.members.get(member) {
            None | Some(Value::Null) => Some(None),
            Some(Value::String(name)) => Some(Some(name.as_str())),
            Some(_) => None,
        };
        match (name("t")?, name("e")?) {
            (Some(t), Some(e)) if t != e => None,
            (t, e) => t.or(e),
        }
    }

    pub fn cnf<T: DeserializeOwned>(&mut self) -> Result<T, Unreadable> {
        serde_json::from_value(self.cnf.take()).map_err(|_| Unreadable::Malformed)
    }
}

/// A payload with these members.
pub(super) fn written(f: u64, cnf: &impl Serialize) -> Result<String, TooLong> {
    fitting(json!({ "f": f, "cnf": cnf }).to_string())
}

/// What a 130 says besides its number: the event under both names (I386-R1), and its data.
pub(super) fn tail(event: &str, cnf: &Value) -> String {
    let event = json!(event);
    format!(r#""t":{event},"e":{event},"cnf":{cnf}}}"#)
}

/// A 130 of a tail.
pub(super) fn execute(s: Option<Number>, tail: &str) -> Result<String, TooLong> {
    fitting(match s {
        Some(s) => format!(r#"{{"f":{},"s":{},{tail}"#, function::EXECUTE, json!(s)),
        None => format!(r#"{{"f":{},{tail}"#, function::EXECUTE),
    })
}

fn fitting(text: String) -> Result<String, TooLong> {
    if text.len() <= limits::FRAME_BYTES { Ok(text) } else { Err(TooLong { bytes: text.len() }) }
}

/// The bytes of a character inside a JSON text, as it is written here.
pub(super) const fn width(character: char) -> usize {
    match character {
        '"' | '\\' | '\u{8}' | '\u{9}' | '\u{a}' | '\u{c}' | '\u{d}' => 2,
        '\0'..='\u{1f}' => 6,
        character => character.len_utf8(),
    }
}

/// The beginning of a text that takes at most so many bytes inside a JSON text; what is cut off ends with an ellipsis.
pub(super) fn shortened(text: &str, room: usize) -> String {
    const ELLIPSIS: char = '…';
    if text.chars().map(width).sum::<usize>() <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(ELLIPSIS.len_utf8());
    let fits = |character: &char| {
        let width = width(*character);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    };
    let beginning: String = text.chars().take_while(fits).collect();
    format!("{beginning}{ELLIPSIS}")
}

/// A text in pieces of which each takes at most `room` bytes inside a JSON text. They end where a word ends, if that
/// is in their second half; put together they are the text.
pub(super) fn pieces(text: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (mut used, mut end, mut word) = (0, 0, 0);
        for (at, character) in rest.char_indices() {
            used += width(character);
            // A piece has at least one character, or it would never end.
            if used > room && at > 0 {
                break;
            }
            end = at + character.len_utf8();
            if character.is_whitespace() {
                word = end;
            }
        }
        let cut = if end < rest.len() && word > end / 2 { word } else { end };
        let (piece, more) = rest.split_at(cut);
        pieces.push(piece);
        rest = more;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_width_is_what_json_takes() {
        for character in ('\0'..='\u{800}').chain(['…', '🔥', '\u{2028}', '\u{ffff}']) {
            assert_eq!(width(character), json!(character.to_string()).to_string().len() - 2, "{character:?}");
        }
    }

    #[test]
    fn pieces_end_with_words_and_make_up_the_text() {
        assert_eq!(pieces("one two three", 9), ["one two ", "three"]);
        assert_eq!(pieces("a bbbbbbbbbbbb", 6), ["a bbbb", "bbbbbb", "bb"]);
        assert_eq!(pieces("\u{1}\u{1}\u{1}", 13), ["\u{1}\u{1}", "\u{1}"]);
        assert_eq!(pieces("🔥🔥", 1), ["🔥", "🔥"]);
        assert_eq!(pieces("", 9), [""; 0]);
    }

    #[test]
    fn a_text_that_fits_is_not_shortened() {
        assert_eq!(shortened("hello", 5), "hello");
        assert_eq!(shortened("hello!", 5), "he…");
        assert_eq!(shortened("🔥🔥🔥", 11), "🔥🔥…");
    }
}
