//! A connection in virtual time.

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_dialects::emagine::{CloseCode, ServerFrame, Time, Token};
use serde_json::{Value, json};

use super::{Output, Rules, Session};

const SECOND: Duration = Duration::from_secs(1);
const ADA: u64 = 7;
const BOB: u64 = 8;

/// A connection and its clock.
struct World {
    session: Session,
    now: Now,
}

impl World {
    fn with(rules: Rules) -> Self {
        let now = Clock::new().now();
        let mut world = Self { session: Session::open(now, rules), now };
        let hello = ServerFrame::Hello { heartbeat_interval: rules.heartbeat.as_millis() as u64 };
        assert_eq!(world.got(), [Output::Send(hello)]);
        world
    }

    fn new() -> Self {
        Self::with(Rules::default())
    }

    /// Somebody who is ready.
    fn ready() -> Self {
        let mut world = Self::new();
        world.identify(Some(ADA));
        assert_eq!(world.got(), [Output::Enter]);
        world
    }

    fn say(&mut self, frame: &Value) {
        self.session.receive(self.now, &frame.to_string());
    }

    fn identify(&mut self, user: Option<u64>) {
        self.say(&json!({ "op": 1, "token": "token" }));
        assert_eq!(self.got(), [Output::LookUp(Token("token".into()))]);
        self.session.identified(user);
    }

    fn got(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.session.poll_output()).collect()
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
            [Output::Send(ServerFrame::Heartbeat { time })] => time.value().unwrap().clone(),
            other => panic!("{other:?}"),
        }
    }
}

fn closed(code: CloseCode) -> [Output; 1] {
    [Output::Close(code)]
}

/// EMG-01, EMG-03, EMG-05: the greeting comes first, and who identifies enters.
#[test]
fn emg_05_who_identifies_enters() {
    let mut world = World::ready();
    world.identify(Some(ADA));
    let ready = ServerFrame::Ready { user: ADA.to_string() };
    assert_eq!(world.got(), [Output::Send(ready)], "again, and entered once (EMG-R14)");
    world.identify(Some(BOB));
    assert_eq!(world.got(), closed(CloseCode::Malformed), "one connection is one person (EMG-R14)");
}

/// EMG-06 (EMG-R17)
#[test]
fn emg_06_a_wrong_token_ends_it_and_nothing_follows() {
    for mut world in [World::new(), World::ready()] {
        world.identify(None);
        assert_eq!(world.got(), closed(CloseCode::BadToken));
        world.session.identified(Some(ADA));
        world.say(&json!({ "op": 10 }));
        world.session.receive_binary();
        world.pass(Duration::from_secs(600));
        assert_eq!((world.got(), world.session.poll_timeout()), (vec![], None));
    }
}

/// EMG-04 (EMG-R5, EMG-R6)
#[test]
fn emg_04_what_is_no_message_ends_it() {
    for text in ["hello", "null", "[]", "5", "{}", r#"{"op":99}"#, r#"{"op":3,"message":{}}"#] {
        let mut world = World::ready();
        world.session.receive(world.now, text);
        assert_eq!(world.got(), closed(CloseCode::Malformed), "{text}");
    }
    let mut world = World::ready();
    world.session.receive_binary();
    assert_eq!(world.got(), closed(CloseCode::Malformed));
}

/// EMG-08, EMG-09: also before anybody identified, where they have longer for it.
#[test]
fn emg_08_a_heartbeat_comes_every_interval_from_the_connection_on() {
    let mut world = World::with(Rules { identify: 300 * SECOND, ..Rules::default() });
    world.pass(20 * SECOND);
    world.identify(Some(ADA));
    world.got();
    world.pass(25 * SECOND - Duration::from_millis(1));
    assert_eq!(world.got(), []);
    for _ in 0..100 {
        world.pass(Duration::from_millis(1));
        let time = world.beat();
        assert_eq!(time, json!(world.now.unix_ms));
        world.say(&json!({ "time": time, "op": 11 }));
        world.pass(45 * SECOND - Duration::from_millis(1));
        assert_eq!(world.got(), []);
    }
}

/// EMG-12 (EMG-R8)
#[test]
fn emg_12_a_heartbeat_that_is_not_answered_when_the_next_is_due_ends_it() {
    let mut world = World::ready();
    world.pass(45 * SECOND);
    let time = world.beat();
    world.pass(45 * SECOND - Duration::from_millis(1));
    assert_eq!(world.got(), []);
    let mut silent = World { now: world.now, ..world };
    silent.pass(Duration::from_millis(1));
    assert_eq!(silent.got(), closed(CloseCode::TimedOut));

    let mut just_in_time = World::ready();
    just_in_time.pass(45 * SECOND);
    let answer = json!({ "op": 11, "time": just_in_time.beat() });
    just_in_time.pass(45 * SECOND - Duration::from_millis(1));
    just_in_time.say(&answer);
    just_in_time.pass(Duration::from_millis(1));
    assert_ne!(just_in_time.beat(), time);
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
            let answer = ServerFrame::HeartbeatAck { time: Time::of(Some(time)) };
            assert_eq!(world.got(), [Output::Send(answer)]);
        }
        world.say(&json!({ "op": 10 }));
        assert_eq!(world.got(), [Output::Send(ServerFrame::HeartbeatAck { time: Time::default() })]);
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
    world.pass(45 * SECOND - Duration::from_millis(1));
    world.say(&json!({ "op": 10 }));
    assert_eq!(world.got().len(), 1);
    world.pass(Duration::from_millis(1));
    assert_eq!(world.got(), closed(CloseCode::BadToken));
}

/// EMG-13: the time comes back as it was sent, so the difference to now is how long it took.
#[test]
fn emg_13_the_time_of_a_heartbeat_measures_its_way() {
    let mut world = World::ready();
    let sent = world.now.unix_ms;
    world.say(&json!({ "op": 10, "time": sent }));
    let [Output::Send(ServerFrame::HeartbeatAck { time })] = &world.got()[..] else { panic!("no answer") };
    assert_eq!(world.now.later(30 * Duration::from_millis(1)).unix_ms as i64 - time.ms().unwrap(), 30);
}

/// EMG-12
#[test]
fn after_the_computer_slept_nobody_is_missed() {
    for mut world in [World::new(), World::ready()] {
        world.pass(44 * SECOND);
        world.got();
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
    assert_ne!(answer["time"], old);
    asked.say(&answer);
    assert_eq!(asked.got(), []);
}
