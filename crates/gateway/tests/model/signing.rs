//! Steps about accounts: signing in, answers that come late or never, what the administration tells of accounts, and
//! actions that it passes on.

use std::collections::BTreeSet;

use hearth_dialects::puff::{User, VoiceChannel};
use hearth_gateway::hub::{ConnectionId, Peer, Reached, RemoteAction, UserChange, Verdict};
use serde_json::{Value, json};

use crate::accounts::{Account, Audience, voice};
use crate::model::Who;
use crate::world::{Outcome, World};

/// What a token stands for; the tokens of this world say it themselves.
#[derive(Clone, Debug)]
pub enum Token {
    Of(Account),
    Suspended,
    Invalid,
    Unavailable,
}

impl Token {
    fn parse(text: &str) -> Self {
        let parts: Vec<&str> = text.split('/').collect();
        match parts[..] {
            ["of", id, flags, in_voice, _] => Self::Of(Account {
                id: id.to_owned(),
                flags: flags.parse().unwrap(),
                in_voice: in_voice == "true",
            }),
            ["suspended", _] => Self::Suspended,
            ["invalid", _] => Self::Invalid,
            _ => Self::Unavailable,
        }
    }

    /// No two are the same.
    fn text(&self, number: usize) -> String {
        match self {
            Self::Of(Account { id, flags, in_voice }) => format!("of/{id}/{flags}/{in_voice}/{number}"),
            Self::Suspended => format!("suspended/{number}"),
            Self::Invalid => format!("invalid/{number}"),
            Self::Unavailable => format!("unavailable/{number}"),
        }
    }

    fn verdict(&self) -> Verdict {
        match self {
            Self::Of(account) if account.in_voice => Verdict::UserInVoice(user(account), voice_channel()),
            Self::Of(account) => Verdict::User(user(account)),
            Self::Suspended => Verdict::Suspended,
            Self::Invalid => Verdict::Invalid,
            Self::Unavailable => Verdict::Unavailable,
        }
    }
}

fn user(account: &Account) -> User {
    let Account { id, flags, .. } = account;
    User { id: id.clone(), name: id.clone(), flags: *flags, ..User::default() }
}

fn voice_channel() -> VoiceChannel {
    VoiceChannel { id: "v".into(), name: "Lounge".into(), link: None }
}

impl World {
    /// Op 20. The answer comes in another step.
    pub fn link(&mut self, client: usize, token: &Token) -> Outcome {
        let Some(socket) = self.clients[client].socket else { return Ok(()) };
        let token = token.text(self.story.len());
        self.tell(format!("client {client} sends the token {token}"));
        let before = self.wanted.insert(socket, token.clone());
        let Some(refused) = self.send(client, 20, &json!({ "token": token }))? else {
            self.wanted.extend(before.map(|before| (socket, before)));
            return Ok(());
        };
        if refused.is_some() || !self.asked.contains_key(&socket) {
            return Err(format!("nobody is asked about a token: {refused:?}"));
        }
        self.check()
    }

    /// Sends a token on a socket that no client has yet; it is answered at once.
    pub fn sign_in_at(&mut self, socket: ConnectionId, who: Who, peer: Peer, account: &Account) -> Outcome {
        let token = Token::Of(account.clone());
        let text = token.text(self.story.len());
        self.tell(format!("on a new socket the token {text} is sent"));
        self.wanted.insert(socket, text.clone());
        self.hub.receive(self.now, socket, &json!({ "op": 20, "d": { "token": text } }).to_string());
        let allowed = self.rates.allow(who, peer, 20, self.ms());
        self.collect()?;
        if self.asked.remove(&socket).is_some() != allowed {
            return Err(format!("a token on a new socket, allowed by the model: {allowed}"));
        }
        if allowed {
            self.hub.verified(self.now, socket, token.verdict());
            self.model.sign_in(who, account);
            self.collect()?;
        }
        Ok(())
    }

    /// The answer to the question that was asked first. It may be about a socket that is gone, or about a token that
    /// another one followed.
    pub fn answer(&mut self) -> Outcome {
        let Some((socket, text)) = self.asked.pop_first() else { return Ok(()) };
        let token = Token::parse(&text);
        let client = self.clients.iter().position(|client| client.socket == Some(socket));
        let stale = self.wanted.get(&socket) != Some(&text);
        self.tell(format!("the answer to {text} of client {client:?}, stale: {stale}"));
        self.hub.verified(self.now, socket, token.verdict());
        let closed = self.collect()?;
        let Some(client) = client.filter(|_| !stale) else {
            let asked_again = self.asked.contains_key(&socket);
            if asked_again != client.is_some() || !closed.is_empty() || !self.received.is_empty() {
                return Err("an answer that means nothing any more".to_owned());
            }
            return self.check();
        };
        let who = self.clients[client].who;
        let mut suspended = false;
        let mut refused = None;
        match token {
            Token::Suspended => suspended = true,
            Token::Of(account) if account.is_suspended() => suspended = true,
            Token::Of(account) => {
                self.model.sign_in(who, &account);
                self.expect(&[who], "USER_LINK_SUCCESS", &json!({ "id": account.id }));
            }
            Token::Invalid => refused = Some("INVALID_TOKEN"),
            Token::Unavailable => refused = Some("UNAVAILABLE"),
        }
        let expected: Vec<(ConnectionId, u16)> = suspended.then_some((socket, 4003)).into_iter().collect();
        let errors = self.received.iter().filter(|it| it.t == "USER_LINK_ERROR" && it.to == socket);
        let codes: Vec<&str> = errors.filter_map(|it| it.d["code"].as_str()).collect();
        if closed != expected || codes != refused.into_iter().collect::<Vec<&str>>() {
            return Err(format!("closed {closed:?}, refused {codes:?}"));
        }
        if suspended {
            self.model.end_session(who);
            self.shut(&expected);
        }
        self.check()
    }

    /// The administration tells what an account is now.
    pub fn account_changes(
        &mut self,
        id: &str,
        account: Option<Option<&Account>>,
        in_voice: Option<bool>,
    ) -> Outcome {
        self.tell(format!("account {id} is told to be {account:?}, in voice: {in_voice:?}"));
        let change = UserChange {
            user: account.map(|account| account.map(user)),
            voice: in_voice.map(|is_in| is_in.then(voice_channel)),
        };
        let sessions = self.model.sessions_of(id);
        let reached = self.hub.user_updated(self.now, id, change);
        if reached != sessions.len() {
            return Err(format!("{reached} sessions, by the model {sessions:?}"));
        }
        let closed: BTreeSet<(ConnectionId, u16)> = self.collect()?.into_iter().collect();
        let mut expected = BTreeSet::new();
        if matches!(account, Some(Some(account)) if account.is_suspended()) {
            let sockets = self.clients.iter().filter(|client| sessions.contains(&client.who));
            expected.extend(sockets.filter_map(|client| Some((client.socket?, 4003))));
            self.model.suspend(id);
        } else {
            for who in sessions {
                let face = &mut self.model.people.get_mut(&who).unwrap().face;
                if let Some(account) = account {
                    face.user = account.map(Account::user);
                }
                if let Some(is_in) = in_voice {
                    face.voice = is_in.then(voice);
                }
            }
        }
        if closed != expected {
            return Err(format!("closed {closed:?}, expected {expected:?}"));
        }
        self.shut(&expected.into_iter().collect::<Vec<_>>());
        self.check()
    }

    /// Clients whose sockets the gateway closed for good.
    fn shut(&mut self, closed: &[(ConnectionId, u16)]) {
        for client in &mut self.clients {
            if client.socket.is_some_and(|socket| closed.iter().any(|(it, _)| *it == socket)) {
                (client.socket, client.mute_since) = (None, None);
            }
        }
    }

    /// The administration passes an action on.
    pub fn act(&mut self, id: &str, action: u64, data: &Value) -> Outcome {
        self.tell(format!("action {action} {data} for account {id}"));
        let data = Some(data.clone()).filter(|data| !data.is_null());
        let reached = self.hub.remote_action(self.now, id, RemoteAction { action, data: data.clone() });
        self.collect()?;
        let heard = self.received.iter().filter(|it| it.t == "REMOTE_ACTION");
        let heard: Vec<ConnectionId> = heard.map(|it| it.to).collect();
        let audience = self.model.audience(id, action, data.as_ref().unwrap_or(&Value::Null));
        let (expected, targets) = match audience {
            Audience::NoSuchUser => (Reached::NoSuchUser, Vec::new()),
            Audience::UnknownAction => (Reached::UnknownAction, Vec::new()),
            Audience::All(all) => (Reached::Sessions(all.len()), all.into_iter().collect()),
            Audience::OneOf(some) => {
                let first = some.first().copied();
                // A restart keeps the order in groups, not that of coming; then it is any of them.
                let told = |who: &Who| {
                    let client = self.clients.iter().find(|client| client.who == *who);
                    client.is_some_and(|client| heard.iter().any(|socket| client.socket == Some(*socket)))
                };
                let any = some.into_iter().find(|who| self.restarted && told(who));
                let target = any.or(first);
                (Reached::Sessions(target.iter().len()), target.into_iter().collect())
            }
        };
        if reached != expected || heard.len() != targets.len() {
            return Err(format!("{reached:?} at {heard:?}, by the model {expected:?} at {targets:?}"));
        }
        let mut told = json!({ "action": action });
        if let Some(data) = data {
            told["data"] = data;
        }
        self.expect(&targets, "REMOTE_ACTION", &told);
        self.check()
    }

    /// Op 22.
    pub fn watch(&mut self, client: usize, device: String) -> Outcome {
        let d = json!({ "id": device });
        self.tell(format!("client {client} sends 22 {d}"));
        let who = self.clients[client].who;
        match self.send(client, 22, &d)? {
            None => return Ok(()),
            Some(None) => self.model.watch(who, device, self.config.watched_devices),
            Some(Some(refused)) => return Err(format!("watching is refused: {refused}")),
        }
        self.check()
    }
}
