//! What a task tells: each step when it starts, how long it took, and a summary at the end.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Context;

/// The steps of a task.
pub struct Report {
    steps: Vec<(String, Duration, bool)>,
}

impl Report {
    /// No steps yet.
    pub fn new() -> Self {
        Self { steps: Vec::new() }
    }

    /// Says what is done, does it, and notes how long it took.
    pub fn step<T>(&mut self, what: &str, does: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        say(&format!("\n▸ {what}"));
        let start = now();
        let result = does();
        let took = start.elapsed();
        self.steps.push((what.to_owned(), took, result.is_ok()));
        let mark = if result.is_ok() { "✓" } else { "✗" };
        say(&format!("{mark} {what}: {}", seconds(took)));
        result.with_context(|| format!("failed: {what}"))
    }

    /// Lists all steps.
    pub fn summary(&self, complete: bool) {
        say("\n────────────────────────────────────────");
        for (what, took, passed) in &self.steps {
            say(&format!("{} {:>8}  {what}", if *passed { "✓" } else { "✗" }, seconds(*took)));
        }
        let all: Duration = self.steps.iter().map(|(_, took, _)| *took).sum();
        let verdict = if complete { "all done" } else { "NOT done" };
        say(&format!("{verdict} in {}", seconds(all)));
    }
}

/// Tells the person something.
pub fn say(text: &str) {
    // Where nobody listens any more, there is nobody to tell.
    let _ = writeln!(std::io::stdout(), "{text}");
    let _ = std::io::stdout().flush();
}

#[expect(clippy::disallowed_methods, reason = "a task measures real time; nothing decides by it")]
pub fn now() -> Instant {
    Instant::now()
}

fn seconds(took: Duration) -> String {
    let seconds = took.as_secs_f32();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.0} min {:02.0} s", (seconds / 60.0).floor(), seconds % 60.0)
    }
}
