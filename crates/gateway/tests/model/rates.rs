//! The table of limits from the protocol document, and whether a refusal for haste was deserved.

use std::collections::HashMap;

use crate::model::Who;

/// Operation, at most so many, in so many seconds.
pub const TABLE: [(u64, usize, u64); 22] = [
    (1, 2, 5),
    (2, 1, 30),
    (4, 250, 10),
    (5, 10, 10),
    (6, 10, 10),
    (7, 10, 10),
    (8, 3, 10),
    (9, 1, 10),
    (10, 10, 10),
    (11, 10, 10),
    (12, 3, 10),
    (13, 1, 60),
    (14, 15, 5),
    (15, 2, 10),
    (16, 5, 10),
    (17, 10, 10),
    (18, 10, 10),
    (19, 10, 10),
    (20, 2, 60),
    (21, 10, 10),
    (22, 2, 30),
    (421, 30, 10),
];

/// Ops 18, 19 and 21 count as op 6.
pub fn bucket(op: u64) -> u64 {
    if matches!(op, 18 | 19 | 21) { 6 } else { op }
}

#[derive(Default)]
pub struct Rates(HashMap<(Who, u64), Vec<(u64, bool)>>);

impl Rates {
    /// Notes a call at `now_ms` and whether it was let through. Windows begin with a call, so twice the number may
    /// come in any stretch of their length, never more; and nobody is refused before the number is reached.
    pub fn note(&mut self, who: Who, op: u64, now_ms: u64, refused: bool) -> Result<(), String> {
        let Some((_, count, seconds)) = TABLE.iter().find(|(limited, ..)| *limited == op) else {
            return if refused { Err(format!("op {op} has no limit")) } else { Ok(()) };
        };
        let calls = self.0.entry((who, bucket(op))).or_default();
        calls.retain(|(at, _)| at + seconds * 1_000 > now_ms);
        calls.push((now_ms, refused));
        let passed = calls.iter().filter(|(_, refused)| !refused).count();
        if refused && calls.len() <= *count {
            return Err(format!("op {op} was refused as call {} of {count}", calls.len()));
        }
        if passed > 2 * count {
            return Err(format!("op {op} passed {passed} times in {seconds} s"));
        }
        Ok(())
    }
}
