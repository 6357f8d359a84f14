//! What a message carries: JSON that nobody on the way reads or changes.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// Any JSON value as its text: spacing, order, duplicate keys and numbers of any size stay as they are (CON-R9).
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Data<'a>(Cow<'a, RawValue>);

/// Not one JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON value")]
pub struct NotJson;

impl<'a> Data<'a> {
    /// The value that a text is.
    ///
    /// # Errors
    /// [`NotJson`].
    pub fn new(text: String) -> Result<Data<'static>, NotJson> {
        RawValue::from_string(text).map(|raw| Data(Cow::Owned(raw))).map_err(|_| NotJson)
    }

    /// The text, without white space around it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The same without what it was read from.
    #[must_use]
    pub fn into_owned(self) -> Data<'static> {
        Data(Cow::Owned(self.0.into_owned()))
    }
}

impl PartialEq for Data<'_> {
    /// Whether the texts are the same.
    fn eq(&self, other: &Data<'_>) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Data<'_> {}

impl<'de: 'a, 'a> Deserialize<'de> for Data<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|raw| Self(Cow::Borrowed(raw)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CON-R9
    #[test]
    fn con_r9_a_value_keeps_its_text() {
        let text = r#"{ "b" : 1.0e2, "a":  123456789012345678901234567890,"dup":1,"dup":2, "s":"\u00e9\/" }"#;
        assert_eq!(Data::new(text.to_owned()).unwrap().as_str(), text);
        assert_eq!(Data::new(" null\n".to_owned()).unwrap().as_str(), "null");
        for wrong in ["", "{", "1 2", "nul", "{\"a\":}"] {
            assert_eq!(Data::new(wrong.to_owned()).unwrap_err(), NotJson);
        }
    }
}
