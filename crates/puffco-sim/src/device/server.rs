//! The GATT server of a simulated device: which services and characteristics it has, with what properties
//! (facts/puffco-ble.md §4). What is behind them is elsewhere.

use uuid::Uuid;

use super::legacy;
use crate::config::{Generation, SimConfig, UpdateService};
use crate::ids;

/// What can be done with a characteristic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// Read.
    pub read: bool,
    /// Written, acknowledged.
    pub write: bool,
    /// Written without response.
    pub write_without_response: bool,
    /// Notified.
    pub notify: bool,
}

/// A characteristic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Characteristic {
    /// Its id.
    pub id: Uuid,
    /// What can be done with it.
    pub properties: Properties,
}

/// A service with its characteristics, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its id.
    pub id: Uuid,
    /// What is in it.
    pub characteristics: Vec<Characteristic>,
}

const READ: Properties =
    Properties { read: true, write: false, write_without_response: false, notify: false };
const WRITE: Properties = Properties { read: false, write: true, ..READ };
const COMMAND: Properties = Properties { read: false, write_without_response: true, ..READ };
const NOTIFY: Properties = Properties { read: false, notify: true, ..READ };

/// The services of a device.
pub(super) fn services(config: &SimConfig) -> Vec<Service> {
    let mut services = vec![match config.generation() {
        Generation::Lorax => service(
            ids::LORAX,
            &[(ids::VERSION, READ), (ids::COMMAND, COMMAND), (ids::REPLY, NOTIFY), (ids::EVENT, NOTIFY)],
        ),
        Generation::Legacy => service(ids::LEGACY, &legacy::characteristics(config.firmware)),
    }];
    match config.update_service {
        UpdateService::None => {}
        UpdateService::Ota => services.push(service(
            ids::OTA,
            &[
                (ids::OTA_CONTROL, WRITE),
                (ids::OTA_DATA, COMMAND),
                (ids::OTA_APP_VERSION, READ),
                (ids::OTA_LOADER_VERSION, READ),
            ],
        )),
        UpdateService::Pup => services.push(service(
            ids::PUP,
            &[
                (ids::PUP_TRIGGER, WRITE),
                (ids::PUP_APP_VERSION, READ),
                (ids::PUP_APP_HASH, READ),
                (ids::PUP_DEVICE_INFO, READ),
                (ids::PUP_SERIAL, READ),
                (ids::PUP_GENERAL_COMMAND, WRITE),
                (ids::PUP_COMMAND_RESPONSE, NOTIFY),
                (ids::PUP_BOOTLOADER_VERSION, READ),
                (ids::PUP_BOOTLOADER_HASH, READ),
            ],
        )),
    }
    let information = [
        ids::MODEL_NUMBER,
        ids::SERIAL_NUMBER,
        ids::HARDWARE_REVISION,
        ids::SOFTWARE_REVISION,
        ids::MANUFACTURER,
    ];
    services.push(service(ids::DEVICE_INFORMATION, &information.map(|id| (id, READ))));
    services
}

fn service(id: Uuid, characteristics: &[(Uuid, Properties)]) -> Service {
    let each =
        characteristics.iter().map(|(id, properties)| Characteristic { id: *id, properties: *properties });
    Service { id, characteristics: each.collect() }
}

/// Whether reading it needs an encrypted link, which makes the host bond.
pub(super) fn is_encrypted(id: Uuid) -> bool {
    matches!(id, ids::VERSION | ids::PUP_APP_VERSION | ids::OTA_APP_VERSION)
}

/// Whether it belongs to an update service.
pub(super) fn is_for_updates(id: Uuid) -> bool {
    matches!(id, ids::PUP_TRIGGER | ids::PUP_GENERAL_COMMAND | ids::OTA_CONTROL | ids::OTA_DATA)
}

/// What the simple characteristics hold; `None` for those of the two protocols.
pub(super) fn fixed_value(config: &SimConfig, id: Uuid) -> Option<Vec<u8>> {
    let text = |text: &str| Some(text.as_bytes().to_vec());
    let firmware = config.firmware as u8;
    match id {
        ids::VERSION => Some(config.lorax_version.to_le_bytes().to_vec()),
        ids::PUP_APP_VERSION | ids::OTA_APP_VERSION => Some(vec![firmware, 0, 0, 0]),
        ids::PUP_APP_HASH | ids::PUP_BOOTLOADER_HASH => Some(vec![0x5a; 32]),
        ids::PUP_DEVICE_INFO => Some(vec![0; 8]),
        ids::PUP_SERIAL | ids::SERIAL_NUMBER => text(&config.serial),
        ids::PUP_BOOTLOADER_VERSION => Some(vec![4, 0, 0, 0]),
        ids::OTA_LOADER_VERSION => Some(vec![1, 0]),
        ids::MODEL_NUMBER => text(&config.model_code.to_string()),
        ids::HARDWARE_REVISION => text(&config.hardware.to_string()),
        ids::SOFTWARE_REVISION => text(&crate::revision::letters(config.firmware)),
        ids::MANUFACTURER => text("Puffco"),
        _ => None,
    }
}
