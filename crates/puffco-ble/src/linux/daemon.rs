//! What is said to bluetoothd over D-Bus beside btleplug, as interfaces.

use std::collections::HashMap;

use zbus::zvariant::{ObjectPath, Value};

/// An adapter.
#[zbus::proxy(interface = "org.bluez.Adapter1", default_service = "org.bluez", gen_blocking = false)]
pub(crate) trait Adapter1 {
    /// What this program wants to hear in its discovery.
    fn set_discovery_filter(&self, filter: HashMap<&str, Value<'_>>) -> zbus::Result<()>;
    /// Starts this program's discovery.
    fn start_discovery(&self) -> zbus::Result<()>;
    /// Ends it.
    fn stop_discovery(&self) -> zbus::Result<()>;
}

/// A device that was heard or is bonded.
#[zbus::proxy(interface = "org.bluez.Device1", default_service = "org.bluez", gen_blocking = false)]
pub(crate) trait Device1 {
    /// Connects; may return before services are resolved.
    fn connect(&self) -> zbus::Result<()>;
    /// Disconnects, or gives up connecting.
    fn disconnect(&self) -> zbus::Result<()>;
    /// Bonds.
    fn pair(&self) -> zbus::Result<()>;
    /// A bond is stored.
    #[zbus(property)]
    fn paired(&self) -> zbus::Result<bool>;
    /// The link is up.
    #[zbus(property)]
    fn connected(&self) -> zbus::Result<bool>;
    /// Services are known.
    #[zbus(property)]
    fn services_resolved(&self) -> zbus::Result<bool>;
    /// The device may connect to services without asking.
    #[zbus(property)]
    fn set_trusted(&self, trusted: bool) -> zbus::Result<()>;
}

/// A characteristic.
#[zbus::proxy(
    interface = "org.bluez.GattCharacteristic1",
    default_service = "org.bluez",
    gen_blocking = false
)]
pub(crate) trait GattCharacteristic1 {
    /// Reads it.
    fn read_value(&self, options: HashMap<&str, Value<'_>>) -> zbus::Result<Vec<u8>>;
}

/// Where pairing agents are registered.
#[zbus::proxy(
    interface = "org.bluez.AgentManager1",
    default_service = "org.bluez",
    default_path = "/org/bluez",
    gen_blocking = false
)]
pub(crate) trait AgentManager1 {
    /// Registers the agent at `agent` of this connection.
    fn register_agent(&self, agent: &ObjectPath<'_>, capability: &str) -> zbus::Result<()>;
    /// Makes it the one that is asked when no program asked for the pairing.
    fn request_default_agent(&self, agent: &ObjectPath<'_>) -> zbus::Result<()>;
    /// Takes it back; the default before it is the default again.
    fn unregister_agent(&self, agent: &ObjectPath<'_>) -> zbus::Result<()>;
}

/// Whether it is the error of this name.
pub(crate) fn is(error: &zbus::Error, name: &str) -> bool {
    matches!(error, zbus::Error::MethodError(its, _, _) if its.as_str() == name)
}

/// Classifies an error of a call to bluetoothd.
pub(crate) fn classify(error: &zbus::Error) -> puffco::link::LinkError {
    match error {
        zbus::Error::MethodError(name, words, _) => {
            crate::failure::by_name(name.as_str(), words.as_deref().unwrap_or(name.as_str()))
        }
        zbus::Error::FDO(error) => crate::failure::by_name(&fdo_name(error), &error.to_string()),
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            puffco::link::LinkError::TimedOut
        }
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            puffco::link::LinkError::PermissionDenied
        }
        // The bus itself is not there.
        zbus::Error::InputOutput(_) | zbus::Error::Address(_) => puffco::link::LinkError::NoAdapter,
        other => puffco::link::LinkError::Other(other.to_string()),
    }
}

fn fdo_name(error: &zbus::fdo::Error) -> String {
    use zbus::DBusError as _;
    error.name().to_string()
}
