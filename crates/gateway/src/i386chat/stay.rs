//! The room that a connection is in, and which events concern it there: somebody is in one room at a time, and hears what
//! happens in it. A state machine without I/O; it trusts what it is told of rooms and members.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::chat::{ChannelId, ChatEvent, CommunityId, Person, Status};

/// How many people of a room somebody is told of who comes in. Of the others only what they say is told.
pub const TOLD: usize = 500;

/// Being in a room.
#[derive(Debug)]
pub struct Stay {
    /// Whose it is.
    me: Uuid,
    /// The community of the room.
    pub community: CommunityId,
    /// The room.
    pub channel: ChannelId,
    /// Whom the client was told of.
    here: BTreeSet<Uuid>,
    /// Who went while the list of those who are here was on its way.
    gone: Option<BTreeSet<Uuid>>,
}

/// What an event means to whoever is in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing.
    Nothing,
    /// It is told as it is.
    Told,
    /// The room is left: this is the last that is told of it.
    Out,
}

impl Stay {
    /// Somebody moves in. [`Stay::list`] is to follow.
    pub fn new(me: Uuid, community: CommunityId, channel: ChannelId) -> Self {
        Self { me, community, channel, here: BTreeSet::new(), gone: Some(BTreeSet::new()) }
    }

    /// Those who are here, as they were asked for after moving in: who of them the client is to be told of.
    pub fn list(&mut self, members: impl IntoIterator<Item = (Person, Status)>) -> Vec<Person> {
        let gone = self.gone.take().unwrap_or_default();
        let mut told = Vec::new();
        for (person, status) in members {
            let is_there = status != Status::Offline && !gone.contains(&person.account);
            if is_there && self.comes(person.account) {
                told.push(person);
            }
        }
        told
    }

    /// Something happened.
    pub fn hears(&mut self, event: &ChatEvent) -> Heard {
        let is_told = match event {
            ChatEvent::MessageCreated { message, .. } | ChatEvent::MessageEdited { message, .. } => {
                message.channel == self.channel
            }
            ChatEvent::MessageDeleted { channel, .. } => *channel == self.channel,
            ChatEvent::Typing { channel, person, .. } => {
                *channel == self.channel && person.account != self.me
            }
            ChatEvent::Presence { person, presence, communities } => {
                communities.contains(&self.community) && self.changes(person.account, presence.status)
            }
            ChatEvent::Joined { community, person, status } => {
                *community == self.community && self.changes(person.account, *status)
            }
            ChatEvent::Left { community, person } if *community == self.community => {
                if person.account == self.me {
                    return Heard::Out;
                }
                self.goes(person.account)
            }
            ChatEvent::Ended { community } if *community == self.community => return Heard::Out,
            ChatEvent::Left { .. }
            | ChatEvent::Ended { .. }
            | ChatEvent::Welcome(_)
            | ChatEvent::Voice { .. }
            | ChatEvent::Signal { .. } => false,
        };
        if is_told { Heard::Told } else { Heard::Nothing }
    }

    fn changes(&mut self, account: Uuid, status: Status) -> bool {
        if status == Status::Offline { self.goes(account) } else { self.comes(account) }
    }

    /// Whether this is news. Nobody is told of themselves.
    fn comes(&mut self, account: Uuid) -> bool {
        if let Some(gone) = &mut self.gone {
            gone.remove(&account);
        }
        account != self.me && self.here.len() < TOLD && self.here.insert(account)
    }

    fn goes(&mut self, account: Uuid) -> bool {
        if let Some(gone) = &mut self.gone {
            gone.insert(account);
        }
        self.here.remove(&account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Presence;

    const ME: Uuid = Uuid::from_u128(1);

    fn person(number: u128) -> Person {
        let account = Uuid::from_u128(number);
        Person { account, number: account.as_u64_pair().1, username: format!("number {number}") }
    }

    fn stay() -> Stay {
        Stay::new(ME, CommunityId(Uuid::from_u128(100)), ChannelId(Uuid::from_u128(200)))
    }

    fn presence(number: u128, status: Status, community: u128) -> ChatEvent {
        ChatEvent::Presence {
            person: person(number),
            presence: Presence { status, custom_status: None },
            communities: [CommunityId(Uuid::from_u128(community))].into(),
        }
    }

    fn left(number: u128, community: u128) -> ChatEvent {
        ChatEvent::Left { community: CommunityId(Uuid::from_u128(community)), person: person(number) }
    }

    fn list(stay: &mut Stay, numbers: &[(u128, Status)]) -> Vec<Person> {
        stay.list(numbers.iter().map(|(number, status)| (person(*number), *status)))
    }

    #[test]
    fn i386_29_30_somebody_comes_once_and_goes_once() {
        let mut stay = stay();
        assert_eq!(
            list(&mut stay, &[(1, Status::Online), (2, Status::Idle), (3, Status::Offline)]),
            [person(2)]
        );
        assert_eq!(stay.hears(&presence(2, Status::Dnd, 100)), Heard::Nothing, "was there before");
        assert_eq!(stay.hears(&presence(3, Status::Online, 100)), Heard::Told);
        assert_eq!(stay.hears(&presence(3, Status::Online, 100)), Heard::Nothing);
        assert_eq!(stay.hears(&presence(3, Status::Offline, 100)), Heard::Told);
        assert_eq!(stay.hears(&presence(3, Status::Offline, 100)), Heard::Nothing);
        assert_eq!(stay.hears(&left(2, 100)), Heard::Told);
        assert_eq!(stay.hears(&left(2, 100)), Heard::Nothing);
    }

    /// I386-29, I386-30
    #[test]
    fn other_rooms_and_oneself_are_not_told_of() {
        let mut stay = stay();
        list(&mut stay, &[]);
        assert_eq!(stay.hears(&presence(2, Status::Online, 101)), Heard::Nothing);
        assert_eq!(stay.hears(&presence(1, Status::Online, 100)), Heard::Nothing);
        assert_eq!(stay.hears(&left(1, 101)), Heard::Nothing);
        let typing = |channel, number| ChatEvent::Typing {
            community: CommunityId(Uuid::from_u128(100)),
            channel: ChannelId(Uuid::from_u128(channel)),
            person: person(number),
        };
        assert_eq!(stay.hears(&typing(200, 2)), Heard::Told);
        assert_eq!(
            (stay.hears(&typing(201, 2)), stay.hears(&typing(200, 1))),
            (Heard::Nothing, Heard::Nothing)
        );
    }

    /// I386-30
    #[test]
    fn who_goes_while_the_list_is_on_its_way_is_not_told_as_here() {
        let mut stay = stay();
        assert_eq!(stay.hears(&presence(2, Status::Offline, 100)), Heard::Nothing);
        assert_eq!(stay.hears(&presence(3, Status::Offline, 100)), Heard::Nothing);
        assert_eq!(stay.hears(&presence(3, Status::Online, 100)), Heard::Told);
        assert_eq!(
            list(&mut stay, &[(2, Status::Online), (3, Status::Online), (4, Status::Online)]),
            [person(4)]
        );
    }

    /// I386-30
    #[test]
    fn who_is_removed_is_out() {
        let mut stay = stay();
        assert_eq!(stay.hears(&left(1, 100)), Heard::Out);
    }

    #[test]
    fn who_is_in_a_room_that_is_no_more_is_out() {
        let mut stay = stay();
        let ended = |number| ChatEvent::Ended { community: CommunityId(Uuid::from_u128(number)) };
        assert_eq!((stay.hears(&ended(101)), stay.hears(&ended(100))), (Heard::Nothing, Heard::Out));
    }

    #[test]
    fn of_a_crowd_only_so_many_are_told() {
        let mut stay = stay();
        let crowd: Vec<_> = (2..2000).map(|number| (number, Status::Online)).collect();
        assert_eq!(list(&mut stay, &crowd).len(), TOLD);
        assert_eq!(stay.hears(&presence(1999, Status::Offline, 100)), Heard::Nothing);
        assert_eq!(stay.hears(&presence(2, Status::Offline, 100)), Heard::Told);
    }
}
