//! Commands on standard input: what an owner does to a device, and a person to the adapters.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::tree;
use super::world::World;
use crate::device::{Charger, SimDevice};

const HELP: &str = "press | double | hold | sleep | wake | drop | forget | charge on|off|usb|wireless|dock | battery N | \
                    chamber N | replies on|off | advertise on|off | get PATH | set PATH HEX | live PATH | counts, each \
                    with an optional device (number or name) at the end; power on|off | unplug | plug, each with an \
                    optional adapter (number or name) at the end; help";

/// One line.
#[derive(Clone, Debug, PartialEq)]
enum Command {
    Device(Act, Option<String>),
    Adapter(Switch, Option<String>),
    Help,
}

/// What happens to an adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    Power(bool),
    Plug(bool),
}

/// What happens to a device.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    Press,
    Double,
    Hold,
    Sleep,
    Wake,
    Drop,
    /// It forgets its bonds; the computer does not know.
    Forget,
    Charge(Option<Charger>),
    Battery(f32),
    Chamber(u8),
    /// It answers, or it does not.
    Replies(bool),
    Advertise(bool),
    /// Reports the bytes of an attribute.
    Get(String),
    Set(String, Vec<u8>),
    /// An attribute that was set goes on by itself.
    Live(String),
    /// Reports what was asked of it.
    Counts,
}

fn parse(line: &str) -> Option<Command> {
    let mut words = line.split_whitespace();
    let on = |word: Option<&str>| match word {
        Some("on") => Some(true),
        Some("off") => Some(false),
        _ => None,
    };
    let path = |word: Option<&str>| word.filter(|word| word.starts_with('/')).map(str::to_owned);
    let act = match words.next()? {
        "press" => Ok(Act::Press),
        "double" => Ok(Act::Double),
        "hold" => Ok(Act::Hold),
        "sleep" => Ok(Act::Sleep),
        "wake" => Ok(Act::Wake),
        "drop" => Ok(Act::Drop),
        "forget" => Ok(Act::Forget),
        "charge" => Ok(Act::Charge(match words.next()? {
            "on" | "usb" => Some(Charger::Usb),
            "wireless" => Some(Charger::Wireless),
            "dock" => Some(Charger::Dock),
            "off" => None,
            _ => return None,
        })),
        "battery" => {
            let percent = words.next()?.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
            Ok(Act::Battery(percent?))
        }
        "chamber" => Ok(Act::Chamber(words.next()?.parse().ok()?)),
        "replies" => Ok(Act::Replies(on(words.next())?)),
        "advertise" => Ok(Act::Advertise(on(words.next())?)),
        "get" => Ok(Act::Get(path(words.next())?)),
        "set" => Ok(Act::Set(path(words.next())?, bytes(words.next()?)?)),
        "live" => Ok(Act::Live(path(words.next())?)),
        "counts" => Ok(Act::Counts),
        "power" => Err(Switch::Power(on(words.next())?)),
        "plug" => Err(Switch::Plug(true)),
        "unplug" => Err(Switch::Plug(false)),
        "help" => return Some(Command::Help),
        _ => return None,
    };
    let which: Vec<&str> = words.collect();
    let which = (!which.is_empty()).then(|| which.join(" "));
    Some(match act {
        Ok(act) => Command::Device(act, which),
        Err(switch) => Command::Adapter(switch, which),
    })
}

/// `0aff01`
fn bytes(text: &str) -> Option<Vec<u8>> {
    let whole = text.is_ascii() && text.len().is_multiple_of(2);
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect::<Option<Vec<u8>>>();
    bytes.filter(|_| whole)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Obeys lines. Ends with standard input if asked to, otherwise never.
pub(super) async fn listen(
    connection: &zbus::Connection,
    world: &Arc<World>,
    exit_with_stdin: bool,
) -> anyhow::Result<()> {
    let mut lines = BufReader::new(tokio::io::stdin()).split(b'\n');
    while let Some(line) = lines.next_segment().await? {
        // Bytes that are no text are an unknown command, not the end.
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            continue;
        }
        match parse(&line) {
            Some(Command::Device(act, device)) => obey(world, &act, device.as_deref()),
            Some(Command::Adapter(switch, adapter)) => {
                toggle(connection, world, switch, adapter.as_deref()).await?;
            }
            Some(Command::Help) => {
                world.look(|state| state.report(json!({ "event": "help", "commands": HELP })));
            }
            None => complain(world, &format!("cannot read `{line}`; commands: {HELP}")),
        }
    }
    if !exit_with_stdin {
        std::future::pending::<()>().await;
    }
    Ok(())
}

/// The place of what was asked for, by number or name; the first when nothing was.
fn find(names: &[String], wanted: Option<&str>) -> Option<usize> {
    let number = match wanted {
        None => Some(0),
        Some(wanted) => {
            wanted.parse().ok().or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(wanted)))
        }
    };
    number.filter(|number| *number < names.len())
}

async fn toggle(
    connection: &zbus::Connection,
    world: &Arc<World>,
    switch: Switch,
    adapter: Option<&str>,
) -> anyhow::Result<()> {
    let names: Vec<String> =
        world.look(|state| state.adapters.iter().map(|adapter| adapter.name().to_owned()).collect());
    let Some(index) = find(&names, adapter) else {
        complain(world, &format!("no adapter `{}`", adapter.unwrap_or_default()));
        return Ok(());
    };
    match switch {
        Switch::Power(on) => world.act(|state, now| state.power(index, on, now)),
        Switch::Plug(plugged) => {
            let changed = world.act(|state, now| {
                let before = std::mem::replace(&mut state.adapters[index].plugged, plugged);
                if before && !plugged {
                    state.hang_up(index, now);
                    state.discover(index, |clients| clients.clear());
                }
                before != plugged
            });
            if changed {
                tree::plug(connection, world, index, plugged).await?;
            }
        }
    }
    Ok(())
}

fn obey(world: &World, act: &Act, device: Option<&str>) {
    let names: Vec<String> =
        world.look(|state| state.devices.iter().map(|nearby| nearby.device().name()).collect());
    let Some(index) = find(&names, device) else {
        complain(world, &format!("no device `{}`", device.unwrap_or_default()));
        return;
    };
    world.act(|state, now| {
        if *act == Act::Forget {
            let nearby = &state.devices[index];
            state.peers.iter_mut().filter(|peer| peer.is(nearby)).for_each(|peer| peer.kept = false);
        }
        let report = carry_out(&mut state.devices[index].device(), act, now);
        if let Some(report) = report {
            state.report(report);
        }
    });
}

/// Does it; gives what there is to report.
fn carry_out(device: &mut SimDevice, act: &Act, now: Instant) -> Option<serde_json::Value> {
    match act {
        Act::Press => device.press(now),
        Act::Double => device.double_press(now),
        Act::Hold => device.hold(now),
        Act::Sleep => device.sleep(now),
        Act::Wake => device.wake(now),
        Act::Drop => device.drop_link(now),
        Act::Forget => device.forget_bond(),
        Act::Charge(charger) => device.set_charger(now, *charger),
        Act::Battery(percent) => device.set_battery(now, *percent),
        Act::Chamber(chamber) => device.set_chamber(now, *chamber),
        Act::Replies(on) => device.faults_mut().silent = !on,
        Act::Advertise(on) => device.faults_mut().silent_radio = !on,
        Act::Get(path) => {
            let value = device.attribute(now, path).map(|bytes| hex(&bytes));
            return Some(
                json!({ "event": "attribute", "device": device.name(), "path": path, "value": value }),
            );
        }
        Act::Set(path, bytes) => device.set_attribute(now, path, bytes),
        Act::Live(path) => device.release_attribute(path),
        Act::Counts => {
            let counters = device.counters();
            let forbidden: Vec<&str> =
                counters.forbidden().iter().map(|written| written.path.as_str()).collect();
            return Some(json!({
                "event": "counts",
                "device": device.name(),
                "links": counters.links,
                "round_trips": counters.round_trips,
                "heats": device.heat_writes(),
                "writes": counters.written(),
                "forbidden": forbidden,
            }));
        }
    }
    None
}

fn complain(world: &World, problem: &str) {
    world.look(|state| state.report(json!({ "event": "error", "problem": problem })));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(act: Act, which: Option<&str>) -> Option<Command> {
        Some(Command::Device(act, which.map(str::to_owned)))
    }

    #[test]
    fn a_line_names_what_happens_and_to_which_device() {
        assert_eq!(parse("press"), device(Act::Press, None));
        assert_eq!(parse(" battery 12.5  1 "), device(Act::Battery(12.5), Some("1")));
        assert_eq!(parse("drop Ember 7"), device(Act::Drop, Some("Ember 7")));
        assert_eq!(parse("charge dock"), device(Act::Charge(Some(Charger::Dock)), None));
        let set = Act::Set("/p/bat/soc".to_owned(), vec![0, 0x0a, 0xff]);
        assert_eq!(parse("set /p/bat/soc 000aff 1"), device(set, Some("1")));
    }

    #[test]
    fn a_line_names_an_adapter() {
        assert_eq!(parse("power off"), Some(Command::Adapter(Switch::Power(false), None)));
        assert_eq!(
            parse("unplug hci1"),
            Some(Command::Adapter(Switch::Plug(false), Some("hci1".to_owned())))
        );
    }

    #[test]
    fn nonsense_is_not_obeyed() {
        for line in [
            "",
            "explode",
            "battery",
            "battery 101",
            "battery NaN",
            "power",
            "charge maybe",
            "chamber 256",
            "get soc",
            "set /p/bat/soc",
            "set /p/bat/soc 0a0",
            "set /p/bat/soc zz",
            "replies",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn things_are_found_by_number_and_by_name() {
        let names = ["Ember".to_owned(), "Juniper".to_owned()];
        assert_eq!(find(&names, None), Some(0));
        assert_eq!(find(&names, Some("1")), Some(1));
        assert_eq!(find(&names, Some("juniper")), Some(1));
        assert_eq!(find(&names, Some("2")), None);
        assert_eq!(find(&[], None), None);
    }
}
