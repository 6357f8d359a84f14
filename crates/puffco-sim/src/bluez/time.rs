//! Lets time pass for the devices, and their advertisements be heard.

use std::sync::Arc;
use std::time::Duration;

use zbus::Connection;
use zbus::zvariant::Value;

use super::tree;
use super::world::{DEVICE_INTERFACE, World};

/// How often an advertisement is heard.
const ADVERTISE_EVERY: Duration = Duration::from_millis(250);

/// Never ends.
pub(super) async fn pass(connection: &Connection, world: &Arc<World>) {
    let mut heard_at = world.clock.now().instant;
    let mut wobble = 0_i16;
    loop {
        let deadline =
            world.look(|state| state.peers.iter().filter_map(|peer| peer.device.poll_timeout()).min());
        let listening = world.look(|state| state.plugged && state.powered && !state.discovering.is_empty());
        let next_heard = listening.then_some(heard_at + ADVERTISE_EVERY);
        match deadline.into_iter().chain(next_heard).min() {
            Some(deadline) => {
                let _ = tokio::time::timeout(world.clock.until(deadline), world.stirred.notified()).await;
            }
            None => world.stirred.notified().await,
        }
        let due = |at: std::time::Instant| at <= world.clock.now().instant;
        if deadline.is_some_and(due) {
            world.act(|state, now| {
                for peer in &mut state.peers {
                    peer.device.handle_timeout(now);
                }
            });
        }
        if next_heard.is_some_and(due) {
            heard_at = world.clock.now().instant;
            wobble = (wobble + 1) % 5;
            hear(connection, world, wobble).await;
        }
    }
}

/// Every device that advertises is heard once, a little louder or softer than the last time.
async fn hear(connection: &Connection, world: &Arc<World>, wobble: i16) {
    let unknown: Vec<usize> = world.act(|state, _| {
        let mut unknown = Vec::new();
        let mut louder = Vec::new();
        for (index, peer) in state.peers.iter_mut().enumerate() {
            let Some(advertisement) = peer.device.advertisement() else { continue };
            let rssi = advertisement.rssi.unwrap_or(-60).saturating_add(wobble - 2);
            peer.rssi = Some(rssi);
            if peer.known {
                louder.push((peer.path.clone(), rssi));
            } else {
                unknown.push(index);
            }
        }
        for (path, rssi) in louder {
            state.changed(&path, DEVICE_INTERFACE, vec![("RSSI", Some(Value::I16(rssi)))]);
        }
        unknown
    });
    for peer in unknown {
        if let Err(error) = tree::export_device(connection, world, peer).await {
            tracing::error!(%error, "cannot show a device");
        }
    }
}
