//! A connection in virtual time.

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_dialects::emagine::{CloseCode, Token};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Request, Rules, Session};
use crate::accounts::Account;
use crate::chat::{
    Author, ChatEvent, CommunityId, Delivery, Ending, Message, MessageId, Noticed, Output, Person, Presence,
    Session as _, Welcome,
};

const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);
const ADA: u64 = 7;
const BOB: u64 = 8;

/// What a client sees.
#[derive(Debug, PartialEq)]
enum Got {
    Frame(Value),
    Closed(u16),
}

fn closed(code: CloseCode) -> [Got; 1] {
    [Got::Closed(code.code())]
}

fn account(number: u64) -> Box<Account> {
    let id = Uuid::from_u128(number.into());
    Box::new(Account { id, number, username: "somebody".into(), ..Account::default() })
}

/// A connection and its clock.
struct World {
    session: Session,
    now: Now,
}

impl World {
    fn with(rules: Rules) -> Self {
        let now = Clock::new().now();
        let mut world = Self { session: Session::new(now, rules), now };
        assert_eq!(world.session.opened(now), None);
        let interval = rules.heartbeat.as_millis() as u64;
        assert_eq!(world.got(), [Got::Frame(json!({ "op": 0, "heartbeat_interval": interval }))]);
        world
    }

    fn new() -> Self {
        Self::with(Rules::default())
    }

    /// Somebody who is ready.
    fn ready() -> Self {
        let mut world = Self::new();
        let request = world.identify(Some(ADA));
        assert_eq!(request, Some(Request::Enter(account(ADA))));
        world.enter();
        world
    }

    fn say(&mut self, frame: &Value) {
        assert_eq!(self.session.receive(self.now, &frame.to_string()), None, "{frame}");
    }

    fn identify(&mut self, user: Option<u64>) -> Option<Request> {
        let asked = self.session.receive(self.now, r#"{"op":1,"token":"token"}"#);
        assert_eq!(asked, Some(Request::Identify(Token("token".into()))));
        let answer = user.map_or(Answer::Nobodys, |user| Answer::Theirs(account(user)));
        self.session.answered(self.now, answer)
    }

    /// As the chat core takes somebody in.
    fn enter(&mut self) {
        let account = account(ADA);
        let welcome = Welcome {
            person: Person::from(&*account),
            presence: Presence::default(),
            communities: Vec::new(),
        };
        self.session.deliver(&Delivery::new(ChatEvent::Welcome(Box::new(welcome))));
        assert_eq!(self.session.answered(self.now, Answer::Entered), None);
        assert_eq!(self.got(), [Got::Frame(json!({ "op": 2, "user": "7" }))]);
    }

    fn got(&mut self) -> Vec<Got> {
        let got = |output| match output {
            Output::Send(frame) => Got::Frame(serde_json::from_slice(&frame).unwrap()),
            Output::Close { code, .. } => Got::Closed(code),
        };
        std::iter::from_fn(|| self.session.poll_output()).map(got).collect()
    }

    /// Time passes, and what is due is done when it is due.
    fn pass(&mut self, time: Duration) {
        let until = self.now.later(time);
        while let Some(due) = self.session.poll_timeout().filter(|due| *due <= until.instant) {
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.session.handle_timeout(self.now);
        }
        self.now = until;
    }

    /// The time of the one heartbeat that came.
    fn beat(&mut self) -> Value {
        match self.got().as_slice() {
            [Got::Frame(frame)] if frame["op"] == 10 => frame["time"].clone(),
            other => panic!("{other:?}"),
        }
    }
}

/// EMG-01, EMG-03, EMG-05: the greeting comes first, and who identifies enters.
#[test]
fn emg_05_who_identifies_enters_and_is_ready() {
    let mut world = World::ready();
    assert_eq!(world.identify(Some(ADA)), None, "entered once (EMG-R14)");
    assert_eq!(world.got(), [Got::Frame(json!({ "op": 2, "user": "7" }))]);
    assert_eq!(world.identify(Some(BOB)), None);
    assert_eq!(world.got(), closed(CloseCode::Malformed), "one connection is one person (EMG-R14)");
}

/// EMG-06 (EMG-R17)
#[test]
fn emg_06_a_wrong_token_ends_it_and_nothing_follows() {
    for mut world in [World::new(), World::ready()] {
        assert_eq!(world.identify(None), None);
        assert_eq!(world.got(), closed(CloseCode::BadToken));
        assert_eq!(world.session.answered(world.now, Answer::Theirs(account(ADA))), None);
        assert_eq!(world.session.receive(world.now, r#"{"op":1,"token":"t"}"#), None);
        world.say(&json!({ "op": 10 }));
        world.session.noticed(world.now, Noticed::Binary);
        world.session.deliver(&said());
        world.pass(600 * SECOND);
        assert_eq!((world.got(), world.session.poll_timeout()), (vec![], None));
    }
}

/// EMG-06
#[test]
fn emg_06_who_cannot_come_in_is_closed() {
    for (answer, code) in
        [(Answer::Nobodys, CloseCode::BadToken), (Answer::Unavailable, CloseCode::GoingAway)]
    {
        let mut world = World::new();
        world.identify(Some(ADA));
        assert_eq!(world.session.answered(world.now, answer), None);
        assert_eq!(world.got(), closed(code));
    }
}

/// EMG-04 (EMG-R5, EMG-R6)
#[test]
fn emg_04_what_is_no_message_ends_it() {
    for text in ["hello", "null", "[]", "5", "{}", r#"{"op":99}"#, r#"{"op":3,"message":{}}"#] {
        let mut world = World::ready();
        assert_eq!(world.session.receive(world.now, text), None);
        assert_eq!(world.got(), closed(CloseCode::Malformed), "{text}");
    }
    let mut world = World::ready();
    world.session.noticed(world.now, Noticed::Life);
    assert_eq!(world.got(), []);
    world.session.noticed(world.now, Noticed::Binary);
    assert_eq!(world.got(), closed(CloseCode::Malformed));
}

fn said() -> Delivery {
    let message = Message {
        id: MessageId::fresh(),
        number: 3,
        channel: crate::chat::ChannelId::fresh(),
        channel_number: 9_007_199_254_740_991,
        author: Author::Guest("Sol".into()),
        content: "hello".into(),
        reply_to: None,
        extra: None,
        created_ms: 5,
        edited_ms: None,
    };
    Delivery::new(ChatEvent::MessageCreated { community: CommunityId::fresh(), message })
}

/// EMG-07 (EMG-R3)
#[test]
fn emg_07_what_is_said_comes_as_op_3_with_ids_as_texts() {
    let mut world = World::ready();
    world.session.deliver(&said());
    let message = json!({ "id": "3", "channel_id": "9007199254740991", "author": "0", "author_name": "Sol",
        "type": 0, "content": "hello", "timestamp": 5 });
    assert_eq!(world.got(), [Got::Frame(json!({ "op": 3, "message": message }))]);
    let presence = ChatEvent::Presence {
        person: Person::from(&*account(BOB)),
        presence: Presence::default(),
        communities: [].into(),
    };
    world.session.deliver(&Delivery::new(presence));
    assert_eq!(world.got(), [], "there is no word for it");
}

/// EMG-08, EMG-09: also before anybody identified, where they have longer for it.
#[test]
fn emg_08_a_heartbeat_comes_every_interval_from_the_connection_on() {
    let mut world = World::with(Rules { identify: 300 * SECOND, ..Rules::default() });
    world.pass(20 * SECOND);
    world.identify(Some(ADA));
    world.enter();
    world.pass(25 * SECOND - MILLISECOND);
    assert_eq!(world.got(), []);
    for _ in 0..100 {
        world.pass(MILLISECOND);
        let time = world.beat();
        assert_eq!(time, json!(world.now.unix_ms));
        world.say(&json!({ "time": time, "op": 11 }));
        world.pass(45 * SECOND - MILLISECOND);
        assert_eq!(world.got(), []);
    }
    let mut nobody = World::with(Rules { identify: 300 * SECOND, ..Rules::default() });
    nobody.pass(45 * SECOND);
    nobody.beat();
}

/// EMG-12 (EMG-R8): a miss ends within one interval.
#[test]
fn emg_12_a_heartbeat_that_is_not_answered_when_the_next_is_due_ends_it() {
    let mut silent = World::ready();
    silent.pass(45 * SECOND);
    silent.beat();
    silent.pass(45 * SECOND - MILLISECOND);
    assert_eq!(silent.got(), []);
    silent.pass(MILLISECOND);
    assert_eq!(silent.got(), closed(CloseCode::TimedOut));

    let mut just_in_time = World::ready();
    just_in_time.pass(45 * SECOND);
    let answer = json!({ "op": 11, "time": just_in_time.beat() });
    just_in_time.pass(45 * SECOND - MILLISECOND);
    just_in_time.say(&answer);
    just_in_time.pass(MILLISECOND);
    assert_ne!(just_in_time.beat(), answer["time"]);
}

/// EMG-12 (EMG-R8)
#[test]
fn emg_12_an_answer_that_is_older_than_an_interval_ends_it() {
    let mut world = World::new();
    world.say(&json!({ "op": 11, "time": world.now.unix_ms - 45_000 }));
    assert_eq!(world.got(), []);
    world.say(&json!({ "op": 11, "time": world.now.unix_ms - 45_001 }));
    assert_eq!(world.got(), closed(CloseCode::TimedOut));
}

/// EMG-12 (EMG-R8): they end nothing, and answer nothing.
#[test]
fn emg_12_what_answers_no_heartbeat_is_passed_over() {
    let mut world = World::ready();
    world.pass(45 * SECOND);
    let time = world.beat().as_u64().unwrap();
    for other in [json!(null), json!("abc"), json!({}), json!(time + 1), json!(time - 1), json!(1e300)] {
        world.say(&json!({ "op": 11, "time": other }));
    }
    world.say(&json!({ "op": 11 }));
    assert_eq!(world.got(), []);
    world.pass(45 * SECOND);
    assert_eq!(world.got(), closed(CloseCode::TimedOut));
}

/// EMG-10, EMG-11 (EMG-R10, EMG-R11): also before identifying, and whatever `time` is.
#[test]
fn emg_11_a_heartbeat_of_the_client_is_answered_at_once_with_its_time() {
    for mut world in [World::new(), World::ready()] {
        for time in [json!(1_579_276_740_336_u64), json!("abc"), json!({ "a": 1 }), json!(null), json!(1.5)] {
            world.say(&json!({ "op": 10, "time": time }));
            assert_eq!(world.got(), [Got::Frame(json!({ "op": 11, "time": time }))]);
        }
        world.say(&json!({ "op": 10 }));
        assert_eq!(world.got(), [Got::Frame(json!({ "op": 11 }))]);
    }
}

/// EMG-02 (EMG-R9): who only answers stays.
#[test]
fn emg_02_a_client_need_not_send_heartbeats() {
    let mut world = World::ready();
    for _ in 0..10 {
        world.pass(45 * SECOND);
        let answer = json!({ "op": 11, "time": world.beat() });
        world.say(&answer);
    }
    assert!(world.session.poll_timeout().is_some());
}

/// EMG-06 (EMG-R15): heartbeats do not put it off.
#[test]
fn emg_06_who_never_identifies_is_closed_after_one_interval() {
    let mut world = World::new();
    world.pass(45 * SECOND - MILLISECOND);
    world.say(&json!({ "op": 10 }));
    assert_eq!(world.got().len(), 1);
    world.pass(MILLISECOND);
    assert_eq!(world.got(), closed(CloseCode::BadToken));
}

/// EMG-13: the time comes back as it was sent, so the difference to now is how long it took.
#[test]
fn emg_13_the_time_of_a_heartbeat_measures_its_way() {
    let mut world = World::ready();
    let sent = world.now.unix_ms;
    world.say(&json!({ "op": 10, "time": sent }));
    world.now = world.now.later(30 * MILLISECOND);
    let [Got::Frame(answer)] = &world.got()[..] else { panic!("no answer") };
    assert_eq!(world.now.unix_ms - answer["time"].as_u64().unwrap(), 30);
}

/// EMG-12
#[test]
fn after_the_computer_slept_nobody_is_missed() {
    for mut world in [World::new(), World::ready()] {
        world.pass(44 * SECOND);
        world.now = world.now.later(3600 * SECOND);
        world.session.woke(world.now);
        world.pass(44 * SECOND);
        assert_eq!(world.got(), []);
        world.pass(SECOND);
        assert_eq!(world.got().len(), 1, "from then on as usual");
    }
    let mut asked = World::ready();
    asked.pass(45 * SECOND);
    let old = asked.beat();
    asked.now = asked.now.later(3600 * SECOND);
    asked.session.woke(asked.now);
    asked.say(&json!({ "op": 11, "time": old }));
    assert_eq!(asked.got(), [], "late, as everything of before");
    asked.pass(45 * SECOND);
    let answer = json!({ "op": 11, "time": asked.beat() });
    asked.say(&answer);
    assert_eq!(asked.got(), []);
}

#[test]
fn frames_beyond_the_pace_are_not_looked_at() {
    let mut world = World::ready();
    world.pass(SECOND);
    for _ in 0..Session::BURST + 50 {
        world.say(&json!({ "op": 10 }));
    }
    assert_eq!(world.got().len(), Session::BURST as usize);
    world.pass(3 * Session::REFILL);
    for _ in 0..9 {
        world.say(&json!({ "op": 10 }));
    }
    assert_eq!(world.got().len(), 3);
}

#[test]
fn the_chat_core_and_the_server_can_end_it() {
    let ended = |end: fn(&mut Session)| {
        let mut world = World::ready();
        end(&mut world.session);
        world.got()
    };
    assert_eq!(ended(|session| session.end(Ending::Suspended)), closed(CloseCode::BadToken));
    assert_eq!(ended(|session| session.end(Ending::Crowded)), closed(CloseCode::Crowded));
    assert_eq!(ended(|session| session.stop()), closed(CloseCode::GoingAway));
}
