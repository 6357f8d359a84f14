//! A desktop around the program: a panel that shows trays, somebody who shows notifications, and a look at the screen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::process::Command;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, connection, interface, proxy};

use super::process::Process;
use super::services::{Bus, Display};
use super::{PATIENCE, Place, until};

/// The program without anybody who drives its window.
pub struct App {
    process: Process,
}

impl App {
    /// Starts it in this place with these arguments.
    pub fn start(place: &Place, display: &Display, bus: &Bus, arguments: &[&str]) -> Self {
        Self { process: Process::start(place, "app", &mut Self::command(place, display, bus, arguments)) }
    }

    /// Starts it as a person does, without a log that tells everything.
    pub fn start_quietly(place: &Place, display: &Display, bus: &Bus, arguments: &[&str]) -> Self {
        let mut command = Self::command(place, display, bus, arguments);
        Self { process: Process::start(place, "app", command.env_remove("RUST_LOG")) }
    }

    /// The id of its process.
    pub fn id(&self) -> i32 {
        self.process.id()
    }

    /// Asks it to end, and waits for that: whether it did.
    pub async fn end(self) -> bool {
        self.process.end().await
    }

    /// Starts it once more, and waits for that to end: whether it went well.
    pub async fn start_again(place: &Place, display: &Display, bus: &Bus, arguments: &[&str]) -> bool {
        let mut command = Self::command(place, display, bus, arguments);
        command.env("HOME", place.home()).kill_on_drop(true);
        let ended = tokio::time::timeout(PATIENCE, command.status()).await;
        ended.expect("a second start ends").expect("it starts").success()
    }

    /// Whether the program of a place runs.
    pub fn runs(place: &Place) -> Option<rustix::process::Pid> {
        super::window::program(place)
    }

    fn command(place: &Place, display: &Display, bus: &Bus, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
        command
            .args(["--data".as_ref(), place.home().join("hearth").as_os_str()])
            .args(arguments)
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .env("NO_AT_BRIDGE", "1")
            .env("RUST_LOG", "debug,hearth_app=trace,hearth_companion=trace,hyper=info,zbus=info");
        command
    }
}

impl Display {
    /// Waits until a window of the program is on the screen, or is not.
    pub async fn shows_window(&self, shown: bool) -> bool {
        until(PATIENCE, async || (self.window_is_shown().await == shown).then_some(())).await.is_some()
    }

    /// Closes the program's window as a person does with the cross in its corner.
    pub async fn close_window(&self) {
        let name = self.name.clone();
        let closed = tokio::task::spawn_blocking(move || close_window(&name)).await;
        closed.expect("it does not panic").expect("the display takes it");
    }

    /// Whether a window of the program is on the screen.
    pub async fn window_is_shown(&self) -> bool {
        let seen = Command::new("xwininfo").args(["-display", &self.name, "-name", "Hearth"]).output().await;
        String::from_utf8_lossy(&seen.expect("xwininfo is installed").stdout).contains("IsViewable")
    }
}

/// Sends what a window manager sends when the cross is pressed (ICCCM §4.2.8.1).
fn close_window(display: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (connection, screen) = x11rb::connect(Some(display))?;
    let atom = |name: &[u8]| -> Result<u32, x11rb::errors::ReplyError> {
        Ok(connection.intern_atom(false, name)?.reply()?.atom)
    };
    let (protocols, delete) = (atom(b"WM_PROTOCOLS")?, atom(b"WM_DELETE_WINDOW")?);
    for window in connection.query_tree(connection.setup().roots[screen].root)?.reply()?.children {
        let name = connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::STRING, 0, 64)?;
        let shown = connection.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE;
        if shown && name.reply()?.value == b"Hearth" {
            let event = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
            connection.send_event(false, window, EventMask::NO_EVENT, event)?;
        }
    }
    connection.flush()?;
    Ok(())
}

/// A panel that shows trays.
pub struct Panel {
    connection: Connection,
    items: Arc<Mutex<Vec<String>>>,
}

struct Watcher {
    items: Arc<Mutex<Vec<String>>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.items.lock().expect("not poisoned").push(service);
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.items.lock().expect("not poisoned").clone()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

#[proxy(interface = "org.kde.StatusNotifierItem", default_path = "/StatusNotifierItem")]
trait Item {
    #[zbus(property(emits_changed_signal = "false"))]
    fn menu(&self) -> zbus::Result<OwnedObjectPath>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn icon_pixmap(&self) -> zbus::Result<Vec<(i32, i32, Vec<u8>)>>;
    fn activate(&self, x: i32, y: i32) -> zbus::Result<()>;
}

type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

#[proxy(interface = "com.canonical.dbusmenu")]
trait Menu {
    fn get_layout(&self, parent: i32, depth: i32, names: &[&str]) -> zbus::Result<(u32, Layout)>;
    fn event(&self, id: i32, event: &str, data: &Value<'_>, timestamp: u32) -> zbus::Result<()>;
}

impl Panel {
    /// A panel appears on the bus.
    pub async fn start(bus: &Bus) -> Self {
        let items = Arc::<Mutex<Vec<String>>>::default();
        let watcher = Watcher { items: Arc::clone(&items) };
        let built = connection::Builder::address(bus.address.as_str())
            .and_then(|builder| builder.serve_at("/StatusNotifierWatcher", watcher))
            .and_then(|builder| builder.name("org.kde.StatusNotifierWatcher"));
        let connection = built.expect("a panel").build().await.expect("the bus takes it");
        Self { connection, items }
    }

    /// Waits for an item.
    async fn item(&self) -> String {
        let item = until(PATIENCE, async || self.items.lock().expect("not poisoned").last().cloned()).await;
        item.expect("an item is registered")
    }

    async fn proxy(&self) -> ItemProxy<'static> {
        let builder = ItemProxy::builder(&self.connection).destination(self.item().await).expect("a name");
        builder.build().await.expect("an item")
    }

    async fn menu(&self) -> MenuProxy<'static> {
        let path = self.proxy().await.menu().await.expect("it has a menu");
        let builder = MenuProxy::builder(&self.connection).destination(self.item().await).expect("a name");
        builder.path(path).expect("a path").build().await.expect("a menu")
    }

    /// Presses the icon.
    pub async fn press(&self) {
        self.proxy().await.activate(0, 0).await.expect("it can be pressed");
    }

    /// The sizes of the icon.
    pub async fn icon_sizes(&self) -> Vec<i32> {
        let icons = self.proxy().await.icon_pixmap().await.expect("an icon");
        icons
            .into_iter()
            .filter(|(width, height, data)| data.len() as i32 == width * height * 4)
            .map(|icon| icon.0)
            .collect()
    }

    /// What the menu says, and the number of each row.
    pub async fn rows(&self) -> Vec<(i32, String)> {
        let (_, (_, _, rows)) = self.menu().await.get_layout(0, 1, &[]).await.expect("a layout");
        let row = |row: OwnedValue| {
            let (id, mut properties, _) = Layout::try_from(row).expect("a row");
            let label = properties.remove("label").and_then(|label| String::try_from(label).ok());
            (id, label.unwrap_or_default())
        };
        rows.into_iter().map(row).collect()
    }

    /// Chooses the row that says this, as soon as there is one.
    pub async fn choose(&self, label: &str) {
        let row = until(PATIENCE, async || {
            self.rows().await.into_iter().find(|(_, said)| said == label).map(|(id, _)| id)
        });
        let id = row.await.unwrap_or_else(|| panic!("the menu never says {label}"));
        self.menu().await.event(id, "clicked", &Value::from(0), 0).await.expect("it can be chosen");
    }
}

/// Somebody who shows notifications.
pub struct Bubbles {
    connection: Connection,
    shown: Arc<Mutex<Vec<Bubble>>>,
}

/// A notification that was shown.
#[derive(Clone, Debug)]
pub struct Bubble {
    /// Its number.
    pub id: u32,
    /// What it took the place of; 0: nothing.
    pub replaces: u32,
    /// Its title.
    pub title: String,
    /// The text below.
    pub body: String,
}

struct Server {
    shown: Arc<Mutex<Vec<Bubble>>>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[expect(clippy::too_many_arguments, reason = "so it is specified")]
    fn notify(
        &self,
        _app_name: String,
        replaces: u32,
        _icon: String,
        title: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.shown.lock().expect("not poisoned");
        let id = if replaces == 0 { shown.len() as u32 + 1 } else { replaces };
        shown.push(Bubble { id, replaces, title, body });
        id
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".into(), "body".into()]
    }
}

impl Bubbles {
    /// Appears on the bus.
    pub async fn start(bus: &Bus) -> Self {
        let shown = Arc::<Mutex<Vec<Bubble>>>::default();
        let server = Server { shown: Arc::clone(&shown) };
        let built = connection::Builder::address(bus.address.as_str())
            .and_then(|builder| builder.serve_at("/org/freedesktop/Notifications", server))
            .and_then(|builder| builder.name("org.freedesktop.Notifications"));
        let connection = built.expect("a server").build().await.expect("the bus takes it");
        Self { connection, shown }
    }

    /// All that were shown so far.
    pub fn shown(&self) -> Vec<Bubble> {
        self.shown.lock().expect("not poisoned").clone()
    }

    /// Waits for one with this title.
    pub async fn says(&self, title: &str) -> Bubble {
        let said =
            until(PATIENCE, async || self.shown().into_iter().find(|bubble| bubble.title == title)).await;
        said.unwrap_or_else(|| panic!("nobody was told {title:?}, but {:?}", self.shown()))
    }

    /// Presses one.
    pub async fn press(&self, bubble: &Bubble) {
        let body = (bubble.id, "default");
        let pressed = self.connection.emit_signal(
            None::<&str>,
            "/org/freedesktop/Notifications",
            "org.freedesktop.Notifications",
            "ActionInvoked",
            &body,
        );
        pressed.await.expect("the bus takes it");
    }
}
