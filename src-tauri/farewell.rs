//! The end of the app: whichever way it is asked to end, the companion first stops a heat that it started and
//! leaves its group. Only then does the program go.

use std::sync::atomic::{AtomicBool, Ordering};

use hearth_companion::{Companion, asked_to_end};
use tauri::{AppHandle, Manager, RunEvent};

use crate::windows::Windows;

/// How far the end has come.
#[derive(Default)]
pub struct Farewell {
    begun: AtomicBool,
    done: AtomicBool,
}

impl Farewell {
    /// Looks at an event of the app, and holds back its end until the companion is done.
    pub fn watch(&self, app: &AppHandle, event: &RunEvent) {
        if self.done.load(Ordering::Acquire) {
            return;
        }
        match event {
            RunEvent::ExitRequested { api, code, .. } => {
                api.prevent_exit();
                // Without a code it is asked because no window is left.
                if code.is_some() || app.state::<Windows>().ends_with_last_window() {
                    self.begin(app);
                }
            }
            // Some systems end an app without asking it first; nothing can be held back then, only waited for.
            RunEvent::Exit => tauri::async_runtime::block_on(app.state::<Companion>().shutdown()),
            _ => {}
        }
    }

    /// Ends the app once the companion is done. The second time there is nothing to add.
    pub fn begin(&self, app: &AppHandle) {
        if self.begun.swap(true, Ordering::AcqRel) {
            return;
        }
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            // It has a deadline of its own.
            app.state::<Companion>().shutdown().await;
            app.state::<Self>().done.store(true, Ordering::Release);
            app.exit(0);
        });
    }
}

/// Ends the app when it is asked to from outside.
pub async fn on_request(app: AppHandle) {
    asked_to_end().await;
    app.state::<Farewell>().begin(&app);
}
