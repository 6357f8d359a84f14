//! The rules of one Together socket: who is silent for too long is gone, whose token is over may be asked to come again, and
//! how much is heard of whoever sends too much (TOG-R17, TOG-R18). Whether a token is good is not its business.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::together::{ClientOp, CloseCode, ServerFrame};
use serde_json::Value;
use uuid::Uuid;

use super::show;
use crate::accounts::Account;
use crate::chat::{
    ChannelId, ChatEvent, Delivery, Ending, Limits, Noticed, Output, Outputs, Session as Rules, Status,
};
use crate::dialect::Dialect;

/// What a host can set for the sockets of this dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TogetherOptions {
    /// Who sends nothing for this long, no ping either, is gone: closed with 1001 (TOG-R17).
    pub silence: Duration,
    /// Whether a socket is closed with 4001 when the token is over with which it was opened. By default it stays: the real
    /// web client comes back with the same token, and would be locked out (TOG-R18).
    pub closes_at_expiry: bool,
}

impl Default for TogetherOptions {
    fn default() -> Self {
        Self { silence: Duration::from_secs(90), closes_at_expiry: false }
    }
}

/// What a socket wants done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Request {
    /// To come in with this token.
    SignIn(String),
    /// To be seen like this.
    Presence { status: Status, custom_status: Option<Option<String>> },
    /// To tell a peer how it is reached.
    Signal { to: Uuid, signal: Value },
    /// To be seen writing.
    Typing(ChannelId),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    /// It does not come in.
    Refused(CloseCode),
}

/// The state of one socket.
#[derive(Debug)]
pub(crate) struct Session {
    options: TogetherOptions,
    token: String,
    account: Option<Box<Account>>,
    heard: Instant,
    /// What may be sent at once is used up until then: a bucket that is full again at this time.
    full_at: Instant,
    /// When the token is over, where that matters.
    expires: Option<Instant>,
    outputs: Outputs,
}

impl Session {
    /// Frames that one socket may send at once, and how soon one more. What is above that is a sign of life and no more.
    const BURST: u32 = 100;
    const REFILL: Duration = Duration::from_millis(100);

    /// The socket of whoever has this token.
    pub fn new(now: Now, options: TogetherOptions, token: String) -> Self {
        Self {
            options,
            token,
            account: None,
            heard: now.instant,
            full_at: now.instant,
            expires: None,
            outputs: Outputs::default(),
        }
    }

    /// Whose socket it is, and until when the token is good, ms since 1970. Before its welcome.
    pub fn signed_in(&mut self, now: Now, account: Account, until_ms: u64) {
        self.account = Some(Box::new(account));
        let left = Duration::from_millis(until_ms.saturating_sub(now.unix_ms));
        self.expires = self.options.closes_at_expiry.then(|| now.instant + left);
    }

    fn close(&mut self, code: CloseCode) {
        self.outputs.close(code.code(), code.reason());
    }

    /// Something came; whether it is looked at.
    fn hears(&mut self, now: Instant) -> bool {
        self.heard = now;
        let full_at = self.full_at.max(now) + Self::REFILL;
        let is_within = full_at.saturating_duration_since(now) <= Self::REFILL * Self::BURST;
        if is_within {
            self.full_at = full_at;
        }
        is_within && !self.outputs.is_closed()
    }
}

impl Rules for Session {
    type Request = Request;
    type Answer = Answer;

    fn opened(&mut self, _: Now) -> Option<Request> {
        Some(Request::SignIn(std::mem::take(&mut self.token)))
    }

    fn receive(&mut self, now: Now, text: &str) -> Option<Request> {
        if !self.hears(now.instant) {
            return None;
        }
        match ClientOp::parse(text) {
            Ok(ClientOp::Heartbeat) => {
                self.outputs.send(ServerFrame::HeartbeatAck.text());
                None
            }
            Ok(ClientOp::Presence { status, custom_status }) => {
                let status = Status::of(&status)?;
                let text = custom_status.as_ref().and_then(Option::as_ref);
                let fits = text.is_none_or(|text| text.chars().count() <= Limits::CUSTOM_STATUS);
                fits.then_some(Request::Presence { status, custom_status })
            }
            Ok(ClientOp::Signal { to_user_id, signal }) => {
                Some(Request::Signal { to: to_user_id.parse().ok()?, signal: signal.value().clone() })
            }
            Ok(ClientOp::Typing { channel_id }) => Some(Request::Typing(channel_id.parse().ok()?)),
            Ok(ClientOp::Ignored) => None,
            Err(_) => {
                self.close(CloseCode::Malformed);
                None
            }
        }
    }

    fn answered(&mut self, _: Now, answer: Answer) -> Option<Request> {
        if let Answer::Refused(code) = answer {
            self.close(code);
        }
        None
    }

    fn noticed(&mut self, now: Now, what: Noticed) {
        match what {
            // Too many of them are no more than signs of life.
            Noticed::Life => _ = self.hears(now.instant),
            Noticed::Binary => self.close(CloseCode::Malformed),
        }
    }

    fn deliver(&mut self, delivery: &Delivery) {
        let frame = match (&delivery.event, &self.account) {
            (ChatEvent::Welcome(welcome), Some(account)) => Some(show::ready(account, welcome).into()),
            (ChatEvent::Welcome(_), None) => None,
            _ => delivery.frame(Dialect::Together, show::event),
        };
        if let Some(frame) = frame {
            self.outputs.send(frame);
        }
    }

    fn end(&mut self, why: Ending) {
        self.close(match why {
            Ending::Suspended => CloseCode::BadToken,
            Ending::Crowded => CloseCode::Crowded,
        });
    }

    fn stop(&mut self) {
        self.close(CloseCode::GoingAway);
    }

    fn woke(&mut self, now: Now) {
        self.heard = now.instant;
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let silent = self.heard + self.options.silence;
        let due = self.expires.map_or(silent, |expires| expires.min(silent));
        (!self.outputs.is_closed()).then_some(due)
    }

    fn handle_timeout(&mut self, now: Now) {
        if self.expires.is_some_and(|expires| expires <= now.instant) {
            self.close(CloseCode::BadToken);
        } else if self.heard + self.options.silence <= now.instant {
            self.close(CloseCode::GoingAway);
        }
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop()
    }
}

#[cfg(test)]
mod tests {
    use hearth_clock::Clock;

    use super::*;

    struct World {
        now: Now,
        session: Session,
    }

    impl World {
        fn new(options: TogetherOptions) -> Self {
            let now = Clock::new().now();
            let mut session = Session::new(now, options, "token".into());
            assert_eq!(session.opened(now), Some(Request::SignIn("token".into())));
            session.signed_in(now, Account::default(), now.unix_ms + 15 * 60_000);
            Self { now, session }
        }

        /// Time goes on to the next timeout; how long that took.
        fn go_to_the_next_timeout(&mut self) -> Duration {
            let wait = self.session.poll_timeout().unwrap().saturating_duration_since(self.now.instant);
            self.now = self.now.later(wait);
            self.session.handle_timeout(self.now);
            wait
        }

        fn outputs(&mut self) -> Vec<Output> {
            std::iter::from_fn(|| self.session.poll_output()).collect()
        }

        fn closed(&mut self) -> Option<u16> {
            self.outputs().into_iter().find_map(|output| match output {
                Output::Close { code, .. } => Some(code),
                Output::Send(_) => None,
            })
        }
    }

    /// TOG-R17.
    #[test]
    fn who_is_silent_for_the_time_that_the_host_has_set_is_closed_with_1001() {
        for seconds in [90, 7] {
            let silence = Duration::from_secs(seconds);
            let mut world = World::new(TogetherOptions { silence, ..TogetherOptions::default() });
            world.now = world.now.later(silence / 2);
            world.session.receive(world.now, r#"{"op":"HEARTBEAT"}"#);
            assert!(matches!(world.outputs().as_slice(), [Output::Send(_)]));
            world.now = world.now.later(silence / 2);
            world.session.handle_timeout(world.now);
            world.session.noticed(world.now, Noticed::Life);
            assert_eq!(world.closed(), None, "a ping is a sign of life");
            assert_eq!(world.go_to_the_next_timeout(), silence);
            assert_eq!((world.closed(), world.session.poll_timeout()), (Some(1001), None));
        }
    }

    #[test]
    fn nobody_is_gone_who_could_not_be_heard_because_the_computer_slept() {
        let mut world = World::new(TogetherOptions::default());
        world.now = world.now.later(Duration::from_secs(3600));
        world.session.woke(world.now);
        world.session.handle_timeout(world.now);
        assert_eq!(world.closed(), None);
        assert_eq!(world.go_to_the_next_timeout(), Duration::from_secs(90));
    }

    /// TOG-R18.
    #[test]
    fn a_socket_outlives_its_token_unless_the_host_wants_it_closed_with_4001() {
        let beats = |options| {
            let mut world = World::new(options);
            for beat in 1..60 {
                let due = world.session.poll_timeout().unwrap();
                world.now = world.now.later(Duration::from_secs(30));
                if due <= world.now.instant {
                    world.session.handle_timeout(world.now);
                }
                world.session.receive(world.now, r#"{"op":"HEARTBEAT"}"#);
                if let Some(code) = world.closed() {
                    return (beat, Some(code));
                }
            }
            (60, None)
        };
        let options = TogetherOptions::default();
        assert_eq!(beats(options), (60, None));
        assert_eq!(beats(TogetherOptions { closes_at_expiry: true, ..options }), (30, Some(4001)));
    }

    #[test]
    fn a_flood_is_not_looked_at_and_keeps_nobody_from_coming_back_to_a_usual_pace() {
        let mut world = World::new(TogetherOptions::default());
        for _ in 0..1000 {
            world.session.receive(world.now, r#"{"op":"HEARTBEAT"}"#);
        }
        assert_eq!(world.outputs().len(), 100);
        world.now = world.now.later(Duration::from_millis(100));
        for _ in 0..2 {
            world.session.receive(world.now, r#"{"op":"HEARTBEAT"}"#);
        }
        assert_eq!(world.outputs().len(), 1);
    }

    #[test]
    fn nothing_is_said_or_asked_after_the_close() {
        let mut world = World::new(TogetherOptions::default());
        world.session.receive(world.now, "no json");
        assert_eq!(world.closed(), Some(4002));
        let typing = format!(r#"{{"op":"TYPING_START","d":{{"channel_id":"{}"}}}}"#, ChannelId::fresh());
        assert_eq!(world.session.receive(world.now, &typing), None);
        world.session.receive(world.now, r#"{"op":"HEARTBEAT"}"#);
        world.session.stop();
        assert_eq!(world.outputs(), []);
    }
}
