//! Many sessions and the real broker in virtual time, on links that are cut: whatever they want in the end, they have
//! in the end, and know what there is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_gateway::concierge::{Broker, BrokerConfig, Output as FromBroker};
use hearth_gateway::hub::{ConnectionId, Peer, SeededRandom};
use hearth_gateway_client::concierge::{
    ConciergeConfig, Directory, Event, Input, Output, Request, Session, Status, Target,
};
use hearth_gateway_client::machine::{Machine, SocketId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::script::config;

const SERVICES: [&str; 4] = ["porch", "lamp", "has space ü", ""];

struct Citizen {
    session: Session,
    name: String,
    link: Option<(SocketId, ConnectionId)>,
    status: Option<Status>,
    directory: Directory,
    own: BTreeSet<String>,
    follow: BTreeSet<String>,
    created: BTreeSet<String>,
    taken: BTreeSet<String>,
    asked: BTreeSet<u64>,
    answers: BTreeMap<u64, u32>,
    heard: u32,
}

impl Citizen {
    fn uuid(&self) -> Option<&str> {
        match &self.status {
            Some(Status::Connected { uuid, .. }) => Some(uuid),
            _ => None,
        }
    }
}

struct Town {
    now: Now,
    broker: Broker,
    citizens: Vec<Citizen>,
    next_link: u64,
    rng: StdRng,
    /// Frames on their way, in order.
    up: VecDeque<(ConnectionId, String)>,
}

impl Town {
    fn new(seed: u64, size: usize) -> Self {
        let citizen = |number: usize| {
            let name = format!("citizen_{number}");
            let config = ConciergeConfig { name: name.clone(), seed: number as u64, ..config() };
            Citizen {
                session: Session::new(config).unwrap(),
                name,
                link: None,
                status: None,
                directory: Directory::default(),
                own: BTreeSet::new(),
                follow: BTreeSet::new(),
                created: BTreeSet::new(),
                taken: BTreeSet::new(),
                asked: BTreeSet::new(),
                answers: BTreeMap::new(),
                heard: 0,
            }
        };
        Self {
            now: Clock::new().now(),
            broker: Broker::new(BrokerConfig::default(), Box::new(SeededRandom::new(seed))),
            citizens: (0..size).map(citizen).collect(),
            next_link: 0,
            rng: StdRng::seed_from_u64(seed),
            up: VecDeque::new(),
        }
    }

    fn input(&mut self, who: usize, input: Input) {
        self.citizens[who].session.handle(self.now, input);
        self.settle();
    }

    fn cut(&mut self, who: usize, both: bool) {
        if let Some((socket, link)) = self.citizens[who].link.take() {
            self.up.retain(|(from, _)| *from != link);
            if both {
                self.broker.disconnect(link);
            }
            self.input(who, Input::Closed(socket, None, String::new()));
        }
    }

    /// Everything that is to be said is said, and heard.
    fn settle(&mut self) {
        loop {
            let mut quiet = true;
            for who in 0..self.citizens.len() {
                while let Some(output) = self.citizens[who].session.poll_output() {
                    quiet = false;
                    self.carry_out(who, output);
                }
            }
            while let Some((link, text)) = self.up.pop_front() {
                quiet = false;
                self.broker.receive(self.now, link, &text);
            }
            while let Some(output) = self.broker.poll_output() {
                quiet = false;
                self.deliver(output);
            }
            if quiet {
                return;
            }
        }
    }

    fn carry_out(&mut self, who: usize, output: Output) {
        let citizen = &mut self.citizens[who];
        match output {
            Output::Open(socket, _) => {
                let link = ConnectionId(self.next_link);
                self.next_link += 1;
                citizen.link = Some((socket, link));
                self.broker.connect(self.now, link, Peer::LOOPBACK.address);
                citizen.session.handle(self.now, Input::Opened(socket));
            }
            Output::Text(socket, text) => {
                if let Some((_, link)) = citizen.link.filter(|(open, _)| *open == socket) {
                    self.up.push_back((link, text));
                }
            }
            Output::Ping(socket) => {
                if let Some((_, link)) = citizen.link.filter(|(open, _)| *open == socket) {
                    self.broker.heard(self.now, link);
                    citizen.session.handle(self.now, Input::Pong(socket));
                }
            }
            Output::Close(socket, _) => {
                if let Some((_, link)) = citizen.link.take_if(|(open, _)| *open == socket) {
                    self.broker.disconnect(link);
                }
            }
            Output::Http(..) => panic!("this dialect asks nothing over HTTP"),
            Output::Event(event) => match event {
                Event::Status(status) => citizen.status = Some(status),
                Event::Directory(directory) => citizen.directory = directory,
                Event::ServiceCreated { service } => {
                    citizen.taken.remove(&service);
                    citizen.created.insert(service);
                }
                Event::ServiceTaken { service } => {
                    citizen.created.remove(&service);
                    citizen.taken.insert(service);
                }
                Event::ServiceRefused { service } => panic!("{service} refused"),
                Event::Message { .. } => citizen.heard += 1,
                Event::Sent { ticket } | Event::NotSent { ticket, .. } => {
                    *citizen.answers.entry(ticket).or_default() += 1;
                }
            },
        }
    }

    fn deliver(&mut self, output: FromBroker) {
        let at = |citizens: &[Citizen], link| {
            citizens.iter().position(|citizen| citizen.link.is_some_and(|(_, open)| open == link))
        };
        match output {
            FromBroker::Send { to, text } => {
                if let Some(who) = at(&self.citizens, to) {
                    let (socket, _) = self.citizens[who].link.unwrap();
                    self.citizens[who].session.handle(self.now, Input::Text(socket, text.to_string()));
                }
            }
            FromBroker::Ping { to } => {
                if at(&self.citizens, to).is_some() {
                    self.broker.heard(self.now, to);
                }
            }
            FromBroker::Close { to, code } => {
                if let Some(who) = at(&self.citizens, to) {
                    let (socket, _) = self.citizens[who].link.take().unwrap();
                    let closed = Input::Closed(socket, Some(code.code()), String::new());
                    self.citizens[who].session.handle(self.now, closed);
                }
            }
            FromBroker::Left { .. } => {}
        }
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now.later(time);
        for _ in 0..100_000 {
            let due = self.citizens.iter().filter_map(|citizen| citizen.session.poll_timeout());
            let due = due.chain(self.broker.poll_timeout()).min().filter(|due| *due <= end.instant);
            let Some(due) = due else {
                self.now = end;
                return;
            };
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            if self.broker.poll_timeout().is_some_and(|due| due <= self.now.instant) {
                self.broker.handle_timeout(self.now);
            }
            for citizen in &mut self.citizens {
                if citizen.session.poll_timeout().is_some_and(|due| due <= self.now.instant) {
                    citizen.session.handle_timeout(self.now);
                }
            }
            self.settle();
        }
        panic!("the town spins");
    }

    fn something(&mut self) {
        let who = self.rng.random_range(0..self.citizens.len());
        let service = SERVICES[self.rng.random_range(0..SERVICES.len())].to_owned();
        let citizen = &mut self.citizens[who];
        let request = match self.rng.random_range(0..20) {
            0..3 => {
                citizen.own.insert(service.clone());
                Request::CreateService { service, nickname: None }
            }
            3..5 => {
                citizen.own.remove(&service);
                citizen.created.remove(&service);
                citizen.taken.remove(&service);
                Request::DeleteService { service }
            }
            5..8 => {
                citizen.follow.insert(service.clone());
                Request::Subscribe { service }
            }
            8..10 => {
                citizen.follow.remove(&service);
                Request::Unsubscribe { service }
            }
            10..15 => {
                let ticket = citizen.asked.len() as u64;
                citizen.asked.insert(ticket);
                let other = self.rng.random_range(0..5);
                let targets = [
                    Target::All,
                    Target::Service { service },
                    Target::Name { name: format!("citizen_{other}") },
                ];
                let target = targets[self.rng.random_range(0..3)].clone();
                Request::Send { ticket, target, data: "{\"n\": 1}".into() }
            }
            15 => return self.cut(who, true),
            // The broker does not notice: the name is taken by our own ghost for a while.
            16 => return self.cut(who, false),
            _ => {
                let ms = 1 << self.rng.random_range(0..14);
                return self.pass(Duration::from_millis(ms));
            }
        };
        self.input(who, Input::Request(request));
    }
}

/// CON-14, CON-15, CON-17, CON-18, CON-36, CON-39, CON-41, CON-45, CON-46
#[test]
fn con_17_in_the_end_everybody_has_what_they_want_and_knows_what_there_is() {
    let mut heard = 0;
    for seed in 0..60 {
        let mut town = Town::new(seed, 5);
        (0..5).for_each(|who| town.input(who, Input::Request(Request::Connect)));
        for _ in 0..300 {
            town.something();
        }
        // As long as a ghost and the waits after it can last, and the rarest resync.
        town.pass(Duration::from_secs(150));
        let truth: BTreeMap<String, String> = town
            .citizens
            .iter()
            .map(|citizen| (citizen.uuid().expect("connected").to_owned(), citizen.name.clone()))
            .collect();
        let mut owners: BTreeMap<String, String> = BTreeMap::new();
        for citizen in &town.citizens {
            for service in &citizen.created {
                let owner = owners.insert(service.clone(), citizen.name.clone());
                assert_eq!(owner, None, "seed {seed}: two own {service}");
            }
        }
        for citizen in &town.citizens {
            let whom = format!("seed {seed}, {}", citizen.name);
            let had: BTreeSet<String> = citizen.created.union(&citizen.taken).cloned().collect();
            assert_eq!(had, citizen.own, "{whom}");
            assert!(citizen.taken.iter().all(|service| owners.contains_key(service)), "{whom}");
            let clients: BTreeMap<String, String> = citizen
                .directory
                .clients
                .iter()
                .map(|client| (client.uuid.clone(), client.name.clone()))
                .collect();
            assert_eq!(clients, truth, "{whom}");
            let services: BTreeMap<String, String> = citizen
                .directory
                .services
                .iter()
                .map(|service| (service.name.clone(), truth[&service.owner].clone()))
                .collect();
            assert_eq!(services, owners, "{whom}");
            for service in &citizen.directory.services {
                let followers: BTreeSet<&str> = town
                    .citizens
                    .iter()
                    .filter(|other| other.follow.contains(&service.name))
                    .filter_map(Citizen::uuid)
                    .collect();
                let known: BTreeSet<&str> = service.subscribers.iter().map(String::as_str).collect();
                assert_eq!(known, followers, "{whom}, {}", service.name);
            }
            assert!(citizen.asked.iter().all(|ticket| citizen.answers.get(ticket) == Some(&1)), "{whom}");
        }
        heard += town.citizens.iter().map(|citizen| citizen.heard).sum::<u32>();
    }
    assert!(heard > 1000, "only {heard} messages were heard");
}
