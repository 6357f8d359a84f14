//! A gateway with 5,000 clients goes away and comes back: they return soon, and not all at once.

use std::time::{Duration, Instant};

use hearth_gateway::hub::HubConfig;
use hearth_gateway_client::group::{Event, Status};

use crate::town::{MS, Town};

const CLIENTS: usize = 5000;

/// The most of `times` that lie within any 100 ms.
fn densest(mut times: Vec<Instant>) -> usize {
    times.sort_unstable();
    let mut from = 0;
    let mut most = 0;
    for to in 0..times.len() {
        while times[to] - times[from] > 100 * MS {
            from += 1;
        }
        most = most.max(to - from + 1);
    }
    most
}

/// When each client was connected (again) after `from`.
fn back(town: &Town, from: Instant) -> Vec<Instant> {
    let of = |client: &crate::town::Client| {
        let connected = |event: &Event| matches!(event, Event::Status(Status::Connected { .. }));
        client.events.iter().find(|(at, event)| *at >= from && connected(event)).map(|(at, _)| *at)
    };
    let back: Vec<Instant> = town.clients.iter().filter_map(of).collect();
    assert_eq!(back.len(), town.clients.len(), "not everybody came back");
    back
}

fn check(town: &Town, what: &str, returned: Instant) {
    let back = back(town, returned);
    let last = *back.iter().max().unwrap() - returned;
    assert!(last <= Duration::from_secs(15), "{what}: the last one was back after {last:?}");
    let tries: Vec<Instant> = town.arrivals.iter().copied().filter(|at| *at >= returned).collect();
    for (which, most) in [("back", densest(back)), ("connections", densest(tries))] {
        assert!(most <= CLIENTS * 4 / 100, "{what}: {most} {which} within 100 ms");
        println!("{what}: the last one back after {last:?}, at most {most} {which} within 100 ms");
    }
}

#[test]
fn after_a_restart_they_come_back_evenly_and_soon() {
    for (seed, with_a_word, down_for_ms) in
        [(1, true, 0), (2, false, 1500), (3, true, 6000), (4, false, 25_000)]
    {
        let mut town = Town::new(seed, CLIENTS, HubConfig::default());
        town.settle(Duration::from_secs(8), 4);
        town.run(Duration::from_secs(5));
        town.arrivals.clear();
        town.stop(with_a_word);
        town.run(Duration::from_millis(down_for_ms));
        let returned = town.now.instant;
        town.start();
        town.run(Duration::from_secs(20));
        check(&town, &format!("down for {down_for_ms} ms"), returned);
    }
}

#[test]
fn when_all_connections_end_at_once_all_sessions_are_resumed() {
    let mut town = Town::new(11, CLIENTS, HubConfig::default());
    town.settle(Duration::from_secs(8), 4);
    town.run(Duration::from_secs(5));
    town.arrivals.clear();
    let own: Vec<_> = town.clients.iter().map(|client| client.group.as_ref().unwrap().own.clone()).collect();
    let cut = town.now.instant;
    town.cut_everybody();
    town.run(Duration::from_secs(20));
    check(&town, "all connections cut", cut + 100 * MS);
    for (client, own) in town.clients.iter().zip(&own) {
        assert_eq!(client.group.as_ref().map(|group| &group.own), Some(own), "a session was lost");
    }
}
