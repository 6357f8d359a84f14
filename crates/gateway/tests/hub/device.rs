//! Op 4 as the group sees it: what makes a device, and what does not.

use serde_json::{Value, json};

use crate::table::{Table, device};

// PUFF-35
#[test]
fn a_state_that_tells_nothing_makes_no_device() {
    for nothing in [json!({}), json!({ "unheardOf": 1 }), json!({ "serialNumber": "SECRET" })] {
        let mut table = Table::new();
        let (code, [a, b]) = table.group([false, false]);
        table.send(&a, 4, nothing.clone());
        assert_eq!(table.names(&b), [] as [String; 0], "{nothing}");
        let c = table.connect();
        table.send(&c, 1, json!({ "group_id": code }));
        let joined = table.taken(&c, "JOINED_GROUP").remove(0);
        for member in joined["members"].as_array().unwrap() {
            assert_eq!(member["device_state"], Value::Null, "later ones see what the others see: {nothing}");
        }
        table.send(&a, 10, Value::Null);
        assert_eq!(table.error(&a).unwrap(), "NO_DEVICE_CONNECTED", "{nothing}");
    }
}

#[test]
fn a_state_that_tells_nothing_leaves_a_device_as_it_is() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.send(&a, 4, device(5));
    let before = table.hub.stored(table.now);
    table.clear();
    table.send(&a, 4, json!({}));
    assert_eq!(table.names(&b), [] as [String; 0]);
    assert_eq!(table.hub.stored(table.now), before);
}

#[test]
fn a_serial_number_that_came_first_still_tells_the_model() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.send(&a, 4, json!({ "serialNumber": "7412345" }));
    table.send(&a, 4, json!({ "deviceModel": "13" }));
    assert_eq!(
        table.taken(&b, "GROUP_USER_DEVICE_UPDATE")[0]["device_state"],
        json!({ "deviceModel": "15" })
    );
}
