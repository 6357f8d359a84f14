//! From what the radio reports to what was heard of a device.

use btleplug::api::{CentralEvent, PeripheralProperties};
use btleplug::platform::PeripheralId;
use puffco::link::Advertisement;

/// Without a name, BlueZ makes one up from the address.
const ALIAS_IS_MADE_UP: bool = cfg!(target_os = "linux");

/// The device that an event is about, when the event means that it may have been heard.
pub(crate) fn heard(event: &CentralEvent) -> Option<&PeripheralId> {
    match event {
        CentralEvent::DeviceDiscovered(id)
        | CentralEvent::DeviceUpdated(id)
        | CentralEvent::ManufacturerDataAdvertisement { id, .. }
        | CentralEvent::ServiceDataAdvertisement { id, .. }
        | CentralEvent::ServicesAdvertisement { id, .. }
        | CentralEvent::RssiUpdate { id, .. } => Some(id),
        CentralEvent::DeviceConnected(_)
        | CentralEvent::DeviceDisconnected(_)
        | CentralEvent::DeviceServicesModified(_)
        | CentralEvent::StateUpdate(_) => None,
    }
}

/// What its properties say; `None` when it is only remembered: a signal strength is there exactly while a
/// device is being heard.
pub(crate) fn advertisement(properties: PeripheralProperties, bonded: bool) -> Option<Advertisement> {
    let rssi = properties.rssi?;
    let address = properties.address.into_inner();
    Some(Advertisement {
        name: properties.advertisement_name.or(properties.local_name.filter(|_| !ALIAS_IS_MADE_UP)),
        address: (address != [0; 6]).then_some(address),
        rssi: Some(rssi),
        services: properties.services,
        manufacturer_data: properties.manufacturer_data.into_iter().collect(),
        bonded,
    })
}

#[cfg(test)]
mod tests {
    use btleplug::api::BDAddr;

    use super::*;

    fn properties() -> PeripheralProperties {
        PeripheralProperties {
            address: BDAddr::from([0x84, 0x2e, 0x14, 1, 2, 3]),
            local_name: Some("84-2E-14-01-02-03".to_owned()),
            advertisement_name: Some("Ember".to_owned()),
            rssi: Some(-60),
            ..PeripheralProperties::default()
        }
    }

    #[test]
    fn the_name_is_the_one_that_was_sent() {
        let heard = advertisement(properties(), true).unwrap();
        assert_eq!(heard.name.as_deref(), Some("Ember"));
        assert_eq!(heard.address, Some([0x84, 0x2e, 0x14, 1, 2, 3]));
        assert!(heard.bonded);
    }

    #[test]
    fn a_device_that_is_only_remembered_was_not_heard() {
        assert_eq!(advertisement(PeripheralProperties { rssi: None, ..properties() }, true), None);
    }

    #[test]
    fn an_address_that_the_system_hides_is_none() {
        let hidden = PeripheralProperties { address: BDAddr::default(), ..properties() };
        assert_eq!(advertisement(hidden, false).unwrap().address, None);
    }
}
