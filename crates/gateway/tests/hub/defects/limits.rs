//! Defects 12 and 14: everything has a limit.

use hearth_gateway::hub::{HubConfig, Peer};
use serde_json::{Value, json};

use crate::table::{Client, Table};

// PUFF-58
#[test]
fn defect_12_device_states_leaves_and_unplugs_are_limited_too() {
    for (op, d, most) in [(4, json!({ "battery": 5 }), 250), (7, Value::Null, 10), (10, Value::Null, 10)] {
        let mut table = Table::new();
        let (_, [a]) = table.group([true]);
        table.advance_secs(60);
        table.clear();
        for _ in 0..=most {
            table.send(&a, op, d.clone());
        }
        assert_eq!(table.taken(&a, "RATE_LIMITED"), [json!({ "op": op })]);
    }
}

// PUFF-59
#[test]
fn defect_12_reconnecting_resets_no_limit_of_the_address() {
    let far = Peer { address: "203.0.113.7".parse().unwrap(), ..Peer::LOOPBACK };
    let config = HubConfig::default();
    for (op, d, most) in [
        (1, json!({ "group_id": "aaaaaa" }), config.address.joins.count),
        (2, json!({}), config.address.creates.count),
        (20, json!({ "token": "guess" }), config.address.links.count),
    ] {
        let mut table = Table::new();
        let mut limited = 0;
        for _ in 0..most + 10 {
            let client = table.connect_from(far);
            table.send(&client, op, d.clone());
            limited += table.taken(&client, "RATE_LIMITED").len();
        }
        assert_eq!(limited, 10, "{op}");
    }
    for (op, d, most) in [
        (4, json!({ "battery": 5 }), config.address.device_states.count),
        (7, Value::Null, config.address.leaves.count),
        (10, Value::Null, config.address.disconnects.count),
    ] {
        let mut table = Table::new();
        let clients: Vec<Client> = (0..60).map(|_| table.connect_from(far)).collect();
        let mut limited = 0;
        // Each stays below its own limit of this second.
        for i in 0..most + 10 {
            table.send(&clients[i as usize % 60], op, d.clone());
            limited += u32::from(!table.taken(&clients[i as usize % 60], "RATE_LIMITED").is_empty());
        }
        assert!(limited >= 10, "{op} {limited}");
    }
}

#[test]
fn defect_12_frames_and_texts_have_an_end() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, false]);
    let emoji = "🔥".repeat(65);
    for frame in [
        json!({ "op": 14, "d": { "emoji": emoji } }),
        json!({ "op": 11, "d": { "content": "x".repeat(1025) } }),
        json!({ "op": 4, "d": { "deviceName": "x".repeat(65) } }),
        json!({ "op": 11, "d": { "content": "x", "padding": "x".repeat(64 * 1024) } }),
    ] {
        table.send_raw(&a, &frame.to_string());
        assert_eq!(table.error(&a).unwrap(), "INVALID_DATA");
    }
    assert_eq!(table.names(&b), [] as [String; 0]);
}

#[test]
fn defect_14_the_list_of_watched_devices_has_an_end() {
    let mut table = Table::new();
    let a = table.connect();
    for i in 0..40 {
        table.send(&a, 22, json!({ "id": format!("device_{i}") }));
        table.advance_secs(30);
    }
    assert_eq!(table.hub.population().watched_devices, HubConfig::default().watched_devices);
}
