//! What one program of somebody knows: what it asked for when it came, and from then on events alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use hearth_gateway::chat::{
    self, ChannelId, Chat, ChatEvent, CommunityId, ConnectionKey, Delivery, Ending, Extra, MessageId, Outlet,
    Status, VoiceChange,
};
use uuid::Uuid;

use super::play::Person;

/// What is known of a community.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Where, what, and what only one dialect knows of it.
    pub messages: BTreeMap<MessageId, (ChannelId, String, Option<Extra>)>,
    pub statuses: BTreeMap<Uuid, Status>,
    /// Who is where, and whether they are muted and deafened.
    pub voices: BTreeMap<Uuid, (ChannelId, bool, bool)>,
}

impl Place {
    /// As the store and the chat core have it now. The asker is a member.
    pub async fn of(chat: &Chat, who: &Person, community: CommunityId) -> Self {
        let mut place = Self::default();
        for channel in chat.store().channels(community).await.unwrap() {
            for message in chat.store().messages(channel.id, None, 100).await.unwrap() {
                assert_eq!(message.channel_number, channel.number);
                place.messages.insert(message.id, (channel.id, message.content, message.extra));
            }
            for state in chat.voice(&who.account, channel.id, VoiceChange::Look).await.unwrap_or_default() {
                place.voices.insert(state.person.account, (channel.id, state.self_mute, state.self_deaf));
            }
        }
        let members = chat.store().members(community).await.unwrap();
        let members: Vec<Uuid> = members.iter().map(|member| member.person.account).collect();
        let statuses = chat.statuses(members.clone()).await.unwrap();
        place.statuses = members.into_iter().zip(statuses).collect();
        place
    }

    /// Nobody is told of themselves.
    pub fn seen_by(&self, who: &Person) -> Self {
        let mut place = self.clone();
        place.statuses.remove(&who.account.id);
        place
    }
}

/// A program.
#[derive(Debug)]
pub struct Program {
    pub key: ConnectionKey,
    ear: Arc<Ear>,
    pub places: BTreeMap<CommunityId, Place>,
    pub told: usize,
}

/// Keeps what comes until it is looked at.
#[derive(Debug, Default)]
pub struct Ear(Mutex<Vec<ChatEvent>>);

impl Outlet for Ear {
    fn deliver(&self, delivery: &Delivery) {
        self.0.lock().unwrap().push(delivery.event.clone());
    }

    fn flush(&self) {}

    fn shut(&self, _: Ending) {}
}

impl Program {
    pub async fn connect(chat: &Chat, who: &Person) -> Self {
        let ear = Arc::new(Ear::default());
        let key = chat.connect(who.account.clone(), Arc::clone(&ear) as _).await.unwrap();
        chat.statuses(Vec::new()).await.unwrap();
        let events = std::mem::take(&mut *ear.0.lock().unwrap());
        let [ChatEvent::Welcome(welcome)] = events.as_slice() else { panic!("{events:?}") };
        let mut program = Self { key, ear, places: BTreeMap::new(), told: 0 };
        for community in &welcome.communities {
            program.places.insert(community.id, Place::of(chat, who, community.id).await.seen_by(who));
        }
        program
    }

    /// Takes in what came.
    pub async fn listen(&mut self, chat: &Chat, who: &Person) {
        let events = std::mem::take(&mut *self.ear.0.lock().unwrap());
        self.told += events.len();
        for event in events {
            self.hear(chat, who, event).await;
        }
    }

    fn place(&mut self, community: CommunityId) -> &mut Place {
        self.places.get_mut(&community).expect("only members are told what happens in a community")
    }

    async fn hear(&mut self, chat: &Chat, who: &Person, event: ChatEvent) {
        match event {
            ChatEvent::MessageCreated { community, message } => {
                let said = (message.channel, message.content, message.extra);
                let before = self.place(community).messages.insert(message.id, said);
                assert_eq!(before, None, "told twice");
            }
            ChatEvent::MessageEdited { community, message } => {
                let said =
                    self.place(community).messages.get_mut(&message.id).expect("what is changed was told");
                *said = (message.channel, message.content, message.extra);
            }
            ChatEvent::MessageDeleted { community, id, .. } => {
                self.place(community).messages.remove(&id).expect("what is deleted was told");
            }
            ChatEvent::Presence { person: chat::Person { account, .. }, presence, .. } => {
                assert_ne!(account, who.account.id, "nobody is told of themselves");
                let mut known = 0;
                for place in self.places.values_mut() {
                    if let Some(status) = place.statuses.get_mut(&account) {
                        (*status, known) = (presence.status, known + 1);
                    }
                }
                assert!(known > 0, "the presence of a stranger");
            }
            ChatEvent::Voice { community, state } => {
                let voices = &mut self.place(community).voices;
                match state.channel {
                    Some(channel) => {
                        voices.insert(state.person.account, (channel, state.self_mute, state.self_deaf));
                    }
                    None => assert!(
                        voices.remove(&state.person.account).is_some(),
                        "nobody who was there has left"
                    ),
                }
            }
            ChatEvent::Joined { community, person: chat::Person { account, .. }, status } => {
                if account == who.account.id {
                    self.places.insert(community, Place::of(chat, who, community).await.seen_by(who));
                } else {
                    self.place(community).statuses.insert(account, status);
                }
            }
            ChatEvent::Left { community, person: chat::Person { account, .. } } => {
                if account == who.account.id {
                    self.places.remove(&community).expect("only a member leaves");
                } else {
                    self.place(community).statuses.remove(&account).expect("only a member leaves");
                }
            }
            ChatEvent::Welcome(_)
            | ChatEvent::Typing { .. }
            | ChatEvent::Signal { .. }
            | ChatEvent::Ended { .. } => panic!("nobody did that"),
        }
    }
}
