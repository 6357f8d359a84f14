//! The lock of the screen as real services on a real bus tell it: each test has a `dbus-daemon` of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hearth_seat::{Buses, Lock, Seat};
use tokio::sync::watch;
use zbus::zvariant::{ObjectPath, OwnedObjectPath};
use zbus::{Connection, fdo, interface};

/// Nothing here takes longer than this, unless it never happens.
const SOON: Duration = Duration::from_secs(10);
/// So long nothing must happen.
const A_WHILE: Duration = Duration::from_millis(300);

/// One bus for the services of the system and of the session.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need dbus-daemon (Debian package dbus)");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned() }
    }

    fn watch(&self) -> watch::Receiver<Seat> {
        let address = Some(self.address.clone());
        hearth_seat::watch_on(Buses { system: address.clone(), session: address })
    }

    fn end(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }

    /// A screen saver of GNOME's kind.
    async fn saver(&self, active: bool) -> Connection {
        zbus::connection::Builder::address(self.address.as_str())
            .unwrap()
            .serve_at("/org/gnome/ScreenSaver", Saver { active })
            .unwrap()
            .name("org.gnome.ScreenSaver")
            .unwrap()
            .build()
            .await
            .unwrap()
    }

    /// A logind with one session.
    async fn logind(&self, hint: bool) -> Connection {
        zbus::connection::Builder::address(self.address.as_str())
            .unwrap()
            .serve_at("/org/freedesktop/login1", Manager)
            .unwrap()
            .serve_at(SESSION, Session { hint })
            .unwrap()
            .name("org.freedesktop.login1")
            .unwrap()
            .build()
            .await
            .unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

struct Saver {
    active: bool,
}

#[interface(name = "org.gnome.ScreenSaver")]
impl Saver {
    fn get_active(&self) -> bool {
        self.active
    }
}

async fn active_changed(saver: &Connection, active: bool) {
    let interface = "org.gnome.ScreenSaver";
    saver
        .emit_signal(None::<&str>, "/org/gnome/ScreenSaver", interface, "ActiveChanged", &active)
        .await
        .unwrap();
}

const SESSION: &str = "/org/freedesktop/login1/session/_32";

struct Manager;

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn get_session(&self, name: &str) -> fdo::Result<OwnedObjectPath> {
        match name {
            "auto" => Ok(ObjectPath::try_from(SESSION).unwrap().into()),
            _ => Err(fdo::Error::Failed("No such session".into())),
        }
    }
}

struct Session {
    hint: bool,
}

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.hint
    }

    #[zbus(property)]
    fn idle_hint(&self) -> bool {
        false
    }
}

async fn set_hint(logind: &Connection, hint: bool) {
    let session = logind.object_server().interface::<_, Session>(SESSION).await.unwrap();
    session.get_mut().await.hint = hint;
    session.get().await.locked_hint_changed(session.signal_emitter()).await.unwrap();
}

async fn wish(logind: &Connection, what: &str) {
    let interface = "org.freedesktop.login1.Session";
    logind.emit_signal(None::<&str>, SESSION, interface, what, &()).await.unwrap();
}

async fn becomes(seat: &mut watch::Receiver<Seat>, lock: Lock) {
    let found = tokio::time::timeout(SOON, seat.wait_for(|seat| seat.lock == lock)).await;
    assert!(found.is_ok_and(|found| found.is_ok()), "not {lock:?}");
}

struct Mutter;

#[interface(name = "org.gnome.Mutter.IdleMonitor")]
impl Mutter {
    fn get_idletime(&self) -> u64 {
        130_000
    }
}

#[tokio::test]
async fn the_compositor_tells_for_how_long_nobody_touched_anything() {
    let bus = Bus::start();
    let _mutter = zbus::connection::Builder::address(bus.address.as_str())
        .unwrap()
        .serve_at("/org/gnome/Mutter/IdleMonitor/Core", Mutter)
        .unwrap()
        .name("org.gnome.Mutter.IdleMonitor")
        .unwrap()
        .build()
        .await
        .unwrap();
    let mut seat = bus.watch();
    let found = tokio::time::timeout(SOON, seat.wait_for(|seat| seat.idle_min == Some(2))).await;
    assert!(found.is_ok_and(|found| found.is_ok()), "{:?}", *seat.borrow());
}

#[tokio::test]
async fn the_hint_of_a_session_tells_it_where_nobody_else_does() {
    let bus = Bus::start();
    let _logind = bus.logind(false).await;
    let mut seat = bus.watch();
    let found = tokio::time::timeout(SOON, seat.wait_for(|seat| seat.idle_min == Some(0))).await;
    assert!(found.is_ok_and(|found| found.is_ok()), "{:?}", *seat.borrow());
}

/// The lock does not change for a while.
async fn stays(seat: &mut watch::Receiver<Seat>, lock: Lock) {
    let changed = tokio::time::timeout(A_WHILE, seat.wait_for(|seat| seat.lock != lock)).await;
    assert!(changed.is_err(), "it changed");
}

#[tokio::test]
async fn without_anybody_who_tells_the_seat_is_unknown() {
    let bus = Bus::start();
    stays(&mut bus.watch(), Lock::Unknown).await;
    let nowhere = Some("unix:path=/nonexistent/bus".to_owned());
    let mut seat = hearth_seat::watch_on(Buses { system: nowhere.clone(), session: nowhere });
    stays(&mut seat, Lock::Unknown).await;
}

#[tokio::test]
async fn a_screen_saver_tells_how_it_is_and_what_changes() {
    let bus = Bus::start();
    let saver = bus.saver(true).await;
    let mut seat = bus.watch();
    becomes(&mut seat, Lock::Locked).await;
    active_changed(&saver, false).await;
    becomes(&mut seat, Lock::Unlocked).await;
    active_changed(&saver, true).await;
    becomes(&mut seat, Lock::Locked).await;
}

#[tokio::test]
async fn a_screen_saver_that_comes_later_is_heard_and_one_that_goes_is_forgotten() {
    let bus = Bus::start();
    let mut seat = bus.watch();
    stays(&mut seat, Lock::Unknown).await;
    for _ in 0..2 {
        let saver = bus.saver(true).await;
        becomes(&mut seat, Lock::Locked).await;
        saver.close().await.unwrap();
        becomes(&mut seat, Lock::Unknown).await;
    }
}

#[tokio::test]
async fn logind_tells_by_its_hint() {
    let bus = Bus::start();
    let logind = bus.logind(false).await;
    let mut seat = bus.watch();
    becomes(&mut seat, Lock::Unlocked).await;
    set_hint(&logind, true).await;
    becomes(&mut seat, Lock::Locked).await;
    set_hint(&logind, false).await;
    becomes(&mut seat, Lock::Unlocked).await;
}

#[tokio::test]
async fn a_wish_to_lock_is_not_a_lock_but_an_unlock_ends_one() {
    let bus = Bus::start();
    let logind = bus.logind(false).await;
    let mut seat = bus.watch();
    becomes(&mut seat, Lock::Unlocked).await;
    wish(&logind, "Lock").await;
    stays(&mut seat, Lock::Unlocked).await;
    set_hint(&logind, true).await;
    becomes(&mut seat, Lock::Locked).await;
    wish(&logind, "Unlock").await;
    becomes(&mut seat, Lock::Unlocked).await;
}

#[tokio::test]
async fn a_logind_that_starts_again_is_heard_again() {
    let bus = Bus::start();
    let mut seat = bus.watch();
    for hint in [true, false] {
        let logind = bus.logind(hint).await;
        becomes(&mut seat, if hint { Lock::Locked } else { Lock::Unlocked }).await;
        logind.close().await.unwrap();
        becomes(&mut seat, Lock::Unknown).await;
    }
}

#[tokio::test]
async fn one_that_says_locked_is_enough() {
    let bus = Bus::start();
    let logind = bus.logind(false).await;
    let saver = bus.saver(true).await;
    let mut seat = bus.watch();
    becomes(&mut seat, Lock::Locked).await;
    stays(&mut seat, Lock::Locked).await;
    set_hint(&logind, true).await;
    stays(&mut seat, Lock::Locked).await;
    active_changed(&saver, false).await;
    stays(&mut seat, Lock::Locked).await;
    set_hint(&logind, false).await;
    becomes(&mut seat, Lock::Unlocked).await;
}

#[tokio::test]
async fn a_bus_that_goes_leaves_nobody_locked_out() {
    let mut bus = Bus::start();
    let _saver = bus.saver(true).await;
    let _logind = bus.logind(true).await;
    let mut seat = bus.watch();
    becomes(&mut seat, Lock::Locked).await;
    bus.end();
    becomes(&mut seat, Lock::Unknown).await;
}
