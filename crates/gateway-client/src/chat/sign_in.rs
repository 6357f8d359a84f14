//! Name and password, and what a server says to them. Where they are shown and how it says it belongs to the dialects.

use std::fmt::Debug;
use std::time::Duration;

use serde_json::json;

use super::{Refusal, Secret};
use crate::machine::{HttpAnswer, HttpFailure};

/// Where and how one is let in.
#[derive(Clone, Copy, Debug)]
pub struct Doors {
    /// Paths.
    pub login: &'static str,
    pub register: &'static str,
    /// The token of a good answer.
    pub token: fn(&HttpAnswer) -> Option<Secret>,
    /// The status that says that nobody has this name and password together.
    pub wrong: u16,
    /// What another answer means; the flag says that an account was to be made. `None`: no server of this kind says
    /// so.
    pub meaning: fn(&HttpAnswer, bool) -> Option<Refusal>,
}

/// Whether the account has to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It is there.
    Login,
    /// It is to be made.
    Register,
    /// It was to be made, and no answer came: it may be there.
    Unsure,
}

/// How a token is had.
pub trait Entry: Debug {
    /// Path and body of the request for one; `None`: the owner of the session is given it.
    fn ask(&self) -> Option<(&'static str, String)>;

    /// What the answer to that means. `known`: a server of this kind was met at this address.
    fn answered(&mut self, answer: Result<HttpAnswer, HttpFailure>, known: bool) -> Answer;
}

/// Who signs in with name and password.
#[derive(Debug)]
pub struct Account {
    username: String,
    password: Secret,
    stage: Stage,
    doors: &'static Doors,
}

/// What came of a try to sign in.
#[derive(Debug)]
pub enum Answer {
    /// Signed in.
    Token(Secret),
    /// Another try, at once.
    Again,
    /// Another try, not before this long.
    Later(Option<Duration>),
    /// Not with this name and password, or not here.
    Refused(Refusal),
}

impl Account {
    pub const fn new(doors: &'static Doors, username: String, password: Secret, register: bool) -> Self {
        let stage = if register { Stage::Register } else { Stage::Login };
        Self { username, password, stage, doors }
    }

    /// The name.
    pub fn username(&self) -> &str {
        &self.username
    }
}

impl Entry for Account {
    fn ask(&self) -> Option<(&'static str, String)> {
        let Doors { login, register, .. } = self.doors;
        let path = if self.stage == Stage::Register { register } else { login };
        let body = json!({ "username": self.username, "password": self.password.reveal() });
        Some((path, body.to_string()))
    }

    fn answered(&mut self, answer: Result<HttpAnswer, HttpFailure>, known: bool) -> Answer {
        let registers = self.stage == Stage::Register;
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => {
                if registers && matches!(failure, HttpFailure::Lost(_)) {
                    self.stage = Stage::Unsure;
                }
                return Answer::Later(None);
            }
        };
        if answer.is_success() {
            return match (self.doors.token)(&answer) {
                Some(token) => {
                    self.stage = Stage::Login;
                    Answer::Token(token)
                }
                None if known => Answer::Later(None),
                None => Answer::Refused(Refusal::Stranger),
            };
        }
        match answer.status {
            429 => Answer::Later(Some(answer.retry_after.unwrap_or(LATER))),
            408 | 425 | 500.. => {
                if registers {
                    self.stage = Stage::Unsure;
                }
                Answer::Later(answer.retry_after)
            }
            status if status == self.doors.wrong && self.stage == Stage::Unsure => {
                self.stage = Stage::Register;
                Answer::Again
            }
            // A stranger's web server answers anything; a server of this kind says why in its own way.
            _ if !known && !answer.is_error() && !is_plain(&answer) => Answer::Refused(Refusal::Stranger),
            _ => match (self.doors.meaning)(&answer, registers) {
                Some(why) => Answer::Refused(why),
                None if known => Answer::Later(None),
                None => Answer::Refused(Refusal::Stranger),
            },
        }
    }
}

/// After too many tries, when the server does not say how long.
const LATER: Duration = Duration::from_secs(30);

/// Real servers say in plain text what they cannot read (facts §3.3).
const fn is_plain(answer: &HttpAnswer) -> bool {
    matches!(answer.status, 400 | 415 | 422)
}
