//! The pairing agent: says yes to Just Works for devices that are being set up right now, and no to all
//! others.
//!
//! BlueZ asks an agent when reading an encrypted value makes it bond, and refuses the bond without one
//! (facts/puffco-ble.md §10). The agent is registered only while something is admitted, so that pairing
//! other devices stays with the desktop's own agent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use zbus::zvariant::ObjectPath;
use zbus::{Connection, interface};

use super::daemon::{AgentManager1Proxy, is};

const PATH: &str = "/app/hearth/agent";
const CAPABILITY: &str = "NoInputNoOutput";

/// What an agent may answer beside yes.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.bluez.Error")]
pub(crate) enum Refusal {
    /// Anything the bus says.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// No.
    Rejected(String),
}

/// The devices that are being set up, by object path.
#[derive(Clone, Default)]
struct Admitted(Arc<Mutex<BTreeMap<String, Candidate>>>);

/// One of them.
#[derive(Default)]
struct Candidate {
    /// For how many links at once.
    links: usize,
    /// BlueZ asked for its bond, and was told yes.
    agreed: bool,
}

/// The end of a device's path, for a log: the whole of it is the MAC address.
fn shortened<'path>(device: &'path ObjectPath<'_>) -> &'path str {
    let path = device.as_str();
    path.get(path.len().saturating_sub(5)..).unwrap_or_default()
}

impl Admitted {
    fn paths(&self) -> MutexGuard<'_, BTreeMap<String, Candidate>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, device: &ObjectPath<'_>, what: &str) -> Result<(), Refusal> {
        if let Some(candidate) = self.paths().get_mut(device.as_str()) {
            candidate.agreed = true;
            tracing::info!(device = shortened(device), what, "agreed to bond");
            Ok(())
        } else {
            tracing::warn!(device = shortened(device), what, "refused to bond: nobody here asked for it");
            Err(Refusal::Rejected("not a device that is being set up".to_owned()))
        }
    }
}

/// The object that BlueZ calls.
struct Agent1(Admitted);

#[interface(name = "org.bluez.Agent1")]
impl Agent1 {
    fn release(&self) {}

    fn request_pin_code(&self, _device: ObjectPath<'_>) -> Result<String, Refusal> {
        Err(Refusal::Rejected("no PIN codes here".to_owned()))
    }

    fn display_pin_code(&self, _device: ObjectPath<'_>, _pin_code: String) -> Result<(), Refusal> {
        Err(Refusal::Rejected("no PIN codes here".to_owned()))
    }

    fn request_passkey(&self, _device: ObjectPath<'_>) -> Result<u32, Refusal> {
        Err(Refusal::Rejected("no passkeys here".to_owned()))
    }

    fn display_passkey(&self, _device: ObjectPath<'_>, _passkey: u32, _entered: u16) {}

    fn request_confirmation(&self, device: ObjectPath<'_>, _passkey: u32) -> Result<(), Refusal> {
        self.0.answer(&device, "confirmation")
    }

    fn request_authorization(&self, device: ObjectPath<'_>) -> Result<(), Refusal> {
        self.0.answer(&device, "authorization")
    }

    fn authorize_service(&self, device: ObjectPath<'_>, _uuid: String) -> Result<(), Refusal> {
        self.0.answer(&device, "service")
    }

    fn cancel(&self) {
        tracing::debug!("BlueZ called the pairing off");
    }
}

/// Our agent, whether registered or not.
pub(crate) struct Agent {
    connection: Connection,
    admitted: Admitted,
    registered: tokio::sync::Mutex<bool>,
    runtime: Handle,
}

impl Agent {
    /// Serves the agent on this connection; registers nothing yet.
    pub(crate) async fn serve(connection: &Connection) -> zbus::Result<Arc<Self>> {
        let admitted = Admitted::default();
        connection.object_server().at(PATH, Agent1(admitted.clone())).await?;
        Ok(Arc::new(Self {
            connection: connection.clone(),
            admitted,
            registered: tokio::sync::Mutex::new(false),
            runtime: Handle::current(),
        }))
    }

    /// Lets a device bond until the admission is dropped. Whoever waits for it may stop waiting at any time.
    pub(crate) async fn admit(self: &Arc<Self>, device: String) -> Admission {
        self.admitted.paths().entry(device.clone()).or_default().links += 1;
        // From here on it is taken back, however this ends.
        let admission = Admission { agent: self.clone(), device };
        let agent = self.clone();
        // Ends by itself: half way nobody knows whether the agent is registered.
        let _ = self.runtime.spawn(async move { agent.register().await }).await;
        admission
    }

    /// A new bluetoothd knows nothing of us.
    pub(crate) async fn daemon_restarted(&self) {
        *self.registered.lock().await = false;
        self.register().await;
    }

    /// Registers or unregisters, as is needed.
    async fn register(&self) {
        let mut registered = self.registered.lock().await;
        let wanted = !self.admitted.paths().is_empty();
        if *registered == wanted {
            return;
        }
        match self.tell_daemon(wanted).await {
            Ok(()) => *registered = wanted,
            // Without an agent a bond that exists already still works, so this ends nothing.
            Err(error) => tracing::warn!(%error, wanted, "cannot register the pairing agent"),
        }
    }

    async fn tell_daemon(&self, wanted: bool) -> zbus::Result<()> {
        let daemon = AgentManager1Proxy::new(&self.connection).await?;
        let path = ObjectPath::from_static_str_unchecked(PATH);
        if wanted {
            // An answer that was lost on the way leaves us registered without our knowledge.
            ignoring("org.bluez.Error.AlreadyExists", daemon.register_agent(&path, CAPABILITY).await)?;
            daemon.request_default_agent(&path).await
        } else {
            ignoring("org.bluez.Error.DoesNotExist", daemon.unregister_agent(&path).await)
        }
    }
}

fn ignoring(name: &str, answer: zbus::Result<()>) -> zbus::Result<()> {
    answer.or_else(|error| if is(&error, name) { Ok(()) } else { Err(error) })
}

/// One device may bond while this lives.
pub(crate) struct Admission {
    agent: Arc<Agent>,
    device: String,
}

impl Admission {
    /// BlueZ asked, and was told yes: a bond was tried.
    pub(crate) fn was_used(&self) -> bool {
        self.agent.admitted.paths().get(&self.device).is_some_and(|candidate| candidate.agreed)
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut paths = self.agent.admitted.paths();
        if let Some(candidate) = paths.get_mut(&self.device) {
            candidate.links -= 1;
            if candidate.links == 0 {
                paths.remove(&self.device);
            }
        }
        drop(paths);
        let agent = self.agent.clone();
        self.agent.runtime.spawn(async move { agent.register().await });
    }
}
