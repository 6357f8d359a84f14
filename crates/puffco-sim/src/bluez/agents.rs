//! Pairing agents: who registered one, and asking it.

use std::sync::Arc;

use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedObjectPath};
use zbus::{Connection, interface};

use super::error::Refusal;
use super::world::World;

/// An agent of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Agent {
    client: String,
    path: OwnedObjectPath,
}

/// All of them; the default one is the last that asked to be it.
#[derive(Default)]
pub(super) struct Agents {
    registered: Vec<Agent>,
    defaults: Vec<Agent>,
}

impl Agents {
    /// The agent to ask: the client's own when it asked for the pairing, or else the default one.
    pub(super) fn for_client(&self, client: Option<&str>) -> Option<Agent> {
        let own = self.registered.iter().find(|agent| Some(agent.client.as_str()) == client);
        own.or(self.defaults.last()).cloned()
    }

    /// A client is gone.
    pub(super) fn forget(&mut self, client: &str) {
        self.registered.retain(|agent| agent.client != client);
        self.defaults.retain(|agent| agent.client != client);
    }

    fn find(&self, client: &str, path: &ObjectPath<'_>) -> Result<Agent, Refusal> {
        let found = self.registered.iter().find(|agent| agent.client == client && *agent.path == *path);
        found.cloned().ok_or_else(|| Refusal::DoesNotExist("Does Not Exist".to_owned()))
    }
}

#[zbus::proxy(interface = "org.bluez.Agent1", assume_defaults = false, gen_blocking = false)]
trait Agent1 {
    fn request_authorization(&self, device: &ObjectPath<'_>) -> zbus::Result<()>;
}

impl Agent {
    /// Asks whether a device may bond (Just Works).
    pub(super) async fn allows(&self, connection: &Connection, device: &str) -> bool {
        let ask = async {
            let agent = Agent1Proxy::builder(connection)
                .destination(self.client.as_str())?
                .path(self.path.as_ref())?
                .cache_properties(zbus::proxy::CacheProperties::No)
                .build()
                .await?;
            agent.request_authorization(&ObjectPath::try_from(device)?).await
        };
        ask.await.inspect_err(|error| tracing::info!(%error, "the agent said no")).is_ok()
    }
}

/// The object at `/org/bluez`.
pub(super) struct AgentManager1(pub(super) Arc<World>);

#[interface(name = "org.bluez.AgentManager1")]
impl AgentManager1 {
    fn register_agent(
        &self,
        #[zbus(header)] header: Header<'_>,
        agent: ObjectPath<'_>,
        _capability: String,
    ) -> Result<(), Refusal> {
        let agent = Agent { client: client(&header), path: agent.into() };
        self.0.act(|state, _| {
            if state.agents.registered.iter().any(|known| known.client == agent.client) {
                return Err(Refusal::AlreadyExists("Already Exists".to_owned()));
            }
            state.agents.registered.push(agent);
            Ok(())
        })
    }

    fn request_default_agent(
        &self,
        #[zbus(header)] header: Header<'_>,
        agent: ObjectPath<'_>,
    ) -> Result<(), Refusal> {
        self.0.act(|state, _| {
            let agent = state.agents.find(&client(&header), &agent)?;
            state.agents.defaults.retain(|known| *known != agent);
            state.agents.defaults.push(agent);
            Ok(())
        })
    }

    fn unregister_agent(
        &self,
        #[zbus(header)] header: Header<'_>,
        agent: ObjectPath<'_>,
    ) -> Result<(), Refusal> {
        self.0.act(|state, _| {
            let agent = state.agents.find(&client(&header), &agent)?;
            state.agents.forget(&agent.client);
            Ok(())
        })
    }
}

/// The unique name of who calls.
pub(super) fn client(header: &Header<'_>) -> String {
    header.sender().map(ToString::to_string).unwrap_or_default()
}
