//! The virtual device of the guest, from its owner's side: its control channel, one line each way.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde_json::Value;

/// No answer takes longer, but for waits.
const LIMIT: Duration = Duration::from_secs(30);

/// The control channel.
pub struct Vm(BufReader<UnixStream>);

impl Vm {
    /// The guest's; `None` outside of one.
    pub fn here() -> Option<Self> {
        let stream = UnixStream::connect(std::env::var_os("BLE_VM_CTL_SOCK")?).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        Some(Self(BufReader::new(stream)))
    }

    /// Does something to the device, or asks it something.
    pub fn tell(&mut self, command: &str) -> Value {
        self.0.get_mut().write_all(format!("{command}\n").as_bytes()).unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert!(answer.get("error").is_none(), "`{command}`: {answer}");
        answer
    }

    /// How many lines of its log fit.
    pub fn count(&mut self, terms: &str) -> u64 {
        self.tell(&format!("count {terms}")).as_u64().unwrap()
    }

    /// A number that it holds, in natural units.
    pub fn number(&mut self, path: &str) -> f32 {
        let answer = self.tell(&format!("get {path}"));
        answer["value"].as_f64().unwrap_or_else(|| panic!("{path}: {answer}")) as f32
    }

    /// A text that it holds.
    pub fn text(&mut self, path: &str) -> String {
        self.tell(&format!("get {path}"))["value"].as_str().unwrap().to_owned()
    }

    /// What it saw last: commands and what became of the link.
    pub fn last_rows(&mut self, number: usize) -> String {
        let rows = self.tell("log");
        let rows = rows.as_array().unwrap().iter();
        let telling = |row: &&Value| !["reply", "event", "adv"].iter().any(|kind| row["k"] == *kind);
        let telling = |row: &&Value| telling(row) && row["char"] != "COMMAND";
        let mut rows: Vec<String> = rows.filter(telling).rev().take(number).map(Value::to_string).collect();
        rows.reverse();
        rows.join("\n")
    }
}
