//! Words for people: problems of a link, chambers, models. Sentence case, short, no jargon; the technical
//! cause goes into the details.

use puffco::device::Problem;
use puffco::firmware::Revision;
use puffco::model::{Product, Series};
use puffco::state::{Chamber, DeviceState};

use crate::contract::{ProblemView, Said};
use crate::said;

/// Characters of a Bluetooth address, with its separators.
const ADDRESS: usize = 17;

/// The operating systems, which word and place their Bluetooth settings differently (puffco-ble §10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Linux,
    Windows,
    Mac,
}

impl System {
    /// The one that this program runs on.
    const HERE: Self = if cfg!(target_os = "macos") {
        Self::Mac
    } else if cfg!(windows) {
        Self::Windows
    } else {
        Self::Linux
    };

    fn pairing(self) -> Said {
        match self {
            Self::Linux => {
                said!(
                    "Hold its button until the light turns blue, then try again. If it was paired before, remove \
                 it from this computer's Bluetooth settings first."
                )
            }
            Self::Windows => {
                said!(
                    "Hold its button until the light turns blue, then try again, and allow the pairing when \
                 Windows asks. If it was paired before, remove it in Settings, Bluetooth & devices, first."
                )
            }
            Self::Mac => {
                said!(
                    "Hold its button until the light turns blue, then try again, and choose Connect when macOS \
                 asks. If it was paired before, forget it in System Settings, Bluetooth, first."
                )
            }
        }
    }

    fn pairing_anew(self) -> Said {
        match self {
            Self::Linux => {
                said!(
                    "Remove it from this computer's Bluetooth settings, hold its button until the light turns \
                 blue, then try again."
                )
            }
            Self::Windows => {
                said!(
                    "Remove it in Settings, Bluetooth & devices, hold its button until the light turns blue, \
                 then try again."
                )
            }
            Self::Mac => {
                said!(
                    "Forget it in System Settings, Bluetooth, hold its button until the light turns blue, then \
                 try again."
                )
            }
        }
    }

    fn permission(self) -> Said {
        match self {
            Self::Linux => {
                said!(
                    "This user may not reach the Bluetooth service. Log in at this computer itself, or ask who \
                 looks after it; then try again."
                )
            }
            Self::Windows => {
                said!("Allow apps to use radios in Settings, Privacy & security, Radios, then try again.")
            }
            Self::Mac => {
                said!(
                    "Allow Hearth in System Settings, Privacy & Security, Bluetooth, then start Hearth again."
                )
            }
        }
    }
}

/// A problem of a link, in words.
#[must_use]
pub fn problem(problem: &Problem) -> ProblemView {
    problem_on(System::HERE, problem)
}

fn problem_on(system: System, problem: &Problem) -> ProblemView {
    let (code, title, advice) = match problem {
        Problem::LinkLost => (
            "link_lost",
            said!("The link to the device broke"),
            said!("Keep it near this computer. Hearth connects again by itself."),
        ),
        Problem::TimedOut => (
            "timed_out",
            said!("The device did not answer in time"),
            said!("Keep it near and make sure that no phone is connected to it, then try again."),
        ),
        Problem::NotHeard => (
            "not_heard",
            said!("The device is not on the air"),
            said!(
                "Press its button to wake it, and close the Puffco app on your phone: only one can be connected."
            ),
        ),
        Problem::PairingNeeded => {
            ("pairing_needed", said!("The device wants to be paired"), system.pairing())
        }
        Problem::BondStale => {
            ("bond_stale", said!("The device has forgotten this computer"), system.pairing_anew())
        }
        Problem::NotAPuffco => (
            "not_a_puffco",
            said!("This is not a device that Hearth knows"),
            said!("Pick another one from the list."),
        ),
        Problem::UnlockRefused => (
            "unlock_refused",
            said!("The device did not let Hearth in"),
            said!("Switch it off and on, then try again."),
        ),
        Problem::AdapterOff => (
            "adapter_off",
            said!("Bluetooth is off"),
            said!("Switch Bluetooth on. Hearth then connects by itself."),
        ),
        Problem::NoAdapter => (
            "no_adapter",
            said!("This computer has no Bluetooth"),
            said!("Plug a Bluetooth adapter in. Hearth then connects by itself."),
        ),
        Problem::PermissionDenied => {
            ("permission_denied", said!("Hearth may not use Bluetooth"), system.permission())
        }
        Problem::Other(_) => (
            "other",
            said!("Connecting did not work"),
            said!("Try again. If it keeps failing, switch the device off and on."),
        ),
    };
    let details = match problem {
        Problem::Other(details) => Some(without_addresses(details)),
        _ => None,
    };
    ProblemView { code: code.into(), title, advice, details }
}

/// The text with Bluetooth addresses cut to their end: details are copied and sent to others.
fn without_addresses(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_address = |at: usize| {
        bytes.get(at..at + ADDRESS).is_some_and(|part| {
            part.iter().enumerate().all(|(i, byte)| match i % 3 {
                2 => matches!(byte, b':' | b'_' | b'-'),
                _ => byte.is_ascii_hexdigit(),
            })
        })
    };
    let mut words = String::new();
    let mut rest = 0;
    let mut at = 0;
    while at < bytes.len() {
        if is_address(at) {
            words.push_str(&text[rest..at]);
            words.push('…');
            // The end tells devices apart.
            rest = at + ADDRESS - 2;
            at += ADDRESS;
        } else {
            at += 1;
        }
    }
    words + &text[rest..]
}

/// A chamber's name; unknown codes are shown raw (puffco-ble §15).
#[must_use]
pub fn chamber(Chamber(code): Chamber) -> Said {
    match code {
        0 => said!("None|chamber"),
        1 => said!("Classic|chamber"),
        2 => said!("3D XL|chamber"),
        3 => said!("3D|chamber"),
        other => said!("Type {code}", code = other),
    }
}

/// Where power comes from; `None` for "from nowhere", unknown codes raw (puffco-ble §15).
#[must_use]
pub fn charge_source(code: u8) -> Option<Said> {
    Some(match code {
        0 => said!("USB"),
        1 => said!("Wireless|charging"),
        2 => said!("Power dock"),
        3 => return None,
        other => said!("Source {code}", code = other),
    })
}

/// The product's name; `None` until the device told its model.
#[must_use]
pub fn model(state: &DeviceState) -> Option<String> {
    let code = state.model_code?;
    let product = Product::of(Some(code), state.serial.as_deref());
    Some(product.map_or_else(|| format!("Model {code}"), name_of))
}

/// The product's name for a model code as gateways carry it.
#[must_use]
pub fn model_of_code(code: &str) -> String {
    let product = code.trim().parse().ok().and_then(|code| Product::of(Some(code), None));
    product.map_or_else(|| format!("Model {code}"), name_of)
}

fn name_of(product: Product) -> String {
    match product.series {
        Series::PeakPro if product.name == "Peak Pro" => product.name.into(),
        Series::PeakPro => format!("Peak Pro {}", product.name),
        Series::Proxy => format!("Proxy {}", product.name),
    }
}

/// Firmware revision in letters (puffco-ble §5.1).
#[must_use]
pub fn firmware(revision: u32) -> String {
    Revision(revision).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairing_is_explained_in_the_words_of_each_system() {
        let advice = |system| problem_on(system, &Problem::PairingNeeded).advice;
        for system in [System::Linux, System::Windows, System::Mac] {
            assert!(advice(system).english().contains("until the light turns blue"), "{system:?}");
        }
        assert!(advice(System::Windows).english().contains("Bluetooth & devices"));
        assert!(advice(System::Mac).english().contains("when macOS asks"));
        let permission = problem_on(System::Mac, &Problem::PermissionDenied);
        assert!(permission.advice.english().contains("Privacy & Security"));
    }

    #[test]
    fn details_do_not_tell_an_address() {
        let details = |text: &str| problem(&Problem::Other(text.into())).details.unwrap();
        assert_eq!(details("no /org/bluez/hci0/dev_84_2E_14_A1_B2_C3/x"), "no /org/bluez/hci0/dev_…C3/x");
        assert_eq!(details("84:2e:14:a1:b2:c3"), "…c3");
        assert_eq!(details("Gerät é 84:2E:14"), "Gerät é 84:2E:14");
        assert_eq!(details(""), "");
    }

    #[test]
    fn unknown_codes_are_shown_raw() {
        assert_eq!(charge_source(7).unwrap(), "Source 7");
        assert_eq!(charge_source(3), None);
        assert_eq!(chamber(Chamber(5)), "Type 5");
    }
}
