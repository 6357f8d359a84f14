//! Remote actions: which of an account's sessions hear them.

use hearth_gateway::hub::{Reached, RemoteAction};
use serde_json::{Value, json};

use crate::table::{Client, Table, device, user};

/// One account on three clients: two in groups of their own, the second with a device; the third in no group.
fn three() -> (Table, [String; 2], [Client; 3]) {
    let mut table = Table::new();
    let (first, [a]) = table.group([false]);
    let (second, [b]) = table.group([true]);
    let c = table.connect();
    for client in [&a, &b, &c] {
        table.sign_in(client, user("u1", 0));
    }
    table.clear();
    (table, [first, second], [a, b, c])
}

fn act(table: &mut Table, action: u64, data: Option<Value>) -> Reached {
    table.tell(|hub, now| hub.remote_action(now, "u1", RemoteAction { action, data }))
}

/// Which of the clients heard, by their places.
fn heard(table: &mut Table, clients: &[Client; 3]) -> Vec<usize> {
    (0..3).filter(|i| !table.taken(&clients[*i], "REMOTE_ACTION").is_empty()).collect()
}

// PUFF-53
#[test]
fn the_table_of_actions_row_by_row() {
    // The base64 of the name that the device of the table goes by.
    let id = "device_cHNldWRvbnlt";
    let (mut table, [first, second], clients) = three();
    let rows: [(u64, Option<Value>, &[usize]); 16] = [
        (0, None, &[0, 1]),
        (1, None, &[0, 1]),
        (3, None, &[1]),
        (3, Some(json!({ "id": id })), &[1]),
        (3, Some(json!({ "id": "device_x" })), &[]),
        (4, None, &[1]),
        (4, Some(json!({ "id": id })), &[1]),
        (2, None, &[0]),
        (2, Some(json!({ "group_id": second })), &[1]),
        (2, Some(json!({ "group_id": first, "device_id": id })), &[0]),
        (2, Some(json!({ "group_id": "nowhere" })), &[]),
        (5, Some(json!({ "device_id": id })), &[1]),
        (6, Some(json!({ "device_id": "device_x" })), &[]),
        (6, Some(json!("no object")), &[0]),
        (7, Some(json!({ "device_id": id })), &[1]),
        (7, None, &[0]),
    ];
    for (action, data, expected) in rows {
        let reached = act(&mut table, action, data.clone());
        assert_eq!(reached, Reached::Sessions(expected.len()), "{action} {data:?}");
        assert_eq!(heard(&mut table, &clients), expected, "{action} {data:?}");
    }
}

#[test]
fn the_action_arrives_as_it_was_sent() {
    let (mut table, _, [_, b, _]) = three();
    act(&mut table, 3, Some(json!({ "id": "device_cHNldWRvbnlt", "more": 1 })));
    let data = json!({ "id": "device_cHNldWRvbnlt", "more": 1 });
    assert_eq!(table.take(&b), [("REMOTE_ACTION".into(), json!({ "action": 3, "data": data }))]);
    act(&mut table, 0, None);
    assert_eq!(table.take(&b), [("REMOTE_ACTION".into(), json!({ "action": 0 }))]);
}

#[test]
fn unknown_actions_and_accounts_are_refused() {
    let (mut table, _, clients) = three();
    assert_eq!(act(&mut table, 8, None), Reached::UnknownAction);
    assert_eq!(act(&mut table, u64::MAX, None), Reached::UnknownAction);
    let action = RemoteAction { action: 3, data: None };
    assert_eq!(table.tell(|hub, now| hub.remote_action(now, "somebody else", action)), Reached::NoSuchUser);
    assert_eq!(heard(&mut table, &clients), [] as [usize; 0]);
}

#[test]
fn a_session_that_is_cut_off_is_passed_over() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, true]);
    for client in [&a, &b] {
        table.sign_in(client, user("u1", 0));
    }
    table.drop_socket(&a);
    table.clear();
    assert_eq!(act(&mut table, 3, None), Reached::Sessions(1));
    assert_eq!(table.names(&b), ["REMOTE_ACTION"]);
}

#[test]
fn watched_devices_are_told_of_dabs_and_never_of_actions() {
    let (mut table, _, [_, b, _]) = three();
    let overlay = table.connect();
    table.send(&overlay, 22, json!({ "id": "device_cHNldWRvbnlt" }));
    act(&mut table, 3, None);
    assert_eq!(table.names(&overlay), [] as [String; 0]);
    let mut state = device(5);
    state["totalDabs"] = json!(421);
    table.send(&b, 4, state);
    let update = json!({ "id": "device_cHNldWRvbnlt", "dabs": 421 });
    assert_eq!(table.take(&overlay), [("WATCHED_DEVICE_UPDATE".into(), update)]);
}
