//! The scan: wanted or not, and paused while a link is being opened.

use std::sync::Arc;

use puffco::link::LinkError;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use crate::adapters::Present;
use crate::system::Host;

/// Scanning on one adapter.
#[derive(Clone, Default)]
pub(crate) struct Scan(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Where it is wanted.
    on: Option<(Arc<Host>, Present)>,
    running: bool,
    pauses: u32,
}

impl Scan {
    /// Scans, unfiltered: services are often not advertised (facts/puffco-ble.md §2.1).
    pub(crate) async fn start(&self, host: &Arc<Host>, present: &Present) -> Result<(), LinkError> {
        let mut state = self.0.lock().await;
        state.on = Some((host.clone(), present.clone()));
        let answer = state.go_on().await;
        if answer.is_err() {
            state.on = None;
        }
        answer
    }

    /// Scans no more.
    pub(crate) async fn stop(&self) -> Result<(), LinkError> {
        let mut state = self.0.lock().await;
        let answer = state.halt().await;
        state.on = None;
        answer
    }

    /// No scan while the answer lives.
    pub(crate) async fn pause(&self) -> Pause {
        let mut state = self.0.lock().await;
        state.pauses += 1;
        if let Err(error) = state.halt().await {
            tracing::debug!(%error, "the scan did not stop");
        }
        Pause { scan: self.clone(), runtime: Handle::current() }
    }

    /// The adapter was switched off or unplugged: its scan is over.
    pub(crate) async fn adapter_is_gone(&self) {
        self.0.lock().await.running = false;
    }

    /// An adapter can be used (again): a scan that was wanted goes on.
    pub(crate) async fn adapter_is_back(&self, host: &Arc<Host>, present: &Present) {
        let mut state = self.0.lock().await;
        if state.on.is_some() && !state.running {
            state.on = Some((host.clone(), present.clone()));
            if let Err(error) = state.go_on().await {
                tracing::info!(%error, "the scan did not start again");
            }
        }
    }
}

impl State {
    async fn go_on(&mut self) -> Result<(), LinkError> {
        if let Some((host, present)) = self.on.as_ref().filter(|_| !self.running && self.pauses == 0) {
            host.start_scan(present).await?;
            self.running = true;
        }
        Ok(())
    }

    async fn halt(&mut self) -> Result<(), LinkError> {
        if let Some((host, present)) = self.on.as_ref().filter(|_| self.running) {
            self.running = false;
            host.stop_scan(present).await?;
        }
        Ok(())
    }
}

/// Holds the scan off.
pub(crate) struct Pause {
    scan: Scan,
    runtime: Handle,
}

impl Drop for Pause {
    fn drop(&mut self) {
        let scan = self.scan.clone();
        self.runtime.spawn(async move {
            let mut state = scan.0.lock().await;
            state.pauses -= 1;
            if let Err(error) = state.go_on().await {
                tracing::info!(%error, "the scan did not start again");
            }
        });
    }
}
