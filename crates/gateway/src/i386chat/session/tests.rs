use hearth_clock::Clock;
use hearth_dialects::i386chat::{Present, User};

use super::*;

/// A connection in a world whose time is moved by hand.
struct World {
    session: Session,
    now: Now,
}

const HEARTBEAT_TEXT: &str = r#"{"f":120}"#;

impl World {
    fn new() -> Self {
        let now = Clock::new().now();
        let mut world = Self { session: Session::open(now, Rules::default()), now };
        assert_eq!(world.frames(), [ServerFrame::Introduce { heartbeat: HEARTBEAT }]);
        world
    }

    fn presented() -> Self {
        let mut world = Self::new();
        world.say(&ClientFrame::Present(Present { token: "good".into() }).text().unwrap());
        assert_eq!(world.outputs(), [Output::LookUp("good".into())]);
        world.session.presented(Ok(Ready::default()));
        assert_eq!(world.frames(), [ServerFrame::Ready(Ready::default())]);
        world
    }

    fn say(&mut self, text: &str) {
        self.session.receive(self.now, text);
    }

    /// Lets time pass, and does what is due when it is due.
    fn pass(&mut self, time: Duration) {
        let end = self.now.later(time);
        while let Some(due) = self.session.poll_timeout().filter(|due| *due <= end.instant) {
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.session.handle_timeout(self.now);
        }
        self.now = end;
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.session.poll_output()).collect()
    }

    fn frames(&mut self) -> Vec<ServerFrame> {
        self.outputs().into_iter().map(|output| frame(&output)).collect()
    }

    /// It ends with this error: a fatal 150, then the close.
    fn assert_ended(&mut self, code: ErrorCode) {
        let outputs = self.outputs();
        let [.., error, close] = &outputs[..] else { panic!("{outputs:?}") };
        assert_eq!(frame(error), ServerFrame::Error(Fault::fatal(code)));
        assert_eq!(close, &Output::Close(code));
        assert!(self.session.is_closed());
        assert_eq!(self.session.poll_timeout(), None);
        self.say(HEARTBEAT_TEXT);
        self.session.tell(&Event::GatewayDown.tail());
        self.session.go_down();
        assert_eq!(self.outputs(), [], "nothing follows");
    }
}

fn frame(output: &Output) -> ServerFrame {
    match output {
        Output::Send(text) => ServerFrame::parse(text).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn is_refused(frames: &[ServerFrame], code: ErrorCode) -> bool {
    matches!(frames, [ServerFrame::Error(fault)] if fault.code == code && !fault.is_fatal)
}

fn after(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn i386_02_03_the_first_frame_tells_how_often_a_heartbeat_is_wanted() {
    let mut session = Session::open(Clock::new().now(), Rules::default());
    assert_eq!(session.poll_output(), Some(Output::Send(r#"{"cnf":{"hb_int":20000},"f":100}"#.into())));
    assert_eq!(session.poll_output(), None);
}

#[test]
fn i386_05_06_every_heartbeat_is_answered_before_presenting_too() {
    for mut world in [World::new(), World::presented()] {
        for _ in 0..3 {
            world.say(HEARTBEAT_TEXT);
            assert_eq!(world.frames(), [ServerFrame::Heartbeat]);
        }
    }
}

/// I386-05 (I386-R9): two intervals without a heartbeat, not a moment later.
#[test]
fn missed_heartbeats_end_the_connection_with_4001_within_one_interval_of_the_second() {
    let mut world = World::presented();
    world.pass(after(19_000));
    world.say(HEARTBEAT_TEXT);
    world.pass(after(39_999));
    assert_eq!(world.frames(), [ServerFrame::Heartbeat], "still there");
    world.pass(after(1));
    world.assert_ended(ErrorCode::Timeout);
}

/// I386-05: other payloads are no heartbeats.
#[test]
fn who_speaks_without_heartbeats_is_closed_all_the_same() {
    let mut world = World::presented();
    for _ in 0..4 {
        world.pass(after(9_999));
        world.say(r#"{"f":130,"t":"START_TYPING"}"#);
        assert!(matches!(world.outputs()[..], [Output::Do(_)]));
    }
    world.pass(after(4));
    world.assert_ended(ErrorCode::Timeout);
}

#[test]
fn with_heartbeats_a_connection_lasts() {
    let mut world = World::presented();
    for _ in 0..1000 {
        world.pass(HEARTBEAT);
        world.say(HEARTBEAT_TEXT);
        assert_eq!(world.frames(), [ServerFrame::Heartbeat]);
    }
}

/// I386-14 (I386-R11): heartbeats do not put it off.
#[test]
fn who_does_not_present_themselves_in_time_is_closed_with_4001() {
    let mut world = World::new();
    world.pass(after(20_000));
    world.say(HEARTBEAT_TEXT);
    world.pass(after(19_999));
    assert_eq!(world.frames(), [ServerFrame::Heartbeat]);
    world.pass(after(1));
    world.assert_ended(ErrorCode::Timeout);
}

/// I386-14 (I386-R7)
#[test]
fn i386_14_whatever_comes_before_presenting_is_4005_and_the_connection_stays_up_to_a_limit() {
    let mut world = World::new();
    for text in [r#"{"f":130,"s":21,"t":"MESSAGE_CREATE","cnf":{"content":"x"}}"#, r#"{"f":130,"e":"NOPE"}"#]
    {
        world.say(text);
        let frames = world.frames();
        assert!(is_refused(&frames, ErrorCode::NotPresented), "{text}: {frames:?}");
    }
    for _ in 2..10 {
        world.say(r#"{"f":130}"#);
        assert!(is_refused(&world.frames(), ErrorCode::NotPresented));
    }
    world.say(r#"{"f":130}"#);
    world.assert_ended(ErrorCode::RateLimited);
}

/// I386-15, I386-16, I386-22 (I386-R6)
#[test]
fn a_wrong_token_and_a_banned_user_end_the_connection() {
    for code in [ErrorCode::InvalidToken, ErrorCode::Banned] {
        let mut world = World::new();
        world.say(r#"{"f":110,"cnf":{"token":"bad"}}"#);
        assert_eq!(world.outputs(), [Output::LookUp("bad".into())]);
        world.session.presented(Err(code));
        world.assert_ended(code);
        assert_eq!(code.close_code(), 1008);
    }
}

/// I386-14 (I386-R10)
#[test]
fn a_second_present_is_malformed_and_changes_nothing() {
    let mut world = World::presented();
    world.say(r#"{"f":110,"cnf":{"token":"other"}}"#);
    assert!(is_refused(&world.frames(), ErrorCode::Malformed));
    world.say(r#"{"f":130,"s":3,"t":"START_TYPING"}"#);
    let order = Order { s: Some(Number::Whole(3)), command: Command::StartTyping };
    assert_eq!(world.outputs(), [Output::Do(order)]);
}

/// I386-04, I386-08, I386-22 (I386-R8)
#[test]
fn what_is_no_payload_costs_only_itself() {
    for text in [
        "null",
        "5",
        "[]",
        "x",
        "{}",
        r#"{"f":"130"}"#,
        r#"{"f":100,"cnf":{"hb_int":1}}"#,
        r#"{"f":140}"#,
        r#"{"f":150,"cnf":{"c":1,"d":true}}"#,
        r#"{"f":110}"#,
        r#"{"f":999}"#,
    ] {
        for mut world in [World::new(), World::presented()] {
            world.say(text);
            assert!(is_refused(&world.frames(), ErrorCode::Malformed), "{text}");
            world.say(HEARTBEAT_TEXT);
            assert_eq!(world.frames(), [ServerFrame::Heartbeat]);
        }
    }
    let mut world = World::presented();
    world.session.receive_binary(world.now);
    assert!(is_refused(&world.frames(), ErrorCode::Malformed));
}

/// I386-17, I386-18, I386-22: the answer names the count of what it answers.
#[test]
fn an_event_that_cannot_be_used_is_malformed_and_named_by_its_count() {
    let mut world = World::presented();
    world.say(r#"{"f":130,"s":21,"t":"A","e":"B","cnf":{}}"#);
    let frames = world.frames();
    assert!(
        matches!(&frames[..], [ServerFrame::Error(fault)]
        if fault.s == Some(Number::Whole(21)) && fault.code == ErrorCode::Malformed),
        "{frames:?}"
    );
}

#[test]
fn i386_13_one_byte_too_many_ends_the_connection_with_4000() {
    let mut world = World::presented();
    let most = format!("{HEARTBEAT_TEXT}{}", " ".repeat(4096 - HEARTBEAT_TEXT.len()));
    world.say(&most);
    assert_eq!(world.frames(), [ServerFrame::Heartbeat]);
    world.say(&format!("{most} "));
    world.assert_ended(ErrorCode::TooLong);
}

/// I386-22 (I386-R17)
#[test]
fn a_flood_ends_the_connection_with_4002_and_a_busy_client_does_not() {
    let mut world = World::presented();
    for _ in 0..500 {
        world.pass(after(100));
        world.say(HEARTBEAT_TEXT);
        assert_eq!(world.frames(), [ServerFrame::Heartbeat]);
    }
    let mut answered = 0;
    while !world.session.is_closed() {
        world.session.receive_binary(world.now);
        answered += 1;
    }
    assert_eq!(answered, 100, "and what is no payload counts");
    world.assert_ended(ErrorCode::RateLimited);
}

/// I386-10, I386-29 (I386-R2)
#[test]
fn events_are_counted_from_one_and_only_told_to_who_is_presented() {
    let mut world = World::new();
    let tail = Event::RoomUserAdd { user: User::default() }.tail();
    world.session.tell(&tail);
    assert_eq!(world.outputs(), []);
    let mut world = World::presented();
    for count in 1..=3 {
        world.session.tell(&tail);
        let expected = ServerFrame::Execute {
            s: Some(Number::Whole(count)),
            event: Event::RoomUserAdd { user: User::default() },
        };
        assert_eq!(world.frames(), [expected]);
    }
}

#[test]
fn i386_31_going_down_is_told_before_the_error_and_the_close() {
    let mut world = World::presented();
    world.session.go_down();
    let first = world.outputs().remove(0);
    assert_eq!(frame(&first), ServerFrame::Execute { s: Some(Number::Whole(1)), event: Event::GatewayDown });
    for mut world in [World::new(), World::presented()] {
        world.session.go_down();
        world.assert_ended(ErrorCode::ShuttingDown);
    }
}

#[test]
fn after_a_sleep_of_the_computer_everybody_gets_their_time_again() {
    for mut world in [World::new(), World::presented()] {
        world.now = world.now.later(Duration::from_secs(3600));
        world.session.woke(world.now);
        world.pass(after(39_999));
        assert_eq!(world.outputs(), []);
        world.pass(after(1));
        world.assert_ended(ErrorCode::Timeout);
    }
}
