//! Golden sessions: whole conversations with devices of every generation and family, replayed. Each file in
//! `golden/` is one; what went into the machine goes in again, and what came out has to come out again.
//! They are recorded against the simulated device: `HEARTH_UPDATE_GOLDEN=1 cargo nextest run -p hearth-sim golden`.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "golden/transcript.rs"]
#[allow(dead_code, reason = "recording is done elsewhere")]
mod transcript;

use std::collections::VecDeque;
use std::path::Path;
use std::time::Instant;

use puffco::device::{Device, DeviceConfig};

#[expect(clippy::disallowed_methods, reason = "any instant will do as a beginning")]
fn replay(name: &str, text: &str) {
    let base = Instant::now();
    let mut device = Device::new(DeviceConfig { seed: 1, ..DeviceConfig::default() });
    let mut said = VecDeque::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split_once('#').map_or(line, |(line, _)| line).trim();
        if line.is_empty() {
            continue;
        }
        let place = format!("{name}:{}", number + 1);
        let (time, line) = line.split_once(' ').unwrap();
        let (at, line) = (transcript::moment(base, time), line.trim());
        if line.starts_with("->") || line.starts_with("==") {
            assert_eq!(said.pop_front().as_deref(), Some(line), "{place}");
            continue;
        }
        assert_eq!(said, VecDeque::<String>::new(), "{place}: more than expected");
        match line {
            ".." => device.handle_timeout(at),
            line => device.handle(at, transcript::parse(base, line)),
        }
        while let Some(output) = device.poll_output() {
            said.extend(transcript::output(&output));
        }
    }
    assert_eq!(said, VecDeque::<String>::new(), "{name}: more than expected");
}

#[test]
fn each_golden_session_runs_as_it_was_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    assert!(files.len() >= 9, "{files:?}");
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        replay(&name, &std::fs::read_to_string(&file).unwrap());
    }
}
