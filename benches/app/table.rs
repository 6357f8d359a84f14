//! What was measured, in words and figures.

use serde_json::Value;

/// The value below which `percent` of all are; `None` without any.
pub fn percentile(values: &[f64], percent: usize) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get((values.len() * percent).div_ceil(100).max(1) - 1).copied()
}

/// What the instrument in a page told.
#[derive(Debug)]
pub struct Told {
    /// The page's own work for each event, until its document is changed, ms.
    pub script: Vec<f64>,
    /// That, and the style, layout and painting of the frame that shows it, ms.
    pub work: Vec<f64>,
    /// Style, layout and painting of each frame on the main thread, ms.
    pub rendering: Vec<f64>,
    /// From the companion's clock to the changed document, ms.
    pub to_dom: Vec<f64>,
    /// Events.
    pub events: u64,
    /// Frames that were drawn for them.
    pub frames: usize,
    /// How many of each kind.
    pub kinds: String,
}

impl Told {
    /// From the instrument's report.
    pub fn new(report: &Value) -> Self {
        let numbers = |name: &str| -> Vec<f64> {
            report[name].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
        };
        let frames = report["frames"].as_array().map(Vec::as_slice).unwrap_or_default();
        // Every event is charged its share of the frame that shows it.
        let shares = |of: &[&str]| -> Vec<f64> {
            let share = |frame: &Value| {
                let events = frame["events"].as_u64().filter(|events| *events > 0)?;
                let cost: f64 = of.iter().filter_map(|name| frame[name].as_f64()).sum();
                Some(std::iter::repeat_n(cost / events as f64, usize::try_from(events).ok()?))
            };
            frames.iter().filter_map(share).flatten().collect()
        };
        let of_frames = |name: &str| frames.iter().filter_map(|frame| frame[name].as_f64()).collect();
        Self {
            script: shares(&["script"]),
            work: shares(&["script", "rendering"]),
            rendering: of_frames("rendering"),
            to_dom: numbers("toDom"),
            events: report["events"].as_u64().unwrap_or_default(),
            frames: frames.len(),
            kinds: report["kinds"].to_string(),
        }
    }
}

/// A row: what, the goal, Hearth's figure, Chromium's, and how they compare.
#[derive(Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// What it should be, and whether it is.
    pub goal: Option<(String, bool)>,
    /// Hearth's figure.
    pub hearth: String,
    /// Chromium's figure.
    pub chromium: String,
    /// Hearth's by Chromium's.
    pub ratio: Option<f64>,
}

impl Row {
    /// As a line of a table.
    pub fn line(&self) -> String {
        let Self { what, goal, hearth, chromium, ratio } = self;
        let goal = goal.as_ref().map_or_else(String::new, |(goal, met)| {
            format!("{goal}: {}", if *met { "met" } else { "missed" })
        });
        let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        format!("| {what} | {hearth} | {chromium} | {ratio} | {goal} |")
    }
}
