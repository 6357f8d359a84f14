use super::*;
use crate::view::{OverlayActivity, OverlayStage};

fn member(id: u32, celsius: f32) -> OverlayMember {
    OverlayMember {
        id,
        name: Some(format!("Member {id}")),
        me: id == 1,
        led: None,
        activity: OverlayActivity::Preheat,
        celsius: Some(celsius),
        target_celsius: Some(280.0),
        left_s: None,
        hold_s: None,
        ready: false,
        away: false,
    }
}

fn view(celsius: f32) -> OverlayView {
    OverlayView { members: vec![member(1, celsius), member(2, 100.0)], ..OverlayView::default() }
}

fn start() -> Instant {
    hearth_clock::Clock::new().now().instant
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Whose values a message has.
fn ids(message: Option<OverlayMessage>) -> Vec<u32> {
    match message {
        Some(OverlayMessage::Members { members }) => members.iter().map(|member| member.id).collect(),
        other => panic!("not members: {other:?}"),
    }
}

#[test]
fn nothing_new_is_nothing_said() {
    let t0 = start();
    let mut relay = Relay::new(view(20.0), t0);
    relay.take(t0 + ms(500), view(20.0));
    assert_eq!(relay.due(), None);
    assert_eq!(relay.poll(t0 + ms(500)), None);
}

#[test]
fn a_temperature_after_a_pause_is_said_at_once() {
    let t0 = start();
    let mut relay = Relay::new(view(20.0), t0);
    relay.take(t0 + ms(500), view(21.0));
    assert!(relay.due().unwrap() <= t0 + ms(500));
    assert_eq!(ids(relay.poll(t0 + ms(500))), [1]);
    assert_eq!(relay.due(), None);
}

#[test]
fn temperatures_of_one_member_come_ten_times_a_second_at_most() {
    let t0 = start();
    let mut relay = Relay::new(view(20.0), t0);
    let mut said = 0;
    for tick in 0..1000 {
        let now = t0 + ms(1000 + tick);
        relay.take(now, view(20.0 + tick as f32));
        said += usize::from(relay.poll(now).is_some());
    }
    assert_eq!(said, 10);
    // The last one is not lost.
    let due = relay.due().unwrap();
    assert!(due <= t0 + ms(2001));
    assert_eq!(ids(relay.poll(due)), [1]);
}

#[test]
fn a_busy_member_does_not_delay_another() {
    let t0 = start();
    let mut relay = Relay::new(view(20.0), t0);
    relay.take(t0 + ms(1000), view(21.0));
    assert_eq!(ids(relay.poll(t0 + ms(1000))), [1]);
    let mut next = view(22.0);
    next.members[1].celsius = Some(101.0);
    relay.take(t0 + ms(1010), next);
    assert_eq!(relay.due(), Some(t0 + ms(1033)));
    assert_eq!(ids(relay.poll(t0 + ms(1033))), [2]);
    assert_eq!(relay.due(), Some(t0 + ms(1100)));
    assert_eq!(ids(relay.poll(t0 + ms(1100))), [1]);
}

#[test]
fn a_heat_that_begins_does_not_wait_for_the_next_temperature() {
    let t0 = start();
    let mut relay = Relay::new(view(20.0), t0);
    relay.take(t0 + ms(1000), view(21.0));
    relay.poll(t0 + ms(1000));
    let mut next = view(22.0);
    next.members[0].activity = OverlayActivity::Active;
    relay.take(t0 + ms(1020), next);
    assert_eq!(ids(relay.poll(t0 + ms(1020))), [1]);
}

#[test]
fn another_stage_sends_the_whole_view() {
    let t0 = start();
    let mut relay = Relay::new(view(20.0), t0);
    let next = OverlayView { stage: OverlayStage::Awaiting, ..view(25.0) };
    relay.take(t0 + ms(100), next.clone());
    assert_eq!(relay.poll(t0 + ms(100)), Some(OverlayMessage::View { view: next }));
}

#[test]
fn a_countdown_that_goes_as_told_is_not_told_again() {
    let t0 = start();
    let counting =
        |left| OverlayView { stage: OverlayStage::Countdown, countdown_ms: Some(left), ..view(20.0) };
    let mut relay = Relay::new(counting(3000), t0);
    relay.take(t0 + ms(1000), counting(1990));
    assert_eq!(relay.due(), None);
    relay.take(t0 + ms(1100), counting(2900));
    let told = relay.poll(t0 + ms(1100));
    assert!(matches!(told, Some(OverlayMessage::View { view }) if view.countdown_ms == Some(2900)));
}

#[test]
fn small_errors_of_a_countdown_do_not_add_up_unnoticed() {
    let t0 = start();
    let counting =
        |left| OverlayView { stage: OverlayStage::Countdown, countdown_ms: Some(left), ..view(20.0) };
    let mut relay = Relay::new(counting(5000), t0);
    let mut corrected = false;
    for step in 1..=10_u32 {
        let now = t0 + ms(u64::from(step) * 100);
        // It runs 30 ms a step slower than told.
        relay.take(now, counting(5000 - step * 70));
        corrected |= relay.poll(now).is_some();
    }
    assert!(corrected);
}

#[test]
fn who_comes_late_is_told_the_time_that_is_left() {
    let t0 = start();
    let counting = OverlayView { stage: OverlayStage::Countdown, countdown_ms: Some(3000), ..view(20.0) };
    let relay = Relay::new(counting, t0);
    let OverlayMessage::Hello { view, .. } = relay.hello(t0 + ms(1200)) else { panic!("no hello") };
    assert_eq!(view.countdown_ms, Some(1800));
}

#[test]
fn hidden_names_are_in_no_message() {
    let t0 = start();
    let mut hidden = view(20.0);
    hidden.look.names = false;
    let mut relay = Relay::new(hidden.clone(), t0);
    hidden.members[0].activity = OverlayActivity::Active;
    relay.take(t0 + ms(100), hidden.clone());
    let members = serde_json::to_string(&relay.poll(t0 + ms(100))).unwrap();
    hidden.stage = OverlayStage::Seshing;
    relay.take(t0 + ms(300), hidden);
    let whole = serde_json::to_string(&relay.poll(t0 + ms(300))).unwrap();
    let hello = serde_json::to_string(&relay.hello(t0 + ms(300))).unwrap();
    for text in [members, whole, hello] {
        assert!(text.contains("preheat") || text.contains("active"), "{text}");
        assert!(!text.contains("Member 1"), "{text}");
    }
}
