//! How long things took, in classes that are at most a sixteenth wide.

use std::time::Duration;

const PARTS: u64 = 16;

#[derive(Clone)]
pub struct Latencies {
    classes: Vec<u64>,
    pub count: u64,
}

impl Latencies {
    pub fn new() -> Self {
        Self { classes: vec![0; 64 * PARTS as usize], count: 0 }
    }

    pub fn note(&mut self, micros: u64) {
        self.classes[class(micros)] += 1;
        self.count += 1;
    }

    pub fn merge(&mut self, other: &Self) {
        for (own, others) in self.classes.iter_mut().zip(&other.classes) {
            *own += others;
        }
        self.count += other.count;
    }

    /// The latency that `percent` of all do not exceed.
    pub fn percentile(&self, percent: f64) -> Duration {
        let rank = (self.count as f64 * percent / 100.0).ceil() as u64;
        let mut seen = 0;
        let found = self.classes.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        Duration::from_micros(upper(found.unwrap_or_default()))
    }
}

/// Below 16 each its own; above, sixteen classes for each doubling.
fn class(micros: u64) -> usize {
    let doublings = u64::from(micros.max(PARTS).ilog2()) - 4;
    (doublings * PARTS + (micros >> doublings)) as usize
}

fn upper(class: usize) -> u64 {
    let class = class as u64;
    if class < 2 * PARTS {
        return class;
    }
    let doublings = class / PARTS - 1;
    ((class % PARTS + PARTS + 1) << doublings) - 1
}
