//! What Hearth says to a person: an English text and what fills it, so that each face says it in its own language.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::tongue::{Tongue, fill, pattern};

/// A text of the catalogues in `/lang`, made with [`said!`](crate::said). It is kept and sent as it is written there,
/// and said in a language only where it is shown: so all that is on show follows a change of the language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Said {
    /// The English text, with `{name}` where an argument goes; empty: nothing is said.
    pub text: Cow<'static, str>,
    /// What goes into the braces; `count` chooses the plural form.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(optional, as = "Option<BTreeMap<String, Argument>>")]
    pub args: BTreeMap<Cow<'static, str>, Argument>,
}

/// What goes into the braces of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Argument {
    /// Written as the language writes numbers.
    Number(#[ts(type = "number")] serde_json::Number),
    /// A name, or technical words: the same in every language.
    Text(String),
    /// Words, said in the language of the text around them.
    Words(Said),
}

impl Said {
    /// See [`said!`](crate::said).
    #[must_use]
    pub fn with<const N: usize>(text: &'static str, args: [(&'static str, Argument); N]) -> Self {
        let args = args.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        Self { text: Cow::Borrowed(text), args }
    }

    /// A name, or technical words: the same in every language.
    #[must_use]
    pub fn verbatim(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::default() } else { Self::with("{text}", [("text", Argument::Text(text))]) }
    }

    /// Nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// In a language.
    #[must_use]
    pub fn spoken(&self, tongue: Tongue) -> String {
        let args: Vec<(&str, String)> =
            self.args.iter().map(|(name, value)| (&**name, value.spoken(tongue))).collect();
        fill(pattern(tongue, &self.text, &args), &args)
    }

    /// In English, which the log, the bundle and what is exported keep: who looks into them is not always who was
    /// spoken to.
    #[must_use]
    pub fn english(&self) -> String {
        self.spoken(Tongue::English)
    }
}

impl Argument {
    fn spoken(&self, tongue: Tongue) -> String {
        match self {
            Self::Number(number) if tongue == Tongue::German => number.to_string().replace('.', ","),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Words(words) => words.spoken(tongue),
        }
    }
}

impl PartialEq<str> for Said {
    /// Whether this is how it is said in English.
    fn eq(&self, english: &str) -> bool {
        self.english() == english
    }
}

impl PartialEq<&str> for Said {
    fn eq(&self, english: &&str) -> bool {
        self == *english
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Said> for Argument {
    fn from(words: Said) -> Self {
        Self::Words(words)
    }
}

impl From<f32> for Argument {
    /// As short as it tells the number apart, not with the digits that a wider type adds.
    fn from(number: f32) -> Self {
        let text = number.to_string();
        match text.parse().ok().and_then(serde_json::Number::from_f64) {
            Some(whole) if number.fract() == 0.0 => {
                text.parse::<i64>().map_or(Self::Number(whole), |number| Self::Number(number.into()))
            }
            Some(number) => Self::Number(number),
            None => Self::Text(text),
        }
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {
        $(impl From<$number> for Argument {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        })*
    };
}

whole_numbers!(u8, u16, u32, u64, usize);

/// A text of the catalogues that each face says in its language: `said!("{name} joined", name = who)`.
#[macro_export]
macro_rules! said {
    ($text:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::contract::Said::with($text, [$((stringify!($name), $crate::contract::Argument::from($value))),*])
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_within_words_are_said_in_the_same_language() {
        let said = said!("{name} joined", name = said!("Guest"));
        assert_eq!(said, "Guest joined");
        assert_eq!(said.spoken(Tongue::German), "Gast ist dazugekommen");
    }

    #[test]
    fn a_name_that_is_also_a_text_stays_a_name() {
        assert_eq!(said!("{name} joined", name = "Guest").spoken(Tongue::German), "Guest ist dazugekommen");
    }

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let spoken = |tongue| Said::with("{volts} V", [("volts", Argument::from(3.85_f32))]).spoken(tongue);
        assert_eq!((spoken(Tongue::English), spoken(Tongue::German)), ("3.85 V".into(), "3,85 V".into()));
        assert_eq!(serde_json::to_string(&Argument::from(15.0_f32)).unwrap(), "15");
    }

    #[test]
    fn what_was_sent_is_what_comes_back() {
        let said = said!("{name} joined", name = said!("Guest"));
        let sent = serde_json::to_string(&said).unwrap();
        assert_eq!(sent, r#"{"text":"{name} joined","args":{"name":{"text":"Guest"}}}"#);
        assert_eq!(serde_json::from_str::<Said>(&sent).unwrap(), said);
    }
}
