//! The face of JSON lines.

use std::io::{BufRead, Write};
use std::sync::Arc;

use futures::StreamExt;
use hearth_companion::Face;
use hearth_companion::contract::Command;
use tokio::sync::mpsc;

/// A longer line is refused.
const LONGEST: usize = 64 * 1024;

/// Writes every event as one JSON object a line, until nobody reads them any more. Who reads slowly holds up nothing but
/// their own lines: a program that waits for its reader could not be asked to end.
pub async fn write(face: &Face) -> anyhow::Result<()> {
    let (lines, written) = mpsc::channel(1);
    on_a_thread("events", move || put(written))?;
    let mut events = face.subscribe();
    while let Some(event) = events.next().await {
        let mut line = serde_json::to_vec(&event)?;
        line.push(b'\n');
        if lines.send(line).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn put(mut lines: mpsc::Receiver<Vec<u8>>) {
    while let Some(line) = lines.blocking_recv() {
        let mut out = std::io::stdout().lock();
        if out.write_all(&line).and_then(|()| out.flush()).is_err() {
            break;
        }
    }
}

/// Carries out one command a line. A line that is none is named on standard error and costs only itself.
pub fn read(face: Arc<Face>) -> std::io::Result<()> {
    on_a_thread("commands", move || {
        for line in std::io::stdin().lock().split(b'\n').map_while(Result::ok) {
            carry_out(&face, &line);
        }
    })
}

fn carry_out(face: &Face, line: &[u8]) {
    let line = String::from_utf8_lossy(line);
    if line.trim().is_empty() {
        return;
    }
    if line.len() > LONGEST {
        tracing::error!(bytes = line.len(), "this line is too long for a command; it was left out");
        return;
    }
    match serde_json::from_str::<Command>(&line) {
        Ok(command) => face.command(command),
        Err(error) => tracing::error!(%error, "this line is no command; it was left out"),
    }
}

/// A thread of its own, which ends with the program: tokio waits for its own until standard input ends.
fn on_a_thread(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name(name.into()).spawn(work).map(drop)
}
