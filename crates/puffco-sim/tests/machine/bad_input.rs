//! Bad input costs a count, told at most once a second, and nothing else.

use std::time::Duration;

use puffco::device::{Input, LinkCounters, Phase};
use puffco::gatt;
use puffco::state::OperatingState;
use uuid::Uuid;

use crate::pair::{LATENCY, Pair};

/// A pair in which nothing is under way.
fn quiet() -> Pair {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.counted.clear();
    pair
}

#[test]
fn each_kind_of_bad_frame_is_counted() {
    type Case = (&'static str, (Uuid, Vec<u8>), fn(&LinkCounters) -> u64);
    let cases: [Case; 5] = [
        ("a short reply", (gatt::REPLY, vec![1, 0]), |counters| counters.short_frames),
        ("a short event", (gatt::EVENT, vec![1, 0, 0, 1, 0]), |counters| counters.short_frames),
        ("a reply to nothing", (gatt::REPLY, vec![0xff, 0xef, 0]), |counters| counters.stray_replies),
        ("an event of no watch", (gatt::EVENT, vec![1, 0, 0, 99, 99, 0, 5]), |counters| {
            counters.stray_events
        }),
        ("an empty frame", (gatt::REPLY, vec![]), |counters| counters.short_frames),
    ];
    for (what, (characteristic, value), count) in cases {
        let mut pair = quiet();
        let (state, before) = (pair.device.state().clone(), count(&pair.device.counters()));
        pair.input(Input::Notified(characteristic, value));
        assert_eq!(count(&pair.device.counters()), before + 1, "{what}");
        assert_eq!(*pair.device.state(), state, "{what}");
        pair.advance(Duration::from_secs(5));
        assert_eq!((pair.device.phase(), pair.sim.counters().links), (&Phase::Ready, 1), "{what}");
    }
}

#[test]
fn a_payload_that_is_longer_than_asked_for_is_counted_and_its_beginning_used() {
    let mut pair = quiet();
    let handle = pair.handle_of("/p/app/stat/id").unwrap();
    let [low, high] = handle.to_le_bytes();
    pair.input(Input::Notified(gatt::EVENT, vec![0x77, 0x77, 0, low, high, 0, 6, 1, 2, 3]));
    assert_eq!(pair.device.counters().long_frames, 1);
    assert_eq!(pair.operating(), OperatingState::TEMP_SELECT);
}

#[test]
fn a_value_of_another_form_is_counted_and_leaves_what_was_known() {
    let mut pair = quiet();
    let before = pair.device.state().battery_percent;
    pair.sim.set_attribute(pair.now, "/p/bat/soc", &[1, 2]);
    pair.advance(Duration::from_secs(30));
    assert!(pair.device.counters().bad_values >= 1);
    assert_eq!(pair.device.state().battery_percent, before);
}

#[test]
fn counters_are_told_at_most_once_a_second_and_only_when_there_is_something_to_tell() {
    let mut pair = quiet();
    pair.advance(Duration::from_secs(60));
    assert_eq!(pair.counted, []);
    for _ in 0..1000 {
        pair.input(Input::Notified(gatt::REPLY, vec![0xff]));
        pair.advance(Duration::from_millis(5));
    }
    pair.advance(Duration::from_secs(3));
    assert!((5..=7).contains(&pair.counted.len()), "{}", pair.counted.len());
    assert!(pair.counted.windows(2).all(|two| two[1].0 - two[0].0 >= Duration::from_secs(1)));
    assert_eq!(pair.counted.last().unwrap().1, pair.device.counters());
    assert_eq!(pair.device.counters().short_frames, 1000);
}

#[test]
fn links_are_counted_and_told() {
    let mut pair = quiet();
    pair.sim.drop_link(pair.now);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    pair.advance(Duration::from_secs(2));
    assert_eq!(pair.counted.last().unwrap().1.links, 2);
}

#[test]
fn who_looks_is_told_now_and_then_how_many_commands_were_sent() {
    let mut pair = quiet();
    pair.advance(Duration::from_secs(60));
    assert_eq!(pair.counted, [], "nobody looks");
    pair.input(Input::Watched(true));
    pair.advance(Duration::from_secs(61));
    assert!((6..=7).contains(&pair.counted.len()), "{}", pair.counted.len());
    let round_trips = |told: &LinkCounters| told.round_trips;
    assert!(pair.counted.windows(2).all(|two| round_trips(&two[0].1) < round_trips(&two[1].1)));
}

#[test]
fn what_answers_took_is_told_with_the_counters() {
    let mut pair = quiet();
    pair.input(Input::Watched(true));
    pair.advance(Duration::from_secs(30));
    let pace = pair.counted.last().unwrap().1.pace.unwrap();
    assert!(pace.last >= LATENCY && pace.usual >= LATENCY, "{pace:?}");
    assert!(pace.usual <= pace.slow && pace.slow < Duration::from_secs(1), "{pace:?}");
    pair.sim.drop_link(pair.now);
    pair.until("a link", 10, |pair| pair.device.counters().links == 2);
    assert_eq!(pair.device.counters().pace, None, "another link has another way");
}
