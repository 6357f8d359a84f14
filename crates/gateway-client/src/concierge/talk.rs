//! What is said on a live connection: questions, their answers, messages, and what the server tells by itself.

use std::time::{Duration, Instant};

use hearth_dialects::concierge::{ClientPayload, ServerFrame, ServerPayload};

use super::connection::Connection;
use super::in_flight::Asked;
use super::session::Session;
use super::wishes::Step;
use super::{Event, NotSent, Target, wire};

/// The owner of a service is not told who follows it, unless it follows it itself (facts CON-47). So it asks.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Who follows the services of others is told only to those who do, too; and what was missed heals.
const RESYNC_EVERY: Duration = Duration::from_secs(60);

/// More messages than this do not wait for their answers; the others wait here.
const MOST_IN_FLIGHT: usize = 64;

impl Session {
    /// Both lists of the directory have come since the hello, or will not.
    pub(super) fn has_lists(&self) -> bool {
        matches!(&self.connection, Connection::Live(live) if !live.services_missing && !live.clients_missing)
    }

    pub(super) fn ask_for_lists(&mut self, now: Instant) {
        self.ask(now, Asked::Clients, ClientPayload::ClientFetchAll.encode());
        self.resync(now);
    }

    fn resync(&mut self, now: Instant) {
        if let Connection::Live(live) = &mut self.connection {
            live.resync_at = now + RESYNC_EVERY;
            live.look_at = now + LOOK_EVERY;
            self.ask(now, Asked::Services, ClientPayload::ServiceFetchAll.encode());
        }
    }

    /// What is due on a live connection.
    pub(super) fn look_after(&mut self, now: Instant) {
        let Connection::Live(live) = &mut self.connection else { return };
        let (look, resync) = (live.look_at <= now, live.resync_at <= now);
        let mut expired = Vec::new();
        while let Some(asked) = live.in_flight.take_expired(now) {
            expired.push(asked);
        }
        for asked in expired {
            self.unsettled = true;
            self.failed(asked, NotSent::Lost);
        }
        if resync {
            self.resync(now);
        } else if look {
            self.look(now);
        }
    }

    fn look(&mut self, now: Instant) {
        let mine: Vec<String> = self.wishes.mine().cloned().collect();
        for service in mine {
            let text = ClientPayload::ServiceFetch { service: service.clone() }.encode();
            self.ask(now, Asked::Look(service), text);
        }
        if let Connection::Live(live) = &mut self.connection {
            live.look_at = now + LOOK_EVERY;
        }
    }

    fn ask(&mut self, now: Instant, asked: Asked, text: String) {
        if let Connection::Live(live) = &mut self.connection {
            live.in_flight.sent(now, asked);
            let socket = live.socket;
            self.say(socket, text);
        }
    }

    pub(super) fn own(&mut self, now: Instant, service: String, nickname: Option<String>) {
        if self.wishes.own(service.clone(), nickname) {
            self.delete(now, service);
        }
    }

    pub(super) fn disown(&mut self, now: Instant, service: &str) {
        if self.wishes.disown(service) {
            self.delete(now, service.to_owned());
        }
    }

    fn delete(&mut self, now: Instant, service: String) {
        let text = ClientPayload::ServiceDelete { service: service.clone() }.encode();
        self.ask(now, Asked::Delete(service), text);
    }

    pub(super) fn unfollow(&mut self, now: Instant, service: &str) {
        if self.wishes.unfollow(service) && self.there.service(service).is_some() {
            let text = ClientPayload::SelfUnsubscribe { service: service.to_owned() }.encode();
            self.ask(now, Asked::Unsubscribe(service.to_owned()), text);
        }
    }

    /// A message: sent as soon as it can be.
    pub(super) fn write(&mut self, now: Instant, ticket: u64, target: Target, data: String) {
        let written = wire::target(target).and_then(|target| {
            let text = wire::message(&target, data)?;
            Ok((target, text))
        });
        let refused = match written {
            Err(why) => Some(why),
            Ok(_) if matches!(self.connection, Connection::Offline | Connection::Refused) => {
                Some(NotSent::NotConnected)
            }
            Ok((target, text)) => (!self.outbox.push(now, ticket, target, text)).then_some(NotSent::TooMany),
        };
        if let Some(why) = refused {
            self.event(Event::NotSent { ticket, why });
        }
    }

    pub(super) fn send_letters(&mut self, now: Instant) {
        while let Connection::Live(live) = &self.connection
            && live.in_flight.messages() < MOST_IN_FLIGHT
            && let Some(letter) = self.outbox.pop()
        {
            self.ask(now, Asked::Message { ticket: letter.ticket, target: letter.target }, letter.text);
        }
    }

    pub(super) fn pursue_wishes(&mut self, now: Instant) {
        let Connection::Live(live) = &self.connection else { return };
        let (steps, events) = self.wishes.compare(&self.there, live.uuid);
        events.into_iter().for_each(|event| self.event(event));
        for step in steps {
            match step {
                Step::Create { service, text } => self.ask(now, Asked::Create(service), text),
                Step::Subscribe { service } => {
                    let text = ClientPayload::SelfSubscribe { service: service.clone() }.encode();
                    self.ask(now, Asked::Subscribe(service), text);
                }
            }
        }
    }

    /// A frame on a live connection.
    pub(super) fn heard(&mut self, frame: ServerFrame<'_>) {
        let Connection::Live(live) = &mut self.connection else { return };
        let ServerFrame { seq, payload } = frame;
        if let ServerPayload::Message { origin, target, data } = payload {
            let data = data.as_str().to_owned();
            return self.event(Event::Message {
                origin: Box::new(origin.into()),
                target: target.into(),
                data,
            });
        }
        let answered = live.in_flight.answered(seq, &payload, live.uuid);
        self.there.apply(&payload);
        self.unsettled = true;
        if let Some(asked) = answered {
            self.answered(asked, payload);
        }
    }

    fn answered(&mut self, asked: Asked, payload: ServerPayload<'_>) {
        use ServerPayload as P;

        if let (P::InvalidService { service }, true) = (&payload, !matches!(asked, Asked::Message { .. })) {
            self.there.no_service(service);
        }
        match (asked, payload) {
            (Asked::Message { ticket, .. }, P::Ok) => self.event(Event::Sent { ticket }),
            (asked, P::Bad) => self.failed(asked, NotSent::NotAllowed),
            (asked, P::InvalidName { .. } | P::InvalidUuid { .. }) => self.failed(asked, NotSent::NoClient),
            (asked, P::InvalidService { .. }) => self.failed(asked, NotSent::NoService),
            (asked, P::ErrorInternal { desc } | P::ErrorProtocol { desc }) => {
                self.failed(asked, NotSent::Refused(desc.into_owned()));
            }
            (asked, P::ErrorUnsupported) => self.failed(asked, NotSent::Refused(String::new())),
            (Asked::Unsubscribe(service), _) => self.wishes.not_followed(&service),
            (Asked::Services, _) => self.services_came(),
            (Asked::Clients, _) => self.clients_came(),
            _ => {}
        }
    }

    fn failed(&mut self, asked: Asked, why: NotSent) {
        match asked {
            Asked::Message { ticket, .. } => self.event(Event::NotSent { ticket, why }),
            Asked::Create(service) => {
                if let Some(event) = self.wishes.not_made(&service) {
                    self.event(event);
                }
            }
            Asked::Unsubscribe(service) => self.wishes.not_followed(&service),
            Asked::Services => self.services_came(),
            Asked::Clients => self.clients_came(),
            Asked::Delete(_) | Asked::Subscribe(_) | Asked::Look(_) => {}
        }
    }

    /// Whoever is not on the list of a service that is to be followed asks again.
    fn services_came(&mut self) {
        let Connection::Live(live) = &mut self.connection else { return };
        live.services_missing = false;
        let unasked = |service: &&String| !live.in_flight.has(&Asked::Subscribe((*service).clone()));
        let followed: Vec<String> = self.wishes.followed().filter(unasked).cloned().collect();
        followed.iter().for_each(|service| self.wishes.not_followed(service));
    }

    fn clients_came(&mut self) {
        if let Connection::Live(live) = &mut self.connection {
            live.clients_missing = false;
        }
    }
}
