//! Watches which adapters there are and whether they are on, through restarts of bluetoothd.

use std::collections::HashMap;
use std::sync::Arc;

use btleplug::platform::Manager;
use futures::StreamExt;
use futures::stream::{BoxStream, select_all};
use tokio::sync::watch;
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
    /// A bluetoothd took over the name, or none has it now.
    Daemon {
        /// One is there.
        alive: bool,
    },
}

/// Looks once, then goes on watching in a task that ends with the bus.
pub(super) async fn start(
    connection: Connection,
    manager: Manager,
    agent: Arc<Agent>,
) -> zbus::Result<(watch::Receiver<Adapters>, JoinHandle<()>)> {
    let mut signs = signs(&connection).await?;
    let (sender, receiver) = watch::channel(look(&connection, &manager).await);
    let task = tokio::spawn(async move {
        while let Some(sign) = signs.next().await {
            let adapters = match sign {
                Sign::Daemon { alive: false } => Adapters::Missing,
                Sign::Daemon { alive: true } => {
                    agent.daemon_restarted().await;
                    look(&connection, &manager).await
                }
                Sign::Changed => look(&connection, &manager).await,
            };
            sender.send_if_modified(|last| {
                let changed = last.state() != adapters.state();
                *last = adapters;
                changed
            });
        }
    });
    Ok((receiver, task))
}

async fn signs(connection: &Connection) -> zbus::Result<BoxStream<'static, Sign>> {
    let objects = ObjectManagerProxy::new(connection, "org.bluez", "/").await?;
    let added = objects.receive_interfaces_added().await?.filter_map(async |signal| {
        let args = signal.args().ok()?;
        args.interfaces_and_properties().keys().any(|name| name.as_str() == ADAPTER).then_some(Sign::Changed)
    });
    let removed = objects.receive_interfaces_removed().await?.filter_map(async |signal| {
        let args = signal.args().ok()?;
        args.interfaces().iter().any(|name| name.as_str() == ADAPTER).then_some(Sign::Changed)
    });
    let rule = MatchRule::builder()
        .msg_type(message::Type::Signal)
        .sender("org.bluez")?
        .interface("org.freedesktop.DBus.Properties")?
        .member("PropertiesChanged")?
        .arg(0, ADAPTER)?
        .build();
    let properties =
        MessageStream::for_match_rule(rule, connection, None).await?.filter_map(async |message| {
            let message = message.ok()?;
            let (_, changed, _): (String, HashMap<String, OwnedValue>, Vec<String>) =
                message.body().deserialize().ok()?;
            (changed.contains_key("Powered") || changed.contains_key("Alias")).then_some(Sign::Changed)
        });
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

/// Finds the adapter to use: the first that is on, or else the first.
async fn look(connection: &Connection, manager: &Manager) -> Adapters {
    let objects = match managed_objects(connection).await {
        Ok(objects) => objects,
        Err(error) => {
            let error = daemon::classify(&error);
            tracing::info!(%error, "no answer from bluetoothd");
            return Adapters::from_error(&error).unwrap_or(Adapters::Missing);
        }
    };
    let mut found: Vec<_> = objects
        .iter()
        .filter_map(|(path, interfaces)| {
            let properties = interfaces.iter().find(|(name, _)| name.as_str() == ADAPTER)?.1;
            Some((!flag(properties.get("Powered")), path.to_string(), text(properties.get("Alias"))))
        })
        .collect();
    found.sort();
    if found.is_empty() {
        return Adapters::Missing;
    }
    let usable = btleplug_adapters(manager).await;
    for (off, path, alias) in found {
        if let Some((_, adapter)) = usable.iter().find(|(known, _)| *known == path) {
            return Adapters::Present(Present {
                adapter: adapter.clone(),
                name: path.rsplit('/').next().unwrap_or(&path).to_owned(),
                powered: !off,
                simulated: alias == SIMULATED_ALIAS,
            });
        }
    }
    Adapters::Missing
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
