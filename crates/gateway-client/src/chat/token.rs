//! What a sign-in gave: how long it is good, and for what.

use std::time::{Duration, Instant};

use super::{AccessToken, Secret};

/// It is not used for so long before its end: servers' clocks, and the way there.
const MARGIN: Duration = Duration::from_secs(60);

/// Nobody gives one for longer.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Lets a session in.
#[derive(Clone, Debug)]
pub struct Token {
    text: Secret,
    /// `None`: until it is refused.
    good_until: Option<Instant>,
    /// It is for one connection, and that was opened: there will be a fresh one for the next.
    used: bool,
    is_for_one: bool,
}

impl Token {
    /// Good until it is refused.
    pub const fn lasting(text: Secret) -> Self {
        Self { text, good_until: None, used: false, is_for_one: false }
    }

    /// Good for a time, and for one connection.
    pub fn passing(text: Secret, good_for: Duration, now: Instant) -> Self {
        let good_until = Some(now + good_for.saturating_sub(MARGIN));
        Self { text, good_until, used: false, is_for_one: true }
    }

    /// One that the owner of the session was given. It is good for several connections, because the next one is not
    /// as near as a sign-in: who gives it may be as lost as this connection.
    pub fn given(token: AccessToken, now: Instant) -> Self {
        let AccessToken { text, good_for } = token;
        let good_for = good_for.min(LONGEST);
        let good_until = Some(now + good_for.saturating_sub(MARGIN.min(good_for / 4)));
        Self { text, good_until, used: false, is_for_one: false }
    }

    /// From when on there should be another.
    pub const fn good_until(&self) -> Option<Instant> {
        self.good_until
    }

    /// For a call, as long as it is good.
    pub fn for_call(&self, now: Instant) -> Option<&Secret> {
        self.good_until.is_none_or(|until| now < until).then_some(&self.text)
    }

    /// For a connection.
    pub fn for_connection(&self, now: Instant) -> Option<&Secret> {
        self.for_call(now).filter(|_| !self.used)
    }

    /// The server has seen it on a socket.
    pub const fn is_used(&mut self) {
        self.used = self.is_for_one;
    }
}
