//! Name and password, and what a server says to them (facts §3.3).

use std::time::Duration;

use hearth_dialects::together::rest::{Error, SignedIn};
use serde_json::json;

use super::Refusal;
use super::secret::Secret;
use crate::machine::{HttpAnswer, HttpFailure};

/// Whether the account has to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    /// It is there.
    Login,
    /// It is to be made.
    Register,
    /// It was to be made, and no answer came: it may be there.
    Unsure,
}

/// Who signs in.
#[derive(Debug)]
pub(super) struct Account {
    username: String,
    password: Secret,
    entry: Entry,
}

/// What came of a try to sign in.
#[derive(Debug)]
pub(super) enum Answer {
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
    pub const fn new(username: String, password: Secret, register: bool) -> Self {
        let entry = if register { Entry::Register } else { Entry::Login };
        Self { username, password, entry }
    }

    /// Path and body of the request.
    pub fn ask(&self) -> (&'static str, String) {
        let path = if self.entry == Entry::Register { "/auth/register" } else { "/auth/login" };
        let body = json!({ "username": self.username, "password": self.password.reveal() });
        (path, body.to_string())
    }

    /// What the answer to [`Account::ask`] means. `known`: a server of this kind was met at this address.
    pub fn answered(&mut self, answer: Result<HttpAnswer, HttpFailure>, known: bool) -> Answer {
        let registers = self.entry == Entry::Register;
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => {
                if registers && matches!(failure, HttpFailure::Lost(_)) {
                    self.entry = Entry::Unsure;
                }
                return Answer::Later(None);
            }
        };
        if answer.is_success() {
            return match serde_json::from_str::<SignedIn>(&answer.body) {
                Ok(SignedIn { access_token, .. }) => {
                    self.entry = Entry::Login;
                    Answer::Token(access_token.into())
                }
                Err(_) if known => Answer::Later(None),
                Err(_) => Answer::Refused(Refusal::NotTogether),
            };
        }
        let words = words(&answer);
        match answer.status {
            429 => Answer::Later(Some(answer.retry_after.unwrap_or(LATER))),
            408 | 425 | 500.. => {
                if registers {
                    self.entry = Entry::Unsure;
                }
                Answer::Later(answer.retry_after)
            }
            401 if self.entry == Entry::Unsure => {
                self.entry = Entry::Register;
                Answer::Again
            }
            // A stranger's web server answers anything; a server of this kind says why in its own way.
            _ if !known && serde_json::from_str::<Error>(&answer.body).is_err() && !is_plain(&answer) => {
                Answer::Refused(Refusal::NotTogether)
            }
            401 => Answer::Refused(Refusal::WrongPassword),
            403 if registers => Answer::Refused(Refusal::Closed(words)),
            403 => Answer::Refused(Refusal::Suspended(words)),
            409 if registers => Answer::Refused(Refusal::Taken),
            400 | 409 | 413 | 422 => Answer::Refused(Refusal::BadName(words)),
            _ if known => Answer::Later(None),
            _ => Answer::Refused(Refusal::NotTogether),
        }
    }
}

/// After too many tries, when the server does not say how long.
const LATER: Duration = Duration::from_secs(30);

/// The real server says in plain text what it cannot read (facts §3.3).
const fn is_plain(answer: &HttpAnswer) -> bool {
    matches!(answer.status, 400 | 415 | 422)
}

/// The server's words about what it did not do; empty when it said none.
pub(super) fn words(answer: &HttpAnswer) -> String {
    /// Longer plain text is a page, not a sentence.
    const SENTENCE: usize = 300;
    match serde_json::from_str::<Error>(&answer.body) {
        Ok(Error { error }) => error,
        Err(_) if answer.body.len() <= SENTENCE && !answer.body.contains('<') => {
            answer.body.trim().to_owned()
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<HttpAnswer, HttpFailure> {
        Ok(HttpAnswer { status, body: body.to_owned(), retry_after: None })
    }

    fn refused(register: bool, status: u16, body: &str) -> Option<Refusal> {
        let mut account = Account::new("ada".into(), "correct horse".into(), register);
        match account.answered(answer(status, body), false) {
            Answer::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    #[test]
    fn each_refusal_of_the_servers_has_its_meaning() {
        let error = r#"{"error":"words"}"#;
        let words = || "words".to_owned();
        for (register, status, body, wanted) in [
            (false, 401, error, Some(Refusal::WrongPassword)),
            (true, 409, error, Some(Refusal::Taken)),
            (true, 400, error, Some(Refusal::BadName(words()))),
            (true, 422, "words", Some(Refusal::BadName(words()))),
            (false, 400, error, Some(Refusal::BadName(words()))),
            (true, 403, error, Some(Refusal::Closed(words()))),
            (false, 403, error, Some(Refusal::Suspended(words()))),
            (false, 404, "<html>", Some(Refusal::NotTogether)),
            (false, 401, "<html>", Some(Refusal::NotTogether)),
            (false, 200, "<html>", Some(Refusal::NotTogether)),
            (false, 502, "<html>", None),
            (false, 429, "", None),
        ] {
            assert_eq!(refused(register, status, body), wanted, "{status} {body}");
        }
    }

    #[test]
    fn an_account_that_may_have_been_made_is_tried_before_it_is_made_again() {
        let mut account = Account::new("ada".into(), "correct horse".into(), true);
        assert_eq!(account.ask().0, "/auth/register");
        account.answered(Err(HttpFailure::Unsent(String::new())), true);
        assert_eq!(account.ask().0, "/auth/register");
        account.answered(Err(HttpFailure::Lost(String::new())), true);
        assert_eq!(account.ask().0, "/auth/login");
        assert!(matches!(account.answered(answer(401, "{}"), true), Answer::Again));
        assert_eq!(account.ask().0, "/auth/register");
    }
}
