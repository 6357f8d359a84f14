//! Words for people: problems of a link, chambers, models. Sentence case, short, no jargon; the technical
//! cause goes into the details.

use puffco::device::Problem;
use puffco::firmware::Revision;
use puffco::model::{Product, Series};
use puffco::state::{Chamber, DeviceState};

use crate::contract::ProblemView;

/// A problem of a link, in words.
#[must_use]
pub fn problem(problem: &Problem) -> ProblemView {
    let (code, title, advice) = match problem {
        Problem::LinkLost => (
            "link_lost",
            "The link to the device broke",
            "Keep it near this computer. Hearth connects again by itself.",
        ),
        Problem::TimedOut => (
            "timed_out",
            "The device did not answer in time",
            "Keep it near and make sure that no phone is connected to it, then try again.",
        ),
        Problem::NotHeard => (
            "not_heard",
            "The device is not on the air",
            "Press its button to wake it, and close the Puffco app on your phone: only one can be connected.",
        ),
        Problem::PairingNeeded => (
            "pairing_needed",
            "The device wants to be paired",
            "Hold its button until the light turns blue, then try again. If it was paired before, remove it \
             from this computer's Bluetooth settings first.",
        ),
        Problem::BondStale => (
            "bond_stale",
            "The device has forgotten this computer",
            "Remove it from this computer's Bluetooth settings, hold its button until the light turns blue, \
             then try again.",
        ),
        Problem::NotAPuffco => {
            ("not_a_puffco", "This is not a device that Hearth knows", "Pick another one from the list.")
        }
        Problem::UnlockRefused => {
            ("unlock_refused", "The device did not let Hearth in", "Switch it off and on, then try again.")
        }
        Problem::AdapterOff => ("adapter_off", "Bluetooth is off", "Switch Bluetooth on, then try again."),
        Problem::NoAdapter => {
            ("no_adapter", "This computer has no Bluetooth", "Plug a Bluetooth adapter in, then try again.")
        }
        Problem::PermissionDenied => (
            "permission_denied",
            "Hearth may not use Bluetooth",
            "Allow it in the system's privacy settings, then start Hearth again.",
        ),
        Problem::Other(_) => (
            "other",
            "Connecting did not work",
            "Try again. If it keeps failing, switch the device off and on.",
        ),
    };
    let details = match problem {
        Problem::Other(details) => Some(details.clone()),
        _ => None,
    };
    ProblemView { code: code.into(), title: title.into(), advice: advice.into(), details }
}

/// A chamber's name; unknown codes are shown raw (puffco-ble §15).
#[must_use]
pub fn chamber(Chamber(code): Chamber) -> String {
    match code {
        0 => "None".into(),
        1 => "Classic".into(),
        2 => "3D XL".into(),
        3 => "3D".into(),
        other => format!("Type {other}"),
    }
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
