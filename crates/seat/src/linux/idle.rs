//! How long nobody has touched the computer: GNOME's compositor, the screen savers of other desktops, and logind's hint
//! are asked again and again. Where none of them knows, nobody does.

use std::time::Duration;

use hearth_clock::Clock;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use zbus::proxy::{CacheProperties, MethodFlags};
use zbus::{Connection, Proxy};

use super::{Buses, logind, open};
use crate::{IDLE_EVERY, Seat, tell_idle};

/// GNOME's compositor.
const MUTTER: [&str; 3] =
    ["org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core", "org.gnome.Mutter.IdleMonitor"];
/// KDE's, and others'.
const SAVER: [&str; 3] =
    ["org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"];

/// Asks until nobody listens any more.
pub(super) async fn watch(buses: Buses, seat: &watch::Sender<Seat>) {
    let clock = Clock::new();
    let mut ticks = tokio::time::interval(IDLE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut connected = (None, None);
    let mut saver = SaverUnit::default();
    loop {
        ticks.tick().await;
        if connected.0.is_none() {
            connected.0 = bus(buses.session.as_deref(), true).await;
        }
        if connected.1.is_none() {
            connected.1 = bus(buses.system.as_deref(), false).await;
        }
        let (mut told, mut hint) = (Vec::new(), None);
        if let Some(session) = &connected.0 {
            let mutter = ask::<u64>(session, MUTTER, "GetIdletime").await.map(Duration::from_millis);
            let number = ask::<u32>(session, SAVER, "GetSessionIdleTime").await;
            told.extend(mutter);
            told.extend(number.and_then(|number| saver.read(number)));
        }
        if let Some(system) = &connected.1 {
            hint = logind::idle_since(system).await;
        }
        let now = Duration::from_millis(clock.now().unix_ms);
        let hinted = hint.map(|since| since.map_or(Duration::ZERO, |since| now.saturating_sub(since)));
        tell_idle(seat, together(&told, hinted));
    }
}

/// Who counts knows better than who gives a hint after some minutes; whoever saw a touch is right.
fn together(told: &[Duration], hinted: Option<Duration>) -> Option<Duration> {
    told.iter().copied().min().or(hinted)
}

/// Desktops disagree on whether they tell seconds or thousandths; how the number grows shows it.
#[derive(Debug, Default)]
struct SaverUnit {
    last: Option<u32>,
    millis: Option<bool>,
}

impl SaverUnit {
    /// The time, once the unit is known.
    fn read(&mut self, number: u32) -> Option<Duration> {
        let grown = self.last.replace(number).and_then(|last| number.checked_sub(last));
        let every = u32::try_from(IDLE_EVERY.as_secs()).unwrap_or(u32::MAX);
        match grown {
            Some(grown) if grown >= every * 500 => self.millis = Some(true),
            Some(grown) if grown >= every / 2 && grown <= every * 4 => self.millis = Some(false),
            _ => {}
        }
        self.millis.map(|millis| {
            if millis { Duration::from_millis(number.into()) } else { Duration::from_secs(number.into()) }
        })
    }
}

async fn bus(address: Option<&str>, session: bool) -> Option<Connection> {
    let connection = match address {
        Some(address) => open(address).await,
        None if session => Connection::session().await,
        None => Connection::system().await,
    };
    connection.ok()
}

/// Asks one that is there; none is started for it.
async fn ask<T>(bus: &Connection, [service, path, interface]: [&'static str; 3], method: &str) -> Option<T>
where
    T: for<'d> zbus::zvariant::DynamicDeserialize<'d>,
{
    let builder = zbus::proxy::Builder::<Proxy<'_>>::new(bus).destination(service).ok()?;
    let builder = builder.path(path).ok()?.interface(interface).ok()?;
    let proxy = builder.cache_properties(CacheProperties::No).build().await.ok()?;
    proxy.call_with_flags(method, MethodFlags::NoAutoStart.into(), &()).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_a_screen_saver_is_seen_by_how_its_number_grows() {
        let mut seconds = SaverUnit::default();
        assert_eq!(seconds.read(40), None);
        assert_eq!(seconds.read(55), Some(Duration::from_secs(55)));
        assert_eq!(seconds.read(2), Some(Duration::from_secs(2)), "somebody touched it");
        let mut millis = SaverUnit::default();
        assert_eq!(millis.read(3_000), None);
        assert_eq!(millis.read(1_200), None, "less than before says nothing");
        assert_eq!(millis.read(16_200), Some(Duration::from_millis(16_200)));
    }

    #[test]
    fn who_counts_knows_better_than_who_hints() {
        let second = Duration::from_secs(1);
        assert_eq!(together(&[90 * second, 30 * second], Some(Duration::ZERO)), Some(30 * second));
        assert_eq!(together(&[], Some(60 * second)), Some(60 * second));
        assert_eq!(together(&[], None), None);
    }
}
