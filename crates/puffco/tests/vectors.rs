//! Examples that were made by running other clients of these devices (facts/puffco-ble.md §25), checked as
//! `cargo run -p puffco --example vectors` does.
//!
//! The file is not part of this repository. It is taken from `HEARTH_PUFFCO_VECTORS`, or from a folder `shared`
//! beside the workspace; without it there is nothing to compare with, and the test says so.

#[path = "../examples/vectors/check/mod.rs"]
mod check;

use std::path::PathBuf;

use serde_json::json;

fn file() -> Option<PathBuf> {
    let beside = || {
        let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        crates.ancestors().nth(3).map(|root| root.join("shared").join("vectors").join("puffco-ble.json"))
    };
    std::env::var_os("HEARTH_PUFFCO_VECTORS").map(PathBuf::from).or_else(beside).filter(|path| path.exists())
}

/// What comes of one entry.
fn checked(category: &str, inputs: serde_json::Value, expected: serde_json::Value) -> check::Report {
    let entry = json!({ "name": "one", "category": category, "inputs": inputs, "expected": expected });
    check::check(&[check::Entry::new(0, &entry)])
}

#[test]
fn other_clients_examples_are_agreed_with() {
    let Some(path) = file() else {
        println!("no file of examples: nothing was compared");
        return;
    };
    let report = check::check(&check::read(&path).unwrap());
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(report.checked > 0, "{report}");
    println!("{report}");
}

#[test]
fn a_wrong_value_fails() {
    let report = checked("state.is_heat_cycle", json!({ "id": 7 }), json!({ "result": false }));
    assert_eq!(report.failures.len(), 1);
    let text = report.failures[0].to_string();
    assert_eq!(text, r#"one: expected {"result":false}, got {"result":true}"#);
    assert_eq!(report.to_string(), "checked 1, failed 1, skipped 0");
}

#[test]
fn an_entry_that_cannot_be_checked_fails_unless_it_is_advisory() {
    let unknown = checked("weather.tomorrow", json!({}), json!({}));
    assert_eq!((unknown.checked, unknown.failures.len()), (1, 1));
    let malformed = checked("auth.token", json!({ "key": "lorax", "seed_hex": "00" }), json!({}));
    assert_eq!(malformed.failures.len(), 1);
    let advisory = checked("lenient_number.decode", json!({}), json!({}));
    assert_eq!((advisory.checked, advisory.skipped.values().sum::<usize>()), (0, 1));
    let odd = checked("int_dialect.temp.decode", json!({}), json!({}));
    assert_eq!((odd.checked, odd.skipped.values().sum::<usize>()), (0, 1));
    let wrong =
        checked("int_dialect.temp.decode", json!({ "data_hex": "fa000000" }), json!({ "celsius": 250 }));
    assert_eq!(wrong.failures.len(), 1);
}

#[test]
fn a_dab_too_many_is_noticed() {
    let entry = json!({ "index": 8, "entry_hex": "00f15365140000000000000000000000" });
    let inputs = json!({ "entries": [entry], "device_clock": 1_700_000_500, "host_now": 1_767_225_600.0 });
    let told = checked("log.audit.sessions", inputs, json!({ "sessions": [] }));
    assert_eq!(told.failures.len(), 1);
}

#[test]
fn a_file_that_is_none_is_no_list_of_entries() {
    let Err(missing) = check::read("/nowhere/vectors.json".as_ref()) else { panic!("no such file") };
    assert!(missing.starts_with("cannot be read"), "{missing}");
    let Err(other) = check::read(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").as_ref()) else {
        panic!("no such form")
    };
    assert!(other.starts_with("is no JSON"), "{other}");
}
