//! The computer of the gateway sleeps, or the gateway is stopped for a while: nobody who is alive is closed.

use std::time::Duration;

use serde_json::json;

use crate::table::Table;

#[test]
fn a_jump_of_the_clock_closes_nobody_who_is_alive() {
    let mut table = Table::new();
    let (_, clients) = table.group([true; 3]);
    table.advance_secs(7);
    table.sleep(Duration::from_secs(8 * 3600));
    table.advance_secs(60);
    assert!(clients.iter().all(|client| table.closed_with(client).is_none()));
}

#[test]
fn a_short_sleep_that_the_clock_tells_of_gives_everybody_a_whole_interval() {
    let mut table = Table::new();
    let a = table.connect();
    table.silence(&a);
    table.advance_secs(10);
    table.now = table.now.later(Duration::from_secs(4));
    table.tell(|hub, now| hub.woke(now));
    table.advance_secs(14);
    assert_eq!(table.closed_with(&a), None);
    table.advance_secs(1);
    assert_eq!(table.closed_with(&a), Some(4002), "and not a second one");
}

#[test]
fn whoever_is_silent_after_the_jump_is_closed_then() {
    let mut table = Table::new();
    let (_, [_, b]) = table.group([false, false]);
    table.sleep(Duration::from_secs(3600));
    table.silence(&b);
    table.advance_secs(31);
    assert_eq!(table.closed_with(&b), Some(4002));
}

#[test]
fn a_session_that_was_dropped_before_the_jump_can_be_resumed_after_it() {
    let mut table = Table::new();
    let (_, [_, b]) = table.group([false, false]);
    table.drop_socket(&b);
    table.sleep(Duration::from_secs(3600));
    table.advance_secs(9);
    let b2 = table.connect();
    table.send(&b2, 13, json!({ "session_id": b.session, "session_token": b.token }));
    assert_eq!(table.names(&b2)[0], "SESSION_RESUMED");
}
