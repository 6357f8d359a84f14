//! Running other programs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::report::say;

/// Runs a command to its end, which must be a good one.
pub fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{} could not be started", name(command)))?;
    good(command, status)
}

/// Like [`succeed`], and gives back the last line that holds `mark`, of those that it writes to standard error.
/// All of them are passed on.
pub fn succeed_noting(command: &mut Command, mark: &str) -> (Option<String>, anyhow::Result<()>) {
    let mut noted = None;
    let result = (|| {
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", name(command)))?;
        for line in BufReader::new(child.stderr.take().context("no output")?).lines().map_while(Result::ok) {
            say(&line);
            if line.contains(mark) {
                noted = Some(line);
            }
        }
        good(command, child.wait()?)
    })();
    (noted, result)
}

/// Runs a command to its end; the lines that it writes to standard output, which are passed on, and whether the end
/// was a good one.
pub fn listing(command: &mut Command) -> anyhow::Result<(Vec<String>, anyhow::Result<()>)> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} could not be started", name(command)))?;
    let output = BufReader::new(child.stdout.take().context("no output")?);
    let lines = output.lines().map_while(Result::ok).inspect(|line| say(line)).collect();
    Ok((lines, good(command, child.wait()?)))
}

/// Runs the program that a person came for. When this task is asked to end (Ctrl+C, a signal), so is the
/// program, and this waits for it: it may have a heat to stop.
pub fn attend(command: &mut Command) -> anyhow::Result<()> {
    let mut child = command.spawn().with_context(|| format!("{} could not be started", name(command)))?;
    let id = child.id();
    ctrlc::set_handler(move || ask_to_end(id)).context("signals cannot be heard")?;
    let status = child.wait()?;
    good(command, status)
}

/// Whether a program is there to be run.
pub fn exists(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}

/// A program in the background that ends with its standard input, also when this task is ended by force. It
/// does not hear the terminal's Ctrl+C, so that who uses it can end first.
pub struct Background(Child);

impl Background {
    /// Starts it.
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", name(command)))?;
        Ok(Self(child))
    }

    /// The first line that it prints. What follows is read too, lest it stall, and dropped.
    pub fn first_line(&mut self) -> anyhow::Result<String> {
        let mut lines = BufReader::new(self.0.stdout.take().context("no output")?);
        let mut line = String::new();
        lines.read_line(&mut line)?;
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let line = line.trim();
        if line.is_empty() {
            bail!("it ended before it was ready");
        }
        Ok(line.to_owned())
    }

    /// Its standard input, to give to somebody who keeps it open.
    pub fn take_input(&mut self) -> anyhow::Result<std::process::ChildStdin> {
        self.0.stdin.take().context("no input")
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Closing its standard input asks politely; the rest makes sure.
        drop(self.0.stdin.take());
        for _ in 0..20 {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn good(command: &Command, status: ExitStatus) -> anyhow::Result<()> {
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

#[cfg(unix)]
fn ask_to_end(id: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(pid) = Pid::from_raw(id.cast_signed()) {
        // It may have ended in the meantime.
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// Windows passes Ctrl+C to every program of the console.
#[cfg(not(unix))]
fn ask_to_end(_id: u32) {}
