//! One play: its people, and what they do by chance.

use std::collections::BTreeMap;
use std::sync::Arc;

use hearth_clock::Clock;
use hearth_gateway::accounts::{Account, Accounts, Registration, Username};
use hearth_gateway::chat::{
    Channel, ChannelKind, Chat, ChatError, CommunityId, Limits, MessageId, NewChannel, SeshMessage,
    SqliteStore, Status, VoiceChange, Write, Written,
};
use tokio::sync::mpsc;

use super::dice::Dice;
use super::picture::{Place, Program};
use crate::club::{said, unhurried};

/// Somebody with some programs.
#[derive(Debug)]
pub struct Person {
    pub account: Account,
    programs: Vec<Program>,
    /// What they said last; somebody without a program is offline.
    status: Status,
}

/// A play.
pub struct Play {
    seed: u64,
    dice: Dice,
    chat: Chat,
    people: Vec<Person>,
    /// Each with its founder, who stays.
    communities: Vec<(CommunityId, usize)>,
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
        match self.dice.below(16) {
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
        for (community, founder) in &self.communities {
            let place = Place::of(&self.chat, &self.people[*founder], *community).await;
            assert!(!place.voices.contains_key(&account), "seed {}: a ghost is in a room", self.seed);
        }
    }

    /// Every program knows what is so, and nothing else.
    async fn check(&self) {
        let accounts = self.people.iter().map(|person| person.account.id).collect();
        let statuses = self.chat.statuses(accounts).await.unwrap();
        assert!(self.people.iter().map(|person| person.status).eq(statuses), "seed {}", self.seed);
        let mut places = BTreeMap::new();
        for (community, founder) in &self.communities {
            places.insert(*community, Place::of(&self.chat, &self.people[*founder], *community).await);
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
        let write = Write::CreateCommunity { by, name: "Club".into(), icon_url: None };
        let Some(Written::Community(community)) = self.write(who, write).await else { panic!() };
        self.communities.push((community.id, who));
        for kind in [ChannelKind::Text, ChannelKind::Voice] {
            let channel = NewChannel { name: "c".into(), kind, topic: None, category: None };
            let write = Write::CreateChannel { by, community: community.id, channel };
            let Some(Written::Channel(channel)) = self.write(who, write).await else { panic!() };
            self.channels.push(channel);
        }
        // No event tells it: who founds something knows it from the answer.
        let person = &mut self.people[who];
        let place = Place::of(&self.chat, person, community.id).await.seen_by(person);
        for program in &mut person.programs {
            program.places.insert(community.id, place.clone());
        }
    }

    fn some_community(&mut self) -> Option<CommunityId> {
        (!self.communities.is_empty()).then(|| self.dice.pick(&self.communities).0)
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
        let write = Write::Post(said(&self.people[who].account, &channel, &content));
        if let Some(Written::Posted { message, .. }) = self.write(who, write).await {
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
