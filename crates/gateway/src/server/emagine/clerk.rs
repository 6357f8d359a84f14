//! What the sessions of this dialect ask for: whose a token is, and a place in the chat core.

use std::sync::Arc;

use hearth_clock::Now;
use hearth_dialects::emagine::{CloseCode, Token, limits};

use super::super::chat;
use super::super::mailbox::Fault;
use super::super::queue::{Bounds, Farewell};
use crate::accounts::Accounts;
use crate::chat::ChatError;
use crate::emagine::session::{Answer, Request, Rules, Session};

/// As a puff socket.
const LIMIT: usize = 256 * 1024;
static BOUNDS: Bounds =
    Bounds { lag: usize::MAX, mark: usize::MAX, limit: LIMIT, too_slow: farewell(CloseCode::TooSlow) };

const fn farewell(code: CloseCode) -> Farewell {
    Farewell { code: code.code(), reason: code.reason() }
}

/// Knows the accounts, and the times of connections.
#[derive(Clone, Debug)]
pub(in crate::server) struct Clerk {
    pub accounts: Arc<Accounts>,
    pub rules: Rules,
}

impl Clerk {
    async fn identify(&self, token: &str) -> Answer {
        match self.accounts.verify_session(token).await {
            Ok(Some(account)) if !account.suspended => Answer::Theirs(Box::new(account)),
            Ok(_) => Answer::Nobodys,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "could not look a token up");
                Answer::Unavailable
            }
        }
    }
}

impl chat::Clerk for Clerk {
    type Session = Session;
    type Hello = ();

    const LARGEST_MESSAGE: usize = limits::FRAME_BYTES;

    fn bounds() -> &'static Bounds {
        &BOUNDS
    }

    fn farewell(fault: Fault) -> Farewell {
        farewell(match fault {
            Fault::TooLarge => CloseCode::TooBig,
            Fault::NotText | Fault::Broken => CloseCode::Malformed,
        })
    }

    fn session(&self, now: Now, (): ()) -> Session {
        Session::new(now, self.rules)
    }

    async fn carry_out(&self, socket: &chat::Socket<Session>, request: Request) -> Answer {
        match request {
            Request::Identify(Token(token)) => self.identify(&token).await,
            Request::Enter(account) => match socket.enter(*account).await {
                Ok(()) => Answer::Entered,
                Err(ChatError::Suspended) => Answer::Nobodys,
                Err(error) => {
                    tracing::debug!(%error, "somebody could not come in");
                    Answer::Unavailable
                }
            },
        }
    }
}
