//! Where the services of a device are on the bus: BlueZ names each object after its attribute handle.
//!
//! A real bluetoothd also shows the service 0x1801 of every device, and a descriptor 0x2902 below everything
//! that notifies; 0x1800 it keeps to itself.

use uuid::Uuid;

use crate::device::{Characteristic, Properties, Service};
use crate::ids::sig;

/// Generic attribute service, and its "service changed".
const GENERIC_ATTRIBUTE: Uuid = sig(0x1801);
const SERVICE_CHANGED: Uuid = sig(0x2a05);
/// Switches notifications on and off.
pub(super) const CLIENT_CONFIGURATION: Uuid = sig(0x2902);
/// The handles before it belong to 0x1800.
const FIRST_HANDLE: u16 = 6;

/// A characteristic on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CharacteristicNode {
    pub(super) path: String,
    pub(super) id: Uuid,
    pub(super) properties: Properties,
    /// It indicates in place of notifying.
    pub(super) indicates: bool,
    /// The descriptor that switches its notifications, when it has any.
    pub(super) descriptor: Option<String>,
}

/// A service on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServiceNode {
    pub(super) path: String,
    pub(super) id: Uuid,
    pub(super) characteristics: Vec<CharacteristicNode>,
}

/// Lays out the services of the device at this path.
pub(super) fn lay_out(device: &str, services: &[Service]) -> Vec<ServiceNode> {
    let changed = Characteristic {
        id: SERVICE_CHANGED,
        properties: Properties { notify: true, ..Properties::default() },
    };
    let generic = Service { id: GENERIC_ATTRIBUTE, characteristics: vec![changed] };
    let mut handle = FIRST_HANDLE;
    let mut take = |handles| {
        let first = handle;
        handle += handles;
        first
    };
    let mut nodes = Vec::new();
    for service in std::iter::once(&generic).chain(services) {
        let path = format!("{device}/service{:04x}", take(1));
        let characteristics = service.characteristics.iter().map(|&Characteristic { id, properties }| {
            // The declaration, and the value behind it.
            let node = format!("{path}/char{:04x}", take(2));
            let descriptor = properties.notify.then(|| format!("{node}/desc{:04x}", take(1)));
            CharacteristicNode { path: node, id, properties, indicates: id == SERVICE_CHANGED, descriptor }
        });
        let characteristics = characteristics.collect();
        nodes.push(ServiceNode { path, id: service.id, characteristics });
    }
    nodes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::SimConfig;
    use crate::device::SimDevice;
    use crate::ids;

    #[test]
    fn no_two_objects_share_a_path() {
        let now = hearth_clock::Clock::new().now().instant;
        for firmware in [19, 39] {
            let device = SimDevice::new(SimConfig::default().with_firmware(firmware), now);
            let nodes = lay_out("/d", device.services());
            let mut paths = BTreeSet::new();
            let mut count = 0;
            for service in &nodes {
                count += 1 + service.characteristics.len();
                paths.insert(service.path.clone());
                paths.extend(service.characteristics.iter().map(|node| node.path.clone()));
            }
            assert_eq!(paths.len(), count);
        }
    }

    #[test]
    fn what_notifies_has_a_descriptor() {
        let now = hearth_clock::Clock::new().now().instant;
        let nodes = lay_out("/d", SimDevice::new(SimConfig::default(), now).services());
        assert_eq!((nodes[0].id, nodes[0].path.as_str()), (GENERIC_ATTRIBUTE, "/d/service0006"));
        assert_eq!(
            nodes[0].characteristics[0].descriptor.as_deref(),
            Some("/d/service0006/char0007/desc0009")
        );
        let reply = nodes[1].characteristics.iter().find(|node| node.id == ids::REPLY).unwrap();
        assert!(reply.descriptor.is_some());
        let command = nodes[1].characteristics.iter().find(|node| node.id == ids::COMMAND).unwrap();
        assert_eq!(command.descriptor, None);
    }
}
