//! The objects on the bus: putting them there, taking them away, and saying what changed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;

use anyhow::Context as _;
use futures::StreamExt;
use tokio::sync::mpsc;
use zbus::Connection;
use zbus::fdo::{DBusProxy, ObjectManager, Properties};
use zbus::names::InterfaceName;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedObjectPath;

use super::adapter::Adapter1;
use super::agents::AgentManager1;
use super::characteristic::{GattCharacteristic1, GattDescriptor1, GattService1};
use super::peripheral::Device1;
use super::world::{Effect, World};

/// Takes the name org.bluez and shows the adapters and the bonded devices.
pub(super) async fn serve(world: &Arc<World>) -> anyhow::Result<Connection> {
    let connection = zbus::connection::Builder::system()
        .context("DBUS_SYSTEM_BUS_ADDRESS")?
        .serve_at("/", ObjectManager)?
        .serve_at("/org/bluez", AgentManager1(world.clone()))?
        .build()
        .await
        .context("cannot reach the bus of DBUS_SYSTEM_BUS_ADDRESS")?;
    for adapter in 0..world.look(|state| state.adapters.len()) {
        export_adapter(&connection, world, adapter).await?;
    }
    let bonded: Vec<usize> = world.look(|state| {
        let peers = state.peers.iter().enumerate();
        peers.filter_map(|(index, peer)| peer.paired.then_some(index)).collect()
    });
    for peer in bonded {
        export_device(&connection, world, peer).await?;
    }
    connection.request_name("org.bluez").await.context("somebody else owns org.bluez on this bus")?;
    Ok(connection)
}

async fn export_adapter(connection: &Connection, world: &Arc<World>, adapter: usize) -> zbus::Result<()> {
    let path = world.look(|state| state.adapters[adapter].path.clone());
    connection.object_server().at(path, Adapter1 { world: world.clone(), adapter }).await?;
    Ok(())
}

/// Shows a device.
pub(super) async fn export_device(
    connection: &Connection,
    world: &Arc<World>,
    peer: usize,
) -> zbus::Result<()> {
    let path = world.act_on(peer, |peer, _| {
        peer.known = true;
        peer.path.clone()
    });
    connection.object_server().at(path, Device1 { world: world.clone(), peer }).await?;
    Ok(())
}

/// Takes a device and its services away.
pub(super) async fn withdraw_device(
    connection: &Connection,
    world: &Arc<World>,
    peer: usize,
) -> zbus::Result<()> {
    let (path, gatt) = world.act_on(peer, |peer, now| {
        peer.hang_up(now);
        peer.known = false;
        peer.rssi = None;
        (peer.path.clone(), std::mem::take(&mut peer.gatt_exported))
    });
    let server = connection.object_server();
    if gatt {
        for service in world.look(|state| state.peers[peer].services.clone()) {
            for node in service.characteristics {
                if let Some(path) = node.descriptor {
                    server.remove::<GattDescriptor1, _>(path).await?;
                }
                server.remove::<GattCharacteristic1, _>(node.path).await?;
            }
            server.remove::<GattService1, _>(service.path).await?;
        }
    }
    server.remove::<Device1, _>(path).await?;
    Ok(())
}

/// Shows or takes away an adapter, with all its devices.
pub(super) async fn plug(
    connection: &Connection,
    world: &Arc<World>,
    adapter: usize,
    plugged: bool,
) -> zbus::Result<()> {
    if plugged {
        return export_adapter(connection, world, adapter).await;
    }
    let (path, known): (String, Vec<usize>) = world.look(|state| {
        let peers = state.peers.iter().enumerate();
        let known = peers.filter(|(_, peer)| peer.known && peer.adapter == adapter);
        (state.adapters[adapter].path.clone(), known.map(|(index, _)| index).collect())
    });
    for peer in known {
        withdraw_device(connection, world, peer).await?;
    }
    connection.object_server().remove::<Adapter1, _>(path).await?;
    Ok(())
}

/// Shows the services of a device, once.
pub(super) async fn export_services(
    connection: &Connection,
    world: &Arc<World>,
    peer: usize,
) -> zbus::Result<()> {
    let (first, device) =
        world.act_on(peer, |peer, _| (!std::mem::replace(&mut peer.gatt_exported, true), peer.path.clone()));
    if !first {
        return Ok(());
    }
    let device = OwnedObjectPath::try_from(device)?;
    let server = connection.object_server();
    for service in world.look(|state| state.peers[peer].services.clone()) {
        let path = OwnedObjectPath::try_from(service.path)?;
        server.at(path.clone(), GattService1 { uuid: service.id, device: device.clone() }).await?;
        for node in service.characteristics {
            let descriptor = node.descriptor.clone();
            let at = OwnedObjectPath::try_from(node.path.clone())?;
            let characteristic =
                GattCharacteristic1 { world: world.clone(), peer, node, service: path.clone() };
            server.at(at.clone(), characteristic).await?;
            if let Some(path) = descriptor {
                server.at(path, GattDescriptor1 { characteristic: at }).await?;
            }
        }
    }
    Ok(())
}

/// Says what changed, in order, for as long as there is a bus.
pub(super) async fn emit(
    connection: &Connection,
    mut effects: mpsc::UnboundedReceiver<Effect>,
) -> anyhow::Result<()> {
    while let Some(effect) = effects.recv().await {
        match effect {
            Effect::Report(line) => {
                let mut out = std::io::stdout().lock();
                // Nobody has to read the reports.
                let _ = writeln!(out, "{line}").and_then(|()| out.flush());
            }
            Effect::Properties(path, interface, properties) => {
                let gone: Vec<&str> =
                    properties.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
                let changed: HashMap<&str, _> = properties
                    .iter()
                    .filter_map(|(name, value)| Some((*name, value.as_ref()?.try_clone().ok()?)))
                    .collect();
                let emitter = SignalEmitter::new(connection, path)?;
                let interface = InterfaceName::from_static_str_unchecked(interface);
                Properties::properties_changed(&emitter, interface, changed, Cow::Owned(gone)).await?;
            }
        }
    }
    Ok(())
}

/// Forgets clients that leave the bus; ends with the bus.
pub(super) async fn watch_clients(connection: &Connection, world: &Arc<World>) -> anyhow::Result<()> {
    let mut changes = DBusProxy::new(connection).await?.receive_name_owner_changed().await?;
    while let Some(change) = changes.next().await {
        let Ok(args) = change.args() else { continue };
        if args.new_owner().is_none() {
            let client = args.name().to_string();
            world.act(|state, _| {
                state.agents.forget(&client);
                for adapter in 0..state.adapters.len() {
                    state.discover(adapter, |clients| {
                        clients.remove(&client);
                    });
                }
            });
        }
    }
    Ok(())
}
