//! The program on a community gateway, told and heard in JSON lines.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Nothing that is expected takes longer.
pub const PATIENCE: Duration = Duration::from_secs(40);

pub struct Headless {
    pub child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// As it was told last.
    pub community: Value,
}

impl Headless {
    pub fn start(dialect: &str, gateway: &str, name: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hearth-headless"))
            .args(["--json", "--dialect", dialect, "--gateway", gateway, "--name", name])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, community: Value::Null }
    }

    /// Reads on until an event is as wanted.
    pub async fn sees<T>(&mut self, what: &str, mut look: impl FnMut(&Value) -> Option<T>) -> T {
        let found = async {
            loop {
                let line = self.lines.next_line().await.unwrap().expect("the program ended");
                let event: Value = serde_json::from_str(&line).unwrap();
                let community = event.get("community").or_else(|| event["view"].get("community"));
                if let Some(community) = community {
                    self.community = community.clone();
                }
                if let Some(found) = look(&event) {
                    return found;
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("never: {what}"))
    }

    pub async fn tell(&mut self, command: Value) {
        self.child.stdin.as_mut().unwrap().write_all(format!("{command}\n").as_bytes()).await.unwrap();
    }
}
