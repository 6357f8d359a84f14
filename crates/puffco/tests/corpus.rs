//! Replays what the fuzzers found worth keeping (`fuzz/corpus`), without a fuzzer. How the corpus is made is in
//! docs/fuzzing.md.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "../../../fuzz/src/lib.rs"]
mod targets;

use std::path::PathBuf;

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

/// The inputs of a target, by name.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut inputs: Vec<_> = std::fs::read_dir(corpus().join(target))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.display().to_string(), std::fs::read(&path).unwrap())
        })
        .collect();
    inputs.sort();
    inputs
}

#[test]
fn nothing_that_was_found_breaks_its_target() {
    for (name, target) in targets::TARGETS {
        let inputs = inputs(name);
        assert!(!inputs.is_empty(), "{name} has no corpus");
        for (path, bytes) in inputs {
            println!("{path}");
            target(&bytes);
        }
    }
}

#[test]
fn every_folder_is_the_corpus_of_a_target() {
    // Some are of other crates.
    let all = include_str!("../../../fuzz/Cargo.toml");
    let known: Vec<&str> =
        all.lines().filter_map(|line| line.strip_prefix("name = ")?.split('"').nth(1)).collect();
    assert!(targets::TARGETS.iter().all(|(name, _)| known.contains(name)));
    for entry in std::fs::read_dir(corpus()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name.as_str()), "{name} is no target");
    }
}

#[test]
fn no_bytes_at_all_break_no_target() {
    for (_, target) in targets::TARGETS {
        target(&[]);
        target(&[0xff; 300]);
        target(&[0; 300]);
    }
}
