//! How one is let in to an E-Magine server, and what it says to those it does not let in (facts §4.3).

use hearth_dialects::emagine::rest::SignedIn;

use crate::chat::sign_in::Doors;
use crate::chat::{Refusal, Secret};
use crate::machine::HttpAnswer;

/// Its doors.
pub(super) static DOORS: Doors =
    Doors { login: "/auth/login", register: "/auth/register", token, wrong: 403, meaning };

fn token(answer: &HttpAnswer) -> Option<Secret> {
    let SignedIn { token } = answer.read()?;
    Some(token).filter(|token| !token.is_empty()).map(Secret::from)
}

/// What is not allowed is 403 in every case; the words tell it apart. The real server has only the first of each.
fn meaning(answer: &HttpAnswer, registers: bool) -> Option<Refusal> {
    let words = answer.words();
    let says = |part: &str| words.to_lowercase().contains(part);
    Some(match answer.status {
        403 if says("suspended") => Refusal::Suspended(words),
        403 if registers && says("closed") => Refusal::Closed(words),
        403 | 409 if registers => Refusal::Taken,
        401 | 403 => Refusal::WrongPassword,
        400 | 413 | 422 => Refusal::BadName(words),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::sign_in::{Account, Answer, Entry};
    use crate::machine::HttpFailure;

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
        let error = |words: &str| format!(r#"{{"success":false,"error":"{words}"}}"#);
        for (register, status, words, wanted) in [
            (false, 403, "Invalid username or password!", Refusal::WrongPassword),
            (true, 403, "Username is taken!", Refusal::Taken),
            (true, 403, "Registration is closed!", Refusal::Closed("Registration is closed!".into())),
            (
                false,
                403,
                "This account is suspended!",
                Refusal::Suspended("This account is suspended!".into()),
            ),
            (true, 400, "Missing password field!", Refusal::BadName("Missing password field!".into())),
        ] {
            assert_eq!(refused(register, status, &error(words)), Some(wanted), "{words}");
        }
        for stranger in ["<html>", "{}"] {
            assert_eq!(refused(false, 404, stranger), Some(Refusal::Stranger));
            assert_eq!(refused(false, 200, stranger), Some(Refusal::Stranger));
        }
        assert_eq!(refused(false, 502, "<html>"), None);
    }

    /// The real server makes the account and never answers (facts §4.3).
    #[test]
    fn an_account_whose_making_was_not_answered_is_tried() {
        let mut account = Account::new(&DOORS, "ada".into(), "correct horse".into(), true);
        assert_eq!(account.ask().unwrap().0, "/auth/register");
        account.answered(Err(HttpFailure::Lost("timed out".into())), false);
        assert_eq!(account.ask().unwrap().0, "/auth/login");
        let token = account.answered(answer(200, r#"{"success":true,"token":"t"}"#), false);
        assert!(matches!(token, Answer::Token(token) if token.reveal() == "t"));
    }
}
