//! Who hears what.

use hearth_clock::{Clock, Now};
use serde_json::Value;

use super::super::limits::Limits;
use super::super::people::VoiceState;
use super::super::store::ChatRefusal;
use super::*;
use crate::chat::{Author, Message, MessageId};

/// A world with the communities A and B; ada and bob share A, bob and eve share B.
struct World {
    board: Switchboard,
    now: Now,
    communities: [Community; 2],
    lounge: ChannelId,
    last: u64,
}

const ADA: Uuid = Uuid::from_u128(1);
const BOB: Uuid = Uuid::from_u128(2);
const EVE: Uuid = Uuid::from_u128(3);

fn person(account: Uuid) -> Person {
    Person { account, number: account.as_u64_pair().1, username: "name".into() }
}

fn community(number: u64) -> Community {
    Community {
        id: CommunityId(Uuid::from_u128(u128::from(number) << 64)),
        number,
        name: format!("community {number}"),
        description: None,
        icon_url: None,
        owner: None,
        sesh: None,
        open: false,
        member_count: 2,
        created_ms: 0,
        updated_ms: 0,
    }
}

impl World {
    fn new() -> Self {
        Self {
            board: Switchboard::default(),
            now: Clock::new().now(),
            communities: [community(1), community(2)],
            lounge: ChannelId::fresh(),
            last: 0,
        }
    }

    fn connect(&mut self, account: Uuid) -> ConnectionKey {
        let [a, b] = &self.communities;
        let communities = match account {
            ADA => vec![a.clone()],
            BOB => vec![a.clone(), b.clone()],
            _ => vec![b.clone()],
        };
        self.last += 1;
        let key = ConnectionKey(self.last);
        self.board.connect(key, person(account), None, communities);
        key
    }

    fn join_voice(&mut self, account: Uuid) -> Result<VoiceState, ChatRefusal> {
        let community = self.communities[0].id;
        self.board.join_voice(self.now, person(account), community, self.lounge)
    }

    fn outputs(&mut self) -> Vec<(ChatEvent, Vec<ConnectionKey>)> {
        std::iter::from_fn(|| self.board.poll_output()).collect()
    }
}

fn status_of(event: &ChatEvent) -> Option<(Uuid, Status)> {
    match event {
        ChatEvent::Presence { person, presence, .. } => Some((person.account, presence.status)),
        _ => None,
    }
}

#[test]
fn a_connection_begins_with_its_welcome_and_others_see_who_came() {
    let mut world = World::new();
    let ada = world.connect(ADA);
    let outputs = world.outputs();
    assert_eq!(outputs.len(), 1, "nobody else is there");
    assert!(matches!(&outputs[0], (ChatEvent::Welcome(welcome), to)
        if welcome.communities.len() == 1 && welcome.presence.status == Status::Online && *to == [ada]));
    let bob = world.connect(BOB);
    let outputs = world.outputs();
    assert!(matches!(&outputs[0], (ChatEvent::Welcome(_), to) if *to == [bob]));
    assert_eq!((status_of(&outputs[1].0), &outputs[1].1), (Some((BOB, Status::Online)), &vec![ada]));
}

#[test]
fn only_the_last_connection_of_somebody_takes_them_offline() {
    let mut world = World::new();
    let ada = world.connect(ADA);
    let (first, second) = (world.connect(BOB), world.connect(BOB));
    world.outputs();
    world.board.disconnect(first);
    assert_eq!(world.outputs(), []);
    world.board.disconnect(second);
    let outputs = world.outputs();
    assert_eq!(outputs.len(), 1);
    assert_eq!((status_of(&outputs[0].0), &outputs[0].1), (Some((BOB, Status::Offline)), &vec![ada]));
    assert_eq!(world.board.status(BOB), Status::Offline);
}

#[test]
fn a_presence_reaches_those_of_shared_communities_once_and_not_its_owner() {
    let mut world = World::new();
    let (ada, bob, eve) = (world.connect(ADA), world.connect(BOB), world.connect(EVE));
    world.outputs();
    world.board.set_presence(BOB, Some(Status::Dnd), Some(Some("heating".into())));
    let outputs = world.outputs();
    assert_eq!(outputs.len(), 1);
    let mut to = outputs[0].1.clone();
    to.sort_unstable();
    assert_eq!(to, [ada, eve]);
    world.board.set_presence(BOB, Some(Status::Dnd), None);
    assert_eq!(world.outputs(), [], "nothing is different");
    world.board.set_presence(ADA, Some(Status::Idle), None);
    assert_eq!(world.outputs()[0].1, [bob]);
}

#[test]
fn who_is_not_connected_stays_offline_whatever_they_say() {
    let mut world = World::new();
    world.board.set_presence(ADA, Some(Status::Online), None);
    assert_eq!((world.board.status(ADA), world.outputs()), (Status::Offline, vec![]));
}

#[test]
fn a_message_reaches_everybody_of_its_community_the_author_too() {
    let mut world = World::new();
    let (ada, bob, _eve) = (world.connect(ADA), world.connect(BOB), world.connect(EVE));
    world.outputs();
    let message = Message {
        id: MessageId::fresh(),
        number: 1,
        channel: ChannelId::fresh(),
        channel_number: 7,
        author: Author::Account(person(ADA)),
        content: "hello".into(),
        reply_to: None,
        extra: None,
        created_ms: 1,
        edited_ms: None,
    };
    let community = world.communities[0].id;
    world.board.written(None, &Written::Posted { community, sesh: None, message });
    let outputs = world.outputs();
    assert_eq!((outputs.len(), &outputs[0].1), (1, &vec![ada, bob]));
}

#[test]
fn who_leaves_a_community_hears_of_their_leaving_and_nothing_more() {
    let mut world = World::new();
    let (ada, bob) = (world.connect(ADA), world.connect(BOB));
    world.outputs();
    let community = world.communities[0].clone();
    world.join_voice(BOB).unwrap();
    world.outputs();
    world.board.written(Some(&person(BOB)), &Written::Left(community.clone()));
    let outputs = world.outputs();
    assert!(matches!(&outputs[0].0, ChatEvent::Voice { state, .. } if state.channel.is_none()));
    assert!(matches!(&outputs[1].0, ChatEvent::Left { person, .. } if person.account == BOB));
    assert_eq!((outputs.len(), &outputs[1].1), (2, &vec![ada, bob]));
    world.board.set_presence(ADA, Some(Status::Idle), None);
    assert_eq!(world.outputs(), []);
}

#[test]
fn a_voice_room_is_left_before_its_member_goes_offline() {
    let mut world = World::new();
    let (_ada, bob) = (world.connect(ADA), world.connect(BOB));
    world.join_voice(BOB).unwrap();
    world.outputs();
    world.board.disconnect(bob);
    let outputs = world.outputs();
    assert!(matches!(&outputs[0].0, ChatEvent::Voice { state, .. } if state.channel.is_none()));
    assert_eq!(status_of(&outputs[1].0), Some((BOB, Status::Offline)));
    assert_eq!(world.board.participants(world.lounge), []);
}

#[test]
fn signals_go_between_people_of_one_room_only() {
    let mut world = World::new();
    let (ada, bob, _eve) = (world.connect(ADA), world.connect(BOB), world.connect(EVE));
    world.join_voice(ADA).unwrap();
    world.outputs();
    world.board.signal(ADA, BOB, Value::Null);
    world.board.signal(EVE, BOB, Value::Null);
    assert_eq!(world.outputs(), [], "bob is in no room");
    world.board.signal(ADA, ADA, Value::Null);
    assert_eq!(world.outputs()[0].1, [ada]);
    world.join_voice(BOB).unwrap();
    world.outputs();
    world.board.signal(ADA, BOB, Value::Bool(true));
    let expected = ChatEvent::Signal { from: ADA, signal: Value::Bool(true) };
    assert_eq!(world.outputs(), [(expected, vec![bob])]);
}

#[test]
fn a_place_in_a_voice_room_without_a_connection_is_given_up() {
    let mut world = World::new();
    world.connect(ADA);
    world.join_voice(BOB).unwrap();
    world.outputs();
    let due = world.board.poll_timeout().unwrap();
    let later = world.now.later(due - world.now.instant);
    world.board.handle_timeout(later);
    assert!(matches!(&world.outputs()[0].0, ChatEvent::Voice { state, .. } if state.channel.is_none()));
    assert_eq!(world.board.poll_timeout(), None);
}

#[test]
fn a_full_voice_room_takes_nobody_more_but_those_who_are_in_it() {
    let mut world = World::new();
    for number in 0..Limits::VOICE as u128 {
        world.join_voice(Uuid::from_u128(100 + number)).unwrap();
    }
    assert_eq!(world.join_voice(ADA), Err(ChatRefusal::TooMany));
    assert!(world.join_voice(Uuid::from_u128(100)).is_ok());
    assert_eq!(world.board.participants(world.lounge).len(), Limits::VOICE);
}

#[test]
fn nothing_is_left_when_everybody_is_gone() {
    let mut world = World::new();
    let keys = [world.connect(ADA), world.connect(BOB), world.connect(BOB), world.connect(EVE)];
    world.join_voice(ADA).unwrap();
    world.join_voice(BOB).unwrap();
    for key in keys {
        world.board.disconnect(key);
    }
    let Switchboard { connections, online, present, rooms, room_of, unconnected, .. } = &world.board;
    assert!(connections.is_empty() && online.is_empty() && present.is_empty());
    assert!(rooms.is_empty() && room_of.is_empty() && unconnected.is_empty());
}

#[test]
fn who_goes_into_a_room_and_out_of_it_is_told_to_who_follows_rooms_whatever_ends_it() {
    let mut world = World::new();
    let [a, b] = world.communities.clone().map(|community| community.id);
    let moved = |world: &mut World| -> Vec<_> { std::iter::from_fn(|| world.board.poll_moved()).collect() };
    let bob = world.connect(BOB);
    world.join_voice(BOB).unwrap();
    assert_eq!(moved(&mut world), [(BOB, Some(a))]);
    let other = ChannelId::fresh();
    world.board.join_voice(world.now, person(BOB), b, other).unwrap();
    assert_eq!(moved(&mut world).last(), Some(&(BOB, Some(b))));
    world.board.leave_voice(BOB, other).unwrap();
    assert_eq!(moved(&mut world), [(BOB, None)]);
    world.join_voice(BOB).unwrap();
    world.board.disconnect(bob);
    assert_eq!(moved(&mut world), [(BOB, Some(a)), (BOB, None)]);
    // By REST, without a connection that anybody could hear of.
    world.join_voice(ADA).unwrap();
    world.board.written(None, &Written::Ended(Some(a)));
    assert_eq!(moved(&mut world), [(ADA, Some(a)), (ADA, None)]);
}
