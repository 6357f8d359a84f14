//! What a machine asks over HTTP, and what comes of it. Who carries it out is the driver.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Names one request of a machine. Each is answered exactly once, in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpId(pub u64);

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads it. May be repeated.
    Get,
    /// Adds to it.
    Post,
    /// Puts it there. May be repeated.
    Put,
    /// Changes it.
    Patch,
    /// Takes it away.
    Delete,
}

/// A request. Redirects are not followed: they would show the bearer's token to somebody else.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// What to do.
    pub method: Method,
    /// `http(s)://…`
    pub url: String,
    /// A token for `Authorization: Bearer`.
    pub bearer: Option<String>,
    /// JSON.
    pub body: Option<String>,
}

impl HttpRequest {
    /// Reads what anybody may read.
    #[must_use]
    pub const fn get(url: String) -> Self {
        Self { method: Method::Get, url, bearer: None, body: None }
    }
}

impl fmt::Debug for HttpRequest {
    /// Without the token and the body, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, url, .. } = self;
        f.debug_struct("HttpRequest").field("method", method).field("url", url).finish_non_exhaustive()
    }
}

/// What a server answered.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// Status code.
    pub status: u16,
    /// Text, at most [`HttpAnswer::LONGEST`] bytes; what is no UTF-8 is replaced.
    pub body: String,
    /// `Retry-After`, when it names a number of seconds; at most [`HttpAnswer::LATEST_RETRY`].
    pub retry_after: Option<Duration>,
}

impl HttpAnswer {
    /// A longer body is [`HttpFailure::Lost`], bytes.
    pub const LONGEST: usize = 1 << 20;

    /// Nobody is sent away for longer: whoever says so, the number may be wrong.
    pub const LATEST_RETRY: Duration = Duration::from_secs(3600);

    /// Whether the server did what it was asked for.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status / 100 == 2
    }

    /// What can be read of its body.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.body).ok()
    }

    /// Whether it says what is wrong as servers of a chat do: as the member `error` of an object.
    pub(crate) fn is_error(&self) -> bool {
        self.read::<Error>().is_some()
    }

    /// The server's words about what it did not do; empty when it said none.
    pub(crate) fn words(&self) -> String {
        /// Longer plain text is a page, not a sentence.
        const SENTENCE: usize = 300;
        match self.read::<Error>() {
            Some(Error { error }) => error,
            None if self.body.len() <= SENTENCE && !self.body.contains('<') => self.body.trim().to_owned(),
            None => String::new(),
        }
    }
}

#[derive(Deserialize)]
struct Error {
    error: String,
}

impl fmt::Debug for HttpAnswer {
    /// Without the body, which may hold a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, retry_after, .. } = self;
        f.debug_struct("HttpAnswer")
            .field("status", status)
            .field("retry_after", retry_after)
            .finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpFailure {
    /// The server was not reached: it has not done what it was asked for.
    Unsent(String),
    /// The answer was lost, too late or too long: the server may have done what it was asked for.
    Lost(String),
}
