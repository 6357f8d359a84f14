//! The protocol document's table of rates, against the hub and against the table that the model holds it to.

use hearth_clock::Clock;
use hearth_gateway::hub::{ConnectionId, Hub, HubConfig, Output, Peer, SeededRandom};

use crate::rates::TABLE;

/// Operation, at most so many, in so many seconds.
fn documented() -> Vec<(u64, usize, u64)> {
    let document = include_str!("../../../../docs/protocol-puff.md");
    let (_, rest) = document.split_once("<!-- Read by the tests: op, N/S. -->").unwrap();
    let rows = rest.lines().skip(3).take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let op = cells[0].split_whitespace().next()?.parse().ok()?;
        let (count, seconds) = cells.last()?.split_once('/')?;
        Some((op, count.parse().ok()?, seconds.parse().ok()?))
    };
    rows.filter_map(row).collect()
}

#[test]
fn the_documented_rates_are_those_of_the_model() {
    assert_eq!(documented(), TABLE);
}

/// Sends `op` until it is refused for haste; how many were let through.
fn let_through(hub: &mut Hub, now: hearth_clock::Now, socket: ConnectionId, op: u64) -> usize {
    let mut count = 0;
    loop {
        hub.receive(now, socket, &format!(r#"{{"op":{op}}}"#));
        let refused = std::iter::from_fn(|| hub.poll_output()).any(|output| {
            let Output::Send { text, .. } = output else { return false };
            text.contains("RATE_LIMITED")
        });
        if refused || count > 1_000 {
            return count;
        }
        count += 1;
    }
}

// PUFF-58
#[test]
fn the_documented_rates_are_those_of_the_gateway() {
    for (op, count, seconds) in documented() {
        let mut hub = Hub::new(HubConfig::default(), Box::new(SeededRandom::new(op)));
        let (now, socket) = (Clock::new().now(), ConnectionId(1));
        hub.connect(now, socket, Peer::LOOPBACK);
        assert_eq!(let_through(&mut hub, now, socket, op), count, "op {op}");
        let just_before = now.later(std::time::Duration::from_millis(seconds * 1_000 - 1));
        assert_eq!(let_through(&mut hub, just_before, socket, op), 0, "op {op} within {seconds} s");
        let after = now.later(std::time::Duration::from_secs(seconds));
        assert_eq!(let_through(&mut hub, after, socket, op), count, "op {op} after {seconds} s");
    }
}

#[test]
fn every_operation_without_a_rate_is_the_heartbeat() {
    use hearth_dialects::puff::Op;
    let limited: Vec<u64> = documented().iter().map(|(op, ..)| *op).collect();
    let unlimited = Op::FROM_CLIENT.into_iter().filter(|op| !limited.contains(&u64::from(op.code())));
    assert_eq!(unlimited.collect::<Vec<_>>(), [Op::Heartbeat]);
}
