//! The real window, driven over WebDriver.

use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::process::Command;

use super::PATIENCE;
use super::place::Place;
use super::process::Process;
use super::services::{Bus, Display};

/// Where the processor draws, WebKitGTK takes a picture when it draws something next, and a page that stands still
/// draws nothing: a dot in its corner, of its own colour, is painted for some seconds.
const KEEP_PAINTING: &str = "
    const dot = document.createElement('i');
    dot.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px;pointer-events:none';
    document.body.append(dot);
    let beats = 0;
    const timer = setInterval(() => {
        dot.style.background = beats % 2 ? 'transparent' : 'rgb(0 0 0 / 0.01)';
        if (++beats === 100) { clearInterval(timer); dot.remove(); }
    }, 50);";

/// The open window.
pub struct Window<'a> {
    place: &'a Place,
    client: Client,
    _driver: Process,
}

impl<'a> Window<'a> {
    /// Opens Hearth on a display, with what is on the bus as its Bluetooth, and skips the first steps; `gateway`: in
    /// place of the one in the program.
    pub async fn open(place: &'a Place, display: &Display, bus: &Bus, gateway: Option<&str>) -> Self {
        let window = Self::open_anew(place, display, bus, gateway).await;
        window.click("[data-test=skip-welcome]").await;
        window
    }

    /// As [`Window::open`], and stays at the first steps.
    pub async fn open_anew(place: &'a Place, display: &Display, bus: &Bus, gateway: Option<&str>) -> Self {
        let arguments: Vec<&str> = gateway.into_iter().flat_map(|url| ["--gateway", url]).collect();
        Self::open_with(place, display, bus, &arguments).await
    }

    /// Opens Hearth with these arguments too.
    pub async fn open_with(place: &'a Place, display: &Display, bus: &Bus, arguments: &[&str]) -> Self {
        let port = free_port().await;
        let mut command = Command::new("WebKitWebDriver");
        command
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("DISPLAY", &display.name)
            .env("GDK_BACKEND", "x11")
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .env("NO_AT_BRIDGE", "1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("RUST_LOG", "info,hearth_companion=debug,puffco_ble=debug");
        let driver = Process::start(place, "window", &mut command);
        let data = data_dir(place);
        let arguments = [&["--data", &data], arguments].concat();
        let capabilities = json!({
            "browserName": "wry",
            "webkitgtk:browserOptions": {
                "binary": env!("CARGO_BIN_EXE_hearth"),
                "args": arguments,
            },
        });
        let capabilities = capabilities.as_object().cloned().expect("an object");
        let opened = until(PATIENCE, async || {
            let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
            builder.capabilities(capabilities.clone());
            builder.connect(&format!("http://127.0.0.1:{port}")).await.ok()
        });
        let client = opened.await.expect("the window opens");
        Self { place, client, _driver: driver }
    }

    /// Sets the size of the window.
    pub async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("the window can be resized");
        tokio::time::sleep(Duration::from_millis(400)).await;
    }

    /// Clicks what is under a selector, as soon as it is there and can be clicked.
    pub async fn click(&self, selector: &str) {
        let clicked = until(PATIENCE, async || {
            let element = self.client.find(Locator::Css(selector)).await.ok()?;
            if !element.is_enabled().await.ok()? {
                return None;
            }
            element.click().await.ok()
        });
        self.expect(clicked.await, &format!("nothing to click at {selector}")).await;
    }

    /// Types into a field.
    pub async fn type_into(&self, selector: &str, text: &str) {
        let typed = until(PATIENCE, async || {
            let element = self.client.find(Locator::Css(selector)).await.ok()?;
            element.send_keys(text).await.ok()
        });
        self.expect(typed.await, &format!("no field at {selector}")).await;
    }

    /// Writes into a field in place of what stands there.
    pub async fn fill(&self, selector: &str, text: &str) {
        let all = "document.querySelector(arguments[0])?.select()";
        let _ = self.client.execute(all, vec![json!(selector)]).await;
        self.press_key(selector, Key::Backspace, 1).await;
        self.type_into(selector, text).await;
    }

    /// Puts the keyboard on what is under a selector and presses a key so many times.
    pub async fn press_key(&self, selector: &str, key: Key, times: usize) {
        let focus = "const it = document.querySelector(arguments[0]); it?.focus(); return it !== null && document.activeElement === it";
        let focused = until(PATIENCE, async || {
            let value = self.client.execute(focus, vec![json!(selector)]).await.ok()?;
            value.as_bool()?.then_some(())
        });
        self.expect(focused.await, &format!("nothing for the keyboard at {selector}")).await;
        let presses = (0..times).fold(KeyActions::new("keyboard".to_owned()), |keys, _| {
            let value = char::from(key);
            keys.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.client.perform_actions(presses).await.expect("keys can be pressed");
    }

    /// Chooses an option of a list by its value.
    pub async fn choose(&self, selector: &str, value: &str) {
        let chosen = until(PATIENCE, async || {
            let element = self.client.find(Locator::Css(selector)).await.ok()?;
            element.select_by_value(value).await.ok()
        });
        self.expect(chosen.await, &format!("no choice {value} at {selector}")).await;
    }

    /// Waits until an attribute of what is under a selector has a value.
    pub async fn has(&self, selector: &str, attribute: &str, value: &str) {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null";
        let mut last = None;
        let right = until(PATIENCE, async || {
            let got = self.client.execute(script, vec![json!(selector), json!(attribute)]).await.ok()?;
            last = got.as_str().map(str::to_owned);
            (last.as_deref() == Some(value)).then_some(())
        })
        .await;
        self.expect(right, &format!("{attribute} of {selector} is {last:?} and not {value:?}")).await;
    }

    /// Waits until there is nothing under a selector.
    pub async fn lacks(&self, selector: &str) {
        let script = "return document.querySelector(arguments[0]) === null";
        let gone = until(PATIENCE, async || {
            let value = self.client.execute(script, vec![json!(selector)]).await.ok()?;
            value.as_bool()?.then_some(())
        });
        self.expect(gone.await, &format!("{selector} is still there")).await;
    }

    /// What a script gives back; it calls its only argument with it.
    pub async fn script(&self, script: &str) -> serde_json::Value {
        self.client.execute_async(script, Vec::new()).await.expect("the script ends")
    }

    /// Brings what is under a selector into view.
    pub async fn scroll_to(&self, selector: &str) {
        let script = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' })";
        self.client.execute(script, vec![json!(selector)]).await.expect("the window scrolls");
    }

    /// The text that a person reads under a selector; `None` where there is nothing.
    pub async fn text(&self, selector: &str) -> Option<String> {
        let script = "const it = document.querySelector(arguments[0]); return it && it.textContent.trim()";
        let value = self.client.execute(script, vec![json!(selector)]).await.ok()?;
        value.as_str().map(str::to_owned)
    }

    /// Waits until the text under a selector `is` right, and gives it back.
    pub async fn reads(&self, selector: &str, is: impl Fn(&str) -> bool) -> String {
        let text = until(PATIENCE, async || self.text(selector).await.filter(|text| is(text))).await;
        let last = self.text(selector).await;
        self.expect(text, &format!("{selector} never read what was expected; at last {last:?}")).await
    }

    /// Waits until one of those under a selector contains a text.
    pub async fn shows(&self, selector: &str, text: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].some((it) => it.textContent.includes(arguments[1]))";
        let shown = until(PATIENCE, async || {
            let value = self.client.execute(script, vec![json!(selector), json!(text)]).await.ok()?;
            value.as_bool()?.then_some(())
        });
        self.expect(shown.await, &format!("nothing at {selector} shows {text:?}")).await;
    }

    /// Waits until the window says a text, anywhere.
    pub async fn says(&self, text: &str) {
        self.shows("body", text).await;
    }

    /// Changes the look, through the settings, and comes back to the session.
    pub async fn dress(&self, theme: &str) {
        self.click("[data-test=nav-settings]").await;
        self.click("[data-test=settings-appearance]").await;
        self.click(&format!("[data-test=theme-{theme}]")).await;
        self.click("[data-test=nav-session]").await;
    }

    /// Keeps a picture of the window, as it is once everything is painted.
    pub async fn screenshot(&self, name: &str) {
        let painted = "const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 250)";
        self.client.execute_async(painted, Vec::new()).await.expect("the window paints");
        self.client.execute(KEEP_PAINTING, Vec::new()).await.expect("it goes on painting");
        let picture = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(self.place.keep(&format!("{name}.png")), picture).expect("it can be kept");
    }

    /// Asks the program to end, as the system does when a person logs out.
    pub fn tell_to_end(&self) {
        kill_process(self.program().expect("the program runs"), Signal::TERM).expect("it can be told");
    }

    /// Waits for the program to be gone.
    pub async fn is_gone(&self) -> bool {
        until(PATIENCE, async || self.program().is_none().then_some(())).await.is_some()
    }

    /// The program behind the window: the one with this test's folder in its command line.
    fn program(&self) -> Option<Pid> {
        program(self.place)
    }

    /// Closes the window as a person does, and waits for the program to end.
    pub async fn close(self) {
        self.client.close().await.expect("the window closes");
    }

    async fn expect<T>(&self, value: Option<T>, or: &str) -> T {
        if let Some(value) = value {
            return value;
        }
        let _ = self.client.execute(KEEP_PAINTING, Vec::new()).await;
        if let Ok(picture) = self.client.screenshot().await {
            let _ = std::fs::write(self.place.keep("failure.png"), picture);
        }
        if let Ok(source) = self.client.source().await {
            let _ = std::fs::write(self.place.keep("failure.html"), source);
        }
        panic!("{or} (see {})", self.place.keep("failure.png").display());
    }
}

/// The program of a place: the one with the place's folder in its command line.
pub(super) fn program(place: &Place) -> Option<Pid> {
    let mark = data_dir(place);
    let processes = std::fs::read_dir("/proc").expect("Linux tells").flatten();
    let mut ids = processes.filter_map(|process| {
        let line = std::fs::read(process.path().join("cmdline")).ok()?;
        let mut words = line.split(|byte| *byte == 0);
        let it = words.next()? == env!("CARGO_BIN_EXE_hearth").as_bytes()
            && words.any(|word| word == mark.as_bytes());
        it.then(|| process.file_name().to_str()?.parse().ok())?
    });
    ids.next().and_then(Pid::from_raw)
}

/// Asks again and again until there is an answer, or patience ends.
pub async fn until<T>(patience: Duration, mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    };
    tokio::time::timeout(patience, asking).await.ok()
}

/// Where the program keeps its settings.
fn data_dir(place: &Place) -> String {
    place.home().join("hearth").display().to_string()
}

async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("it has one").port()
}
