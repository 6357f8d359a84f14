//! Checks entries of a file of examples, by category. Shared by the program and the test that run it; all that
//! is compared is done by the crate itself.

mod colors;
mod entry;
mod frames;
mod legacy;
mod logs;
mod names;
mod products;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde_json::Value;

pub use entry::Entry;
use entry::differs;

/// What became of one entry: what the crate makes of its inputs, or why it was not asked.
enum Outcome {
    /// To be compared with what is expected.
    Got(Value),
    /// To be compared, and nothing may be there that is not expected.
    Exactly(Value),
    /// Not checked, for this reason. Only advisory entries may.
    Skip(&'static str),
}

/// Why an entry could not be checked: it is not of its category's form. That is a failure.
type Checked = Result<Outcome, String>;

/// An entry that failed.
pub struct Failure {
    /// Name of the entry.
    pub name: String,
    /// What it expects.
    pub expected: Value,
    /// What came of it instead.
    pub got: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.name, self.expected, self.got)
    }
}

/// What came of a file.
#[derive(Default)]
pub struct Report {
    /// Entries that were compared, failures among them.
    pub checked: usize,
    /// Those that failed.
    pub failures: Vec<Failure>,
    /// Reason → entries that were not compared.
    pub skipped: BTreeMap<&'static str, usize>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let skipped: usize = self.skipped.values().sum();
        write!(f, "checked {}, failed {}, skipped {skipped}", self.checked, self.failures.len())?;
        let reasons: Vec<String> =
            self.skipped.iter().map(|(reason, count)| format!("{count} × {reason}")).collect();
        if reasons.is_empty() { Ok(()) } else { write!(f, " ({})", reasons.join("; ")) }
    }
}

/// The entries of a file.
///
/// # Errors
/// In words: it cannot be read, or is not of the form.
pub fn read(path: &Path) -> Result<Vec<Entry>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    let file: Value = serde_json::from_str(&text).map_err(|error| format!("is no JSON: {error}"))?;
    let vectors = file.get("vectors").and_then(Value::as_array).ok_or("has no list `vectors`")?;
    if vectors.is_empty() {
        return Err("has no entries in `vectors`".to_owned());
    }
    Ok(vectors.iter().enumerate().map(|(index, value)| Entry::new(index, value)).collect())
}

/// Checks all entries.
#[must_use]
pub fn check(entries: &[Entry]) -> Report {
    let mut report = Report::default();
    for entry in entries {
        let problem = match outcome(entry) {
            Ok(Outcome::Got(got)) => {
                differs(entry.wanted(), &got, entry.tolerance, false).then(|| got.to_string())
            }
            Ok(Outcome::Exactly(got)) => {
                differs(entry.wanted(), &got, entry.tolerance, true).then(|| got.to_string())
            }
            Ok(Outcome::Skip(reason)) if entry.is_advisory() => {
                *report.skipped.entry(reason).or_default() += 1;
                continue;
            }
            Ok(Outcome::Skip(reason)) => Some(format!("nothing: {reason}")),
            Err(_) if entry.is_advisory() => {
                *report.skipped.entry("an advisory entry of a form that is not known").or_default() += 1;
                continue;
            }
            Err(problem) => Some(format!("nothing: {problem}")),
        };
        report.checked += 1;
        if let Some(got) = problem {
            let expected = entry.wanted().clone();
            report.failures.push(Failure { name: entry.name.clone(), expected, got });
        }
    }
    report
}

fn outcome(entry: &Entry) -> Checked {
    let category = entry.category.as_str();
    match category.split('.').next().unwrap_or_default() {
        "auth" | "lorax" | "transcript" | "operation" => frames::check(entry),
        "legacy" => legacy::check(entry),
        "firmware" | "product" | "advertisement" => products::check(entry),
        "color" | "ulid" => colors::check(entry),
        "log" => logs::check(entry),
        "enum" => names::check(entry),
        "trap" => traps(entry),
        "file" | "f32" | "int_dialect" | "temp" | "brightness" | "state" | "charge" | "device" => {
            values::check(entry)
        }
        "lenient_number" => {
            Ok(Outcome::Skip("a number of unknown dialect is refused here, where one peer guesses"))
        }
        _ => unknown(entry),
    }
}

/// A category that nothing here knows.
fn unknown(entry: &Entry) -> Checked {
    if entry.is_advisory() {
        Ok(Outcome::Skip("an advisory category that is not known"))
    } else {
        Err(format!("the category `{}` is not known", entry.category))
    }
}

/// Mistakes of other clients: `correct` is to be produced, not `peer_output`.
fn traps(entry: &Entry) -> Checked {
    let what = entry.text("what")?;
    let got = if what == "firmware revision number to letters" {
        products::letters(entry)?
    } else if let Some(name) = what.strip_prefix("mode command ") {
        let code = names::mode_code(name).ok_or_else(|| format!("no mode command `{name}`"))?;
        serde_json::json!({
            "lorax_hex": frames::mode_bytes(code)?,
            "legacy_hex": legacy::mode_bytes(code)?,
        })
    } else {
        return Ok(Outcome::Skip("a mistake in something that this crate does not do"));
    };
    Ok(Outcome::Got(got))
}
