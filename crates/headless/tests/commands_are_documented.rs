//! What docs/headless.md says of the commands is true: each example is one, and none is missing.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::collections::BTreeSet;

use hearth_companion::contract::Command;
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../docs/headless.md");
const TYPES: &str = include_str!("../../../ui/src/lib/contract.ts");

fn examples() -> impl Iterator<Item = &'static str> {
    DOCUMENT.lines().filter(|line| line.starts_with('{'))
}

#[test]
fn every_example_is_a_command_and_says_nothing_that_is_not_heard() {
    for example in examples() {
        let command: Command = serde_json::from_str(example).unwrap();
        let heard = serde_json::to_value(&command).unwrap();
        let said: Value = serde_json::from_str(example).unwrap();
        assert!(says_at_least(&heard, &said), "{example} is heard as {heard}");
    }
}

/// Whether everything that `said` has is in `heard`; numbers may be written either way.
fn says_at_least(heard: &Value, said: &Value) -> bool {
    match (heard, said) {
        (Value::Object(heard), Value::Object(said)) => {
            said.iter().all(|(key, value)| heard.get(key).is_some_and(|heard| says_at_least(heard, value)))
        }
        (Value::Number(heard), Value::Number(said)) => heard.as_f64() == said.as_f64(),
        (Value::Array(heard), Value::Array(said)) => {
            heard.len() == said.len() && heard.iter().zip(said).all(|(a, b)| says_at_least(a, b))
        }
        (heard, said) => heard == said,
    }
}

#[test]
fn no_command_is_left_out() {
    let names = TYPES.split("\"command\": \"").skip(1).filter_map(|rest| rest.split('"').next());
    let shown: BTreeSet<String> = examples()
        .map(|example| {
            serde_json::from_str::<Value>(example).unwrap()["command"].as_str().unwrap().to_owned()
        })
        .collect();
    let names: BTreeSet<String> = names.map(str::to_owned).collect();
    assert!(names.len() > 30, "{names:?}");
    assert_eq!(names.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new());
}
