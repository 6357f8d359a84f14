//! Which gateway this is, and who this session is to it.
//!
//! Id and token are one pair and change together, or a resume fails. After a resume the three gateways differ
//! (facts §3): the TypeScript gateway and ours take the resumed id with the token of the *latest* hello; the
//! Elixir gateway keeps the old token. Nothing in SESSION_RESUMED tells them apart, but everything that the
//! Elixir gateway sends right after it does. So the rule is: keep both tokens with the id, and decide when the
//! next resume needs one, by what the gateway has shown itself to be until then.

use hearth_dialects::puff::{DeviceUpdate, ErrorEvent, Event, GroupPatch, Hello, MemberList, SessionId};

/// Which implementation speaks. Found out from its frames, never configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerKind {
    /// Nothing that only one of them sends was seen; treated as the TypeScript one, which most people meet.
    #[default]
    Unknown,
    /// The Elixir gateway.
    Elixir,
    /// Ours.
    Hearth,
}

impl ServerKind {
    /// What a hello says.
    pub(super) fn of_hello(self, hello: &Hello) -> Self {
        match (hello.hearth.is_some(), self) {
            (true, _) => Self::Hearth,
            (false, Self::Hearth) => Self::Unknown,
            (false, known) => known,
        }
    }

    /// What an event says: all of these are sent by the Elixir gateway only (facts §4, §5).
    pub(super) fn of_event(self, event: &Event, own: &SessionId) -> Self {
        let elixir = match event {
            Event::GroupUpdate(patch) => {
                let GroupPatch { group_id, members, .. } = &**patch;
                group_id.is_some() || matches!(members, Some(MemberList::Ids(ids)) if !ids.is_empty())
            }
            Event::UserUpdate(patch) => patch.group_id.0 == patch.session_id.0,
            Event::DeviceUpdate(update) => {
                let DeviceUpdate { session_id, .. } = &**update;
                session_id == own
            }
            Event::Error(refusal) => {
                matches!(refusal.event, ErrorEvent::OpcodeDeprecated | ErrorEvent::Syntax)
            }
            _ => false,
        };
        if elixir && self == Self::Unknown { Self::Elixir } else { self }
    }
}

/// Id and token of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// The session.
    pub id: SessionId,
    /// The token of the latest hello; and before it, when a resume was cut off before its answer, the tokens that
    /// count if it never arrived. At least one.
    tokens: Vec<String>,
    /// What this session was resumed with last, when it was.
    resumed_with: Option<String>,
}

/// More resumes than this in a row are not cut off before their answer on a link that is worth trying.
const MOST_IN_DOUBT: usize = 8;

impl Pair {
    /// A session as its hello names it.
    pub fn new(hello: &Hello) -> Self {
        Self { id: hello.session_id.clone(), tokens: vec![hello.session_token.clone()], resumed_with: None }
    }

    /// The token that this gateway takes for the next resume.
    pub fn token(&self, server: ServerKind) -> &str {
        match (&self.resumed_with, server) {
            (Some(kept), ServerKind::Elixir) => kept,
            _ => self.tokens.last().map_or("", String::as_str),
        }
    }

    /// A resume over a socket that was greeted with `token` was cut off: if it arrived, that one counts now.
    pub fn in_doubt(&mut self, token: String) {
        if self.tokens.len() == MOST_IN_DOUBT {
            self.tokens.remove(0);
        }
        self.tokens.push(token);
    }

    /// The token that was tried is not the one. True when there is another to try.
    pub fn refused(&mut self) -> bool {
        self.tokens.pop();
        !self.tokens.is_empty()
    }

    /// The same session, resumed over a socket that was greeted with `hello`.
    pub fn resumed(self, hello: &Hello, server: ServerKind) -> Self {
        let resumed_with = Some(self.token(server).to_owned());
        Self { id: self.id, tokens: vec![hello.session_token.clone()], resumed_with }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(id: &str, token: &str) -> Hello {
        Hello { session_id: id.into(), session_token: token.into(), heartbeat_interval: 10_000, hearth: None }
    }

    #[test]
    fn the_token_of_the_latest_hello_counts_for_all_but_the_elixir_gateway() {
        let first = Pair::new(&hello("a", "1"));
        for (server, second_token, third_token) in
            [(ServerKind::Unknown, "2", "3"), (ServerKind::Hearth, "2", "3"), (ServerKind::Elixir, "1", "1")]
        {
            assert_eq!(first.token(server), "1");
            let second = first.clone().resumed(&hello("b", "2"), server);
            assert_eq!((second.id.as_str(), second.token(server)), ("a", second_token));
            let third = second.resumed(&hello("c", "3"), server);
            assert_eq!((third.id.as_str(), third.token(server)), ("a", third_token));
        }
    }

    #[test]
    fn a_gateway_that_shows_itself_only_after_the_resume_is_still_resumed_rightly() {
        let pair = Pair::new(&hello("a", "1")).resumed(&hello("b", "2"), ServerKind::Unknown);
        assert_eq!(pair.token(ServerKind::Elixir), "1");
    }
}
