//! Notifications of Linux desktops: `org.freedesktop.Notifications` on the session bus. Pressing one brings the window
//! to the front; one of the same kind gives way to the next.

use std::collections::{BTreeMap, HashMap};

use futures::StreamExt;
use hearth_companion::Companion;
use hearth_companion::shell::{Notification, NotifyKind, ShellEvent};
use tokio::sync::mpsc;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::zvariant::Value;
use zbus::{Connection, proxy};

/// The name of the service.
const SERVICE: &str = "org.freedesktop.Notifications";

/// The name of the desktop file, by which the desktop knows name and icon of who notifies.
const DESKTOP_FILE: &str = "Hearth";

#[proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Server {
    #[expect(clippy::too_many_arguments, reason = "so it is specified")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;
    fn close_notification(&self, id: u32) -> zbus::Result<()>;
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;
    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;
    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

/// What is to be done.
enum Wish {
    Show(Notification),
    Withdraw(NotifyKind),
}

/// Notifications.
pub struct Notifications {
    wishes: mpsc::UnboundedSender<Wish>,
}

impl Notifications {
    /// Looks for who shows notifications.
    pub fn start(companion: Companion) -> Self {
        let (wishes, queue) = mpsc::unbounded_channel();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = run(&companion, queue).await {
                tracing::info!(%error, "there are no notifications");
                companion.shell_event(ShellEvent::Notifications(false));
            }
        });
        Self { wishes }
    }

    /// Shows one.
    pub fn show(&self, notification: Notification) {
        let _ = self.wishes.send(Wish::Show(notification));
    }

    /// Takes the one of this kind away.
    pub fn withdraw(&self, kind: NotifyKind) {
        let _ = self.wishes.send(Wish::Withdraw(kind));
    }
}

async fn run(companion: &Companion, mut wishes: mpsc::UnboundedReceiver<Wish>) -> zbus::Result<()> {
    let connection = Connection::session().await?;
    let bus = DBusProxy::new(&connection).await?;
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, SERVICE)]).await?;
    let server =
        ServerProxy::builder(&connection).cache_properties(zbus::proxy::CacheProperties::No).build().await?;
    let mut pressed = server.receive_action_invoked().await?;
    let mut closed = server.receive_notification_closed().await?;
    companion.shell_event(ShellEvent::Notifications(is_served(&bus).await?));
    let mut shown = BTreeMap::<NotifyKind, u32>::new();
    loop {
        tokio::select! {
            wish = wishes.recv() => match wish {
                None => return Ok(()),
                Some(Wish::Show(notification)) => {
                    let replaces = shown.get(&notification.kind).copied().unwrap_or_default();
                    match show(&server, &notification, replaces).await {
                        Ok(id) => drop(shown.insert(notification.kind, id)),
                        Err(error) => tracing::warn!(%error, "a notification could not be shown"),
                    }
                }
                Some(Wish::Withdraw(kind)) => {
                    if let Some(id) = shown.remove(&kind) {
                        // It may be gone already.
                        let _ = server.close_notification(id).await;
                    }
                }
            },
            Some(_) = owners.next() => {
                shown.clear();
                companion.shell_event(ShellEvent::Notifications(is_served(&bus).await?));
            }
            Some(signal) = pressed.next() => {
                // Everybody on the bus hears of everybody's.
                let own = signal.args().is_ok_and(|args| shown.values().any(|id| *id == args.id));
                if own {
                    companion.shell_event(ShellEvent::NotificationPressed);
                }
            }
            Some(signal) = closed.next() => {
                if let Ok(args) = signal.args() {
                    shown.retain(|_, id| *id != args.id);
                }
            }
        }
    }
}

/// Whether somebody shows notifications, or would be started for it.
async fn is_served(bus: &DBusProxy<'_>) -> zbus::Result<bool> {
    if bus.name_has_owner(BusName::try_from(SERVICE)?).await? {
        return Ok(true);
    }
    Ok(bus.list_activatable_names().await?.iter().any(|name| name.as_str() == SERVICE))
}

async fn show(server: &ServerProxy<'_>, notification: &Notification, replaces: u32) -> zbus::Result<u32> {
    let can = server.get_capabilities().await.unwrap_or_default();
    let has = |what: &str| can.iter().any(|can| can == what);
    let body =
        if has("body-markup") { without_markup(&notification.body) } else { notification.body.clone() };
    // Some desktops open a dialog for what they cannot make a button of.
    let actions: &[&str] = if has("actions") { &["default", "Hearth"] } else { &[] };
    let hints = HashMap::from([
        ("desktop-entry", Value::from(DESKTOP_FILE)),
        ("urgency", Value::from(1_u8)),
        ("x-hearth-kind", Value::from(notification.kind.name())),
    ]);
    server.notify("Hearth", replaces, "hearth", &notification.title, &body, actions, hints, -1).await
}

fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
