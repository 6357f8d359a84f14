//! Commands on standard input: what an owner does to a device, and a person to the adapters.

mod command;

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use self::command::{Act, Command, HELP, Switch, parse};
use super::tree;
use super::world::World;
use crate::device::SimDevice;

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
