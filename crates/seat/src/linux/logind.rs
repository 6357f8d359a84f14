//! logind: the hint that desktops set on the session of the person while the screen is locked.

use std::time::Duration;

use futures::StreamExt;
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedObjectPath;
use zbus::{Connection, Proxy};

use super::{Words, say};
use crate::Lock;

/// Its name on the system bus.
pub(super) const SERVICE: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const HINT: &str = "LockedHint";

/// Passes on what it says, whenever it is there, for as long as the bus lives.
pub(super) async fn listen(bus: &Connection, words: &Words) -> zbus::Result<()> {
    let manager = proxy(bus, "/org/freedesktop/login1", MANAGER).await?;
    let mut owners = manager.receive_owner_changed().await?;
    let mut there = zbus::fdo::DBusProxy::new(bus).await?.name_has_owner(SERVICE.try_into()?).await?;
    loop {
        if there && let Some(session) = own_session(&manager).await {
            let session = proxy(bus, session.as_str(), SESSION).await?;
            // Another logind knows the session anew.
            tokio::select! {
                ended = follow(bus, &session, words) => return ended,
                owner = owners.next() => there = owner.ok_or(zbus::Error::InterfaceNotFound)?.is_some(),
            }
        } else {
            there = owners.next().await.ok_or(zbus::Error::InterfaceNotFound)?.is_some();
        }
        say(words, SERVICE, Lock::Unknown);
    }
}

/// The session that this program belongs to, or the one with the person's display.
async fn own_session(manager: &Proxy<'_>) -> Option<OwnedObjectPath> {
    let named = std::env::var("XDG_SESSION_ID").ok();
    for name in named.as_deref().into_iter().chain(["auto", "self"]) {
        match manager.call("GetSession", &(name,)).await {
            Ok(session) => return Some(session),
            Err(error) => tracing::debug!(name, %error, "no such session"),
        }
    }
    None
}

async fn follow(bus: &Connection, session: &Proxy<'_>, words: &Words) -> zbus::Result<()> {
    let properties = zbus::fdo::PropertiesProxy::builder(bus)
        .destination(SERVICE)?
        .path(session.path().to_owned())?
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    let mut changes = properties.receive_properties_changed().await?;
    let mut locks = session.receive_signal("Lock").await?;
    let mut unlocks = session.receive_signal("Unlock").await?;
    say(words, SERVICE, hint(session).await);
    loop {
        let lock = tokio::select! {
            change = changes.next() => match change {
                Some(_) => hint(session).await,
                None => return Ok(()),
            },
            // Only a wish: whether anybody locks then, the hint tells. Nobody may ever say "unlock" of one that
            // was taken at its word.
            wish = locks.next() => match wish {
                Some(_) => hint(session).await,
                None => return Ok(()),
            },
            wish = unlocks.next() => match wish {
                Some(_) => Lock::Unlocked,
                None => return Ok(()),
            },
        };
        say(words, SERVICE, lock);
    }
}

async fn hint(session: &Proxy<'_>) -> Lock {
    match session.get_property::<bool>(HINT).await {
        Ok(true) => Lock::Locked,
        Ok(false) => Lock::Unlocked,
        Err(_) => Lock::Unknown,
    }
}

/// Since when nobody has touched anything, as time since 1970; `Some(None)`: somebody does. Desktops say so after some
/// minutes only. `None`: there is no logind.
pub(super) async fn idle_since(bus: &Connection) -> Option<Option<Duration>> {
    let manager = proxy(bus, "/org/freedesktop/login1", MANAGER).await.ok()?;
    let there =
        zbus::fdo::DBusProxy::new(bus).await.ok()?.name_has_owner(SERVICE.try_into().ok()?).await.ok()?;
    if !there {
        return None;
    }
    let session = own_session(&manager).await?;
    let session = proxy(bus, session.as_str(), SESSION).await.ok()?;
    if !session.get_property::<bool>("IdleHint").await.ok()? {
        return Some(None);
    }
    let since = session.get_property::<u64>("IdleSinceHint").await.ok()?;
    Some(Some(Duration::from_micros(since)))
}

async fn proxy<'a>(bus: &Connection, path: &'a str, interface: &'static str) -> zbus::Result<Proxy<'a>> {
    zbus::proxy::Builder::new(bus)
        .destination(SERVICE)?
        .path(path)?
        .interface(interface)?
        .cache_properties(CacheProperties::No)
        .build()
        .await
}
