//! One socket as its driver sees it: the rules of [`super::session`] and the room of [`super::stay`] together. What has to
//! be looked up or changed in the chat core is a [`Request`].

use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::i386chat::{Command, ErrorCode, Event, Fault, Number, Ready, User, VERSION, limits};
use uuid::Uuid;

use super::errand::{Answer, Request};
use super::session::{self, Order, Rules, Session};
use super::show;
use super::stay::{Heard, Stay};
use crate::chat::{Delivery, Ending, Limits, Noticed, Output, Outputs, Session as Driven};
use crate::dialect::Dialect;
use crate::hub::RandomSource;
use crate::number;

/// The state of one socket.
#[derive(Debug)]
pub struct Connection {
    session: Session,
    /// The account, once it is known.
    account: Option<Uuid>,
    /// As others see it.
    user: User,
    stay: Option<Stay>,
    /// What names the session to its client.
    session_id: u64,
    key: String,
    outputs: Outputs,
}

impl Connection {
    /// A socket that is just open.
    pub fn new(now: Now, rules: Rules, random: &mut dyn RandomSource) -> Self {
        let mut key = [0; 16];
        random.fill(&mut key);
        let mut connection = Self {
            session: Session::open(now, rules),
            account: None,
            user: User::default(),
            stay: None,
            session_id: number::random(random),
            key: Uuid::from_bytes(key).to_string(),
            outputs: Outputs::default(),
        };
        // The introduction; nothing has been asked yet.
        let _ = connection.go_on();
        connection
    }

    /// Whose socket it is. Before it takes its place in the chat core.
    pub const fn is_of(&mut self, account: Uuid) {
        self.account = Some(account);
    }

    /// Takes over what the rules want done; at most one of it takes a while.
    fn go_on(&mut self) -> Option<Request> {
        let mut request = None;
        while let Some(output) = self.session.poll_output() {
            match output {
                session::Output::Send(text) => self.outputs.send(text),
                session::Output::LookUp(token) => request = Some(Request::Present(token)),
                session::Output::Do(order) => request = self.request(order),
                session::Output::Close(code) => self.outputs.close(code.close_code(), code.reason()),
            }
        }
        request
    }

    /// What an order takes; what cannot be is refused at once.
    fn request(&mut self, Order { s, command }: Order) -> Option<Request> {
        let channel = self.stay.as_ref().map(|stay| stay.channel);
        let request = match (command, channel) {
            (Command::MessageCreate { content, nonce }, Some(channel)) => {
                if Limits::says_something(&content, Limits::CONTENT) {
                    Ok(Request::Say { s, channel, content, nonce })
                } else {
                    Err(bad(s, "a message has 1 to 4000 characters of which one shows"))
                }
            }
            (Command::MessageDelete { message_id }, Some(channel)) => {
                Ok(Request::Delete { s, channel, message: message_id })
            }
            (Command::StartTyping, Some(channel)) => Ok(Request::Type(channel)),
            (Command::Leave, Some(_)) => return self.leave(),
            (
                Command::MessageCreate { .. }
                | Command::MessageDelete { .. }
                | Command::StartTyping
                | Command::Leave,
                None,
            ) => Err(Fault::of(ErrorCode::NoSuchRoom, s).saying("not in a room")),
            (Command::SystemBanAdd { id, reason }, _) => {
                if reason.as_ref().is_none_or(|reason| reason.chars().count() <= limits::REASON) {
                    Ok(Request::Ban { s, id, reason })
                } else {
                    Err(bad(s, "a reason has up to 256 characters"))
                }
            }
            (Command::ChannelAdd { name, description, visibility }, _) => {
                let about = description.as_ref().map_or(0, |text| text.chars().count());
                if !Limits::says_something(&name, limits::NAME) {
                    Err(bad(s, "a room's name has 1 to 100 characters"))
                } else if about > limits::DESCRIPTION {
                    Err(bad(s, "a description has up to 1024 characters"))
                } else {
                    Ok(Request::Add { s, name, description, visibility })
                }
            }
            (Command::ChannelMove(to), _) => {
                if self.session.may_move() {
                    Ok(Request::Move { s, to })
                } else {
                    Err(Fault::of(ErrorCode::RateLimited, s))
                }
            }
        };
        match request {
            Ok(request) => Some(request),
            Err(fault) => {
                self.session.refuse(fault);
                self.go_on()
            }
        }
    }

    /// One hears nothing more of the room from here on; others are told when the membership has ended.
    fn leave(&mut self) -> Option<Request> {
        let stay = self.stay.take()?;
        self.tell(Event::RoomUserRemove { user: self.user.clone() });
        Some(Request::Leave(stay.community))
    }

    fn tell(&mut self, event: Event) {
        for tail in show::tails(event) {
            self.session.tell(&tail);
        }
        let _ = self.go_on();
    }
}

fn bad(s: Option<Number>, error: &str) -> Fault {
    Fault::of(ErrorCode::Malformed, s).saying(error)
}

impl Driven for Connection {
    type Request = Request;
    type Answer = Answer;

    fn opened(&mut self, _: Now) -> Option<Request> {
        None
    }

    fn receive(&mut self, now: Now, text: &str) -> Option<Request> {
        self.session.receive(now, text);
        self.go_on()
    }

    fn answered(&mut self, _: Now, answer: Answer) -> Option<Request> {
        match answer {
            Answer::Done => None,
            Answer::Refused(fault) => {
                self.session.refuse(fault);
                self.go_on()
            }
            Answer::Presented(Ok(user)) => {
                self.user = User { admin: None, bio: None, ..(*user).clone() };
                self.session.presented(Ok(Ready {
                    v: VERSION.into(),
                    session_id: self.session_id.into(),
                    enc_key: std::mem::take(&mut self.key),
                    user: Some(*user),
                }));
                let _ = self.go_on();
                Some(Request::Rooms)
            }
            Answer::Presented(Err(code)) => {
                self.session.presented(Err(code));
                self.go_on()
            }
            Answer::Rooms(rooms) => {
                for room in rooms {
                    self.tell(Event::ChannelAdd { room });
                }
                None
            }
            Answer::Added(room) => {
                self.tell(Event::ChannelAdd { room: *room });
                None
            }
            Answer::Banned(user) => {
                self.tell(Event::SystemBanAdd { user: *user });
                None
            }
            Answer::Arrived { community, channel, room } => {
                let me = self.account?;
                let stay = self.stay.replace(Stay::new(me, community, channel));
                self.tell(Event::ChannelMove { room: *room });
                let left = stay.map(|stay| stay.community).filter(|left| *left != community);
                Some(Request::Look { community, channel, left })
            }
            Answer::Here(channel, members) => {
                let here = self.stay.as_mut().filter(|stay| stay.channel == channel);
                for person in here.map(|stay| stay.list(members)).unwrap_or_default() {
                    self.tell(Event::RoomUserAdd { user: show::user(&person) });
                }
                None
            }
        }
    }

    fn noticed(&mut self, now: Now, what: Noticed) {
        if what == Noticed::Binary {
            self.session.receive_binary(now);
            let _ = self.go_on();
        }
    }

    fn deliver(&mut self, delivery: &Delivery) {
        let Some(stay) = &mut self.stay else { return };
        match stay.hears(&delivery.event) {
            Heard::Nothing => {}
            Heard::Told => {
                let frames = delivery.frame(Dialect::I386chat, show::event);
                let text = frames.as_deref().and_then(|frames| std::str::from_utf8(frames).ok());
                for tail in text.into_iter().flat_map(|text| text.split(show::SEPARATOR)) {
                    self.session.tell(tail);
                }
                let _ = self.go_on();
            }
            Heard::Out => {
                self.stay = None;
                self.tell(Event::RoomUserRemove { user: self.user.clone() });
                self.tell(Event::ServerMessage { content: "You are not in this room any more".to_owned() });
            }
        }
    }

    fn end(&mut self, why: Ending) {
        self.session.end(match why {
            Ending::Suspended => ErrorCode::Banned,
            Ending::Crowded => ErrorCode::Crowded,
        });
        let _ = self.go_on();
    }

    fn stop(&mut self) {
        self.session.go_down();
        let _ = self.go_on();
    }

    fn woke(&mut self, now: Now) {
        self.session.woke(now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.session.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Now) {
        self.session.handle_timeout(now);
        let _ = self.go_on();
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop()
    }
}

#[cfg(test)]
mod tests;
