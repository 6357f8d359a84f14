//! Lets time pass for the devices, and their advertisements be heard.

use std::sync::Arc;
use std::time::Duration;

use zbus::Connection;
use zbus::zvariant::Value;

use super::room::Adapter;
use super::tree;
use super::world::{DEVICE_INTERFACE, World};

/// How often an advertisement is heard.
const ADVERTISE_EVERY: Duration = Duration::from_millis(250);

/// Never ends.
pub(super) async fn pass(connection: &Connection, world: &Arc<World>) {
    let mut heard_at = world.clock.now().instant;
    let mut wobble = 0_i16;
    loop {
        let deadline = world
            .look(|state| state.devices.iter().filter_map(|nearby| nearby.device().poll_timeout()).min());
        let listening = world.look(|state| state.adapters.iter().any(Adapter::listens));
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
                for nearby in &state.devices {
                    nearby.device().handle_timeout(now);
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
        let (mut unknown, mut heard) = (Vec::new(), Vec::new());
        let adapters = &state.adapters;
        let peers = state.peers.iter_mut().enumerate();
        for (index, peer) in peers.filter(|(_, peer)| adapters[peer.adapter].listens()) {
            let advertisement = peer.device().advertisement();
            let Some(advertisement) = advertisement else { continue };
            let rssi = advertisement.rssi.unwrap_or(-60).saturating_add(wobble - 2);
            peer.rssi = Some(rssi);
            let name = advertisement.name.unwrap_or_default();
            let renamed = std::mem::replace(&mut peer.name, name.clone()) != name;
            if peer.known {
                let mut news = vec![("RSSI", Some(Value::I16(rssi)))];
                if renamed {
                    news.push(("Name", Some(name.clone().into())));
                    news.push(("Alias", Some(name.into())));
                }
                heard.push((peer.path.clone(), news));
            } else {
                unknown.push(index);
            }
        }
        for (path, news) in heard {
            state.changed(&path, DEVICE_INTERFACE, news);
        }
        unknown
    });
    for peer in unknown {
        if let Err(error) = tree::export_device(connection, world, peer).await {
            tracing::error!(%error, "cannot show a device");
        }
    }
}
