//! What a task tells: each step when it starts, how long it took, and a summary at the end.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Context;

/// The steps of a task.
#[derive(Default)]
pub struct Report {
    steps: Vec<Step>,
    skipped: Vec<String>,
}

struct Step {
    what: String,
    took: Duration,
    passed: bool,
    note: Option<String>,
}

impl Report {
    /// Says what is done, does it, and notes how long it took.
    pub fn step<T>(&mut self, what: &str, does: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.noted_step(what, || (None, does()))
    }

    /// A step that also gives a line for the summary.
    pub fn noted_step<T>(
        &mut self,
        what: &str,
        does: impl FnOnce() -> (Option<String>, anyhow::Result<T>),
    ) -> anyhow::Result<T> {
        say(&format!("\n▸ {what}"));
        let start = now();
        let (note, result) = does();
        let (took, passed) = (start.elapsed(), result.is_ok());
        say(&format!("{} {what}: {}", mark(passed), seconds(took)));
        self.steps.push(Step { what: what.to_owned(), took, passed, note });
        result.with_context(|| format!("failed: {what}"))
    }

    /// Says that something was left out, and why; again in the summary.
    pub fn skipped(&mut self, what: &str) {
        say(&format!("\n▸ {what}"));
        self.skipped.push(what.to_owned());
    }

    /// Lists all steps.
    pub fn summary(&self, complete: bool) {
        say("\n────────────────────────────────────────");
        for step in &self.steps {
            say(&format!("{} {:>11}  {}", mark(step.passed), seconds(step.took), step.what));
            if let Some(note) = &step.note {
                say(&format!("{:>15} {note}", ""));
            }
        }
        for what in &self.skipped {
            say(&format!("– {:>11}  {what}", ""));
        }
        let all: Duration = self.steps.iter().map(|step| step.took).sum();
        let passed = self.steps.iter().filter(|step| step.passed).count();
        let failed = self.steps.len() - passed;
        let verdict = if complete { "all done" } else { "NOT done" };
        say(&format!("{verdict} in {}: {passed} steps passed, {failed} failed", seconds(all)));
    }
}

/// Tells the person something.
pub fn say(text: &str) {
    // Where nobody listens any more, there is nobody to tell.
    let _ = writeln!(std::io::stdout(), "{text}");
    let _ = std::io::stdout().flush();
}

fn mark(passed: bool) -> &'static str {
    if passed { "✓" } else { "✗" }
}

#[expect(clippy::disallowed_methods, reason = "a task measures real time; nothing decides by it")]
fn now() -> Instant {
    Instant::now()
}

fn seconds(took: Duration) -> String {
    let seconds = took.as_secs_f32();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.0} min {:02.0} s", (seconds / 60.0).floor(), (seconds % 60.0).floor())
    }
}
