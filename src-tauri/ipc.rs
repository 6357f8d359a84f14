//! The contract over Tauri's IPC: one command, and events as calls of a function of the page. Each window is a face of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use hearth_companion::contract::{Command, Event};
use hearth_companion::{Companion, Face};
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::{State, WebviewWindow};

/// What a page calls to be told events: a script that is nothing but a call with a literal is read by JavaScriptCore as
/// data. Others it compiles, and keeps for the next time that the very same one comes (`docs/benchmarks.md`).
const TOLD: &str = "hearthTold";

/// The windows' faces, by label.
#[derive(Default)]
pub struct Faces(Mutex<BTreeMap<String, Window>>);

/// Runs a script in a page: whether there is one.
type Page = Arc<dyn Fn(String) -> bool + Send + Sync>;

/// The face of a window, and what tells its page.
struct Window {
    face: Face,
    /// Listens.
    page: Option<Page>,
    telling: Option<JoinHandle<()>>,
}

impl Faces {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, companion: &Companion, label: &str, act: impl FnOnce(&mut Window) -> T) -> T {
        let mut all = self.all();
        let face = || Window { face: companion.face(), page: None, telling: None };
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
        let Some(page) = self.page.clone() else { return };
        let mut events = self.face.gathered();
        self.tell(spawn(async move {
            while let Some(events) = events.next().await {
                if !script(&events).is_some_and(|script| page(script)) {
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

/// Tells a page these events.
fn script(events: &[Event]) -> Option<String> {
    Some(format!("{TOLD}({})", serde_json::to_string(events).ok()?))
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
pub fn subscribe(window: WebviewWindow, companion: State<'_, Companion>, faces: State<'_, Faces>) {
    let label = window.label().to_owned();
    let page: Page = Arc::new(move |script| window.eval(script).is_ok());
    faces.with(&companion, &label, |window| {
        window.page = Some(page);
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
            let page: Page = Arc::new(move |script| {
                let events = script.strip_prefix("hearthTold(").and_then(|rest| rest.strip_suffix(')'));
                let events: Vec<Event> = serde_json::from_str(events.expect("a call")).expect("events");
                events.into_iter().all(|event| told.send(matches!(event, Event::View { .. })).is_ok())
            });
            let faces = Faces::default();
            faces.with(&companion, "main", |window| {
                window.page = Some(page);
                window.tell_page();
            });
            assert_eq!(events.recv().await, Some(true));
            faces.hidden("main");
            companion.command(Command::StartScan);
            // Whatever came of it has been told to everybody.
            assert!(matches!(companion.subscribe().next().await, Some(Event::View { .. })));
            while events.try_recv().is_ok() {}
            faces.shown("main");
            faces.shown("main");
            assert_eq!(events.recv().await, Some(true));
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
