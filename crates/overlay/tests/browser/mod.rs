//! A headless Chromium, spoken to over its debugging socket: opens a page, asks it, photographs it, and tells when
//! its pixels change. Shared by the page's tests and the measurement.

#![allow(dead_code, reason = "the tests take photographs, the measurement films")]

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures::{SinkExt, StreamExt};
use hearth_clock::Clock;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// How long Chromium gets for anything.
const PATIENCE: Duration = Duration::from_secs(20);

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    "--remote-debugging-port=0",
    "about:blank",
];

/// Where Chromium is: `CHROMIUM`, or where systems have it.
pub fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual =
        ["chromium", "chromium-browser", "google-chrome"].map(|name| PathBuf::from("/usr/bin").join(name));
    named.into_iter().chain(usual).find(|path| path.exists())
}

/// A frame of the page, when it arrived here.
pub struct Frame {
    /// The picture as PNG in base64: without loss, so two are equal if and only if their pixels are.
    pub picture: String,
    /// Arrival.
    pub at: Instant,
}

/// One page in a Chromium of its own.
pub struct Browser {
    orders: mpsc::UnboundedSender<Order>,
    session: String,
    frames: mpsc::UnboundedReceiver<Frame>,
    complaints: Arc<Mutex<Vec<String>>>,
    clock: Arc<Clock>,
    _child: Child,
    _profile: tempfile::TempDir,
}

struct Order {
    call: Value,
    answer: Option<oneshot::Sender<Value>>,
}

impl Browser {
    /// Opens `url` in a window of this size.
    pub async fn open(clock: Arc<Clock>, url: &str, width: u32, height: u32) -> anyhow::Result<Self> {
        let program = chromium().context("there is no Chromium; CHROMIUM may name one")?;
        let profile = tempfile::tempdir()?;
        let mut child = Command::new(program)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(FLAGS)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("no output")?).lines();
        let address = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.split_once("DevTools listening on ") {
                    return Ok(address.to_owned());
                }
            }
            bail!("Chromium ended")
        });
        let address = address.await.context("Chromium does not start")??;
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });

        let (orders, taken) = mpsc::unbounded_channel();
        let (seen, frames) = mpsc::unbounded_channel();
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let (socket, _) = connect_async(address).await?;
        let line = Line {
            orders: orders.clone(),
            seen,
            complaints: Arc::clone(&complaints),
            clock: Arc::clone(&clock),
        };
        tokio::spawn(line.run(socket, taken));
        let mut browser = Self {
            orders,
            session: String::new(),
            frames,
            complaints,
            clock,
            _child: child,
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" })).await?;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", attach).await?;
        browser.session = attached["sessionId"].as_str().context("no page")?.to_owned();
        for domain in ["Page", "Runtime", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({})).await?;
        }
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        browser.call("Emulation.setDeviceMetricsOverride", size).await?;
        let clear = json!({ "color": { "r": 0, "g": 0, "b": 0, "a": 0 } });
        browser.call("Emulation.setDefaultBackgroundColorOverride", clear).await?;
        browser.go(url).await?;
        Ok(browser)
    }

    /// Goes to another address.
    pub async fn go(&self, url: &str) -> anyhow::Result<()> {
        self.call("Page.navigate", json!({ "url": url })).await?;
        Ok(())
    }

    /// Calls a method of the debugging protocol.
    pub async fn call(&self, method: &str, params: Value) -> anyhow::Result<Value> {
        let (answer, answered) = oneshot::channel();
        let mut call = json!({ "method": method, "params": params });
        if !self.session.is_empty() {
            call["sessionId"] = self.session.clone().into();
        }
        self.orders.send(Order { call, answer: Some(answer) }).ok().context("Chromium is gone")?;
        let mut answer = tokio::time::timeout(PATIENCE, answered).await??;
        if let Some(error) = answer.get("error") {
            bail!("{method}: {error}");
        }
        Ok(answer["result"].take())
    }

    /// What an expression is on the page.
    pub async fn ask(&self, expression: &str) -> anyhow::Result<Value> {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut result = self.call("Runtime.evaluate", params).await?;
        if let Some(exception) = result.get("exceptionDetails") {
            bail!("{expression}: {exception}");
        }
        Ok(result["result"]["value"].take())
    }

    /// Waits until an expression is true.
    pub async fn until(&self, expression: &str) -> anyhow::Result<()> {
        let deadline = self.clock.now().instant + PATIENCE;
        // While a page is being left there is nothing that could be asked.
        while !matches!(self.ask(expression).await, Ok(Value::Bool(true))) {
            if self.clock.now().instant > deadline {
                let text = self.ask("document.body.innerText").await?;
                bail!("never true: {expression}; the page says {text}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// A photograph as PNG; what is transparent is.
    pub async fn photograph(&self) -> anyhow::Result<Vec<u8>> {
        let result = self.call("Page.captureScreenshot", json!({ "format": "png" })).await?;
        Ok(BASE64_STANDARD.decode(result["data"].as_str().context("no picture")?)?)
    }

    /// Gets every frame that is drawn from now on.
    pub async fn film(&self) -> anyhow::Result<()> {
        self.call("Page.startScreencast", json!({ "format": "png", "everyNthFrame": 1 })).await?;
        Ok(())
    }

    /// The next frame, unless none is drawn for so long: nothing on the page moved then.
    pub async fn frame(&mut self, within: Duration) -> Option<Frame> {
        tokio::time::timeout(within, self.frames.recv()).await.ok().flatten()
    }

    /// Errors that the page met: exceptions, refused loads.
    pub fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The debugging socket.
struct Line {
    orders: mpsc::UnboundedSender<Order>,
    seen: mpsc::UnboundedSender<Frame>,
    complaints: Arc<Mutex<Vec<String>>>,
    clock: Arc<Clock>,
}

impl Line {
    async fn run<S>(self, socket: S, mut taken: mpsc::UnboundedReceiver<Order>)
    where
        S: futures::Sink<Message>
            + futures::Stream<Item = Result<Message, tokio_tungstenite::tungstenite::Error>>
            + Unpin,
    {
        let (mut sink, mut stream) = socket.split();
        let mut waiting: HashMap<u64, oneshot::Sender<Value>> = HashMap::new();
        let mut last = 0;
        loop {
            tokio::select! {
                order = taken.recv() => {
                    let Some(Order { mut call, answer }) = order else { return };
                    last += 1;
                    call["id"] = last.into();
                    if let Some(answer) = answer {
                        waiting.insert(last, answer);
                    }
                    if sink.send(Message::text(call.to_string())).await.is_err() {
                        return;
                    }
                }
                message = stream.next() => {
                    let Some(Ok(message)) = message else { return };
                    let at = self.clock.now().instant;
                    let Ok(text) = message.to_text() else { continue };
                    let Ok(message) = serde_json::from_str::<Value>(text) else { continue };
                    match message["id"].as_u64() {
                        Some(id) => {
                            if let Some(answer) = waiting.remove(&id) {
                                let _ = answer.send(message);
                            }
                        }
                        None => self.hear(message, at),
                    }
                }
            }
        }
    }

    fn hear(&self, message: Value, at: Instant) {
        let params = &message["params"];
        match message["method"].as_str() {
            Some("Page.screencastFrame") => {
                let taken = json!({ "method": "Page.screencastFrameAck",
                    "params": { "sessionId": params["sessionId"] }, "sessionId": message["sessionId"] });
                let _ = self.orders.send(Order { call: taken, answer: None });
                if let Some(picture) = params["data"].as_str() {
                    let _ = self.seen.send(Frame { picture: picture.to_owned(), at });
                }
            }
            Some("Runtime.exceptionThrown") => self.note(params["exceptionDetails"].to_string()),
            Some("Log.entryAdded") if params["entry"]["level"] == "error" => {
                self.note(params["entry"].to_string());
            }
            _ => {}
        }
    }

    fn note(&self, complaint: String) {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).push(complaint);
    }
}
