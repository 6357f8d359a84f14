//! logind's word that the computer is about to sleep, and that it woke up. Systems without logind say nothing.

use futures::StreamExt;
use puffco::link::{SleepEvent, SleepHold};
use tokio::task::JoinHandle;
use zbus::Connection;
use zbus::zvariant::OwnedFd;

use crate::sleep::Sleeps;

/// What is asked of logind.
#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
trait Login1 {
    /// Holds something off until the answer is closed.
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    /// About to sleep (`true`), or awake again.
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

/// Passes on what logind says, for as long as the bus lives. A sleep is held off until everybody who was told
/// of it has let go; logind ends the wait after some seconds.
pub(super) fn start(connection: Connection, sleeps: Sleeps) -> JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = watch(&connection, &sleeps).await {
            tracing::debug!(%error, "nobody says when the computer sleeps");
        }
    })
}

async fn watch(connection: &Connection, sleeps: &Sleeps) -> zbus::Result<()> {
    let logind =
        Login1Proxy::builder(connection).cache_properties(zbus::proxy::CacheProperties::No).build().await?;
    let mut signals = logind.receive_prepare_for_sleep().await?;
    let mut hold = hold_off(&logind).await;
    while let Some(signal) = signals.next().await {
        if signal.args()?.start {
            let taken = hold.take().map_or_else(|| SleepHold::new(()), SleepHold::new);
            sleeps.tell(&SleepEvent::Soon(taken));
        } else {
            sleeps.tell(&SleepEvent::Over);
            hold = hold_off(&logind).await;
        }
    }
    Ok(())
}

/// Asks for a moment before each sleep. Without one the links end with the radio.
async fn hold_off(logind: &Login1Proxy<'_>) -> Option<OwnedFd> {
    let answer = logind.inhibit("sleep", "Hearth", "to let devices go", "delay").await;
    answer.inspect_err(|error| tracing::debug!(%error, "a sleep cannot be held off")).ok()
}
