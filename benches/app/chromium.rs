//! A Chromium that shows one page as an app, and is asked over its debugging socket.

use std::path::PathBuf;

use anyhow::{Context, bail};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::{Bus, Display, PATIENCE, Place, Process, until};

/// A Chromium of its own, with a profile of its own.
pub struct Chromium {
    process: Process,
    /// Its profile.
    pub profile: PathBuf,
}

impl Chromium {
    /// Shows `url` in a window of its own. `asked`: it can be spoken to.
    pub fn start(
        place: &Place,
        display: &Display,
        bus: &Bus,
        url: &str,
        asked: bool,
    ) -> anyhow::Result<Self> {
        let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
        let usual = ["chromium", "chromium-browser", "google-chrome"];
        let usual = usual.map(|name| PathBuf::from("/usr/bin").join(name));
        let program = named.into_iter().chain(usual).find(|path| path.exists());
        let program = program.context("there is no Chromium; CHROMIUM may name one")?;
        let profile = place.home().join(if asked { "chromium-asked" } else { "chromium" });
        let mut command = Command::new(program);
        command
            .arg(format!("--app={url}"))
            .arg(format!("--user-data-dir={}", profile.display()))
            .args([
                "--no-first-run",
                "--no-default-browser-check",
                "--window-size=1120,740",
                "--window-position=0,0",
            ])
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
        if asked {
            command.arg("--remote-debugging-port=0");
        }
        if rustix::process::geteuid().is_root() {
            command.arg("--no-sandbox");
        }
        Ok(Self { process: Process::start(place, "chromium", &mut command), profile })
    }

    /// Its first process.
    pub fn id(&self) -> i32 {
        self.process.id()
    }

    /// The page, with `script` run before the page's own.
    pub async fn page(&self, script: &str) -> anyhow::Result<Page> {
        let file = self.profile.join("DevToolsActivePort");
        let port = until(PATIENCE, async || {
            let text = std::fs::read_to_string(&file).ok()?;
            let (port, path) = text.split_once('\n')?;
            Some(format!("ws://127.0.0.1:{port}{}", path.trim()))
        });
        let (socket, _) = connect_async(port.await.context("Chromium cannot be asked")?).await?;
        let mut page = Page { socket, session: None, last: 0 };
        let target = until(PATIENCE, async || {
            let targets = page.call("Target.getTargets", json!({})).await.ok()?;
            let targets = targets["targetInfos"].as_array()?.clone();
            let target = targets.into_iter().find(|target| target["type"] == "page")?;
            target["targetId"].as_str().map(str::to_owned)
        });
        let target = target.await.context("Chromium shows no page")?;
        let attached =
            page.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true })).await?;
        page.session = Some(attached["sessionId"].as_str().context("no session")?.to_owned());
        page.call("Page.enable", json!({})).await?;
        page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
        page.call("Page.reload", json!({})).await?;
        Ok(page)
    }
}

/// The page in it.
pub struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: Option<String>,
    last: u64,
}

impl Page {
    async fn call(&mut self, method: &str, params: Value) -> anyhow::Result<Value> {
        self.last += 1;
        let mut call = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = &self.session {
            call["sessionId"] = session.clone().into();
        }
        self.socket.send(Message::text(call.to_string())).await?;
        let answered = async {
            while let Some(message) = self.socket.next().await {
                let mut message: Value = serde_json::from_str(message?.to_text()?)?;
                if message["id"] != self.last {
                    continue;
                }
                if let Some(error) = message.get("error") {
                    bail!("{method}: {error}");
                }
                return Ok(message["result"].take());
            }
            bail!("Chromium is gone")
        };
        tokio::time::timeout(PATIENCE, answered).await?
    }

    /// What an expression is on the page.
    pub async fn ask(&mut self, expression: &str) -> anyhow::Result<Value> {
        let params = json!({ "expression": expression, "returnByValue": true });
        let mut result = self.call("Runtime.evaluate", params).await?;
        if let Some(exception) = result.get("exceptionDetails") {
            bail!("{expression}: {exception}");
        }
        Ok(result["result"]["value"].take())
    }

    /// Keeps a picture of the page.
    pub async fn screenshot(&mut self) -> anyhow::Result<String> {
        let result = self.call("Page.captureScreenshot", json!({ "format": "png" })).await?;
        Ok(result["data"].as_str().context("no picture")?.to_owned())
    }
}
