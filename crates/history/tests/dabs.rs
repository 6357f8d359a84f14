//! What was seen of a dab and what the device's log says of it become one.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod kept;

use hearth_history::*;
use kept::*;

#[tokio::test]
async fn the_log_and_the_live_heat_are_one_dab() {
    let place = Place::new();
    let store = place.open().await;
    store.apply(&[Write::Dab(seen(NOW - DAY))]).await.unwrap();
    let reading = reading(vec![logged(7, NOW - DAY + 1_400), logged(8, NOW - DAY + 10 * MINUTE)]);
    let taken = store.take_log(&device("ember"), &reading).await.unwrap();
    assert_eq!(taken, LogTaken { added: 1, merged: 1, known: 0, left_out: 0 });

    let [only_log, both] = &dabs(&store).await[..] else { panic!("two dabs") };
    assert_eq!((both.source, only_log.source), (Source::Both, Source::Log));
    // The moment is ours, the durations are the log's, the peak is the higher one.
    assert_eq!((both.at_ms, both.time_to_temp_ms, both.held_ms), (NOW - DAY, Some(21_640), Some(44_900)));
    assert_eq!((both.peak_celsius, both.target_celsius, both.boosts), (Some(288.8), Some(283.1), 1));
    assert_eq!(both.profile.name.as_deref(), Some("Low"));
}

#[tokio::test]
async fn reading_the_log_again_adds_nothing() {
    let place = Place::new();
    let store = place.open().await;
    store.apply(&[Write::Dab(seen(NOW - DAY))]).await.unwrap();
    let first = reading(vec![logged(7, NOW - DAY), logged(8, NOW - DAY + 10 * MINUTE)]);
    store.take_log(&device("ember"), &first).await.unwrap();
    let before = dabs(&store).await;
    let taken = store.take_log(&device("ember"), &first).await.unwrap();
    assert_eq!(taken, LogTaken { known: 2, ..LogTaken::default() });
    // Relative times are placed a little differently every time.
    let mut again = first.clone();
    again.now_ms += 3_000;
    again.dabs.iter_mut().for_each(|dab| dab.at_ms += 3_000);
    store.take_log(&device("ember"), &again).await.unwrap();
    assert_eq!(dabs(&store).await, before);
}

#[tokio::test]
async fn a_log_that_was_read_in_mid_heat_merges_when_the_heat_is_over() {
    let place = Place::new();
    let store = place.open().await;
    let unfinished = LogDab { held_ms: None, ending: Ending::Unknown, boosts: 0, ..logged(7, NOW - MINUTE) };
    store.take_log(&device("ember"), &reading(vec![unfinished])).await.unwrap();
    store.apply(&[Write::Dab(seen(NOW - MINUTE))]).await.unwrap();
    let [dab] = &dabs(&store).await[..] else { panic!("one dab") };
    assert_eq!((dab.source, dab.ending, dab.held_ms), (Source::Both, Ending::Completed, Some(45_000)));
}

#[tokio::test]
async fn a_heat_whose_link_was_lost_gets_its_end_from_the_log() {
    let place = Place::new();
    let store = place.open().await;
    let lost = DabWrite { ending: Ending::LinkLost, held_ms: Some(4_000), ..seen(NOW - MINUTE) };
    store.apply(&[Write::Dab(lost)]).await.unwrap();
    store.take_log(&device("ember"), &reading(vec![logged(3, NOW - MINUTE)])).await.unwrap();
    let [dab] = &dabs(&store).await[..] else { panic!("one dab") };
    assert_eq!((dab.ending, dab.held_ms), (Ending::Completed, Some(44_900)));
}

#[tokio::test]
async fn a_device_whose_clock_is_wrong_makes_no_dab_twice() {
    let place = Place::new();
    let store = place.open().await;
    let ahead = 7 * 60 * MINUTE;
    store.apply(&[Write::Dab(seen(NOW - 10 * MINUTE))]).await.unwrap();
    // Its two entries are seven hours ahead: the seen one and one that was not seen, both still to come.
    let entries = vec![logged(4, NOW - 20 * MINUTE + ahead), logged(5, NOW - 10 * MINUTE + ahead)];
    let wrong = LogReading { clock_ahead_ms: Some(ahead), ..reading(entries.clone()) };
    let taken = store.take_log(&device("ember"), &wrong).await.unwrap();
    assert_eq!((taken.added, taken.merged), (1, 1));
    let times: Vec<i64> = dabs(&store).await.iter().map(|dab| (NOW - dab.at_ms) / MINUTE).collect();
    assert_eq!(times, [10, 20]);
    // Its clock was set since; the entries are the same.
    let right = LogReading { clock_ahead_ms: Some(0), ..reading(entries) };
    assert_eq!(store.take_log(&device("ember"), &right).await.unwrap().known, 2);
    assert_eq!(dabs(&store).await.len(), 2);
}

#[tokio::test]
async fn a_log_that_was_read_in_mid_heat_by_a_wrong_clock_merges_when_it_is_read_again() {
    let place = Place::new();
    let store = place.open().await;
    // A day behind: what it tells is possible, and wrong.
    let log = LogReading { clock_ahead_ms: Some(-DAY), ..reading(vec![logged(4, NOW - MINUTE - DAY)]) };
    store.take_log(&device("ember"), &log).await.unwrap();
    store.apply(&[Write::Dab(seen(NOW - MINUTE))]).await.unwrap();
    assert_eq!(dabs(&store).await.len(), 2, "nothing says yet that they are one");
    let taken = store.take_log(&device("ember"), &log).await.unwrap();
    assert_eq!(taken, LogTaken { known: 1, ..LogTaken::default() });
    let [dab] = &dabs(&store).await[..] else { panic!("one dab") };
    assert_eq!((dab.source, dab.at_ms), (Source::Both, NOW - MINUTE));
}

#[tokio::test]
async fn a_time_that_cannot_be_is_left_out_and_costs_only_itself() {
    let place = Place::new();
    let store = place.open().await;
    let future =
        LogReading { clock_ahead_ms: None, ..reading(vec![logged(1, NOW + DAY), logged(2, NOW - DAY)]) };
    let taken = store.take_log(&device("ember"), &future).await.unwrap();
    assert_eq!((taken.added, taken.left_out), (1, 1));
}

#[tokio::test]
async fn an_index_that_is_used_again_is_another_dab() {
    let place = Place::new();
    let store = place.open().await;
    store.take_log(&device("ember"), &reading(vec![logged(1, NOW - 2 * DAY)])).await.unwrap();
    // The device was reset: its log counts from the beginning.
    store.take_log(&device("ember"), &reading(vec![logged(1, NOW - DAY)])).await.unwrap();
    assert_eq!(dabs(&store).await.len(), 2);
}

#[tokio::test]
async fn a_dab_that_is_told_again_is_the_same_dab() {
    let place = Place::new();
    let store = place.open().await;
    let under_way = DabWrite { ending: Ending::Unknown, held_ms: None, boosts: 0, ..seen(NOW) };
    store.apply(&[Write::Dab(under_way)]).await.unwrap();
    let over = DabWrite { boosts: 2, ..seen(NOW) };
    store.apply(&[Write::Dab(over.clone()), Write::Dab(over)]).await.unwrap();
    let [dab] = &dabs(&store).await[..] else { panic!("one dab") };
    assert_eq!((dab.ending, dab.held_ms, dab.boosts), (Ending::Completed, Some(45_000), 2));
}

#[tokio::test]
async fn a_device_that_comes_back_under_another_key_keeps_its_dabs() {
    let place = Place::new();
    let store = place.open().await;
    let of = |key, at_ms| Write::Dab(DabWrite { device: device(key), ..seen(at_ms) });
    store.apply(&[of("old", NOW - DAY), of("old", NOW - 2 * DAY), of("new", NOW - DAY)]).await.unwrap();
    store.rename_device("old", "new").await.unwrap();
    store.rename_device("nobody", "new").await.unwrap();
    let dabs = dabs(&store).await;
    assert_eq!(dabs.len(), 2, "what both had is one");
    assert!(dabs.iter().all(|dab| dab.device.key == "new"));
    assert_eq!(store.devices().await.unwrap(), [device("new")]);
}

#[tokio::test]
async fn numbers_that_are_none_are_not_kept() {
    let place = Place::new();
    let store = place.open().await;
    let strange = DabWrite {
        target_celsius: Some(f32::NAN),
        peak_celsius: Some(f32::INFINITY),
        profile: Profile { slot: None, name: Some("x".repeat(100_000)) },
        ..seen(NOW)
    };
    store.apply(&[Write::Dab(strange)]).await.unwrap();
    let [dab] = &dabs(&store).await[..] else { panic!("one dab") };
    assert_eq!((dab.target_celsius, dab.peak_celsius), (None, None));
    assert_eq!(dab.profile.name.as_ref().map(String::len), Some(4_096));
}

#[tokio::test]
async fn figures_follow_local_days_and_leave_out_other_ranges() {
    let place = Place::new();
    let store = place.open().await;
    let began = NOW - 3 * DAY;
    let with_friends = DabWrite { sesh: Some(SeshKey(began)), ..seen(began) };
    store.apply(&[Write::Sesh(sesh(began, "Friday")), Write::Dab(with_friends)]).await.unwrap();
    // Half an hour before and after midnight in Berlin, which is an hour ahead of UTC.
    let midnight = Calendar::named("Europe/Berlin").unwrap();
    let midnight = midnight.begins(midnight.day(NOW));
    for at_ms in [midnight - 30 * MINUTE, midnight + 30 * MINUTE, NOW - 40 * DAY] {
        store.apply(&[Write::Dab(seen(at_ms))]).await.unwrap();
    }
    let berlin = Calendar::named("Europe/Berlin").unwrap();
    let figures = store.figures(Range::Days(14), &berlin, NOW).await.unwrap();
    let days: Vec<u32> = figures.days.iter().map(|day| day.dabs).collect();
    assert_eq!(days, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1]);
    assert_eq!((figures.dabs, figures.in_seshes), (3, Some(1.0 / 3.0)));
    assert_eq!(figures.profiles[0].name.as_deref(), Some("Low"));
    assert_eq!(figures.time_to_temp_ms, Some(22_000));
    let all = store.figures(Range::All, &berlin, NOW).await.unwrap();
    assert_eq!((all.dabs, all.days.len()), (4, 41));
}
