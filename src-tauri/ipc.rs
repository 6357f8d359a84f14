//! The contract over Tauri's IPC: one command, one channel of events. Each window is a face of its own.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use hearth_companion::contract::{Command, Event};
use hearth_companion::{Companion, Face};
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::ipc::Channel;
use tauri::{State, WebviewWindow};

/// The windows' faces, by label.
#[derive(Default)]
pub struct Faces(Mutex<BTreeMap<String, Window>>);

/// The face of a window, and what tells its page.
struct Window {
    face: Face,
    /// Where its page listens.
    channel: Option<Channel<Event>>,
    telling: Option<JoinHandle<()>>,
}

impl Faces {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, companion: &Companion, label: &str, act: impl FnOnce(&mut Window) -> T) -> T {
        let mut all = self.all();
        let face = || Window { face: companion.face(), channel: None, telling: None };
        act(all.entry(label.to_owned()).or_insert_with(face))
    }

    /// A window was hidden: its page is told nothing, which would only cost processor time.
    pub fn hidden(&self, label: &str) {
        if let Some(telling) = self.all().get_mut(label).and_then(|window| window.telling.take()) {
            telling.abort();
        }
    }

    /// A window is shown again: its page is told everything once more, then what changes.
    pub fn shown(&self, label: &str) {
        if let Some(window) = self.all().get_mut(label).filter(|window| window.telling.is_none()) {
            window.tell_page();
        }
    }

    /// A window is gone, and nobody looks through it any more.
    pub fn gone(&self, label: &str) {
        if let Some(Window { telling: Some(telling), .. }) = self.all().remove(label) {
            telling.abort();
        }
    }
}

impl Window {
    /// Sends everything there is to see, then what changes.
    fn tell_page(&mut self) {
        let Some(channel) = self.channel.clone() else { return };
        let mut events = self.face.subscribe();
        self.tell(spawn(async move {
            while let Some(event) = events.next().await {
                if channel.send(event).is_err() {
                    break;
                }
            }
        }));
    }

    /// A page that was loaded anew takes the place of the one before: sending to a page that is gone does not
    /// fail, so that its subscription would live on.
    fn tell(&mut self, telling: JoinHandle<()>) {
        if let Some(earlier) = self.telling.replace(telling) {
            earlier.abort();
        }
    }
}

/// Does what a person asks for in a window.
#[tauri::command]
pub fn command(
    window: WebviewWindow,
    companion: State<'_, Companion>,
    faces: State<'_, Faces>,
    command: Command,
) {
    faces.with(&companion, window.label(), |window| window.face.command(command));
}

/// Sends everything there is to see, then what changes.
#[tauri::command]
pub fn subscribe(
    window: WebviewWindow,
    companion: State<'_, Companion>,
    faces: State<'_, Faces>,
    channel: Channel<Event>,
) {
    faces.with(&companion, window.label(), |window| {
        window.channel = Some(channel);
        window.tell_page();
    });
}

#[cfg(test)]
mod tests {
    use hearth_companion::Options;
    use tokio::sync::oneshot;

    use super::*;

    /// Something that goes on until it is ended, and what tells of its end.
    fn endless() -> (JoinHandle<()>, oneshot::Receiver<()>) {
        let (alive, gone) = oneshot::channel::<()>();
        let telling = spawn(async move {
            let _alive = alive;
            std::future::pending().await
        });
        (telling, gone)
    }

    #[test]
    fn the_page_of_a_hidden_window_is_told_nothing_and_everything_once_it_is_shown() {
        tauri::async_runtime::block_on(async {
            let companion = Companion::start(Options::ephemeral()).await;
            let (told, mut events) = tokio::sync::mpsc::unbounded_channel();
            let channel = Channel::new(move |body| {
                let event: serde_json::Value = body.deserialize()?;
                let _ = told.send(event["event"].as_str().unwrap_or_default().to_owned());
                Ok(())
            });
            let faces = Faces::default();
            faces.with(&companion, "main", |window| {
                window.channel = Some(channel);
                window.tell_page();
            });
            assert_eq!(events.recv().await.as_deref(), Some("view"));
            faces.hidden("main");
            companion.command(Command::StartScan);
            // Whatever came of it has been told to everybody.
            assert!(matches!(companion.subscribe().next().await, Some(Event::View { .. })));
            while events.try_recv().is_ok() {}
            faces.shown("main");
            faces.shown("main");
            assert_eq!(events.recv().await.as_deref(), Some("view"));
            faces.shown("mini");
        });
    }

    #[test]
    fn a_page_that_was_loaded_anew_takes_the_place_of_the_one_before_in_its_own_window() {
        tauri::async_runtime::block_on(async {
            let companion = Companion::start(Options::ephemeral()).await;
            let faces = Faces::default();
            let ((main, main_gone), (mini, mut mini_gone)) = (endless(), endless());
            faces.with(&companion, "main", |window| window.tell(main));
            faces.with(&companion, "mini", |window| window.tell(mini));
            faces.with(&companion, "main", |window| window.tell(spawn(std::future::pending())));
            assert!(main_gone.await.is_err(), "the earlier one ended");
            assert_eq!(mini_gone.try_recv(), Err(oneshot::error::TryRecvError::Empty), "the other goes on");
            faces.gone("mini");
            assert!(mini_gone.await.is_err());
        });
    }
}
