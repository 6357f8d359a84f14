//! The token that lets one in: given by the owner, or made by the server with an account (facts §1.3).

use std::time::Duration;

use hearth_dialects::i386chat::ErrorCode;
use hearth_dialects::i386chat::rest::{Created, NewAccount, Refused};

use crate::chat::Refusal;
use crate::chat::sign_in::{self, Answer};
use crate::machine::{HttpAnswer, HttpFailure};

/// After too many accounts, when the server does not say how long.
const LATER: Duration = Duration::from_secs(30);

/// Who comes in.
#[derive(Debug)]
pub struct Entry {
    pub username: String,
}

impl sign_in::Entry for Entry {
    /// Makes the account.
    fn ask(&self) -> Option<(&'static str, String)> {
        let account = NewAccount { username: self.username.clone(), bio: None };
        Some(("/auth/create", serde_json::to_string(&account).unwrap_or_default()))
    }

    fn answered(&mut self, answer: Result<HttpAnswer, HttpFailure>, known: bool) -> Answer {
        let Ok(answer) = answer else { return Answer::Later(None) };
        if answer.is_success() {
            return match answer.read::<Created>() {
                Some(Created { token, .. }) if !token.is_empty() => Answer::Token(token.into()),
                _ if known => Answer::Later(None),
                _ => Answer::Refused(Refusal::Stranger),
            };
        }
        let Some(Refused { code, error }) = answer.read::<Refused>() else {
            return match answer.status {
                429 => Answer::Later(Some(answer.retry_after.unwrap_or(LATER))),
                408 | 425 | 500.. => Answer::Later(answer.retry_after),
                _ if known => Answer::Later(None),
                _ => Answer::Refused(Refusal::Stranger),
            };
        };
        let says = |word: &str| error.to_lowercase().contains(word);
        match ErrorCode::from_code(code) {
            ErrorCode::RateLimited => Answer::Later(Some(answer.retry_after.unwrap_or(LATER))),
            ErrorCode::Storage | ErrorCode::ShuttingDown => Answer::Later(answer.retry_after),
            ErrorCode::Banned => Answer::Refused(Refusal::Suspended(error)),
            _ if says("taken") => Answer::Refused(Refusal::Taken),
            _ if says("closed") => Answer::Refused(Refusal::Closed(error)),
            _ => Answer::Refused(Refusal::BadName(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::sign_in::Entry as _;

    fn refused(status: u16, body: &str) -> Option<Refusal> {
        let mut entry = Entry { username: "ada".into() };
        let answer = HttpAnswer { status, body: body.to_owned(), retry_after: None };
        match entry.answered(Ok(answer), false) {
            Answer::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    #[test]
    fn each_refusal_has_its_meaning() {
        let body = |code: u64, error: &str| format!(r#"{{"code":{code},"error":"{error}"}}"#);
        for (code, error, wanted) in [
            (4004, "Username is taken", Some(Refusal::Taken)),
            (4004, "a name has 3 to 32", Some(Refusal::BadName("a name has 3 to 32".into()))),
            (4004, "Registration is closed", Some(Refusal::Closed("Registration is closed".into()))),
            (5, "banned", Some(Refusal::Suspended("banned".into()))),
            (4002, "rate limited", None),
            (99, "storage failed", None),
        ] {
            assert_eq!(refused(400, &body(code, error)), wanted, "{error}");
        }
        assert_eq!(refused(404, "<html>"), Some(Refusal::Stranger));
        assert_eq!(refused(200, "<html>"), Some(Refusal::Stranger));
        assert_eq!(refused(502, "<html>"), None);
    }
}
