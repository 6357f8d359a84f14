//! Watches which adapters there are and whether they are on, through restarts of bluetoothd.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use btleplug::platform::Manager;
use futures::StreamExt;
use futures::stream::{BoxStream, select_all};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use zbus::fdo::{DBusProxy, ManagedObjects, ObjectManagerProxy};
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream, message};

use super::agent::Agent;
use super::{SIMULATED_ALIAS, btleplug_adapters, daemon};
use crate::adapters::{Adapters, Present};

const ADAPTER: &str = "org.bluez.Adapter1";

/// Something happened that may concern adapters.
enum Sign {
    /// Look again.
    Changed,
    /// This adapter was switched off or unplugged, perhaps only for a moment.
    Stopped(String),
    /// A bluetoothd took over the name, or none has it now.
    Daemon {
        /// One is there.
        alive: bool,
    },
}

/// How often each adapter stopped, by object path: what was begun before is over, even when nobody saw it off.
#[derive(Default)]
struct Epochs {
    all: u64,
    each: BTreeMap<String, u64>,
}

impl Epochs {
    fn of(&self, path: &str) -> u64 {
        self.all + self.each.get(path).copied().unwrap_or_default()
    }
}

/// Looks once, then goes on watching in a task that ends with the bus.
pub(super) async fn start(
    connection: Connection,
    manager: Manager,
    agent: Arc<Agent>,
) -> zbus::Result<(watch::Receiver<Adapters>, JoinHandle<()>)> {
    let mut signs = drained(signs(&connection).await?);
    let mut epochs = Epochs::default();
    let (sender, receiver) = watch::channel(look(&connection, &manager, &epochs).await);
    let task = tokio::spawn(async move {
        while let Some(sign) = signs.recv().await {
            match sign {
                Sign::Daemon { alive: false } => {
                    epochs.all += 1;
                    sender.send_replace(Adapters::missing());
                    continue;
                }
                Sign::Daemon { alive: true } => agent.daemon_restarted().await,
                Sign::Stopped(path) => *epochs.each.entry(path).or_default() += 1,
                Sign::Changed => {}
            }
            sender.send_replace(look(&connection, &manager, &epochs).await);
        }
    });
    Ok((receiver, task))
}

/// Takes everything off a stream as it comes. A signal that nobody takes off the bus holds up all that comes
/// after it on the same connection, and so the answers that looking waits for.
fn drained<T: Send + 'static>(mut stream: BoxStream<'static, T>) -> mpsc::UnboundedReceiver<T> {
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                item = stream.next() => {
                    let Some(item) = item else { return };
                    let _ = sender.send(item);
                }
                () = sender.closed() => return,
            }
        }
    });
    receiver
}

async fn signs(connection: &Connection) -> zbus::Result<BoxStream<'static, Sign>> {
    let objects = ObjectManagerProxy::new(connection, "org.bluez", "/").await?;
    let added = objects.receive_interfaces_added().await?.filter_map(async |signal| {
        let args = signal.args().ok()?;
        args.interfaces_and_properties().keys().any(|name| name.as_str() == ADAPTER).then_some(Sign::Changed)
    });
    let removed = objects.receive_interfaces_removed().await?.filter_map(async |signal| {
        let args = signal.args().ok()?;
        let adapter = args.interfaces().iter().any(|name| name.as_str() == ADAPTER);
        adapter.then(|| Sign::Stopped(args.object_path().to_string()))
    });
    let rule = MatchRule::builder()
        .msg_type(message::Type::Signal)
        .sender("org.bluez")?
        .interface("org.freedesktop.DBus.Properties")?
        .member("PropertiesChanged")?
        .arg(0, ADAPTER)?
        .build();
    let properties = MessageStream::for_match_rule(rule, connection, None)
        .await?
        .filter_map(async |message| property_sign(&message.ok()?));
    let names = DBusProxy::new(connection)
        .await?
        .receive_name_owner_changed_with_args(&[(0, "org.bluez")])
        .await?
        .filter_map(async |signal| {
            let args = signal.args().ok()?;
            Some(Sign::Daemon { alive: args.new_owner().is_some() })
        });
    Ok(select_all([added.boxed(), removed.boxed(), properties.boxed(), names.boxed()]).boxed())
}

fn property_sign(message: &zbus::Message) -> Option<Sign> {
    let body = message.body();
    let (_, changed, _): (String, HashMap<String, OwnedValue>, Vec<String>) = body.deserialize().ok()?;
    if changed.get("Powered").is_some_and(|value| !flag(Some(value))) {
        return Some(Sign::Stopped(message.header().path()?.to_string()));
    }
    ["Powered", "Alias", "Address"].iter().any(|name| changed.contains_key(*name)).then_some(Sign::Changed)
}

/// All adapters that both BlueZ and btleplug know, by name.
async fn look(connection: &Connection, manager: &Manager, epochs: &Epochs) -> Adapters {
    let objects = match managed_objects(connection).await {
        Ok(objects) => objects,
        Err(error) => {
            let error = daemon::classify(&error);
            tracing::info!(%error, "no answer from bluetoothd");
            return Adapters::from_error(&error).unwrap_or_else(Adapters::missing);
        }
    };
    let known = btleplug_adapters(manager).await;
    let mut found: Vec<Present> = objects
        .iter()
        .filter_map(|(path, interfaces)| {
            let properties = interfaces.iter().find(|(name, _)| name.as_str() == ADAPTER)?.1;
            let (_, adapter) = known.iter().find(|(known, _)| *known == path.as_str())?;
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            let address = text(properties.get("Address"));
            Some(Present {
                adapter: adapter.clone(),
                id: if address.is_empty() { name.clone() } else { address },
                powered: flag(properties.get("Powered")),
                simulated: text(properties.get("Alias")) == SIMULATED_ALIAS,
                epoch: epochs.of(path),
                name,
            })
        })
        .collect();
    found.sort_by(|a, b| (a.name.len(), &a.name).cmp(&(b.name.len(), &b.name)));
    Adapters::Found(found)
}

async fn managed_objects(connection: &Connection) -> zbus::Result<ManagedObjects> {
    Ok(ObjectManagerProxy::new(connection, "org.bluez", "/").await?.get_managed_objects().await?)
}

fn flag(value: Option<&OwnedValue>) -> bool {
    matches!(value.map(|value| &**value), Some(Value::Bool(true)))
}

pub(super) fn text(value: Option<&OwnedValue>) -> String {
    match value.map(|value| &**value) {
        Some(Value::Str(text)) => text.to_string(),
        _ => String::new(),
    }
}
