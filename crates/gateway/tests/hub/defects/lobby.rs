//! Defects 11 and 14: the list of public groups and its counts.

use hearth_gateway::hub::HubConfig;
use serde_json::json;

use crate::table::{Client, Table};

// PUFF-52, PUFF-64
#[test]
fn defect_11_a_group_that_turns_private_leaves_the_list() {
    let mut table = Table::new();
    let (a, lobby) = (table.connect(), table.connect());
    table.send(&a, 2, json!({ "visibility": "public" }));
    table.advance_secs(1);
    table.clear();
    table.send(&a, 5, json!({ "visibility": "private" }));
    assert_eq!(table.taken(&lobby, "PUBLIC_GROUPS_UPDATE"), [json!([])]);
    let changed = json!({ "visibility": "private", "session_id": a.session });
    assert_eq!(table.taken(&a, "GROUP_VISIBILITY_CHANGE"), [changed]);
}

#[test]
fn defect_11_many_renames_are_few_lists() {
    let mut table = Table::new();
    let (a, lobby) = (table.connect(), table.connect());
    table.send(&a, 2, json!({ "visibility": "public" }));
    table.advance_secs(1);
    table.clear();
    for i in 0..10 {
        table.send(&a, 5, json!({ "name": format!("name {i}") }));
    }
    table.advance_secs(1);
    let lists = table.taken(&lobby, "PUBLIC_GROUPS_UPDATE");
    assert_eq!(lists.len(), 2);
    assert_eq!(lists[1][0]["name"], "name 9", "the last one is not lost");
}

#[test]
fn defect_11_the_list_has_an_end() {
    let mut table = Table::with(HubConfig { public_list_length: 3, ..HubConfig::default() });
    for _ in 0..5 {
        let client = table.connect();
        table.send(&client, 2, json!({ "visibility": "public" }));
    }
    assert_eq!(table.hub.public_groups().len(), 3);
}

#[test]
fn defect_11_a_rename_with_a_thousand_idle_sessions_is_one_list_each_and_the_next_waits() {
    let mut table = Table::new();
    let owners: Vec<Client> = (0..100).map(|_| table.connect()).collect();
    for (i, owner) in owners.iter().enumerate() {
        table.send(owner, 2, json!({ "visibility": "public", "name": format!("group {i}") }));
    }
    let idle: Vec<Client> = (0..1000).map(|_| table.connect()).collect();
    table.advance_secs(60);
    table.clear();
    table.bytes = 0;
    for round in 0..10 {
        table.send(&owners[0], 5, json!({ "name": format!("renamed {round}") }));
    }
    let list = serde_json::to_string(&table.hub.public_groups()).unwrap().len();
    let told = table.bytes;
    assert!((1100 * list..1101 * list + 200_000).contains(&told), "{told} bytes, a list is {list}");
    assert_eq!(table.taken(&idle[0], "PUBLIC_GROUPS_UPDATE").len(), 1, "ten renames at once");
    table.advance_secs(2);
    assert_eq!(
        table.taken(&idle[0], "PUBLIC_GROUPS_UPDATE").len(),
        0,
        "a large list waits longer than a second"
    );
    table.advance_secs(10);
    let last = table.taken(&idle[0], "PUBLIC_GROUPS_UPDATE");
    assert_eq!((last.len(), &last[0][0]["name"]), (1, &json!("renamed 9")), "and is not lost");
}

#[test]
fn defect_14_the_number_of_members_is_a_number() {
    let mut table = Table::new();
    let (code, [_, _]) = table.group([true, false]);
    let group = serde_json::to_value(table.hub.group(&code).unwrap()).unwrap();
    assert_eq!((&group["member_count"], &group["sesher_count"]), (&json!(2), &json!(1)));
}
