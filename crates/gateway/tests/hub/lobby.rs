//! Who is told of the public groups, how often, and what it costs.

use std::time::Duration;

use hearth_gateway::hub::HubConfig;
use serde_json::{Value, json};

use crate::table::{Client, Table};

/// `groups` public groups with one member each, and `idle` clients in none. Quiet.
fn crowd(groups: usize, idle: usize) -> (Table, Vec<Client>, Vec<Client>) {
    let mut table =
        Table::with(HubConfig { public_list_gap: Duration::from_millis(1), ..HubConfig::default() });
    let owners: Vec<Client> = (0..groups).map(|_| table.connect()).collect();
    for (i, owner) in owners.iter().enumerate() {
        table.send(owner, 2, json!({ "visibility": "public", "name": format!("group {i}") }));
    }
    let idle = (0..idle).map(|_| table.connect()).collect();
    table.advance_secs(60);
    table.clear();
    (table, owners, idle)
}

fn lists(table: &mut Table, client: &Client) -> usize {
    table.taken(client, "PUBLIC_GROUPS_UPDATE").len()
}

#[test]
fn nothing_is_sent_when_nothing_changed() {
    let (mut table, owners, idle) = crowd(2, 1);
    table.send(&owners[0], 5, json!({ "name": "group 0", "visibility": "public" }));
    table.advance_secs(60);
    assert_eq!(lists(&mut table, &idle[0]), 0);
}

#[test]
fn a_private_group_never_moves_the_list() {
    let (mut table, _, idle) = crowd(1, 1);
    let (_, [a, b]) = table.group([true, true]);
    table.send(&a, 5, json!({ "name": "secret" }));
    table.send(&b, 7, Value::Null);
    table.send(&a, 15, Value::Null);
    table.advance_secs(60);
    assert_eq!(lists(&mut table, &idle[0]), 0);
}

// PUFF-52
#[test]
fn the_list_is_sent_at_most_once_a_second() {
    let mut table = Table::new();
    let (a, idle) = (table.connect(), table.connect());
    table.send(&a, 2, json!({ "visibility": "public" }));
    table.advance_secs(30);
    table.clear();
    for round in 0..40 {
        let joiner = table.connect();
        table.send(&a, 5, json!({ "name": format!("name {round}") }));
        let code = table.hub.public_groups()[0].group_id.0.clone();
        table.send(&joiner, 1, json!({ "group_id": code }));
        table.advance(Duration::from_millis(250));
    }
    let sent = lists(&mut table, &idle);
    assert!((5..=11).contains(&sent), "{sent} lists in ten seconds");
}

#[test]
fn counts_go_only_to_those_in_no_group_and_the_list_to_everybody() {
    let (mut table, owners, idle) = crowd(2, 1);
    let joiner = table.connect();
    let code = table.hub.public_groups()[0].group_id.0.clone();
    table.send(&joiner, 1, json!({ "group_id": code }));
    table.advance_secs(5);
    assert_eq!((lists(&mut table, &idle[0]), lists(&mut table, &owners[1])), (1, 0));
    table.send(&owners[0], 5, json!({ "name": "renamed" }));
    table.advance_secs(5);
    assert_eq!((lists(&mut table, &idle[0]), lists(&mut table, &owners[1])), (1, 1));
}

#[test]
fn one_who_leaves_a_group_is_told_the_counts_that_were_missed() {
    let (mut table, owners, _) = crowd(2, 0);
    let joiner = table.connect();
    let code = table.hub.public_groups()[0].group_id.0.clone();
    table.send(&joiner, 1, json!({ "group_id": code }));
    table.advance_secs(5);
    table.clear();
    table.send(&owners[1], 7, Value::Null);
    let list = table.taken(&owners[1], "PUBLIC_GROUPS_UPDATE").remove(0);
    assert_eq!(list[0]["member_count"], 2);
}

#[test]
fn a_name_that_was_there_for_a_moment_does_not_stay_with_one_who_came_in_it() {
    let mut table = Table::new();
    let a = table.connect();
    table.send(&a, 2, json!({ "visibility": "public", "name": "first" }));
    table.send(&a, 5, json!({ "name": "second" }));
    let newcomer = table.connect();
    table.send(&a, 5, json!({ "name": "first" }));
    table.advance_secs(2);
    assert_eq!(table.taken(&newcomer, "PUBLIC_GROUPS_UPDATE")[0][0]["name"], "first");
}

#[test]
fn the_larger_the_list_the_rarer_it_is_sent() {
    let budget = HubConfig::default().public_list_bytes_per_second;
    let (mut table, owners, idle) = crowd(100, 1000);
    table.bytes = 0;
    for second in 0..60 {
        for owner in owners.iter().take(10) {
            table.send(owner, 5, json!({ "name": format!("renamed {second}") }));
        }
        table.advance_secs(1);
    }
    assert!(idle.iter().all(|client| table.closed_with(client).is_none()));
    let sent = lists(&mut table, &idle[0]);
    assert!((10..=20).contains(&sent), "{sent} lists in a minute of renaming");
    let each_second = table.bytes as u64 / 60;
    assert!(each_second < budget * 3 / 2, "{each_second} bytes a second");
}
