//! The contract over Tauri's IPC: one command, one channel of events.

use futures::StreamExt;
use hearth_companion::Companion;
use hearth_companion::contract::{Command, Event};
use tauri::State;
use tauri::ipc::Channel;

/// Does what a person asks for in the window.
#[tauri::command]
pub fn command(companion: State<'_, Companion>, command: Command) {
    companion.command(command);
}

/// Sends everything there is to see, then what changes, until the page is gone.
#[tauri::command]
pub fn subscribe(companion: State<'_, Companion>, channel: Channel<Event>) {
    let mut events = companion.subscribe();
    tauri::async_runtime::spawn(async move {
        while let Some(event) = events.next().await {
            if channel.send(event).is_err() {
                break;
            }
        }
    });
}
