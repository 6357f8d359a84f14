//! What must not be seen in a log: a password, a token.

use std::fmt;
use std::time::Duration;

/// A text that [`Debug`] does not show.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text, for the one who has to send it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Lets its bearer in for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// What is shown to the server.
    pub text: Secret,
    /// How long it is good, from when it was given.
    pub good_for: Duration,
}
