use std::time::Duration;

use hearth_clock::Clock;
use hearth_dialects::i386chat::{ClientFrame, HEARTBEAT, Present, Room, ServerFrame, Whither};

use super::*;
use crate::chat::{Author, ChannelId, ChatEvent, CommunityId, Message, MessageId, Person, Presence, Status};
use crate::hub::SeededRandom;

const ME: Uuid = Uuid::from_u128(1);
const LOUNGE: ChannelId = ChannelId(Uuid::from_u128(10));
const CLUB: CommunityId = CommunityId(Uuid::from_u128(20));
const DEN: ChannelId = ChannelId(Uuid::from_u128(11));
const HOUSE: CommunityId = CommunityId(Uuid::from_u128(21));

/// Somebody who is presented, in a world whose time is moved by hand.
struct World {
    now: Now,
    connection: Connection,
    s: u64,
}

fn person(number: u64) -> Person {
    Person { account: Uuid::from_u128(number.into()), number, username: format!("number {number}") }
}

fn user(number: u64) -> User {
    show::user(&person(number))
}

fn message(channel: ChannelId, content: &str) -> ChatEvent {
    let message = Message {
        id: MessageId::fresh(),
        number: 7,
        channel,
        channel_number: 5,
        author: Author::Account(person(2)),
        content: content.into(),
        reply_to: None,
        extra: None,
        created_ms: 0,
        edited_ms: None,
    };
    ChatEvent::MessageCreated { community: CLUB, message }
}

fn presence(number: u64, status: Status) -> ChatEvent {
    let presence = Presence { status, custom_status: None };
    ChatEvent::Presence { person: person(number), presence, communities: [CLUB].into() }
}

impl World {
    fn new() -> Self {
        let now = Clock::new().now();
        let connection = Connection::new(now, Rules::default(), &mut SeededRandom::new(7));
        let mut world = Self { now, connection, s: 0 };
        assert_eq!(world.connection.opened(now), None);
        assert_eq!(world.frames(), [ServerFrame::Introduce { heartbeat: HEARTBEAT }]);
        let present = ClientFrame::Present(Present { token: "good".into() });
        let asked = world.connection.receive(now, &present.text().unwrap());
        assert_eq!(asked, Some(Request::Present("good".into())));
        world.connection.is_of(ME);
        let me = Box::new(User { admin: Some(false), ..user(1) });
        assert_eq!(world.connection.answered(now, Answer::Presented(Ok(me))), Some(Request::Rooms));
        assert!(matches!(&world.frames()[..], [ServerFrame::Ready(ready)]
            if ready.v == VERSION.into() && ready.session_id != 0.into() && ready.enc_key.len() == 36));
        assert_eq!(world.connection.answered(now, Answer::Rooms(Vec::new())), None);
        world
    }

    fn asks(&mut self, command: Command) -> Option<Request> {
        self.s += 1;
        self.connection.receive(self.now, &command.numbered(self.s).text().unwrap())
    }

    /// Moves into a room where these are.
    fn moves(&mut self, community: CommunityId, channel: ChannelId, here: &[u64]) {
        let arrived = Answer::Arrived { community, channel, room: Box::default() };
        let left = self.connection.stay.as_ref().map(|stay| stay.community);
        let look = Request::Look { community, channel, left: left.filter(|left| *left != community) };
        assert_eq!(self.connection.answered(self.now, arrived), Some(look));
        let here = here.iter().map(|number| (person(*number), Status::Online)).collect();
        assert_eq!(self.connection.answered(self.now, Answer::Here(channel, here)), None);
    }

    fn happens(&mut self, event: ChatEvent) {
        self.connection.deliver(&Delivery::new(event));
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.connection.poll_output()).collect()
    }

    fn frames(&mut self) -> Vec<ServerFrame> {
        let frame = |output| match output {
            Output::Send(text) => ServerFrame::parse(std::str::from_utf8(&text).unwrap()).unwrap(),
            Output::Close { code, .. } => panic!("closed with {code}"),
        };
        self.outputs().into_iter().map(frame).collect()
    }

    fn events(&mut self) -> Vec<Event> {
        let event = |frame| match frame {
            ServerFrame::Execute { event, .. } => event,
            other => panic!("{other:?}"),
        };
        self.frames().into_iter().map(event).collect()
    }

    fn refused(&mut self) -> (ErrorCode, Option<Number>) {
        match &self.frames()[..] {
            [ServerFrame::Error(fault)] if !fault.is_fatal => (fault.code, fault.s),
            other => panic!("{other:?}"),
        }
    }

    /// The code of the close, which follows a fatal error with the same meaning.
    fn closed(&mut self) -> u16 {
        let outputs = self.outputs();
        let [.., Output::Send(error), Output::Close { code, .. }] = &outputs[..] else {
            panic!("{outputs:?}")
        };
        let error = ServerFrame::parse(std::str::from_utf8(error).unwrap()).unwrap();
        assert!(
            matches!(error, ServerFrame::Error(fault) if fault.is_fatal && fault.code.close_code() == *code)
        );
        assert_eq!(self.connection.poll_timeout(), None);
        *code
    }
}

/// I386-05, I386-22 (I386-R9)
#[test]
fn missed_heartbeats_close_the_socket_with_4001_within_two_intervals_and_not_before() {
    let mut world = World::new();
    let due = world.connection.poll_timeout().unwrap();
    assert_eq!(due, world.now.instant + HEARTBEAT * 2);
    world.now = world.now.later(HEARTBEAT * 2 - Duration::from_millis(1));
    world.connection.handle_timeout(world.now);
    assert_eq!(world.outputs(), []);
    world.now = world.now.later(Duration::from_millis(1));
    world.connection.handle_timeout(world.now);
    assert_eq!(world.closed(), 4001);
}

/// I386-18, I386-23…25, I386-30: nothing can be done in no room.
#[test]
fn who_is_in_no_room_is_told_so() {
    let mut world = World::new();
    for command in [
        Command::MessageCreate { content: "hello?".into(), nonce: None },
        Command::MessageDelete { message_id: Number::Whole(1) },
        Command::StartTyping,
        Command::Leave,
    ] {
        assert_eq!(world.asks(command), None);
        assert_eq!(world.refused(), (ErrorCode::NoSuchRoom, Some(world.s.into())));
    }
    world.happens(message(LOUNGE, "not for me"));
    assert_eq!(world.outputs(), []);
}

/// I386-23, I386-28, I386-29
#[test]
fn somebody_hears_the_room_that_they_moved_into_and_no_other() {
    let mut world = World::new();
    let to = Whither::Name("lounge".into());
    let asked = world.asks(Command::ChannelMove(to.clone()));
    assert_eq!(asked, Some(Request::Move { s: Some(Number::Whole(1)), to }));
    world.moves(CLUB, LOUNGE, &[1, 2]);
    let moved = Event::ChannelMove { room: Room::default() };
    assert_eq!(world.events(), [moved.clone(), Event::RoomUserAdd { user: user(2) }]);
    world.happens(message(LOUNGE, "hello"));
    world.happens(message(DEN, "elsewhere"));
    world.happens(presence(3, Status::Online));
    let events = world.events();
    assert!(
        matches!(&events[..], [Event::MessageCreate(said), Event::RoomUserAdd { user: came }]
        if said.content == "hello" && *came == user(3)),
        "{events:?}"
    );
    world.moves(HOUSE, DEN, &[]);
    assert_eq!(world.events(), [moved]);
    world.happens(message(LOUNGE, "too late"));
    world.happens(presence(2, Status::Offline));
    assert_eq!(world.outputs(), []);
}

/// I386-30
#[test]
fn who_leaves_and_who_is_removed_hears_of_it_last() {
    let gone = Event::RoomUserRemove { user: user(1) };
    let mut world = World::new();
    world.moves(CLUB, LOUNGE, &[]);
    world.frames();
    assert_eq!(world.asks(Command::Leave), Some(Request::Leave(CLUB)));
    assert_eq!(world.events(), std::slice::from_ref(&gone));
    world.happens(message(LOUNGE, "behind my back"));
    assert_eq!(world.outputs(), []);
    world.moves(CLUB, LOUNGE, &[]);
    world.frames();
    world.happens(ChatEvent::Left { community: CLUB, person: person(1) });
    let events = world.events();
    assert!(matches!(&events[..], [removed, Event::ServerMessage { .. }] if *removed == gone), "{events:?}");
}

/// I386-13, I386-10: parts of a message are events of their own, and are counted.
#[test]
fn a_long_message_is_told_in_counted_parts() {
    let mut world = World::new();
    world.moves(CLUB, LOUNGE, &[]);
    world.frames();
    let content = "🔥".repeat(Limits::CONTENT);
    world.happens(message(LOUNGE, &content));
    let mut told = String::new();
    for (count, frame) in (2..).zip(world.frames()) {
        let ServerFrame::Execute { s, event: Event::MessageCreate(part) } = frame else {
            panic!("{frame:?}")
        };
        assert_eq!(s, Some(Number::Whole(count)));
        told.push_str(&part.content);
    }
    assert_eq!(told, content);
}

/// I386-18, I386-23, I386-26, I386-27
#[test]
fn what_is_too_long_or_says_nothing_is_refused_before_anybody_is_asked() {
    let mut world = World::new();
    world.moves(CLUB, LOUNGE, &[]);
    world.frames();
    let room = |name: String, description: Option<String>| Command::ChannelAdd {
        name,
        description,
        visibility: true,
    };
    for command in [
        Command::MessageCreate { content: " \n".into(), nonce: None },
        room(String::new(), None),
        room("n".repeat(limits::NAME + 1), None),
        room("n".into(), Some("d".repeat(limits::DESCRIPTION + 1))),
        Command::SystemBanAdd { id: Number::Whole(2), reason: Some("r".repeat(limits::REASON + 1)) },
    ] {
        assert_eq!(world.asks(command), None);
        assert_eq!(world.refused(), (ErrorCode::Malformed, Some(world.s.into())));
    }
}

/// I386-28
#[test]
fn who_moves_all_the_time_waits() {
    let mut world = World::new();
    let moving = || Command::ChannelMove(Whither::Id(Number::Whole(5)));
    for _ in 0..10 {
        assert!(world.asks(moving()).is_some());
    }
    assert_eq!(world.asks(moving()), None);
    assert_eq!(world.refused().0, ErrorCode::RateLimited);
    world.now = world.now.later(Duration::from_secs(1));
    assert!(world.asks(moving()).is_some());
}

/// I386-22, I386-31
#[test]
fn the_end_is_told_with_its_reason() {
    type End = fn(&mut Connection);
    let ends: [(End, u16); 3] = [
        (|connection| connection.end(Ending::Suspended), 1008),
        (|connection| connection.end(Ending::Crowded), 4009),
        (Driven::stop, 4003),
    ];
    for (end, code) in ends {
        let mut world = World::new();
        end(&mut world.connection);
        assert_eq!(world.closed(), code);
        assert_eq!(world.asks(Command::StartTyping), None);
        assert_eq!(world.outputs(), []);
    }
}

/// I386-01
#[test]
fn a_binary_frame_is_malformed_and_a_ping_is_nothing() {
    let mut world = World::new();
    world.connection.noticed(world.now, Noticed::Life);
    assert_eq!(world.outputs(), []);
    world.connection.noticed(world.now, Noticed::Binary);
    assert_eq!(world.refused(), (ErrorCode::Malformed, None));
}
