//! The language that a person is spoken to in. Texts are written in English where they are used: with
//! [`said!`](crate::said) where a face shows them, with [`say!`](crate::say) where this program does (tray,
//! notifications). The catalogues in `/lang` say them in other languages and hold the plural forms, which `count`
//! chooses. `npm run words` keeps them complete.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::contract::Language;

/// A language that Hearth speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tongue {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Tongue {
    /// The language of the settings; `system` is the computer's locale, such as `de_AT.UTF-8`.
    #[must_use]
    pub fn of(language: Language, system: &str) -> Self {
        match language {
            Language::En => Self::English,
            Language::De => Self::German,
            Language::System if system.to_ascii_lowercase().starts_with("de") => Self::German,
            Language::System => Self::English,
        }
    }

    fn catalogue(self) -> &'static Catalogue {
        static ENGLISH: OnceLock<Catalogue> = OnceLock::new();
        static GERMAN: OnceLock<Catalogue> = OnceLock::new();
        let (cell, text) = match self {
            Self::English => (&ENGLISH, include_str!("../../../lang/en.json")),
            Self::German => (&GERMAN, include_str!("../../../lang/de.json")),
        };
        // A catalogue that cannot be read speaks English; a test reads both.
        cell.get_or_init(|| serde_json::from_str(text).unwrap_or_default())
    }
}

type Catalogue = BTreeMap<String, Saying>;

/// One text for all numbers, or one for each plural form.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Saying {
    All(String),
    Forms { one: String, other: String },
}

/// The text in a language, with `{name}` replaced by the argument of that name. See [`say!`](crate::say).
#[must_use]
pub fn say(tongue: Tongue, text: &str, arguments: &[(&str, &dyn Display)]) -> String {
    let arguments: Vec<(&str, String)> =
        arguments.iter().map(|(name, value)| (*name, value.to_string())).collect();
    fill(pattern(tongue, text, &arguments), &arguments)
}

/// How a text is said in a language, before its arguments are in their places.
pub(crate) fn pattern<'a>(tongue: Tongue, text: &'a str, arguments: &[(&str, String)]) -> &'a str {
    let one = arguments.iter().any(|(name, value)| *name == "count" && value == "1");
    match tongue.catalogue().get(text) {
        Some(Saying::All(said)) if !said.is_empty() => said,
        Some(Saying::Forms { one: said, .. }) if one => said,
        Some(Saying::Forms { other, .. }) => other,
        // A text of two meanings says which behind a bar.
        _ => text.split_once('|').map_or(text, |(text, _)| text),
    }
}

/// In one pass, so that braces in an argument stay what they are.
pub(crate) fn fill(pattern: &str, arguments: &[(&str, String)]) -> String {
    let mut said = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        let argument = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = arguments.iter().find(|(given, _)| *given == name)?;
            Some((value, after))
        });
        if let Some((value, after)) = argument {
            said.push_str(value);
            rest = after;
        } else {
            said.push('{');
            rest = after;
        }
    }
    said.push_str(rest);
    said
}

/// A text in a language; see [`tongue`](crate::tongue).
#[macro_export]
macro_rules! say {
    ($tongue:expr, $text:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::tongue::say($tongue, $text, &[$((stringify!($name), &$value)),*])
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_computers_language_is_spoken_where_hearth_speaks_it() {
        assert_eq!(Tongue::of(Language::System, "de_AT.UTF-8"), Tongue::German);
        assert_eq!(Tongue::of(Language::System, "C"), Tongue::English);
        assert_eq!(Tongue::of(Language::En, "de_DE"), Tongue::English);
    }

    #[test]
    fn both_catalogues_can_be_read() {
        for text in [include_str!("../../../lang/en.json"), include_str!("../../../lang/de.json")] {
            let read: Result<Catalogue, _> = serde_json::from_str(text);
            assert!(read.is_ok(), "{read:?}");
        }
    }

    #[test]
    fn arguments_take_their_places_and_are_not_read_again() {
        let arguments: &[(&str, &dyn Display)] = &[("one", &"{two}"), ("two", &2)];
        let said = say(Tongue::English, "{one} and {two}, {three}", arguments);
        assert_eq!(said, "{two} and 2, {three}");
    }
}
