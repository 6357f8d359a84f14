//! A browser on the other side: Chromium, with a page that speaks voice as Together's web client does (TOG-27, TOG-R14).
//! Where there is no Chromium, or this computer has no network, nothing is tested.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_clock::Clock;
use hearth_dialects::together::Signal;
use hearth_voice::audio::level::mean_power_of_tone;
use hearth_voice::device::simulated::Simulated;
use hearth_voice::driver::{News, Request, VoiceConfig, VoiceHandle};
use hearth_voice::{Cleaning, Event, Link, RATE};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

struct Browser {
    program: Child,
    socket: WebSocketStream<TcpStream>,
    _folder: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Browser {
    async fn start() -> Option<Self> {
        let named = std::env::var_os("CHROMIUM").map(std::path::PathBuf::from);
        let places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        let program = named.into_iter().chain(places.map(Into::into)).find(|path| path.exists())?;
        let has_network =
            if_addrs::get_if_addrs().unwrap().iter().any(|it| !it.is_loopback() && it.ip().is_ipv4());
        if !has_network {
            return None;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.html");
        std::fs::write(&page, include_str!("browser/page.html").replace("PORT", &port)).unwrap();
        let program = Command::new(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-dev-shm-usage",
            ])
            .arg("--autoplay-policy=no-user-gesture-required")
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg(format!("file://{}", page.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (stream, _) =
            tokio::time::timeout(Duration::from_secs(30), listener.accept()).await.unwrap().unwrap();
        let socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        Some(Self { program, socket, _folder: folder })
    }

    async fn say(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }
}

struct Call {
    browser: Browser,
    handle: VoiceHandle,
    news: mpsc::UnboundedReceiver<News>,
    devices: Simulated,
    /// How loud our tone is in the browser, over another frequency, in decibels.
    heard: f64,
    links: Vec<Link>,
    states: Vec<String>,
}

impl Call {
    async fn new() -> Option<Self> {
        let browser = Browser::start().await?;
        let sample = |i: usize| {
            let t = i as f32 / RATE as f32;
            if t < 0.3 { 0.25 * (t * 420.0 * std::f32::consts::TAU).sin() } else { 0.0 }
        };
        let devices = Simulated::hearing((0..RATE as usize * 6 / 10).map(sample).collect());
        let (sender, news) = mpsc::unbounded_channel();
        let cleaning = Cleaning { echo: false, noise: false };
        let config = VoiceConfig { me: "hearth".into(), cleaning, ..VoiceConfig::default() };
        let handle = VoiceHandle::join(config, devices.clone(), Arc::new(Clock::new()), sender);
        Some(Self { browser, handle, news, devices, heard: 0.0, links: Vec::new(), states: Vec::new() })
    }

    async fn run(&mut self, seconds: f64) {
        let end = tokio::time::sleep(Duration::from_secs_f64(seconds));
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = &mut end => return,
                Some(news) = self.news.recv() => match news {
                    News::Signal { signal, .. } => {
                        let mut flat = serde_json::Map::new();
                        signal.write(&mut flat);
                        flat.remove("signal");
                        self.browser.say(&Value::Object(flat)).await;
                    }
                    News::Event(Event::Link { link, .. }) => self.links.push(link),
                    _ => {}
                },
                Some(Ok(message)) = self.browser.socket.next() => {
                    let Ok(Value::Object(said)) = serde_json::from_str(message.to_text().unwrap()) else { continue };
                    if let Some(signal) = Signal::read(&said) {
                        self.handle.request(Request::Signal { from: "browser".into(), signal });
                    } else if let Some(loud) = said.get("heard").and_then(Value::as_f64) {
                        self.heard = self.heard.max(loud - said["else"].as_f64().unwrap_or(-200.0));
                    } else if let Some(state) = said.get("state").and_then(Value::as_str) {
                        self.states.push(state.into());
                    }
                }
            }
        }
    }

    /// In four seconds; on a busy computer, in one of the next ones.
    async fn assert_both_hear(&mut self) {
        const WINDOWS: usize = 5;
        for window in 1..=WINDOWS {
            drop(self.devices.recorded());
            self.heard = 0.0;
            self.run(4.0).await;
            let recorded = self.devices.recorded();
            let (theirs, other) =
                (mean_power_of_tone(&recorded, 900.0), mean_power_of_tone(&recorded, 1_200.0));
            let hears = theirs > 3e-3 && theirs > 30.0 * other;
            if hears && self.heard > 20.0 {
                return;
            }
            assert!(
                window < WINDOWS,
                "{theirs} of them, {other} else; they hear {} dB of us; {:?} {:?}",
                self.heard,
                self.links,
                self.states
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_joins_is_heard_and_hears_also_after_it_looked_for_a_new_way() {
    let Some(mut call) = Call::new().await else {
        return eprintln!("there is no Chromium or no network: not tested");
    };
    call.handle.request(Request::Participants(Vec::new()));
    call.run(0.5).await;
    call.handle.request(Request::Participants(vec!["browser".into()]));
    call.browser.say(&json!({ "join": true })).await;
    call.run(5.0).await;
    call.assert_both_hear().await;
    call.browser.say(&json!({ "restart": true })).await;
    call.run(2.0).await;
    call.assert_both_hear().await;
    assert_eq!(call.links, [Link::Direct]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_is_there_is_offered_to_and_again_when_the_network_changes() {
    let Some(mut call) = Call::new().await else {
        return eprintln!("there is no Chromium or no network: not tested");
    };
    call.run(1.0).await;
    call.handle.request(Request::Participants(vec!["browser".into()]));
    call.run(5.0).await;
    call.assert_both_hear().await;
    // On other sockets, by a new offer of ours.
    call.handle.request(Request::LookAgain);
    call.run(3.0).await;
    call.assert_both_hear().await;
}
