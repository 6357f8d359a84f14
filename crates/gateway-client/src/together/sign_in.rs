//! How one is let in to a Together server, and what it says to those it does not let in (facts §3.3).

use hearth_dialects::together::rest::SignedIn;

use super::{Refusal, Secret};
use crate::chat::sign_in::{self, Account, Answer, Doors};
use crate::machine::{HttpAnswer, HttpFailure};

/// How another token is had.
#[derive(Debug)]
pub enum Entry {
    /// By name and password.
    Account(Account),
    /// The owner of the session is given it.
    Given,
}

impl sign_in::Entry for Entry {
    fn ask(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Account(account) => account.ask(),
            Self::Given => None,
        }
    }

    fn answered(&mut self, answer: Result<HttpAnswer, HttpFailure>, known: bool) -> Answer {
        match self {
            Self::Account(account) => account.answered(answer, known),
            // Nothing was asked.
            Self::Given => Answer::Later(None),
        }
    }
}

/// Its doors.
pub(super) static DOORS: Doors =
    Doors { login: "/auth/login", register: "/auth/register", token, wrong: 401, meaning };

fn token(answer: &HttpAnswer) -> Option<Secret> {
    answer.read::<SignedIn>().map(|SignedIn { access_token, .. }| access_token.into())
}

fn meaning(answer: &HttpAnswer, registers: bool) -> Option<Refusal> {
    let words = answer.words();
    Some(match answer.status {
        401 => Refusal::WrongPassword,
        403 if registers => Refusal::Closed(words),
        403 => Refusal::Suspended(words),
        409 if registers => Refusal::Taken,
        400 | 409 | 413 | 422 => Refusal::BadName(words),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::sign_in::Entry as _;

    fn answer(status: u16, body: &str) -> Result<HttpAnswer, HttpFailure> {
        Ok(HttpAnswer { status, body: body.to_owned(), retry_after: None })
    }

    fn refused(register: bool, status: u16, body: &str) -> Option<Refusal> {
        let mut account = Account::new(&DOORS, "ada".into(), "correct horse".into(), register);
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
            (false, 404, "<html>", Some(Refusal::Stranger)),
            (false, 401, "<html>", Some(Refusal::Stranger)),
            (false, 200, "<html>", Some(Refusal::Stranger)),
            (false, 502, "<html>", None),
            (false, 429, "", None),
        ] {
            assert_eq!(refused(register, status, body), wanted, "{status} {body}");
        }
    }

    #[test]
    fn an_account_that_may_have_been_made_is_tried_before_it_is_made_again() {
        let mut account = Account::new(&DOORS, "ada".into(), "correct horse".into(), true);
        assert_eq!(account.ask().unwrap().0, "/auth/register");
        account.answered(Err(HttpFailure::Unsent(String::new())), true);
        assert_eq!(account.ask().unwrap().0, "/auth/register");
        account.answered(Err(HttpFailure::Lost(String::new())), true);
        assert_eq!(account.ask().unwrap().0, "/auth/login");
        assert!(matches!(account.answered(answer(401, "{}"), true), Answer::Again));
        assert_eq!(account.ask().unwrap().0, "/auth/register");
    }
}
