//! The face of JSON lines.

use std::io::Write;
use std::sync::Arc;

use futures::StreamExt;
use hearth_companion::Face;
use hearth_companion::contract::Command;
use tokio::io::{AsyncBufReadExt, BufReader};

/// A longer line is refused.
const LONGEST: usize = 64 * 1024;

/// Writes every event as one JSON object a line, until nobody reads them any more.
pub async fn write(face: &Face) -> anyhow::Result<()> {
    let mut events = face.subscribe();
    while let Some(event) = events.next().await {
        let mut line = serde_json::to_vec(&event)?;
        line.push(b'\n');
        let mut out = std::io::stdout().lock();
        if out.write_all(&line).and_then(|()| out.flush()).is_err() {
            break;
        }
    }
    Ok(())
}

/// Carries out one command a line. A line that is none is named on standard error and costs only itself.
pub async fn read(face: Arc<Face>) {
    let mut lines = BufReader::new(tokio::io::stdin()).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            continue;
        }
        if line.len() > LONGEST {
            tracing::error!(bytes = line.len(), "this line is too long for a command; it was left out");
            continue;
        }
        match serde_json::from_str::<Command>(&line) {
            Ok(command) => face.command(command),
            Err(error) => tracing::error!(%error, "this line is no command; it was left out"),
        }
    }
}
