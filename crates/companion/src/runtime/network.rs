//! The local network: the gateway that this computer hosts, and looking for those of others.

use std::path::PathBuf;
use std::time::Duration;

use hearth_lan::{Browser, Lan};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::controller::{HostNews, Input};
use crate::host::{Host, HostError, HostOptions, Openness};

/// How long the guests' goodbye may take when the program ends.
const GOODBYE: Duration = Duration::from_secs(3);

/// What the program does in the local network.
pub(super) struct Network {
    lan: Lan,
    openness: Openness,
    /// Where groups are kept; `None`: nowhere.
    data: Option<PathBuf>,
    inputs: mpsc::UnboundedSender<Input>,
    hosting: Option<Hosting>,
    /// One that tells its guests that it ends.
    ending: Option<JoinHandle<()>>,
    browser: Option<Browser>,
}

struct Hosting {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Network {
    pub(super) fn new(
        lan: Lan,
        openness: Openness,
        data: Option<PathBuf>,
        inputs: mpsc::UnboundedSender<Input>,
    ) -> Self {
        Self { lan, openness, data, inputs, hosting: None, ending: None, browser: None }
    }

    /// Looks for gateways, or stops that.
    pub(super) fn look_around(&mut self, on: bool) {
        self.browser = None;
        if !on {
            return;
        }
        let browser = self.lan.browse();
        let mut around = browser.watch();
        let inputs = self.inputs.clone();
        self.browser = Some(browser);
        tokio::spawn(async move {
            loop {
                let present = around.borrow_and_update().clone();
                if inputs.send(Input::Around(present)).is_err() || around.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    /// Hosts a gateway; what comes of it is told.
    pub(super) fn start_host(&mut self, name: Option<String>, port: Option<u16>) {
        let name = name.unwrap_or_else(computer_name);
        let data = self.data.clone();
        let options = HostOptions { name, data, port, lan: self.lan.clone(), openness: self.openness };
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(host(options, stopped, self.inputs.clone()));
        self.hosting = Some(Hosting { stop, task });
    }

    /// Ends it; the guests are told first.
    pub(super) fn stop_host(&mut self) {
        if let Some(hosting) = self.hosting.take() {
            // An error means that it has ended by itself.
            let _ = hosting.stop.send(());
            self.ending = Some(hosting.task);
        }
    }

    /// The program ends.
    pub(super) async fn end(&mut self) {
        self.browser = None;
        self.stop_host();
        if let Some(task) = self.ending.take()
            && tokio::time::timeout(GOODBYE, task).await.is_err()
        {
            tracing::warn!("some guests could not be told that the gateway ends");
        }
    }
}

/// Hosts until it is asked to stop.
async fn host(options: HostOptions, mut stop: oneshot::Receiver<()>, tell: mpsc::UnboundedSender<Input>) {
    // At the end of the program nobody asks any more.
    let tell = |news| _ = tell.send(Input::Host(news));
    let name = hearth_lan::cleaned_name(&options.name);
    let host = match Host::start(options).await {
        Ok(host) => host,
        Err(error) => {
            tracing::warn!(code = error.code(), "hosting on this computer did not work");
            return tell(HostNews::Failed(error));
        }
    };
    let mut seen = host.watch();
    loop {
        let state = seen.borrow_and_update().clone();
        tell(HostNews::Running { name: name.clone(), state });
        tokio::select! {
            changed = seen.changed() => if changed.is_err() {
                return tell(HostNews::Failed(HostError::Broken("it ended by itself".into())));
            },
            _ = &mut stop => break,
        }
    }
    host.stop().await;
    tell(HostNews::Stopped);
}

/// What this computer is called.
fn computer_name() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
