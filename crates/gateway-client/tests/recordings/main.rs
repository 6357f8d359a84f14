//! Recordings of the TypeScript and the Elixir gateway, played to our session from the gateway's side: what the
//! recorded gateway said is said to the session, what the recorded clients asked for is asked of it, and after each
//! frame it must see what the recording says.
//!
//! Without recordings there is nothing to play, and the test says so.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod person;
mod picture;
mod replay;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::common::recordings;
use crate::replay::{Difference, replay};

/// Where our session sees something else on purpose, by recording, client and part of the picture, with the reason.
const DEVIATIONS: &str = include_str!("deviations.json");

fn recordings(folder: &Path) -> Vec<Value> {
    let mut all = recordings::of(folder);
    all.extend(recordings::of(&folder.join("elixir")));
    all
}

fn named(deviation: &Value, difference: &Difference) -> bool {
    let is = |key: &str, wanted: &str| deviation[key] == wanted;
    is("recording", &difference.recording) && is("client", &difference.client) && is("part", difference.part)
}

#[test]
fn our_session_sees_what_the_recorded_gateways_say() {
    let Some(folder) = recordings::folder("puff") else {
        println!("no folder of recordings: nothing was played");
        return;
    };
    let deviations: Vec<Value> = serde_json::from_str(DEVIATIONS).unwrap();
    let recordings = recordings(&folder);
    let (mut played, mut asked, mut differences) = (0, 0, Vec::new());
    for recording in &recordings {
        let report = replay(recording);
        played += report.frames;
        asked += report.asked;
        differences.extend(report.differences);
    }
    assert!(played > 500 && asked > 200, "only {played} frames were played, and {asked} asked for");
    let unexplained: Vec<&Difference> = differences
        .iter()
        .filter(|difference| !deviations.iter().any(|deviation| named(deviation, difference)))
        .collect();
    assert!(unexplained.is_empty(), "{} differences: {unexplained:#?}", unexplained.len());
    let idle: Vec<&Value> = deviations
        .iter()
        .filter(|deviation| !differences.iter().any(|difference| named(deviation, difference)))
        .collect();
    assert!(idle.is_empty(), "these deviations do not occur: {idle:#?}");
    let names: BTreeSet<&str> =
        deviations.iter().filter_map(|deviation| deviation["recording"].as_str()).collect();
    println!(
        "{} recordings, {played} frames heard, {asked} asked for; deviations in {names:?}",
        recordings.len()
    );
}

#[test]
fn a_recording_that_says_something_else_is_noticed() {
    let frame = |d: Value| serde_json::json!({"to": "A", "frame": {"op": 3, "t": "GROUP_UPDATE", "d": d}});
    let joined = serde_json::json!({"group_id": "abc123", "name": "x", "visibility": "private",
        "owner_session_id": "s", "state": "chilling", "sesh_counter": 0, "ready": [], "members": [{"session_id": "s"}]});
    let recording = serde_json::json!({"name": "made up", "gateway": "none", "steps": [
        {"client": "A", "socket": "open"},
        {"to": "A", "frame": {"op": 0, "d": {"session_id": "s", "session_token": "t", "heartbeat_interval": 10000}}},
        {"from": "A", "frame": {"op": 1, "d": {"group_id": "abc123"}}},
        {"to": "A", "frame": {"op": 3, "t": "JOINED_GROUP", "d": joined}},
        frame(serde_json::json!({"sesh_counter": 1})),
        // Nothing that a gateway says; our session keeps what it knows, the naive reader does not.
        frame(serde_json::json!({"sesh_counter": -1})),
    ]});
    let report = replay(&recording);
    assert_eq!(report.differences.len(), 1, "{:?}", report.differences);
    assert_eq!(report.differences[0].part, "sesh_counter");
}
