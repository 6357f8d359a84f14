//! Commands on standard input: what an owner does to a device, and a person to the adapter.

use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::tree;
use super::world::World;

const HELP: &str = "press | double | hold | sleep | wake | drop | forget | charge on|off | battery N, each with an \
                    optional device (number or name) at the end; power on|off; unplug; plug; help";

/// One line.
#[derive(Clone, Debug, PartialEq)]
enum Command {
    Device(Act, Option<String>),
    Power(bool),
    Plug(bool),
    Help,
}

/// What happens to a device.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Press,
    Double,
    Hold,
    Sleep,
    Wake,
    Drop,
    /// It forgets its bond; the computer does not know.
    Forget,
    Charge(bool),
    Battery(f32),
}

fn parse(line: &str) -> Option<Command> {
    let mut words = line.split_whitespace();
    let on = |word: Option<&str>| match word {
        Some("on") => Some(true),
        Some("off") => Some(false),
        _ => None,
    };
    let act = match words.next()? {
        "press" => Act::Press,
        "double" => Act::Double,
        "hold" => Act::Hold,
        "sleep" => Act::Sleep,
        "wake" => Act::Wake,
        "drop" => Act::Drop,
        "forget" => Act::Forget,
        "charge" => Act::Charge(on(words.next())?),
        "battery" => {
            Act::Battery(words.next()?.parse().ok().filter(|percent| (0.0..=100.0).contains(percent))?)
        }
        "power" => return Some(Command::Power(on(words.next())?)),
        "plug" => return Some(Command::Plug(true)),
        "unplug" => return Some(Command::Plug(false)),
        "help" => return Some(Command::Help),
        _ => return None,
    };
    let device: Vec<&str> = words.collect();
    Some(Command::Device(act, (!device.is_empty()).then(|| device.join(" "))))
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
            Some(Command::Device(act, device)) => obey(world, act, device.as_deref()),
            Some(Command::Power(on)) => world.act(|state, now| state.power(on, now)),
            Some(Command::Plug(plugged)) => {
                let changed = world.act(|state, _| std::mem::replace(&mut state.plugged, plugged) != plugged);
                if changed {
                    world.act(|state, _| state.discover(|clients| clients.clear()));
                    tree::plug(connection, world, plugged).await?;
                }
            }
            Some(Command::Help) => {
                world.look(|state| state.report(json!({ "event": "help", "commands": HELP })))
            }
            None => complain(world, &format!("cannot read `{line}`; commands: {HELP}")),
        }
    }
    if !exit_with_stdin {
        std::future::pending::<()>().await;
    }
    Ok(())
}

fn obey(world: &World, act: Act, device: Option<&str>) {
    let found = world.look(|state| match device {
        None => (!state.peers.is_empty()).then_some(0),
        Some(wanted) => match wanted.parse::<usize>() {
            Ok(number) => (number < state.peers.len()).then_some(number),
            Err(_) => state.peers.iter().position(|peer| peer.name().eq_ignore_ascii_case(wanted)),
        },
    });
    let Some(peer) = found else {
        complain(world, &format!("no device `{}`", device.unwrap_or_default()));
        return;
    };
    world.act_on(peer, |peer, now| {
        let device = &mut peer.device;
        match act {
            Act::Press => device.press(now),
            Act::Double => device.double_press(now),
            Act::Hold => device.hold(now),
            Act::Sleep => device.sleep(now),
            Act::Wake => device.wake(now),
            Act::Drop => device.drop_link(now),
            Act::Forget => device.set_bonded(false),
            Act::Charge(on) => device.set_charging(now, on),
            Act::Battery(percent) => device.set_battery(now, percent),
        }
    });
}

fn complain(world: &World, problem: &str) {
    world.look(|state| state.report(json!({ "event": "error", "problem": problem })));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_what_happens_and_to_which_device() {
        assert_eq!(parse("press"), Some(Command::Device(Act::Press, None)));
        assert_eq!(
            parse(" battery 12.5  1 "),
            Some(Command::Device(Act::Battery(12.5), Some("1".to_owned())))
        );
        assert_eq!(parse("drop Ember 7"), Some(Command::Device(Act::Drop, Some("Ember 7".to_owned()))));
        assert_eq!(parse("power off"), Some(Command::Power(false)));
    }

    #[test]
    fn nonsense_is_not_obeyed() {
        for line in ["", "explode", "battery", "battery 101", "battery NaN", "power", "charge maybe"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
