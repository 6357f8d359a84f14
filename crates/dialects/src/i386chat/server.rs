//! What a server sends.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::code::ErrorCode;
use super::event::Event;
use super::number::Number;
use super::payload::{self, Payload, TooLong, Unreadable, function};
use super::room::User;

/// What a server sends.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFrame {
    /// 100, the first of all (I386-02).
    Introduce {
        /// How often it wants a heartbeat (I386-03).
        heartbeat: Duration,
    },
    /// 120 (I386-06).
    Heartbeat,
    /// 130 (I386-R2).
    Execute {
        /// The server's count of its events in this session, from 1.
        s: Option<Number>,
        /// What happened.
        event: Event,
    },
    /// 140 (I386-16).
    Ready(Ready),
    /// 150 (I386-22).
    Error(Fault),
    /// One that nobody here knows; its number.
    Other(u64),
}

/// One is presented.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// The version of the protocol (I386-19).
    #[serde(default)]
    pub v: Number,
    /// Names the session (I386-20).
    #[serde(default)]
    pub session_id: Number,
    /// Opaque; nothing is encoded with it (I386-21, I386-R12).
    #[serde(default)]
    pub enc_key: String,
    /// Who this is; ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready").field("v", &self.v).field("user", &self.user).finish_non_exhaustive()
    }
}

/// Something failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Why.
    pub code: ErrorCode,
    /// The connection ends for it.
    pub is_fatal: bool,
    /// The count of the 130 that this answers, if that had one; ours.
    pub s: Option<Number>,
    /// In words; ours.
    pub error: Option<String>,
}

impl Fault {
    /// One that ends the connection.
    #[must_use]
    pub fn fatal(code: ErrorCode) -> Self {
        Self { code, is_fatal: true, s: None, error: Some(code.reason().to_owned()) }
    }

    /// One that costs only what it answers.
    #[must_use]
    pub fn of(code: ErrorCode, s: Option<Number>) -> Self {
        Self { is_fatal: false, s, ..Self::fatal(code) }
    }

    /// The same in other words.
    #[must_use]
    pub fn saying(self, error: &str) -> Self {
        Self { error: Some(error.to_owned()), ..self }
    }
}

#[derive(Serialize, Deserialize)]
struct Configuration {
    hb_int: Number,
}

#[derive(Serialize, Deserialize)]
struct Failure {
    c: Number,
    #[serde(default)]
    d: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl ServerFrame {
    /// Reads a message of the socket. What is not named here is not looked at.
    ///
    /// # Errors
    /// [`Unreadable`]: pass it over; one bad frame costs only itself.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut payload = Payload::read(text)?;
        Ok(match payload.f {
            function::INTRODUCE => {
                let Configuration { hb_int } = payload.cnf()?;
                let hb_int = hb_int.whole().filter(|ms| *ms > 0).ok_or(Unreadable::Malformed)?;
                Self::Introduce { heartbeat: Duration::from_millis(hb_int) }
            }
            function::HEARTBEAT => Self::Heartbeat,
            function::EXECUTE => {
                let s = payload.s;
                Self::Execute { s, event: Event::read(payload)? }
            }
            function::READY => Self::Ready(payload.cnf()?),
            function::ERROR => {
                let Failure { c, d, s, error } = payload.cnf()?;
                let code = ErrorCode::from_code(c.whole().unwrap_or(u64::MAX));
                Self::Error(Fault { code, is_fatal: d, s, error })
            }
            // A client's.
            function::PRESENT => return Err(Unreadable::Malformed),
            other => Self::Other(other),
        })
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`TooLong`]: it is not to be sent (I386-R5). What comes out of [`Event::fitted`] never is.
    pub fn text(&self) -> Result<String, TooLong> {
        match self {
            Self::Introduce { heartbeat } => {
                let hb_int = u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX).into();
                payload::written(function::INTRODUCE, &Configuration { hb_int })
            }
            Self::Heartbeat => Ok(json!({ "f": function::HEARTBEAT }).to_string()),
            Self::Execute { s, event } => payload::execute(*s, &event.tail()),
            Self::Ready(ready) => payload::written(function::READY, ready),
            Self::Error(Fault { code, is_fatal, s, error }) => {
                let failure = Failure { c: code.code().into(), d: *is_fatal, s: *s, error: error.clone() };
                payload::written(function::ERROR, &failure)
            }
            Self::Other(f) => payload::written(*f, &json!({})),
        }
    }

    /// A 130 of an event's [`Event::tail`].
    ///
    /// # Errors
    /// [`TooLong`]; see [`ServerFrame::text`].
    pub fn numbered(s: u64, tail: &str) -> Result<String, TooLong> {
        payload::execute(Some(s.into()), tail)
    }
}
