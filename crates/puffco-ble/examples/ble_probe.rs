//! Looks for a device of any kind with this computer's Bluetooth, sets up a link, and prints everything that it
//! tells; with `--logs` its logs, too, and with `--heat` it does one heat.
//!
//! `cargo run -p puffco-ble --example ble_probe -- [--adapter ID] [--device ID] [--logs] [--heat] [--seconds N]`.
//! Ctrl-C stops a heat that it started. Exit code 0: everything that was asked for was seen.
#![expect(clippy::print_stdout, reason = "a command line tool")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_clock::Clock;
use puffco::advertisement::recognise;
use puffco::device::{DeviceConfig, Event, Input, IntentId, LinkCounters, Phase, Request, RequestId};
use puffco::link::{AdapterState, DeviceId, LinkError, Radio, RadioEvent};
use puffco::log::{LogEntry, LogKind};
use puffco::state::{DeviceState, OperatingState};
use puffco_ble::{BleRadio, DeviceHandle};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// A heat command that is late is not written (docs/architecture.md).
const HEAT_LATEST: Duration = Duration::from_millis(1500);
/// The longest heat cycle that is waited for.
const HEAT_LIMIT: Duration = Duration::from_secs(240);
/// A log may be long.
const LOG_LIMIT: Duration = Duration::from_secs(600);

const HEAT: RequestId = RequestId(1);
const ABORT: RequestId = RequestId(2);
const READ_ALL: RequestId = RequestId(3);
const AUDIT: RequestId = RequestId(4);
const FAULTS: RequestId = RequestId(5);

/// Looks for a Puffco over Bluetooth and prints what it says.
#[derive(Debug, Parser)]
struct Options {
    /// Use this adapter, as it is printed at the start; otherwise the first that is on.
    #[arg(long)]
    adapter: Option<String>,
    /// Use this device, as it is printed by a scan; otherwise the first that looks like one.
    #[arg(long)]
    device: Option<String>,
    /// Read its logs: what it did, and what went wrong.
    #[arg(long)]
    logs: bool,
    /// Do one heat. The device gets hot.
    #[arg(long)]
    heat: bool,
    /// How long to look for a device, and how long to set it up, seconds each.
    #[arg(long, default_value_t = 45)]
    seconds: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match probe(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("FAILED: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn probe(options: Options) -> Result<(), String> {
    let limit = Duration::from_secs(options.seconds);
    let radio: Arc<dyn Radio> = Arc::new(BleRadio::new(Handle::current()));
    radio.use_adapter(options.adapter.clone());
    let mut heard = radio.events();
    let id = tokio::time::timeout(limit, find(&*radio, &mut heard, options.device.as_deref()))
        .await
        .map_err(|_| "no device was heard: wake it with its button, and close the phone app".to_owned())??;

    let clock = Arc::new(Clock::new());
    let (sender, mut events) = mpsc::unbounded_channel();
    let device = DeviceHandle::spawn(radio.clone(), id, DeviceConfig::default(), clock.clone(), sender);
    let mut probe = Probe { device, clock, state: DeviceState::default(), counters: LinkCounters::default() };
    let outcome = probe.run(&mut events, limit, &options).await;
    println!("{:?}", probe.counters);
    probe.device.send(Input::Disconnect);
    let ended = tokio::time::timeout(Duration::from_secs(10), async {
        while let Some((_, event)) = events.recv().await {
            if event == Event::Phase(Phase::Idle) {
                break;
            }
        }
    });
    if ended.await.is_err() {
        println!("the link did not end in time");
    }
    drop(probe);
    // The actor closes the link after its machine has let it go.
    while events.recv().await.is_some() {}
    println!("disconnected");
    outcome
}

/// Scans until the device is heard.
async fn find(
    radio: &dyn Radio,
    events: &mut BoxStream<'static, RadioEvent>,
    wanted: Option<&str>,
) -> Result<DeviceId, String> {
    let mut seen: Vec<DeviceId> = Vec::new();
    while let Some(event) = events.next().await {
        match event {
            RadioEvent::Adapter(AdapterState::On(name)) => {
                let simulated = if radio.is_simulated() { " (simulated)" } else { "" };
                println!("adapter {name}{simulated}: scanning");
                radio.start_scan().await.map_err(|error: LinkError| error.to_string())?;
            }
            RadioEvent::Adapter(state) => println!("adapter: {state:?}"),
            RadioEvent::Adapters(adapters) => {
                for adapter in adapters {
                    let used = if adapter.in_use { " (used)" } else { "" };
                    let power = if adapter.powered { "on" } else { "off" };
                    println!("  adapter {} {} {power}{used}", adapter.name, adapter.id);
                }
            }
            RadioEvent::Heard(id, advertisement) => {
                let candidate = recognise(&advertisement);
                if !seen.contains(&id) {
                    seen.push(id.clone());
                    let name = advertisement.name.as_deref().unwrap_or("(no name)");
                    let rssi = advertisement.rssi.map_or("?".to_owned(), |rssi| rssi.to_string());
                    let mark = if candidate.is_some() { "  <- looks like one" } else { "" };
                    let bond = if advertisement.bonded { ", bonded" } else { "" };
                    println!("  {id}  {name}, {rssi} dBm{bond}{mark}");
                }
                if wanted.map_or(candidate.is_some(), |wanted| wanted == id.0) {
                    radio.stop_scan().await.map_err(|error| error.to_string())?;
                    return Ok(id);
                }
            }
        }
    }
    Err("the radio ended".to_owned())
}

struct Probe {
    device: DeviceHandle,
    clock: Arc<Clock>,
    state: DeviceState,
    counters: LinkCounters,
}

type Events = mpsc::UnboundedReceiver<(DeviceId, Event)>;

impl Probe {
    async fn run(&mut self, events: &mut Events, limit: Duration, wanted: &Options) -> Result<(), String> {
        self.device.send(Input::Watched(true));
        self.device.send(Input::Connect);
        tokio::time::timeout(limit, self.set_up(events))
            .await
            .map_err(|_| "the device was not set up in time".to_owned())??;
        self.ask(events, limit, READ_ALL, Request::ReadAll).await?;
        self.print_snapshot();
        if wanted.logs {
            for (request, log) in [(AUDIT, LogKind::Audit), (FAULTS, LogKind::Fault)] {
                self.ask(events, LOG_LIMIT, request, Request::ReadLog(log)).await?;
            }
        }
        if wanted.heat {
            tokio::time::timeout(HEAT_LIMIT, self.heat(events))
                .await
                .map_err(|_| "the heat did not end in time".to_owned())??;
        }
        Ok(())
    }

    async fn set_up(&mut self, events: &mut Events) -> Result<(), String> {
        let mut shown = None;
        while let Some((_, event)) = events.recv().await {
            match event {
                Event::Phase(Phase::Ready) => return Ok(()),
                Event::Phase(Phase::Failed(problem)) => return Err(format!("{problem:?}")),
                Event::Phase(Phase::SettingUp { attempt, step }) => {
                    let kind = std::mem::discriminant(&step);
                    if shown.replace((attempt, kind)) != Some((attempt, kind)) {
                        println!("attempt {attempt}: {step:?}");
                    }
                }
                Event::Phase(phase) => println!("{phase:?}"),
                Event::State(state) => self.state = *state,
                Event::Counters(counters) => self.counters = counters,
                _ => {}
            }
        }
        Err("the actor ended".to_owned())
    }

    /// Asks for something that is read, and takes what comes until it is done.
    async fn ask(
        &mut self,
        events: &mut Events,
        limit: Duration,
        id: RequestId,
        request: Request,
    ) -> Result<(), String> {
        let what = format!("{request:?}");
        self.device.send(Input::Request(id, request));
        let answer = async {
            while let Some((_, event)) = events.recv().await {
                match event {
                    Event::Done(done, result) if done == id => {
                        return result.map_err(|error| error.to_string());
                    }
                    Event::State(state) => self.state = *state,
                    Event::Counters(counters) => self.counters = counters,
                    Event::Phase(phase) => println!("{phase:?}"),
                    Event::Log(_, log, entries) => print_log(log, &entries),
                    _ => {}
                }
            }
            Err("the actor ended".to_owned())
        };
        let answer = tokio::time::timeout(limit, answer).await;
        answer.unwrap_or_else(|_| Err("it took too long".to_owned())).map_err(|why| format!("{what}: {why}"))
    }

    async fn heat(&mut self, events: &mut Events) -> Result<(), String> {
        let deadline = self.clock.now().instant + HEAT_LATEST;
        self.device.send(Input::Request(HEAT, Request::Heat { intent: IntentId(1), deadline }));
        let (mut heating, mut done, mut stopped) = (false, false, false);
        loop {
            let (_, event) = tokio::select! {
                event = events.recv() => event.ok_or_else(|| "the actor ended".to_owned())?,
                _ = tokio::signal::ctrl_c(), if !stopped => {
                    println!("stopping the heat");
                    stopped = true;
                    self.device.send(Input::Request(ABORT, Request::Abort));
                    continue;
                }
            };
            match event {
                Event::Done(HEAT, result) => {
                    println!("heat command: {result:?}");
                    result.map_err(|error| error.to_string())?;
                    done = true;
                }
                Event::Done(_, result) => println!("stop command: {result:?}"),
                Event::Phase(phase) => println!("{phase:?}"),
                Event::State(state) => {
                    let before = std::mem::replace(&mut self.state, *state);
                    if before.operating != self.state.operating {
                        self.print_operating();
                    }
                    let in_cycle = self.state.operating.is_some_and(OperatingState::is_heat_cycle);
                    heating |= in_cycle;
                    if done && heating && !in_cycle {
                        return Ok(());
                    }
                }
                Event::Counters(counters) => self.counters = counters,
                _ => {}
            }
        }
    }

    fn print_operating(&self) {
        let number = |value: Option<f32>| value.map_or("-".to_owned(), |value| format!("{value:.0}"));
        println!(
            "state {}: {} °C, target {} °C, planned {} s",
            self.state.operating.map_or("?".to_owned(), |state| state.0.to_string()),
            number(self.state.heater_celsius),
            number(self.state.target_celsius),
            number(self.state.total_s),
        );
    }

    /// What was read. The serial number names its owner, so that only the product code is shown.
    fn print_snapshot(&self) {
        let state = DeviceState {
            serial: self.state.serial.as_ref().map(|serial| serial.chars().take(2).chain(['…']).collect()),
            mac: None,
            ..self.state.clone()
        };
        println!("{state:#?}");
    }
}

fn print_log(log: LogKind, entries: &[LogEntry]) {
    println!("{log:?}: {} entries", entries.len());
    for entry in entries {
        println!("  {:>6}  {:>10}  {:?}", entry.index, entry.stamp(), entry.record(log));
    }
}
