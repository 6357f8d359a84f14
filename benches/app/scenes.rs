//! The scenes in which both programs are measured, one after the other on the same display, bus and device.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::chromium::Chromium;
use crate::friends::Friends;
use crate::harness::{
    App, Bus, Display, Gateway, PATIENCE, Panel, Place, Process, Simulator, Window, programs, until,
};
use crate::process::{Cost, costs, family};
use crate::table::{Row, Told, percentile};

const INSTRUMENT: &str = include_str!("instrument.js");

/// In the sesh, with the one who looks.
const MEMBERS: u8 = 20;

/// How long a program may settle before it is measured.
const SETTLING: Duration = Duration::from_secs(12);

/// How long events are watched: the heat-up and a part of the time at temperature.
const WATCHING: Duration = Duration::from_secs(45);

/// How long idling is watched.
const IDLING: Duration = Duration::from_secs(60);

/// The operating states in which a device heats (puffco-ble §7).
const HEATS: [u64; 2] = [7, 8];

/// The one in which it cools down.
const FADES: u64 = 9;

const MIB: f64 = 1024.0 * 1024.0;

/// What both programs are shown on, and what they look at.
pub struct Scenes {
    simulator: Simulator,
    panel: Panel,
    display: Display,
    bus: Bus,
    place: Place,
    gateway: Gateway,
}

impl Scenes {
    /// Sets them up: a device that both know already.
    pub async fn open() -> anyhow::Result<Self> {
        let place = Place::new("bench_app");
        let bus = Bus::start(&place).await;
        let simulator = Simulator::start(&place, &bus, 1.0).await;
        let gateway = Gateway::start(&place).await;
        let display = Display::start(&place).await;
        let panel = Panel::start(&bus).await;
        let scenes = Self { simulator, panel, display, bus, place, gateway };
        scenes.meet_device().await?;
        Ok(scenes)
    }

    /// Where the app keeps its settings.
    fn home(&self) -> PathBuf {
        self.place.home().join("hearth")
    }

    /// Where the companion behind Chromium does.
    fn other_home(&self) -> PathBuf {
        self.place.home().join("headless")
    }

    /// Lets a companion meet the device, and gives both programs what it remembers.
    async fn meet_device(&self) -> anyhow::Result<()> {
        let file = self.other_home().join("companion.json");
        let companion = self.companion(&["--device", "ble"], "meeting")?;
        let read = || -> Option<Value> { serde_json::from_slice(&std::fs::read(&file).ok()?).ok() };
        let known = until(PATIENCE, async || {
            read().filter(|saved| saved["devices"].as_array().is_some_and(|devices| !devices.is_empty()))
        });
        let mut saved = known.await.context("the device was not met")?;
        // Until it has told everything.
        tokio::time::sleep(Duration::from_secs(8)).await;
        if let Some(later) = read() {
            saved = later;
        }
        ensure!(companion.end().await, "the companion does not end");
        saved["settings"]["welcomed"] = true.into();
        saved["settings"]["closeToTray"] = true.into();
        let saved = serde_json::to_vec(&saved)?;
        std::fs::create_dir_all(self.home())?;
        std::fs::write(self.home().join("companion.json"), &saved)?;
        Ok(std::fs::write(file, saved)?)
    }

    /// Starts the companion behind Chromium.
    fn companion(&self, arguments: &[&str], log: &str) -> anyhow::Result<Process> {
        let mut command = Command::new(programs().join("hearth-headless"));
        command
            .args(["--no-seat", "--data"])
            .arg(self.other_home())
            .args(arguments)
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.bus.address)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address)
            .env_remove("RUST_LOG");
        Ok(Process::start(&self.place, log, &mut command))
    }

    /// The same, with its page; where that is.
    async fn serving(&self, arguments: &[&str]) -> anyhow::Result<(Process, String)> {
        let mut companion = self.companion(&[&["--ui", "127.0.0.1:0"], arguments].concat(), "headless")?;
        let line = companion.line().await;
        let url = line.strip_prefix("Hearth is at ").context("it serves no page")?.to_owned();
        Ok((companion, url))
    }

    /// The app as it is installed.
    fn app(&self, arguments: &[&str]) -> App {
        App::start_quietly(&self.place, &self.display, &self.bus, arguments)
    }

    /// Memory of both programs, each with its device live and heating.
    pub async fn memory(&mut self) -> anyhow::Result<Vec<Row>> {
        let app = self.app(&[]);
        ensure!(self.display.shows_window(true).await, "the window did not come up");
        let id = app.id();
        let mark = self.home();
        let hearth = self.while_heating(|| family(id, &mark)).await.context("Hearth")?;
        self.photograph("memory-hearth").await;
        ended(app).await?;

        let (companion, url) = self.serving(&[]).await?;
        let chromium = Chromium::start(&self.place, &self.display, &self.bus, &url, false)?;
        let (id, mark) = (chromium.id(), chromium.profile.clone());
        let browser = self.while_heating(|| family(id, &mark)).await.context("Chromium")?;
        self.photograph("memory-chromium").await;
        let behind: u64 = costs(&[companion.id()]).iter().map(|cost| cost.pss).sum();
        println!("\nHearth's processes: {}", listed(&hearth));
        println!("Chromium's: {}", listed(&browser));
        println!("The companion behind Chromium, which is not counted: {:.0} MiB", behind as f64 / MIB);

        let (ours, theirs) = (total(&hearth), total(&browser));
        let ratio = ours / theirs;
        Ok(vec![Row {
            what: "memory, a device live and heating, MiB".into(),
            goal: Some(("at most half".into(), ratio <= 0.5)),
            hearth: format!("{:.0}", ours / MIB),
            chromium: format!("{:.0}", theirs / MIB),
            ratio: Some(ratio),
        }])
    }

    /// Lets the program that was just started settle, heats the device, and takes the costs in the middle of it: of
    /// eleven moments the one with the median of memory.
    async fn while_heating(&mut self, family: impl Fn() -> Vec<i32>) -> anyhow::Result<Vec<Cost>> {
        self.cools_down().await?;
        tokio::time::sleep(SETTLING).await;
        let before = self.simulator.states().len();
        self.simulator.tell("double").await;
        self.heats(before).await?;
        tokio::time::sleep(Duration::from_secs(8)).await;
        let mut moments = Vec::new();
        for _ in 0..11 {
            moments.push(costs(&family()));
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let last = self.simulator.states().last().copied();
        ensure!(last.is_some_and(|state| HEATS.contains(&state)), "the heat was over too early: {last:?}");
        moments.sort_by(|one, other| total(one).total_cmp(&total(other)));
        Ok(moments.swap_remove(5))
    }

    /// Ends a heat, and waits until the device is idle.
    async fn cools_down(&mut self) -> anyhow::Result<()> {
        let is_hot = |simulator: &Simulator| {
            simulator.states().last().is_some_and(|state| HEATS.contains(state) || *state == FADES)
        };
        if self.simulator.states().last().is_some_and(|state| HEATS.contains(state)) {
            self.simulator.tell("hold").await;
        }
        let cool = until(PATIENCE * 4, async || (!is_hot(&self.simulator)).then_some(()));
        cool.await.context("the device does not cool down")
    }

    async fn heats(&self, before: usize) -> anyhow::Result<()> {
        let heats = until(PATIENCE, async || {
            self.simulator.states()[before..].iter().any(|state| HEATS.contains(state)).then_some(())
        });
        heats.await.context("the device does not heat")
    }

    /// A sesh of twenty, looked at in each program.
    pub async fn sesh(&mut self) -> anyhow::Result<Vec<Row>> {
        let hearth = self.sesh_in_window().await.context("Hearth")?;
        let chromium = self.sesh_in_chromium().await.context("Chromium")?;
        for (name, told) in [("Hearth", &hearth), ("Chromium", &chromium)] {
            println!("\n{name}: {} events ({}), {} frames", told.events, told.kinds, told.frames);
        }
        let mut rows = Vec::new();
        let mut row = |what: &str, goal: Option<f64>, of: fn(&Told) -> &[f64]| {
            for percent in [50, 95, 99] {
                let (ours, theirs) = (percentile(of(&hearth), percent), percentile(of(&chromium), percent));
                let text = |value: Option<f64>| value.map_or("–".into(), |value| format!("{value:.1}"));
                let goal = goal
                    .filter(|_| percent == 95)
                    .map(|goal| (format!("≤ {goal} ms"), ours.is_some_and(|ours| ours <= goal)));
                rows.push(Row {
                    what: format!("{what}, p{percent}, ms"),
                    goal,
                    hearth: text(ours),
                    chromium: text(theirs),
                    ratio: ours
                        .zip(theirs)
                        .filter(|(_, theirs)| *theirs > 0.0)
                        .map(|(ours, theirs)| ours / theirs),
                });
            }
        };
        row("UI work for an event, until the document is changed", Some(4.0), |told| &told.script);
        row("that, and its share of the frame that shows it", Some(4.0), |told| &told.work);
        row("style, layout and painting of a frame", None, |told| &told.rendering);
        row("event to document", Some(50.0), |told| &told.to_dom);
        Ok(rows)
    }

    async fn sesh_in_window(&mut self) -> anyhow::Result<Told> {
        self.cools_down().await?;
        let friends = Friends::meet(&self.gateway.url, MEMBERS - 1).await?;
        let arguments = ["--gateway", &self.gateway.url, "--join", &friends.code];
        let window = Window::open_with(&self.place, &self.display, &self.bus, &arguments).await;
        window.resize(1120, 740).await;
        friends.are(usize::from(MEMBERS)).await?;
        window.reads("[data-test=hero-state]", |text| text == "Idle").await;
        window.script(&format!("{INSTRUMENT}; window.__bench.start(); arguments[0](null)")).await;
        start(&mut self.simulator, &friends).await?;
        tokio::time::sleep(WATCHING).await;
        let report = window.script("arguments[0](window.__bench.report())").await;
        window.screenshot("sesh-hearth").await;
        window.tell_to_end();
        window.is_gone().await;
        friends.leave().await;
        Ok(Told::new(&report))
    }

    async fn sesh_in_chromium(&mut self) -> anyhow::Result<Told> {
        self.cools_down().await?;
        let friends = Friends::meet(&self.gateway.url, MEMBERS - 1).await?;
        let (_companion, url) =
            self.serving(&["--gateway", &self.gateway.url, "--join", &friends.code]).await?;
        let chromium = Chromium::start(&self.place, &self.display, &self.bus, &url, true)?;
        let mut page = chromium.page(INSTRUMENT).await?;
        friends.are(usize::from(MEMBERS)).await?;
        let idle = "document.querySelector('[data-test=hero-state]')?.textContent.trim() === 'Idle'";
        let mut tries = 0;
        while page.ask(idle).await? != Value::Bool(true) {
            tries += 1;
            ensure!(tries < 300, "the page does not show the device");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        page.ask("window.__bench.start()").await?;
        start(&mut self.simulator, &friends).await?;
        tokio::time::sleep(WATCHING).await;
        let report = page.ask("window.__bench.report()").await?;
        let picture = BASE64_STANDARD.decode(page.screenshot().await?)?;
        std::fs::write(self.place.keep("sesh-chromium.png"), picture)?;
        friends.leave().await;
        Ok(Told::new(&report))
    }

    /// The app in the tray: in a group with its device linked, with a device that rests, and without any.
    pub async fn idle(&self) -> anyhow::Result<Vec<Row>> {
        let friends = Friends::meet(&self.gateway.url, 1).await?;
        let arguments = ["--gateway", &self.gateway.url, "--join", &friends.code];
        let (app, linked) = self.in_the_tray(&arguments).await?;
        friends.are(2).await?;
        ended(app).await?;
        friends.leave().await;
        let (app, resting) = self.in_the_tray(&[]).await?;
        ended(app).await?;
        let file = self.home().join("companion.json");
        let mut saved: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
        (saved["devices"], saved["inUse"]) = (json!([]), Value::Null);
        std::fs::write(&file, serde_json::to_vec(&saved)?)?;
        let (app, alone) = self.in_the_tray(&[]).await?;
        ended(app).await?;
        let row = |what: &str, busy: f64| Row {
            what: format!("idle in the tray, {what}, % of a core"),
            goal: Some(("≤ 0.5".into(), busy <= 0.5)),
            hearth: format!("{busy:.2}"),
            chromium: "–".into(),
            ratio: None,
        };
        Ok(vec![
            row("in a group with its device linked", linked),
            row("in no group, its device known", resting),
            row("without a device", alone),
        ])
    }

    /// Opens the window, closes it to the tray, and takes the share of a core over a minute.
    async fn in_the_tray(&self, arguments: &[&str]) -> anyhow::Result<(App, f64)> {
        let app = self.app(arguments);
        ensure!(self.display.shows_window(true).await, "the window did not come up");
        until(PATIENCE, async || Some(self.panel.rows().await).filter(|rows| !rows.is_empty())).await;
        tokio::time::sleep(SETTLING).await;
        self.display.close_window().await;
        ensure!(self.display.shows_window(false).await, "the window was not hidden");
        tokio::time::sleep(SETTLING).await;
        let family = family(app.id(), &self.home());
        let before = costs(&family);
        tokio::time::sleep(IDLING).await;
        let after = costs(&family);
        ensure!(before.len() == after.len(), "a process ended");
        let busy = |costs: &[Cost]| costs.iter().map(|cost| cost.busy).sum::<f64>();
        for (before, after) in before.iter().zip(&after) {
            println!("{}: {:.2} s of {} s", after.name, after.busy - before.busy, IDLING.as_secs());
        }
        Ok((app, (busy(&after) - busy(&before)) / IDLING.as_secs_f64() * 100.0))
    }

    /// Keeps a picture of the screen, where the tool for it is.
    async fn photograph(&self, name: &str) {
        let mut command = Command::new("import");
        command.args(["-display", &self.display.name, "-window", "root"]);
        let _ = command.arg(self.place.keep(&format!("{name}.png"))).status().await;
    }
}

/// Ends it as the system does: one that is killed leaves the device reporting to nobody, which the next one would
/// pay for.
async fn ended(app: App) -> anyhow::Result<()> {
    ensure!(app.end().await, "Hearth does not end");
    Ok(())
}

/// Everybody heats.
async fn start(simulator: &mut Simulator, friends: &Friends) -> anyhow::Result<()> {
    let before = simulator.states().len();
    friends.ask();
    tokio::time::sleep(Duration::from_secs(2)).await;
    simulator.press().await;
    let heats = until(PATIENCE, async || {
        simulator.states()[before..].iter().any(|state| HEATS.contains(state)).then_some(())
    });
    match heats.await {
        Some(()) => Ok(()),
        None => bail!("the sesh did not start"),
    }
}

fn total(costs: &[Cost]) -> f64 {
    costs.iter().map(|cost| cost.pss as f64).sum()
}

fn listed(costs: &[Cost]) -> String {
    let each = costs.iter().map(|cost| format!("{} {:.0} MiB", cost.name, cost.pss as f64 / MIB));
    each.collect::<Vec<_>>().join(", ")
}
