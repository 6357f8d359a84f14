//! What sockets of the Together dialect ask for, carried out. Each is somebody's who is signed in (TOG-01).

use std::sync::Arc;

use hearth_clock::Now;
use hearth_dialects::together::{CloseCode, limits};

use super::super::chat;
use super::super::mailbox::Fault;
use super::super::queue::{Bounds, Farewell};
use crate::accounts::{Account, Accounts};
use crate::chat::ChatError;
use crate::together::{Answer, Request, Session, TogetherOptions};

/// As a puff socket.
const LIMIT: usize = 256 * 1024;
static BOUNDS: Bounds =
    Bounds { lag: usize::MAX, mark: usize::MAX, limit: LIMIT, too_slow: farewell(CloseCode::TooSlow) };

const fn farewell(code: CloseCode) -> Farewell {
    Farewell { code: code.code(), reason: code.reason() }
}

/// All sockets of the dialect.
pub(in crate::server) type Desk = chat::Desk<Clerk>;

/// Carries out.
#[derive(Clone, Debug)]
pub(in crate::server) struct Clerk {
    pub accounts: Arc<Accounts>,
    pub options: TogetherOptions,
}

impl Clerk {
    /// Who is not signed in is closed with 4001 (TOG-09); everybody else gets READY (TOG-10).
    async fn sign_in(&self, socket: &chat::Socket<Session>, token: &str) -> Answer {
        let (account, until_ms) = match self.accounts.verify_access_until(token).await {
            Ok(Some((account, until_ms))) if !account.suspended => (account, until_ms),
            Ok(_) => return Answer::Refused(CloseCode::BadToken),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "could not look a token up");
                return Answer::Refused(CloseCode::BadToken);
            }
        };
        socket.tell(|session| session.signed_in(socket.now(), account.clone(), until_ms));
        match socket.enter(account).await {
            Ok(()) => Answer::Done,
            Err(ChatError::Suspended) => Answer::Refused(CloseCode::BadToken),
            Err(_) => Answer::Refused(CloseCode::GoingAway),
        }
    }

    async fn carry_out_for(&self, account: &Account, socket: &chat::Socket<Session>, request: Request) {
        let chat = socket.chat();
        match request {
            Request::SignIn(_) => {}
            Request::Presence { status, custom_status } => {
                if let Err(error) = chat.set_presence(account, Some(status), custom_status).await {
                    tracing::debug!(%error, "a presence was not set");
                }
            }
            Request::Signal { to, signal } => chat.signal(account.id, to, signal).await,
            Request::Typing(channel) => chat.typing(account, channel).await,
        }
    }
}

impl chat::Clerk for Clerk {
    type Session = Session;
    type Hello = Arc<str>;

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

    fn session(&self, now: Now, token: Arc<str>) -> Session {
        Session::new(now, self.options, token.as_ref().to_owned())
    }

    async fn carry_out(&self, socket: &chat::Socket<Session>, request: Request) -> Answer {
        match (request, socket.account()) {
            (Request::SignIn(token), None) => self.sign_in(socket, &token).await,
            (request, Some(account)) => {
                self.carry_out_for(account, socket, request).await;
                Answer::Done
            }
            // Nobody is told anything before they are in, so nobody asks.
            (_, None) => Answer::Done,
        }
    }
}
