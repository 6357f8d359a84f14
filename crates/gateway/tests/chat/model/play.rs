//! One play: its people, and what they do by chance.

use std::collections::BTreeMap;
use std::sync::Arc;

use hearth_clock::Clock;
use hearth_gateway::accounts::{Account, Accounts, Registration, Username};
use hearth_gateway::chat::{
    Channel, ChannelId, ChannelKind, Chat, ChatError, CommunityId, Extra, Limits, MessageId, NewChannel,
    NewCommunity, NewMessage, SeshMessage, SqliteStore, Status, VoiceChange, Write, Written,
};
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::dice::Dice;
use super::picture::{Place, Program};
use crate::club::{named, said, unhurried};

/// Somebody with some programs.
#[derive(Debug)]
pub struct Person {
    pub account: Account,
    programs: Vec<Program>,
    /// What they said last; somebody without a program is offline.
    status: Status,
}

/// A community.
#[derive(Clone, Debug)]
struct Founded {
    id: CommunityId,
    /// Stays.
    founder: usize,
    name: String,
    is_open: bool,
    text: ChannelId,
}

/// A play.
pub struct Play {
    seed: u64,
    dice: Dice,
    chat: Chat,
    people: Vec<Person>,
    /// In the order of their founding.
    communities: Vec<Founded>,
    channels: Vec<Channel>,
    messages: Vec<MessageId>,
    /// Programs that have ended count too.
    told: usize,
    _seshes: mpsc::UnboundedReceiver<SeshMessage>,
}

impl Play {
    const PEOPLE: usize = 4;
    const COMMUNITIES: usize = 3;
    const PROGRAMS: usize = 3;

    pub async fn new(seed: u64, accounts: &Accounts, store: Arc<SqliteStore>, clock: Arc<Clock>) -> Self {
        let (link, seshes) = mpsc::unbounded_channel();
        let mut people = Vec::new();
        for number in 0..Self::PEOPLE {
            let username = Username::parse(&format!("p{seed}_{number}")).unwrap();
            let registration = Registration { username, password: None, email: None, display_name: None };
            let account = accounts.register(registration).await.unwrap();
            people.push(Person { account, programs: Vec::new(), status: Status::Offline });
        }
        let mut play = Self {
            seed,
            dice: Dice::new(seed),
            chat: Chat::start(store, clock, link, unhurried()),
            people,
            communities: Vec::new(),
            channels: Vec::new(),
            messages: Vec::new(),
            told: 0,
            _seshes: seshes,
        };
        // Something to begin with.
        play.found(0).await;
        play.join(1).await;
        for who in 0..2 {
            play.connect(who).await;
        }
        play
    }

    /// Somebody does something, whether they may or not; then all programs take in what they were told.
    pub async fn step(&mut self) {
        let who = self.dice.below(self.people.len());
        match self.dice.below(18) {
            0 => self.found(who).await,
            1 | 2 => self.join(who).await,
            3 => self.leave(who).await,
            4 => self.ban(who).await,
            5..=7 => self.post(who).await,
            8 => self.edit(who).await,
            9 => self.delete(who).await,
            10 | 11 => self.voice(who).await,
            12 => self.presence(who).await,
            13 | 14 => self.connect(who).await,
            15 => self.find(who).await,
            16 => self.enter(who).await,
            _ => self.disconnect(who).await,
        }
        self.settle().await;
        for person in &mut self.people {
            let mut programs = std::mem::take(&mut person.programs);
            for program in &mut programs {
                program.listen(&self.chat, person).await;
            }
            person.programs = programs;
        }
        if self.dice.chance(4) {
            self.check().await;
        }
    }

    /// How much the programs were told in all.
    pub async fn end(self) -> usize {
        self.check().await;
        self.chat.stop().await;
        self.told
            + self
                .people
                .iter()
                .flat_map(|person| &person.programs)
                .map(|program| program.told)
                .sum::<usize>()
    }

    /// The voice room ends with the last program.
    async fn is_in_no_room(&self, who: usize) {
        let account = self.people[who].account.id;
        for Founded { id, founder, .. } in &self.communities {
            let place = Place::of(&self.chat, &self.people[*founder], *id).await;
            assert!(!place.voices.contains_key(&account), "seed {}: a ghost is in a room", self.seed);
        }
    }

    /// Every program knows what is so, and nothing else.
    async fn check(&self) {
        let accounts = self.people.iter().map(|person| person.account.id).collect();
        let statuses = self.chat.statuses(accounts).await.unwrap();
        assert!(self.people.iter().map(|person| person.status).eq(statuses), "seed {}", self.seed);
        let mut places = BTreeMap::new();
        for Founded { id, founder, .. } in &self.communities {
            places.insert(*id, Place::of(&self.chat, &self.people[*founder], *id).await);
        }
        for person in &self.people {
            let mut expected = BTreeMap::new();
            for community in self.chat.store().communities_of(person.account.id).await.unwrap() {
                expected.insert(community.id, places[&community.id].seen_by(person));
            }
            for program in &person.programs {
                assert_eq!(program.places, expected, "seed {}, {}", self.seed, person.account.username);
            }
        }
    }

    /// Everything that was asked for has been carried out and told.
    async fn settle(&self) {
        for _ in 0..2 {
            self.chat.statuses(Vec::new()).await.unwrap();
        }
    }

    async fn write(&self, who: usize, write: Write) -> Option<Written> {
        match self.chat.write(&self.people[who].account, write).await {
            Ok(written) => Some(written),
            Err(ChatError::Refused(_)) => None,
            Err(error) => panic!("seed {}: {error}", self.seed),
        }
    }

    async fn found(&mut self, who: usize) {
        if self.communities.len() == Self::COMMUNITIES {
            return;
        }
        let by = self.people[who].account.id;
        let (name, open) = (self.some_name(), self.dice.chance(50));
        let channels = [ChannelKind::Voice, ChannelKind::Text];
        let channels = channels.map(|kind| NewChannel::new("c".into(), kind)).to_vec();
        let community = NewCommunity { open, ..named(&name) };
        let write = Write::CreateCommunity { by, community, channels };
        let Some(Written::Founded(community, channels)) = self.write(who, write).await else { panic!() };
        let text = channels[1].id;
        self.communities.push(Founded { id: community.id, founder: who, name, is_open: open, text });
        for channel in channels {
            assert_eq!(
                self.chat.store().channel_by_number(channel.number).await.unwrap().as_ref(),
                Some(&channel)
            );
            self.channels.push(channel);
        }
        // No event tells it: who founds something knows it from the answer.
        let person = &mut self.people[who];
        let place = Place::of(&self.chat, person, community.id).await.seen_by(person);
        for program in &mut person.programs {
            program.places.insert(community.id, place.clone());
        }
    }

    /// One of few, so that several have the same; other plays have others.
    fn some_name(&mut self) -> String {
        format!("club {} {}", self.seed, self.dice.below(2))
    }

    /// Somebody looks for a name: the oldest open community that has it is found, and they go in.
    async fn find(&mut self, who: usize) {
        let name = self.some_name();
        let found = self.chat.store().open_channel(&name).await.unwrap();
        let expected = self.communities.iter().find(|community| community.is_open && community.name == name);
        let seed = self.seed;
        assert_eq!(
            found.as_ref().map(|found| found.id),
            expected.map(|community| community.text),
            "seed {seed}"
        );
        if let Some(Channel { community, .. }) = found {
            self.write(who, Write::Join { account: self.people[who].account.id, community }).await;
        }
    }

    /// Somebody knows the number of a channel, whether its community is open or not.
    async fn enter(&mut self, who: usize) {
        let Some(Channel { number, id, .. }) = self.some_channel() else { return };
        let found = self.chat.store().channel_by_number(number).await.unwrap().unwrap();
        assert_eq!(found.id, id, "seed {}", self.seed);
        let account = self.people[who].account.id;
        self.write(who, Write::Join { account, community: found.community }).await;
    }

    fn some_community(&mut self) -> Option<CommunityId> {
        (!self.communities.is_empty()).then(|| self.communities[self.dice.below(self.communities.len())].id)
    }

    async fn join(&mut self, who: usize) {
        let Some(community) = self.some_community() else { return };
        let account = self.people[who].account.id;
        self.write(who, Write::Join { account, community }).await;
    }

    async fn leave(&mut self, who: usize) {
        let Some(community) = self.some_community() else { return };
        let account = self.people[who].account.id;
        self.write(who, Write::Leave { account, community }).await;
    }

    async fn ban(&mut self, who: usize) {
        let Some(community) = self.some_community() else { return };
        let (by, on) = (self.people[who].account.id, self.dice.chance(40));
        let account = self.people[self.dice.below(Self::PEOPLE)].account.id;
        self.write(who, Write::Ban { by, community, account, reason: None, on }).await;
    }

    fn some_channel(&mut self) -> Option<Channel> {
        (!self.channels.is_empty()).then(|| self.channels[self.dice.below(self.channels.len())].clone())
    }

    async fn post(&mut self, who: usize) {
        let Some(channel) = self.some_channel() else { return };
        let content = self.dice.below(1000).to_string();
        let extra =
            self.dice.chance(30).then(|| Map::from_iter([("type".to_owned(), Value::from(content.len()))]));
        let extra = Extra::of(extra.unwrap_or_default()).unwrap();
        let new = NewMessage { extra: extra.clone(), ..said(&self.people[who].account, &channel, &content) };
        if let Some(Written::Posted { message, .. }) = self.write(who, Write::Post(new)).await {
            let by_number = self.chat.store().message_by_number(message.number).await.unwrap();
            assert_eq!(by_number, Some((channel.community, message.clone())), "seed {}", self.seed);
            assert_eq!((message.extra, message.author.number()), (extra, self.people[who].account.number));
            self.messages.push(message.id);
        }
    }

    fn some_message(&mut self) -> Option<MessageId> {
        (!self.messages.is_empty()).then(|| self.dice.pick(&self.messages))
    }

    async fn edit(&mut self, who: usize) {
        let Some(message) = self.some_message() else { return };
        let by = self.people[who].account.id;
        let content = "x".repeat(1 + self.dice.below(Limits::NAME));
        self.write(who, Write::Edit { by, message, content }).await;
    }

    async fn delete(&mut self, who: usize) {
        let Some(message) = self.some_message() else { return };
        let by = self.people[who].account.id;
        self.write(who, Write::Delete { by, message }).await;
    }

    async fn voice(&mut self, who: usize) {
        let Some(channel) = self.some_channel() else { return };
        let change = match self.dice.below(4) {
            0 | 1 => VoiceChange::Join,
            2 => VoiceChange::Set { self_mute: Some(self.dice.chance(50)), self_deaf: None },
            _ => VoiceChange::Leave,
        };
        match self.chat.voice(&self.people[who].account, channel.id, change).await {
            Ok(_) | Err(ChatError::Refused(_)) => {}
            Err(error) => panic!("seed {}: {error}", self.seed),
        }
    }

    async fn presence(&mut self, who: usize) {
        let status = self.dice.pick(&[Status::Online, Status::Idle, Status::Dnd, Status::Offline]);
        self.chat.set_presence(&self.people[who].account, Some(status), None).await.unwrap();
        if !self.people[who].programs.is_empty() {
            self.people[who].status = status;
        }
    }

    async fn connect(&mut self, who: usize) {
        let person = &mut self.people[who];
        if person.programs.is_empty() {
            person.status = Status::Online;
        }
        if person.programs.len() < Self::PROGRAMS {
            person.programs.push(Program::connect(&self.chat, person).await);
        }
    }

    async fn disconnect(&mut self, who: usize) {
        let programs = self.people[who].programs.len();
        if programs > 0 {
            let gone = self.people[who].programs.swap_remove(self.dice.below(programs));
            self.told += gone.told;
            self.chat.disconnect(gone.key).await;
            if programs == 1 {
                self.people[who].status = Status::Offline;
                self.settle().await;
                self.is_in_no_room(who).await;
            }
        }
    }
}
