//! Errors by the names that BlueZ gives them.

use puffco::link::LinkError;

/// What a call of a client is answered with when it fails.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.bluez.Error")]
pub(super) enum Refusal {
    /// Anything the bus says.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// The adapter is off.
    NotReady(String),
    /// In its words.
    Failed(String),
    /// The same client does it already.
    InProgress(String),
    /// There is one already.
    AlreadyExists(String),
    /// The link is up.
    AlreadyConnected(String),
    /// There is none.
    DoesNotExist(String),
    /// A bond is needed.
    NotPermitted(String),
    /// Not with this characteristic.
    NotSupported(String),
    /// The bond was refused.
    AuthenticationFailed(String),
    /// An agent refused the bond.
    AuthenticationRejected(String),
}

impl Refusal {
    pub(super) fn not_ready() -> Self {
        Self::NotReady("Resource Not Ready".to_owned())
    }

    pub(super) fn not_connected() -> Self {
        Self::Failed("Not connected".to_owned())
    }
}

impl From<LinkError> for Refusal {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Disconnected => Self::not_connected(),
            LinkError::NotPaired(_) => Self::NotPermitted("Not paired".to_owned()),
            LinkError::NoCharacteristic(_) => Self::NotSupported("Operation is not supported".to_owned()),
            other => Self::Failed(other.to_string()),
        }
    }
}
