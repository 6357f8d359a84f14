//! What sockets of the i386chat dialect ask for, carried out: who they are here, everything else by
//! [`crate::i386chat::deeds`].

use hearth_clock::Now;
use hearth_dialects::i386chat::ErrorCode;

use super::super::chat;
use super::super::mailbox::Fault;
use super::super::queue::{Bounds, Farewell};
use crate::chat::ChatError;
use crate::hub::OsRandom;
use crate::i386chat::connection::Connection;
use crate::i386chat::deeds::Deeds;
use crate::i386chat::errand::{Answer, Request};
use crate::i386chat::session::Rules;
use crate::i386chat::show;

/// As a puff socket. Who reads too slowly is late, as who sends no heartbeat is.
const LIMIT: usize = 256 * 1024;
static BOUNDS: Bounds =
    Bounds { lag: usize::MAX, mark: usize::MAX, limit: LIMIT, too_slow: farewell(ErrorCode::Timeout) };

const fn farewell(code: ErrorCode) -> Farewell {
    Farewell { code: code.close_code(), reason: code.reason() }
}

/// Carries out.
#[derive(Clone, Debug)]
pub(super) struct Clerk {
    pub deeds: Deeds,
    pub rules: Rules,
}

impl Clerk {
    async fn present(&self, socket: &chat::Socket<Connection>, token: &str) -> Answer {
        let account = match self.deeds.account(token).await {
            Ok(account) => account,
            Err(code) => return Answer::Presented(Err(code)),
        };
        socket.tell(|connection| connection.is_of(account.id));
        let user = Box::new(show::account(&account));
        Answer::Presented(match socket.enter(account).await {
            Ok(()) => Ok(user),
            Err(ChatError::Suspended) => Err(ErrorCode::Banned),
            Err(ChatError::Closed) => Err(ErrorCode::ShuttingDown),
            Err(error) => {
                tracing::debug!(%error, "somebody could not come in");
                Err(ErrorCode::Storage)
            }
        })
    }
}

impl chat::Clerk for Clerk {
    type Session = Connection;
    type Hello = ();

    /// More than a payload may have, so that whoever sends one that is too long is told so before the close (I386-13).
    const LARGEST_MESSAGE: usize = 64 * 1024;

    fn bounds() -> &'static Bounds {
        &BOUNDS
    }

    fn farewell(fault: Fault) -> Farewell {
        farewell(match fault {
            Fault::TooLarge => ErrorCode::TooLong,
            Fault::NotText | Fault::Broken => ErrorCode::Malformed,
        })
    }

    fn last_words(fault: Fault) -> Option<&'static str> {
        match fault {
            Fault::TooLarge => {
                Some(r#"{"cnf":{"c":4000,"d":true,"error":"payload over 4096 bytes"},"f":150}"#)
            }
            Fault::NotText => {
                Some(r#"{"cnf":{"c":4004,"d":true,"error":"invalid or malformed event"},"f":150}"#)
            }
            Fault::Broken => None,
        }
    }

    fn session(&self, now: Now, (): ()) -> Connection {
        Connection::new(now, self.rules, &mut OsRandom)
    }

    async fn carry_out(&self, socket: &chat::Socket<Connection>, request: Request) -> Answer {
        match (request, socket.account()) {
            (Request::Present(token), None) => self.present(socket, &token).await,
            (request, Some(account)) => self.deeds.carry_out(account, request).await,
            // Nobody is asked for anything else before they are in.
            (_, None) => Answer::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use hearth_dialects::i386chat::{Fault as Error, ServerFrame};

    use super::super::super::chat::Clerk as _;
    use super::*;

    /// I386-13, I386-22 (I386-R4)
    #[test]
    fn last_words_are_the_error_of_the_close_code() {
        for (fault, code) in [(Fault::TooLarge, ErrorCode::TooLong), (Fault::NotText, ErrorCode::Malformed)] {
            let error = ServerFrame::Error(Error::fatal(code)).text().unwrap();
            assert_eq!(Clerk::last_words(fault), Some(error.as_str()));
            assert_eq!(Clerk::farewell(fault).code, code.close_code());
        }
    }
}
