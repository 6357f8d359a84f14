//! The contract over Tauri's IPC: one command, one channel of events.

use std::sync::{Mutex, PoisonError};

use futures::StreamExt;
use hearth_companion::Companion;
use hearth_companion::contract::{Command, Event};
use tauri::State;
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::ipc::Channel;

/// The page that is told what changes. A page that was loaded anew takes the place of the one before: sending
/// to a page that is gone does not fail, so that its subscription would live on.
#[derive(Default)]
pub struct Subscription(Mutex<Option<JoinHandle<()>>>);

impl Subscription {
    fn replace(&self, forwarding: JoinHandle<()>) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = current.replace(forwarding) {
            earlier.abort();
        }
    }
}

/// Does what a person asks for in the window.
#[tauri::command]
pub fn command(companion: State<'_, Companion>, command: Command) {
    companion.command(command);
}

/// Sends everything there is to see, then what changes.
#[tauri::command]
pub fn subscribe(
    companion: State<'_, Companion>,
    subscription: State<'_, Subscription>,
    channel: Channel<Event>,
) {
    let mut events = companion.subscribe();
    subscription.replace(spawn(async move {
        while let Some(event) = events.next().await {
            if channel.send(event).is_err() {
                break;
            }
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_was_loaded_anew_takes_the_place_of_the_one_before() {
        let subscription = Subscription::default();
        let (alive, gone) = tokio::sync::oneshot::channel::<()>();
        subscription.replace(spawn(async move {
            let _alive = alive;
            std::future::pending().await
        }));
        subscription.replace(spawn(std::future::pending()));
        assert!(tauri::async_runtime::block_on(gone).is_err(), "the earlier subscription ended");
    }
}
