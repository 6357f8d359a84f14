//! Replays what the fuzzers found worth keeping (`fuzz/voice/corpus`), without a fuzzer. How the corpus is made is in
//! docs/fuzzing.md.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "../../../fuzz/voice/src/lib.rs"]
mod targets;

use std::path::PathBuf;

#[test]
fn nothing_that_was_found_breaks_its_target() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/voice/corpus");
    for (name, target) in targets::TARGETS {
        let mut inputs: Vec<_> =
            std::fs::read_dir(corpus.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        inputs.sort();
        assert!(!inputs.is_empty(), "{name} has no corpus");
        for path in inputs {
            println!("{}", path.display());
            target(&std::fs::read(&path).unwrap());
        }
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
