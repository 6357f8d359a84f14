//! `POST /v1/groups/CODE/voice`: who shows the token of a session that is in the group is let into its voice room, with the
//! account that the session is signed in with, or else with a guest. Who may is the hub's business; guests go with their
//! members (`super::seshes`).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Json, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hearth_dialects::puff::{VoiceAccess, limits};

use super::courier::{Letter, Mailbox};
use super::rest::Front;
use crate::accounts::{Account, Accounts};
use crate::chat::{ChannelKind, Chat, ChatError, ChatRefusal, CommunityId, Write};
use crate::hub::{NoSeat, Speaker, TokenHash, VoiceSeat};
use crate::together::rest::Refusal;

/// The voice rooms of groups.
#[derive(Clone, Debug)]
pub(super) struct Rooms {
    pub accounts: Arc<Accounts>,
    pub chat: Chat,
    pub mailbox: Mailbox,
}

const NO_GROUP: &str = "No group has this code";
const NOT_MEMBER: &str = "You are not in this group";

/// The route. A listener that has no voice rooms beside it says so.
pub(super) async fn enter(
    State(Front { rooms, .. }): State<Front>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(rooms) = rooms else {
        return Refusal::new(StatusCode::NOT_IMPLEMENTED, "There are no voice rooms here").into_response();
    };
    match rooms.enter(peer, code, &headers).await {
        Ok(access) => {
            let secret = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            ([secret], Json(access)).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Only the hash goes any further.
fn token(headers: &HeaderMap) -> Option<TokenHash> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let token = header.strip_prefix("Bearer ")?.trim();
    (1..=limits::TOKEN).contains(&token.len()).then(|| TokenHash::of(token))
}

impl Rooms {
    async fn enter(
        &self,
        peer: SocketAddr,
        code: String,
        headers: &HeaderMap,
    ) -> Result<VoiceAccess, Refusal> {
        let token = token(headers).ok_or(Refusal::unauthorized("Missing or invalid Authorization header"))?;
        let (asked, address) = (code.clone(), peer.ip());
        let seat = self.mailbox.ask(|answer| Letter::AskForVoice { code: asked, token, address, answer });
        let VoiceSeat { member, speaker, name } = match seat.await.ok_or(Refusal::stopping())? {
            Ok(seat) => seat,
            Err(NoSeat::Unknown) => return Err(Refusal::unauthorized("This session is not known, or over")),
            Err(NoSeat::NoSuchGroup) => {
                return Err(Refusal::new(StatusCode::NOT_FOUND, NO_GROUP));
            }
            Err(NoSeat::NotMember) => return Err(Refusal::forbidden(NOT_MEMBER)),
            Err(NoSeat::TooOften(wait)) => return Err(Refusal::too_often(wait)),
        };
        let community = self.community(&code).await?;
        let account = match speaker {
            Speaker::Account { id, since_ms } => self.signed_in(&id, since_ms).await?,
            Speaker::Guest(known) => self.guest(&code, member, &name, known).await?,
        };
        let join = Write::Join { account: account.id, community };
        match self.chat.write_for(&account, join).await {
            Ok(_) | Err(ChatError::Refused(ChatRefusal::AlreadyMember)) => {}
            // The member left meanwhile, and the guest with it.
            Err(ChatError::Refused(ChatRefusal::NoSuchAccount)) => {
                return Err(Refusal::forbidden(NOT_MEMBER));
            }
            Err(ChatError::Refused(ChatRefusal::Banned)) => {
                return Err(Refusal::forbidden("You are banned from the voice room of this group"));
            }
            Err(error) => return Err(error.into()),
        }
        let channels = self.chat.store().channels(community).await?;
        let room = channels.into_iter().find(|channel| channel.kind == ChannelKind::Voice);
        let (access_token, good_for) = self.accounts.access_token(&account).ok_or(Refusal::broken())?;
        Ok(VoiceAccess {
            access_token,
            expires_ms: good_for.as_millis() as u64,
            user_id: account.id.to_string(),
            server_id: community.to_string(),
            channel_id: room.ok_or(Refusal::broken())?.id.to_string(),
        })
    }

    async fn community(&self, code: &str) -> Result<CommunityId, Refusal> {
        let code = code.to_owned();
        let found = self.mailbox.ask(|answer| Letter::FindCommunity { code, answer }).await;
        Ok(found.ok_or(Refusal::new(StatusCode::NOT_FOUND, NO_GROUP))??)
    }

    /// The account that the session is signed in with. What makes its tokens void makes it sign in again here too: a session
    /// is no way around that.
    async fn signed_in(&self, id: &str, since_ms: u64) -> Result<Account, Refusal> {
        let account = match id.parse() {
            Ok(id) => self.accounts.by_id(id).await?,
            Err(_) => None,
        };
        match account {
            Some(account) if account.suspended => Err(Refusal::forbidden("This account is suspended")),
            Some(account) if account.signed_after_ms <= since_ms => Ok(account),
            _ => Err(Refusal::forbidden("Sign in again in your group first")),
        }
    }

    async fn guest(
        &self,
        code: &str,
        member: u64,
        name: &str,
        known: Option<String>,
    ) -> Result<Account, Refusal> {
        if let Some(known) = known {
            return self.account_of(&known).await;
        }
        let made = self.accounts.make_guest(name, code).await?.ok_or(Refusal::broken())?;
        let (code, account) = (code.to_owned(), made.id.to_string());
        let seated = self.mailbox.ask(|answer| Letter::SeatGuest { code, member, account, answer }).await;
        match seated.flatten() {
            Some(guest) if guest == made.id.to_string() => Ok(made),
            other => {
                self.accounts.remove_guest(made.id).await?;
                self.account_of(&other.ok_or(Refusal::forbidden(NOT_MEMBER))?).await
            }
        }
    }

    async fn account_of(&self, guest: &str) -> Result<Account, Refusal> {
        let id = guest.parse().map_err(|_| Refusal::broken())?;
        // The member left meanwhile.
        self.accounts.by_id(id).await?.ok_or(Refusal::forbidden(NOT_MEMBER))
    }
}
