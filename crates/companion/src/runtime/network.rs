//! The local network: the gateway that this computer hosts, and looking for those of others.

mod scripts;

use std::path::PathBuf;
use std::time::Duration;

use hearth_lan::{Browser, Lan};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::controller::{HostNews, HostSecretWish, Input};
use crate::host::{Host, HostError, HostOptions, Openness};
use crate::saved::SavedScripts;
use crate::secrets::Secrets;

/// How long the guests' goodbye may take when the program ends.
const GOODBYE: Duration = Duration::from_secs(3);

/// What the program does in the local network.
pub(super) struct Network {
    lan: Lan,
    openness: Openness,
    /// Where groups are kept; `None`: nowhere.
    data: Option<PathBuf>,
    secrets: Secrets,
    inputs: mpsc::UnboundedSender<Input>,
    hosting: Option<Hosting>,
    /// One that tells its guests that it ends.
    ending: Option<JoinHandle<()>>,
    browser: Option<Browser>,
}

struct Hosting {
    scripts: mpsc::UnboundedSender<SavedScripts>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Network {
    pub(super) fn new(
        lan: Lan,
        openness: Openness,
        data: Option<PathBuf>,
        secrets: Secrets,
        inputs: mpsc::UnboundedSender<Input>,
    ) -> Self {
        Self { lan, openness, data, secrets, inputs, hosting: None, ending: None, browser: None }
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
    pub(super) fn start_host(&mut self, name: Option<String>, port: Option<u16>, scripts: SavedScripts) {
        let (changes, queue) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let opening = Opening {
            name: name.unwrap_or_else(computer_name),
            port,
            data: self.data.clone(),
            lan: self.lan.clone(),
            openness: self.openness,
            scripts,
            secrets: self.secrets.clone(),
        };
        let task = tokio::spawn(opening.host(queue, stopped, self.inputs.clone()));
        self.hosting = Some(Hosting { scripts: changes, stop, task });
    }

    /// Changes which programs can come.
    pub(super) fn admit_scripts(&self, scripts: SavedScripts) {
        if let Some(hosting) = &self.hosting {
            // An error means that it has ended by itself.
            let _ = hosting.scripts.send(scripts);
        }
    }

    /// Does what was wished about the secret that programs need; what comes of it is told.
    pub(super) fn host_secret(&self, wish: HostSecretWish) {
        let (secrets, inputs) = (self.secrets.clone(), self.inputs.clone());
        tokio::spawn(async move {
            let report = scripts::carry_out(&secrets, wish).await;
            // At the end of the program nobody asks any more.
            let _ = inputs.send(Input::Host(HostNews::Secret(report)));
        });
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

/// A gateway that is to be hosted.
struct Opening {
    name: String,
    port: Option<u16>,
    data: Option<PathBuf>,
    lan: Lan,
    openness: Openness,
    scripts: SavedScripts,
    secrets: Secrets,
}

impl Opening {
    /// Hosts until it is asked to stop.
    async fn host(
        self,
        mut changes: mpsc::UnboundedReceiver<SavedScripts>,
        mut stop: oneshot::Receiver<()>,
        tell: mpsc::UnboundedSender<Input>,
    ) {
        let Self { name, port, data, lan, openness, scripts, secrets } = self;
        // At the end of the program nobody asks any more.
        let tell = |news| _ = tell.send(Input::Host(news));
        let (access, mut secret_lost) = scripts::access(&secrets, scripts).await;
        let options = HostOptions { name: name.clone(), data, port, lan, openness, scripts: access };
        let name = hearth_lan::cleaned_name(&name);
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
            tell(HostNews::Running { name: name.clone(), state, secret_lost });
            tokio::select! {
                changed = seen.changed() => if changed.is_err() {
                    return tell(HostNews::Failed(HostError::Broken("it ended by itself".into())));
                },
                Some(scripts) = changes.recv() => {
                    let (access, lost) = scripts::access(&secrets, scripts).await;
                    host.admit_scripts(access);
                    secret_lost = lost;
                }
                _ = &mut stop => break,
            }
        }
        host.stop().await;
        tell(HostNews::Stopped);
    }
}

/// What this computer is called.
fn computer_name() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
