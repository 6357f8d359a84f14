//! The screen savers of the desktops: the same two words under five names.

use futures::StreamExt;
use zbus::proxy::{CacheProperties, MethodFlags};
use zbus::{Connection, Proxy};

use super::{Words, say};
use crate::Lock;

/// A screen saver. Its interface has the name of the service.
pub(super) struct Saver {
    pub service: &'static str,
    path: &'static str,
}

/// Those that lock the screens of the usual desktops.
pub(super) const ALL: [Saver; 5] = [
    Saver { service: "org.freedesktop.ScreenSaver", path: "/org/freedesktop/ScreenSaver" },
    Saver { service: "org.gnome.ScreenSaver", path: "/org/gnome/ScreenSaver" },
    Saver { service: "org.cinnamon.ScreenSaver", path: "/org/cinnamon/ScreenSaver" },
    Saver { service: "org.mate.ScreenSaver", path: "/org/mate/ScreenSaver" },
    Saver { service: "org.xfce.ScreenSaver", path: "/org/xfce/ScreenSaver" },
];

impl Saver {
    /// Passes on what it says, whenever it is there, for as long as the bus lives.
    pub(super) async fn listen(&self, bus: &Connection, words: &Words) -> zbus::Result<()> {
        let saver: Proxy<'_> = zbus::proxy::Builder::new(bus)
            .destination(self.service)?
            .path(self.path)?
            .interface(self.service)?
            .cache_properties(CacheProperties::No)
            .build()
            .await?;
        let mut owners = saver.receive_owner_changed().await?;
        let mut changes = saver.receive_signal("ActiveChanged").await?;
        say(words, self.service, is_active(&saver).await);
        loop {
            let lock = tokio::select! {
                owner = owners.next() => match owner {
                    Some(Some(_)) => is_active(&saver).await,
                    Some(None) => Lock::Unknown,
                    None => return Ok(()),
                },
                change = changes.next() => match change {
                    Some(change) => change.body().deserialize().map_or(Lock::Unknown, lock),
                    None => return Ok(()),
                },
            };
            say(words, self.service, lock);
        }
    }
}

/// Asks one that is there; none is started for it.
async fn is_active(saver: &Proxy<'_>) -> Lock {
    let answer = saver.call_with_flags("GetActive", MethodFlags::NoAutoStart.into(), &()).await;
    answer.ok().flatten().map_or(Lock::Unknown, lock)
}

fn lock(active: bool) -> Lock {
    if active { Lock::Locked } else { Lock::Unlocked }
}
