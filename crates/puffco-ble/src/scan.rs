//! The scan: wanted or not, where it runs, and paused while a link is being opened.
//!
//! What was wanted once stays wanted: through an adapter that is switched off, unplugged or replaced, and
//! through a start that failed.

use std::sync::Arc;
use std::time::Duration;

use puffco::link::LinkError;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use crate::adapters::Present;
use crate::system::Host;

/// A start that failed is tried again after this time. An adapter that was just switched on may be busy.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Scanning on the adapter in use.
#[derive(Clone, Default)]
pub(crate) struct Scan(Arc<Mutex<State>>);

type Place = (Arc<Host>, Present);

#[derive(Default)]
struct State {
    wanted: bool,
    /// The adapter in use, when it can be used.
    adapter: Option<Place>,
    /// Where it runs.
    running: Option<Place>,
    pauses: u32,
    /// It will be tried again.
    retrying: bool,
}

impl Scan {
    /// Scans, unfiltered: services are often not advertised (facts/puffco-ble.md §2.1). It stays wanted when it
    /// cannot start now.
    pub(crate) async fn start(&self) -> Result<(), LinkError> {
        let mut state = self.0.lock().await;
        state.wanted = true;
        self.go_on(&mut state).await
    }

    /// Scans no more.
    pub(crate) async fn stop(&self) -> Result<(), LinkError> {
        let mut state = self.0.lock().await;
        state.wanted = false;
        state.halt().await
    }

    /// No scan while the answer lives. Whoever waits for it may stop waiting at any time.
    pub(crate) async fn pause(&self) -> Pause {
        let mut state = self.0.clone().lock_owned().await;
        state.pauses += 1;
        // From here on the count is taken back, however this ends.
        let pause = Pause { scan: self.clone(), runtime: Handle::current() };
        // Ends by itself: half way nobody knows whether the scan still runs.
        let halting = tokio::spawn(async move {
            if let Err(error) = state.halt().await {
                tracing::debug!(%error, "the scan did not stop");
            }
        });
        let _ = halting.await;
        pause
    }

    /// This adapter is used now, or none can be. `lost`: whatever ran on the adapter before is over by itself;
    /// otherwise it is ended there.
    pub(crate) async fn moves(&self, adapter: Option<Place>, lost: bool) {
        let mut state = self.0.lock().await;
        if lost {
            state.running = None;
        } else if let Err(error) = state.halt().await {
            tracing::debug!(%error, "the scan did not stop on the other adapter");
        }
        state.adapter = adapter;
        // A failure is told by the adapter's state, or over by the next try.
        let _ = self.go_on(&mut state).await;
    }

    /// Starts it anew where it runs: the computer slept meanwhile, and the radio may have forgotten it.
    pub(crate) async fn refresh(&self) {
        let mut state = self.0.lock().await;
        let _ = state.halt().await;
        let _ = self.go_on(&mut state).await;
    }

    /// Runs it when it is wanted and can be; later, when that fails.
    async fn go_on(&self, state: &mut State) -> Result<(), LinkError> {
        let answer = state.try_to_run().await;
        if let Err(error) = &answer {
            tracing::info!(%error, "the scan did not start");
            if !std::mem::replace(&mut state.retrying, true) {
                tokio::spawn(self.clone().retry());
            }
        }
        answer
    }

    async fn retry(self) {
        loop {
            tokio::time::sleep(AGAIN_AFTER).await;
            let mut state = self.0.lock().await;
            match state.try_to_run().await {
                Ok(()) => {
                    state.retrying = false;
                    return;
                }
                Err(error) => tracing::debug!(%error, "the scan did not start again"),
            }
        }
    }
}

impl State {
    /// Runs it when it is wanted and can be.
    async fn try_to_run(&mut self) -> Result<(), LinkError> {
        if self.wanted
            && self.pauses == 0
            && self.running.is_none()
            && let Some((host, present)) = self.adapter.clone()
        {
            host.start_scan(&present).await?;
            self.running = Some((host, present));
        }
        Ok(())
    }

    async fn halt(&mut self) -> Result<(), LinkError> {
        match self.running.take() {
            Some((host, present)) => host.stop_scan(&present).await,
            None => Ok(()),
        }
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
            let _ = scan.go_on(&mut state).await;
        });
    }
}
