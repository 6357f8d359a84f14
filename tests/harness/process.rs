//! A program under test, with everything that it starts in a process group of its own.

use std::fs::File;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::place::Place;
use super::{PATIENCE, until};

/// Ends a process group when this program ends, however it does: a test that takes too long is killed.
const WATCH: &str = "cat > /dev/null; kill -KILL -- -$0";

/// A running program; its whole group ends when this is dropped.
pub struct Process {
    name: String,
    group: Option<Pid>,
    _child: Child,
    _watch: Child,
    input: Option<ChildStdin>,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

impl Process {
    /// Starts a program in this place: its own HOME, its log kept as `NAME.log`.
    pub fn start(place: &Place, name: &str, command: &mut Command) -> Self {
        let log = File::create(place.keep(&format!("{name}.log"))).expect("a log file");
        let home = place.home();
        command
            .process_group(0)
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("{name} could not be started: {error}"));
        let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let watch = watch(child.id().expect("it was just started"));
        let input = child.stdin.take();
        let lines = child.stdout.take().map(|out| BufReader::new(out).lines());
        Self { name: name.to_owned(), group, _child: child, _watch: watch, input, lines }
    }

    /// Its id.
    pub fn id(&self) -> i32 {
        self.group.expect("it was started").as_raw_nonzero().get()
    }

    /// Asks it to end, as the system does when a person logs out, and waits for that: whether it did.
    pub async fn end(self) -> bool {
        let line = format!("/proc/{}/cmdline", self.id());
        let asked = self.group.is_some_and(|id| kill_process(id, Signal::TERM).is_ok());
        // What has ended and was not waited for has no command line any more.
        let ended = || std::fs::read(&line).map_or(true, |line| line.is_empty()).then_some(());
        asked && until(PATIENCE, async || ended()).await.is_some()
    }

    /// The next line that it prints.
    pub async fn line(&mut self) -> String {
        let lines = self.lines.as_mut().expect("its output was not given away");
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
        match line {
            Ok(Ok(Some(line))) => line,
            other => panic!("{} printed no line: {other:?}", self.name),
        }
    }

    /// Gives its output away.
    pub fn take_lines(&mut self) -> Lines<BufReader<ChildStdout>> {
        self.lines.take().expect("its output was not given away")
    }

    /// Writes a line to its input.
    pub async fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().expect("it has an input");
        let written = input.write_all(format!("{line}\n").as_bytes()).await;
        written.unwrap_or_else(|error| panic!("{} takes no input: {error}", self.name));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

fn watch(group: u32) -> Child {
    let mut command = Command::new("sh");
    command.args(["-c", WATCH, &group.to_string()]).process_group(0).stdin(Stdio::piped());
    command.kill_on_drop(true).spawn().expect("a shell")
}
