//! What is said of chat servers: what happened, what it means, what to do.

use hearth_gateway_client::chat::{Failure, Longest, Refusal};

use super::hall::Doing;
use super::tidy;
use crate::contract::Said;
use crate::said;

/// Title and advice.
pub(super) type Text = (Said, Said);

pub(super) fn bad_address() -> Text {
    (
        said!("This is not the address of a community gateway"),
        said!("It looks like https://together.example or http://192.168.1.5:8080. Ask whoever runs it."),
    )
}

pub(super) fn bad_name() -> Text {
    (said!("This name cannot be used there"), said!("A name has 3 to 32 characters."))
}

pub(super) fn bad_password() -> Text {
    (said!("This password cannot be used there"), said!("A password has 8 to 128 characters."))
}

pub(super) fn bad_token() -> Text {
    (said!("This token cannot be one"), said!("Type all of it, as the server gave it to you."))
}

pub(super) fn bad_stream() -> Text {
    (said!("This is not the address of a stream"), said!("It looks like https://stream.example/live."))
}

pub(super) fn bad_title() -> Text {
    (said!("This name cannot be used there"), said!("A name has 1 to 100 characters."))
}

pub(super) fn too_long(longest: Longest) -> Text {
    let advice = match longest.bytes {
        Some(most) => said!("At most {most} bytes; send it in parts.", most = most),
        None => said!("At most {most} characters; send it in parts.", most = longest.characters),
    };
    (said!("This message is too long"), advice)
}

pub(super) fn too_many_waiting() -> Text {
    (
        said!("Too many of your messages are not sent"),
        said!("Send them again or discard them, then write on."),
    )
}

pub(super) fn refused(gateway: &str, why: &Refusal, passwords: bool) -> Text {
    let title = said!("{gateway} does not let you in", gateway = gateway);
    let told = |words: &str, otherwise: Said| {
        tidy::some(Some(words), tidy::ABOUT)
            .map_or(otherwise, |words| said!("It says: {words}", words = words))
    };
    let advice = match why {
        Refusal::WrongPassword if !passwords => said!("It does not take this token. Type it again."),
        Refusal::WrongPassword => said!("Name or password is wrong. Type them again."),
        Refusal::Taken => said!("Somebody has this name there. Choose another, or try again later."),
        Refusal::BadName(words) => told(words, said!("It does not take this name or this password.")),
        Refusal::Closed(words) => told(words, said!("It makes no new accounts. Ask whoever runs it.")),
        Refusal::Suspended(words) => told(words, said!("Your account is suspended. Ask whoever runs it.")),
        Refusal::SignInAgain if !passwords => {
            return (
                title,
                said!(
                    "The token was not kept, and only it proves that a name is yours. Take another name, or type the token."
                ),
            );
        }
        Refusal::SignInAgain => {
            let title = said!("Sign in to {gateway} again", gateway = gateway);
            return (title, said!("Your password was not kept. Type it on the Community page."));
        }
        Refusal::Crowded => said!("You are connected there too often. Disconnect elsewhere, then try again."),
        Refusal::Misunderstood(_) | Refusal::Stranger => {
            said!("There may be another program at this address. Check it.")
        }
    };
    (title, advice)
}

/// Why something was not done; the server's words where it said any.
pub(in crate::controller) fn why(why: Failure, text: &str) -> Said {
    match why {
        Failure::NotConnected => said!("There is no connection with this gateway."),
        Failure::NoAnswer => said!("No answer came."),
        Failure::NotArrived => said!("It did not arrive."),
        Failure::NotAllowed => said!("You may not do that there."),
        Failure::NotFound => said!("It is not there any more."),
        Failure::Unsupported => said!("This gateway knows no such thing."),
        Failure::TooLong => said!("It is too long."),
        Failure::Elsewhere => said!("Go into that room first."),
        Failure::TooMany => said!("That was too much at once. Try again in a moment."),
        Failure::Broken => said!("The gateway cannot do it now. Try again later."),
        Failure::Conflict | Failure::Invalid => tidy::some(Some(text), tidy::ABOUT).map_or_else(
            || said!("The gateway does not take it."),
            |words| said!("It says: {words}", words = words),
        ),
    }
}

/// Why a line was not said.
pub(super) fn not_said(failure: Failure, text: &str) -> Said {
    if failure == Failure::NoAnswer { unsure() } else { why(failure, text) }
}

/// A line that may have been said.
pub(super) fn unsure() -> Said {
    said!("No answer came. It may have arrived: look before you send it again.")
}

pub(super) fn not_loaded(failure: Failure, text: &str) -> Text {
    (said!("A server could not be read"), why(failure, text))
}

pub(super) fn not_done(doing: Doing, failure: Failure, text: &str) -> Text {
    let title = match doing {
        Doing::Edit => said!("Your message was not changed"),
        Doing::Delete => said!("The message was not deleted"),
        Doing::CreateServer => said!("The server was not made"),
        Doing::JoinServer => said!("You did not join the server"),
        Doing::LeaveServer => said!("You did not leave the server"),
        Doing::CreateChannel => said!("The channel was not made"),
    };
    let advice = match (doing, failure) {
        (Doing::JoinServer, Failure::NotFound) => {
            said!("There is none with this name, number or code. Check it.")
        }
        (Doing::JoinServer, Failure::Conflict) => said!("You are in it already."),
        _ => why(failure, text),
    };
    (title, advice)
}
