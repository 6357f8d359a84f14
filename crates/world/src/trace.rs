//! What happened, line by line, for reading after a failure.

use std::fmt;
use std::time::{Duration, Instant};

/// Lines with the time at which they were written.
#[derive(Debug)]
pub(crate) struct Trace {
    begin: Instant,
    lines: Vec<(Instant, String)>,
}

impl Trace {
    pub fn new(begin: Instant) -> Self {
        Self { begin, lines: Vec::new() }
    }

    pub fn line(&mut self, now: Instant, line: String) {
        self.lines.push((now, line));
    }

    /// Since the beginning.
    pub fn time(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.begin)
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, line) in &self.lines {
            writeln!(f, "{:9.3} {line}", self.time(*at).as_secs_f64())?;
        }
        Ok(())
    }
}
