//! From the open socket to a live connection: the hello, and the resume of an earlier session.

use std::time::{Duration, Instant};

use hearth_dialects::puff::{ClientOp, ErrorEvent, Event, Hello, Op, ServerFrame, Unreadable};

use super::SocketId;
use super::connection::{ANSWER_WITHIN, After, Connection, Live, Stage};
use super::identity::{Pair, ServerKind};
use super::liveness::Liveness;
use super::session::Session;
use crate::backoff::Concerns;
use crate::connection::CLOSE_GIVEN_UP;
use crate::group::Refusal;

impl Session {
    pub(super) fn text(&mut self, now: Instant, text: &str) {
        self.heard();
        let frame = ServerFrame::decode(text);
        match &mut self.connection {
            Connection::Greeting { stage: Stage::Hello, .. } => match frame {
                Ok(ServerFrame::Hello(hello)) => self.greeted(now, hello),
                Ok(ServerFrame::Event(_)) => {}
                Err(Unreadable::NotJson | Unreadable::NotAFrame) => {
                    self.close(CLOSE_GIVEN_UP);
                    let stranger = After::Never(Refusal::NotAGateway);
                    let after = if self.known_gateway { After::Resume } else { stranger };
                    self.lost(now, after, Concerns::PerhapsAll);
                }
            },
            Connection::Greeting { stage: Stage::Resuming(_), .. } => {
                if let Ok(ServerFrame::Event(event)) = frame {
                    self.resume_answer(now, event);
                }
            }
            Connection::Live(_) => {
                // A second hello, or a frame that cannot be read, costs only itself.
                if let Ok(ServerFrame::Event(event)) = frame {
                    self.frame(now, event);
                }
            }
            _ => {}
        }
    }

    pub(super) fn heard(&mut self) {
        if let Connection::Live(live) = &mut self.connection {
            live.liveness.heard();
        }
    }

    fn greeted(&mut self, now: Instant, hello: Hello) {
        let Some(socket) = self.connection.socket() else { return };
        self.known_gateway = true;
        self.server = self.server.of_hello(&hello);
        self.countdown = hello.hearth.as_ref().and_then(|hearth| hearth.countdown).map(Duration::from_millis);
        self.offers_voice = hello.hearth.as_ref().is_some_and(|hearth| hearth.voice);
        self.clock.connected(now, hello.hearth.as_ref().map(|hearth| hearth.server_time));
        let resumable = self.membership.is_in() || self.leave_unsaid;
        match self.pair.as_ref().filter(|_| resumable) {
            Some(pair) => {
                let resume = ClientOp::Resume {
                    session_id: pair.id.clone(),
                    session_token: pair.token(self.server).to_owned(),
                };
                let until = now + ANSWER_WITHIN;
                let stage = Stage::Resuming(Box::new(hello));
                self.connection = Connection::Greeting { socket, until, stage };
                self.send(&resume);
            }
            None => self.live(now, socket, &hello, false),
        }
    }

    fn resume_answer(&mut self, now: Instant, event: Event) {
        let Connection::Greeting { socket, stage: Stage::Resuming(hello), .. } = &self.connection else {
            return;
        };
        let (socket, hello) = (*socket, hello.clone());
        match event {
            Event::SessionResumed { .. } => self.live(now, socket, &hello, true),
            Event::Error(refusal) if refusal.event == ErrorEvent::SessionResume => {
                if self.pair.as_mut().is_some_and(Pair::refused) {
                    // A gateway takes one resume per socket: the next token is tried on another.
                    self.close(CLOSE_GIVEN_UP);
                    self.connection = Connection::Waiting { retry_at: now };
                } else {
                    self.live(now, socket, &hello, false);
                }
            }
            Event::RateLimited { op } if op.is_none_or(|op| op == u64::from(Op::Resume.code())) => {
                self.live(now, socket, &hello, false);
            }
            // The public list is for everybody; anything else belongs to no session yet.
            Event::PublicGroups(_) => self.frame(now, event),
            _ => {}
        }
    }

    fn live(&mut self, now: Instant, socket: SocketId, hello: &Hello, resumed: bool) {
        self.pair = Some(match self.pair.take() {
            Some(pair) if resumed => pair.resumed(hello, self.server),
            _ => Pair::new(hello),
        });
        let clock_pings = self.server == ServerKind::Hearth;
        let liveness = Liveness::new(now, hello.heartbeat_interval, clock_pings);
        self.connection = Connection::Live(Box::new(Live { socket, since: now, resumed, liveness }));
        self.device.forget_told();
        self.expect_already_in = false;
        self.tell_connected();
        self.membership_live(now, resumed);
        self.keep_alive(now);
    }
}
