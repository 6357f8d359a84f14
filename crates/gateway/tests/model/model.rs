//! The rules of groups, in sets and numbers. Knows no frames, sockets or timers: it is told what happens and when,
//! and says who is where, who is ready, who heats.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::picture::{Face, Picture};

/// A session, by its number; never used twice.
pub type Who = usize;

pub const GRACE_MS: u64 = 10_000;
const EMPTY_MS: u64 = 30_000;
pub const SESH_MS: u64 = 180_000;
/// From the last word about a start to the start, and from there until nobody is waited for who has not begun.
pub const LEAD_MS: u64 = 2_100;
pub const NO_SHOW_MS: u64 = 20_000;

/// What a member asks for. People are named by their number, also those who are elsewhere.
#[derive(Clone, Debug)]
pub enum Ask {
    Join { code: String },
    Device { news: Map<String, Value> },
    Edit(Edit),
    Update { away: Option<bool>, mobile: Option<bool>, strain: Option<Option<String>> },
    Leave,
    Inquire,
    Start,
    Unplug,
    Talk,
    Stop,
    Delete,
    Transfer { to: Who },
    Kick { whom: Who },
}

/// What an owner changes.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub name: Option<String>,
    pub public: Option<bool>,
    pub persistent: Option<bool>,
    pub owner: Option<Who>,
    pub countdown: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Heat {
    Expected,
    Running,
    Done,
}

#[derive(Clone, Debug)]
pub struct Sesh {
    pub start_at: u64,
    pub no_show_at: u64,
    pub ends_at: u64,
    heated: bool,
    heats: BTreeMap<Who, Heat>,
}

#[derive(Clone, Debug)]
pub enum Phase {
    Chilling,
    Awaiting {
        ready: BTreeSet<Who>,
        /// While it counts down: when devices will be told to heat.
        start_at: Option<u64>,
    },
    Seshing(Sesh),
}

#[derive(Clone, Debug, Default)]
pub struct Person {
    pub face: Face,
    /// Forgotten then, unless it comes back.
    pub gone_until: Option<u64>,
    /// It was the gateway that went away: nothing starts without those who are on the way back.
    pub expected: bool,
    /// Devices that it follows, the latest last.
    pub watched: Vec<String>,
    pub room: Option<String>,
    /// Which rooms it was in, from when to when.
    stays: Vec<(String, u64, Option<u64>)>,
}

#[derive(Clone, Debug)]
pub struct Room {
    name: String,
    pub public: bool,
    pub persistent: bool,
    /// From the decision to start to the start.
    countdown: u64,
    owner: Option<Who>,
    /// In the order in which they came.
    pub members: Vec<Who>,
    pub phase: Phase,
    counter: u64,
    pub empty_since: Option<u64>,
}

/// What somebody is told when heating begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub excluded: bool,
    pub watcher: bool,
    pub away: bool,
    pub start_at: u64,
}

#[derive(Default)]
pub struct Model {
    pub now: u64,
    pub people: BTreeMap<Who, Person>,
    pub rooms: BTreeMap<String, Room>,
    /// How many fit into a group.
    seats: usize,
    /// Who was told to heat since this was last taken, and what else they were told.
    pub told: BTreeMap<Who, Told>,
}

type Done = Result<(), &'static str>;

impl Model {
    /// Nobody is there; so many fit into a group.
    pub fn new(seats: usize) -> Self {
        Self { seats, ..Self::default() }
    }

    pub fn arrive(&mut self, who: Who) {
        self.people.insert(who, Person::default());
    }

    /// A socket is another session's now. Whoever signed in on it has said last who it is.
    pub fn take_over(&mut self, fresh: Who, by: Who) {
        let fresh = self.people.remove(&fresh).map(|person| person.face);
        let Some(face) = fresh.filter(|face| face.user.is_some()) else { return };
        let own = &mut self.people.get_mut(&by).unwrap().face;
        (own.user, own.voice) = (face.user, face.voice);
    }

    /// A connection is lost.
    pub fn lose(&mut self, who: Who) {
        let now = self.now;
        let Some(person) = self.people.get_mut(&who) else { return };
        person.face.offline = true;
        person.gone_until = Some(now + GRACE_MS);
        self.settle_room_of(who);
    }

    /// Whether somebody can come back: all of the grace time.
    pub fn find_back(&mut self, who: Who) -> bool {
        let Some(person) = self.people.get_mut(&who) else { return false };
        person.face.offline = false;
        person.gone_until = None;
        person.expected = false;
        self.settle_room_of(who);
        true
    }

    pub fn create(&mut self, who: Who, code: String, new: Edit) {
        let room = Room {
            name: new.name.unwrap_or_default(),
            public: new.public.unwrap_or_default(),
            persistent: new.persistent.unwrap_or_default(),
            countdown: new.countdown.unwrap_or(LEAD_MS),
            owner: Some(who),
            members: vec![who],
            phase: Phase::Chilling,
            counter: 0,
            empty_since: None,
        };
        self.rooms.insert(code.clone(), room);
        self.enter(who, code);
    }

    pub fn room_of(&self, who: Who) -> Option<&Room> {
        self.rooms.get(self.people.get(&who)?.room.as_ref()?)
    }

    pub fn ask(&mut self, who: Who, ask: &Ask) -> Done {
        let code = self.people.get(&who).and_then(|person| person.room.clone());
        if let Ask::Join { code: wanted } = ask {
            return self.join(who, wanted, code.is_some());
        }
        let code = code.ok_or("NOT_IN_GROUP")?;
        match ask {
            Ask::Join { .. } | Ask::Talk => {}
            Ask::Device { news } => self.device(who, &code, news),
            Ask::Edit(edit) => self.edit(who, &code, edit)?,
            Ask::Update { away, mobile, strain } => {
                let face = &mut self.people.get_mut(&who).unwrap().face;
                face.away = away.unwrap_or(face.away);
                face.mobile = mobile.unwrap_or(face.mobile);
                if let Some(strain) = strain {
                    face.strain.clone_from(strain);
                }
            }
            Ask::Leave => self.part(who),
            Ask::Inquire => {
                let room = self.rooms.get_mut(&code).unwrap();
                match room.phase {
                    Phase::Chilling => {
                        room.phase = Phase::Awaiting { ready: BTreeSet::new(), start_at: None };
                    }
                    Phase::Awaiting { .. } => {}
                    Phase::Seshing(_) => return Err("INVALID_GROUP_STATE"),
                }
            }
            Ask::Start => {
                let Phase::Awaiting { ready, start_at } = &self.rooms[&code].phase else {
                    return Err("INVALID_GROUP_STATE");
                };
                if !ready.contains(&who) {
                    return Err("SESSION_NOT_READY");
                }
                if start_at.is_none() {
                    self.count_down(&code);
                }
            }
            Ask::Unplug => {
                let face = &mut self.people.get_mut(&who).unwrap().face;
                face.device.take().ok_or("NO_DEVICE_CONNECTED")?;
                if let Phase::Seshing(sesh) = &mut self.rooms.get_mut(&code).unwrap().phase {
                    sesh.heats.remove(&who);
                }
            }
            Ask::Stop => self.end(&code),
            Ask::Delete => {
                self.owned(who, &code)?;
                if self.rooms[&code].persistent && !self.is_admin(who) {
                    return Err("CANNOT_DELETE_PERSISTENT_GROUP");
                }
                self.close(&code);
                return Ok(());
            }
            Ask::Transfer { to } => {
                self.owned(who, &code)?;
                self.member(*to, &code)?;
                self.rooms.get_mut(&code).unwrap().owner = Some(*to);
            }
            Ask::Kick { whom } => {
                if self.rooms[&code].owner == Some(*whom) {
                    return Err("CANNOT_KICK_OWNER");
                }
                self.owned(who, &code)?;
                self.member(*whom, &code)?;
                self.part(*whom);
            }
        }
        self.settle(&code);
        Ok(())
    }

    fn join(&mut self, who: Who, code: &str, is_in_one: bool) -> Done {
        if is_in_one {
            return Err("already_in_a_group");
        }
        let room = self.rooms.get_mut(code).ok_or("invalid_group")?;
        if room.members.len() >= self.seats {
            return Err("NOT_PERMITTED");
        }
        if room.members.is_empty() {
            room.owner = Some(who);
        }
        room.members.push(who);
        room.empty_since = None;
        self.enter(who, code.to_owned());
        Ok(())
    }

    fn enter(&mut self, who: Who, code: String) {
        let person = self.people.get_mut(&who).unwrap();
        person.stays.push((code.clone(), self.now, None));
        person.room = Some(code);
    }

    /// Whether somebody was a member of that room when a message was said there. Messages of one millisecond get
    /// times that follow each other.
    pub fn was_there(&self, who: Who, code: &str, said: u64) -> bool {
        const CROWDED_MS: u64 = 5;
        let stays = self.people.get(&who).map(|person| person.stays.as_slice()).unwrap_or_default();
        let spans = |from: u64, to: u64| (from..=to + CROWDED_MS).contains(&said);
        stays.iter().any(|(room, from, to)| room == code && spans(*from, to.unwrap_or(self.now)))
    }

    fn device(&mut self, who: Who, code: &str, news: &Map<String, Value>) {
        let face = &mut self.people.get_mut(&who).unwrap().face;
        face.merge_device(news);
        let Some(state) = news.get("state").and_then(Value::as_u64) else { return };
        let Phase::Seshing(sesh) = &mut self.rooms.get_mut(code).unwrap().phase else { return };
        let Some(heat) = sesh.heats.get_mut(&who) else { return };
        if matches!(state, 7..=9) {
            *heat = Heat::Running;
            sesh.heated = true;
        } else if *heat == Heat::Running {
            *heat = Heat::Done;
        }
    }

    fn edit(&mut self, who: Who, code: &str, edit: &Edit) -> Done {
        let Edit { name, public, persistent, owner, countdown } = edit;
        let (public, persistent, owner) = (*public, *persistent, *owner);
        self.owned(who, code)?;
        if let Some(owner) = owner {
            self.member(owner, code)?;
        }
        let is_admin = self.is_admin(who);
        let room = self.rooms.get_mut(code).unwrap();
        // Saying what is so already takes no permission.
        if persistent.is_some_and(|persistent| persistent != room.persistent) && !is_admin {
            return Err("NOT_PERMITTED");
        }
        room.persistent = persistent.unwrap_or(room.persistent);
        if let Some(name) = name {
            room.name.clone_from(name);
        }
        room.public = public.unwrap_or(room.public);
        room.owner = owner.or(room.owner);
        room.countdown = countdown.unwrap_or(room.countdown);
        Ok(())
    }

    fn owned(&self, who: Who, code: &str) -> Done {
        if self.rooms[code].owner == Some(who) || self.is_admin(who) { Ok(()) } else { Err("NOT_OWNER") }
    }

    fn member(&self, who: Who, code: &str) -> Done {
        if self.rooms[code].members.contains(&who) { Ok(()) } else { Err("USER_NOT_IN_GROUP") }
    }

    /// Somebody is no member any more: by leaving, by being removed, or because the grace time is over.
    pub fn part(&mut self, who: Who) {
        let Some(person) = self.people.get_mut(&who) else { return };
        person.face.device = None;
        person.face.strain = None;
        let Some(code) = person.room.take() else { return };
        if let Some((_, _, to)) = person.stays.last_mut() {
            *to = Some(self.now);
        }
        let room = self.rooms.get_mut(&code).unwrap();
        room.members.retain(|member| *member != who);
        if let Phase::Seshing(sesh) = &mut room.phase {
            sesh.heats.remove(&who);
        }
        if room.owner == Some(who) {
            let people = &self.people;
            let present = room.members.iter().find(|member| !people[*member].face.offline);
            room.owner = present.or(room.members.first()).copied();
        }
        if room.members.is_empty() {
            room.empty_since = Some(self.now);
            self.end(&code);
        }
        self.settle(&code);
    }

    fn close(&mut self, code: &str) {
        for member in self.rooms.remove(code).map(|room| room.members).unwrap_or_default() {
            let person = self.people.get_mut(&member).unwrap();
            person.room = None;
            person.face.device = None;
            person.face.strain = None;
        }
    }

    fn settle_room_of(&mut self, who: Who) {
        if let Some(code) = self.people.get(&who).and_then(|person| person.room.clone()) {
            self.settle(&code);
        }
    }

    /// Ready, all ready, over: looked at after everything that happens.
    pub fn settle(&mut self, code: &str) {
        let now = self.now;
        let Some(room) = self.rooms.get_mut(code) else { return };
        let people = &self.people;
        match &mut room.phase {
            Phase::Chilling => {}
            Phase::Awaiting { ready, start_at } => {
                let waits = |who: &Who| {
                    let face = &people[who].face;
                    face.is_sesher() && !face.away && face.operating_state() == Some(6)
                };
                let stays = ready.iter().filter(|who| room.members.contains(who) && waits(who));
                let comes = room.members.iter().filter(|who| waits(who) && !people[who].face.offline);
                let now_ready: BTreeSet<Who> = stays.chain(comes).copied().collect();
                if !ready.is_subset(&now_ready) {
                    *start_at = None;
                }
                *ready = now_ready;
                if start_at.is_some_and(|start_at| start_at <= now + LEAD_MS) {
                    *start_at = None;
                    if ready.iter().any(|who| !people[who].face.offline) {
                        return self.begin(code);
                    }
                }
                let counts = |who: &&Who| {
                    let face = &people[*who].face;
                    face.is_sesher() && !face.away && !face.offline
                };
                let counted: Vec<Who> = room.members.iter().filter(counts).copied().collect();
                let on_the_way = |who: &Who| {
                    let Person { face, expected, .. } = &people[who];
                    *expected && face.is_sesher() && !face.away
                };
                if start_at.is_none()
                    && !counted.is_empty()
                    && counted.iter().all(|who| ready.contains(who))
                    && !room.members.iter().any(on_the_way)
                {
                    self.count_down(code);
                }
            }
            Phase::Seshing(sesh) => {
                let late = now >= sesh.no_show_at;
                let waited_for = sesh.heats.values().any(|heat| match heat {
                    Heat::Expected => !sesh.heated || !late,
                    Heat::Running => true,
                    Heat::Done => false,
                });
                if !waited_for || now >= sesh.ends_at {
                    self.end(code);
                }
            }
        }
    }

    /// It is decided to start: now, or after the time that the owner wants.
    fn count_down(&mut self, code: &str) {
        let now = self.now;
        let room = self.rooms.get_mut(code).unwrap();
        let countdown = room.countdown;
        match &mut room.phase {
            Phase::Awaiting { start_at, .. } if countdown > LEAD_MS => *start_at = Some(now + countdown),
            _ => self.begin(code),
        }
    }

    fn begin(&mut self, code: &str) {
        let room = self.rooms.get_mut(code).unwrap();
        let Phase::Awaiting { ready, .. } = &room.phase else { return };
        let takes_part = |who: &&Who| !self.people[*who].face.offline;
        let heats: BTreeMap<Who, Heat> =
            ready.iter().filter(takes_part).map(|who| (*who, Heat::Expected)).collect();
        let start_at = self.now + LEAD_MS;
        for member in room.members.iter().filter(takes_part) {
            let face = &self.people[member].face;
            let excluded = !heats.contains_key(member);
            let told = Told { excluded, watcher: !face.is_sesher(), away: face.away, start_at };
            self.told.insert(*member, told);
        }
        let (no_show_at, ends_at) = (start_at + NO_SHOW_MS, self.now + SESH_MS);
        room.phase = Phase::Seshing(Sesh { start_at, no_show_at, ends_at, heated: false, heats });
    }

    fn end(&mut self, code: &str) {
        let room = self.rooms.get_mut(code).unwrap();
        if matches!(&room.phase, Phase::Seshing(sesh) if sesh.heated) {
            room.counter += 1;
        }
        room.phase = Phase::Chilling;
    }

    /// Time passes.
    pub fn advance(&mut self, to: u64) {
        loop {
            let grace = self.people.iter().filter_map(|(who, person)| Some((*who, person.gone_until?)));
            let graces: Vec<(Who, u64)> = grace.collect();
            let room_due = |room: &Room| match (&room.phase, room.empty_since) {
                (_, Some(since)) => (!room.persistent).then_some(since + EMPTY_MS),
                (Phase::Seshing(sesh), None) => Some(if self.now < sesh.no_show_at {
                    sesh.no_show_at.min(sesh.ends_at)
                } else {
                    sesh.ends_at
                }),
                (Phase::Awaiting { start_at, .. }, None) => start_at.map(|start_at| start_at - LEAD_MS),
                _ => None,
            };
            let rooms = self.rooms.iter().filter_map(|(code, room)| Some((code.clone(), room_due(room)?)));
            let rooms: Vec<(String, u64)> = rooms.collect();
            let due = graces.iter().map(|(_, due)| *due).chain(rooms.iter().map(|(_, due)| *due)).min();
            let Some(due) = due.filter(|due| *due <= to) else { break };
            self.now = due;
            for (who, _) in graces.iter().filter(|(_, at)| *at == due) {
                self.part(*who);
                self.people.remove(who);
            }
            for (code, _) in rooms.iter().filter(|(_, at)| *at == due) {
                if self.rooms.get(code).is_some_and(|room| room.empty_since.is_some()) {
                    self.close(code);
                } else {
                    self.settle(code);
                }
            }
        }
        self.now = to;
    }

    /// The picture that every member of a room has.
    pub fn picture(&self, code: &str, id: impl Fn(Who) -> String) -> Picture {
        let room = &self.rooms[code];
        let (state, ready, start_at) = match &room.phase {
            Phase::Chilling => ("chilling", BTreeSet::new(), None),
            Phase::Awaiting { ready, start_at } => ("awaiting", ready.clone(), *start_at),
            Phase::Seshing(sesh) => ("seshing", sesh.heats.keys().copied().collect(), None),
        };
        Picture {
            code: code.to_owned(),
            name: room.name.clone(),
            visibility: if room.public { "public" } else { "private" }.to_owned(),
            persistent: room.persistent,
            owner: room.owner.map(&id).unwrap_or_default(),
            state: state.to_owned(),
            countdown: room.countdown,
            start_at,
            counter: room.counter,
            ready: ready.into_iter().map(&id).collect(),
            members: room.members.iter().map(|who| (id(*who), self.people[who].face.clone())).collect(),
        }
    }
}
