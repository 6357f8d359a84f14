//! The lines that the console understands.

use crate::device::Charger;

pub(super) const HELP: &str = "press | double | hold | sleep | wake | drop | forget | charge on|off|usb|wireless|dock | battery N | \
                    chamber N | replies on|off | advertise on|off | get PATH | set PATH HEX | live PATH | counts, each \
                    with an optional device (number or name) at the end; power on|off | unplug | plug, each with an \
                    optional adapter (number or name) at the end; help";

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Device(Act, Option<String>),
    Adapter(Switch, Option<String>),
    Help,
}

/// What happens to an adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    Power(bool),
    Plug(bool),
}

/// What happens to a device.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
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

pub(super) fn parse(line: &str) -> Option<Command> {
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
}
