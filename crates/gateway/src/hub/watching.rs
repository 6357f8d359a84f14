//! Op 22: anyone may follow the counters of a device, for overlays in streams. A device is named by what its
//! owner's client sends as its MAC, which is a pseudonym unless the owner opted in.

use hearth_dialects::puff::{DeviceState, Event, WatchedDevice};

use super::Hub;
use super::remote::device_id;
use super::session::SessionKey;

impl Hub {
    /// Silent, as in the TypeScript gateway; the oldest of too many is dropped.
    pub(super) fn watch_device(&mut self, key: SessionKey, id: String) {
        let Some(session) = self.sessions.get_mut(&key) else { return };
        if session.watched.contains(&id) {
            return;
        }
        session.watched.push(id.clone());
        let surplus =
            (session.watched.len() > self.config.watched_devices).then(|| session.watched.remove(0));
        self.watchers.entry(id).or_default().insert(key);
        if let Some(surplus) = surplus {
            self.unwatch_all(key, &[surplus]);
        }
    }

    /// Tells those who watch the device of `key` that its counters changed.
    pub(super) fn tell_watchers(&mut self, key: SessionKey, patch: &DeviceState) {
        let DeviceState { total_dabs, dabs_per_day, last_dab, .. } = patch;
        if self.watchers.is_empty() || (total_dabs.is_none() && dabs_per_day.is_none() && last_dab.is_none())
        {
            return;
        }
        let Some(mac) = self.sessions.get(&key).and_then(|session| session.device_mac()) else { return };
        let id = device_id(mac);
        let Some(watchers) = self.watchers.get(&id) else { return };
        let connections = watchers.iter().filter_map(|watcher| self.sessions.get(watcher)?.connection());
        let update =
            WatchedDevice { id, dabs: *total_dabs, dabs_per_day: *dabs_per_day, last_dab: last_dab.clone() };
        self.outbox.broadcast(connections, Event::WatchedDevice(Box::new(update)));
    }

    pub(super) fn unwatch_all(&mut self, key: SessionKey, ids: &[String]) {
        for id in ids {
            if let Some(watchers) = self.watchers.get_mut(id) {
                watchers.remove(&key);
                if watchers.is_empty() {
                    self.watchers.remove(id);
                }
            }
        }
    }
}
