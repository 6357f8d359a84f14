//! What can stand in the way of announcing and finding.

/// Why nothing is announced or found at the moment. It is tried again without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// This computer is in no network: connect it to one.
    #[error("this computer is in no network")]
    NoNetwork,
    /// Another program has the port of mDNS for itself: end it, or give the address to friends by hand.
    #[error("another program keeps the port of mDNS for itself")]
    PortBusy,
    /// The system does not let this program speak in the network: allow it in the system's settings.
    #[error("the system does not let this program look around in the network")]
    NotPermitted,
    /// Somebody floods the network with announcements; listening goes on after a pause.
    #[error("too much is announced in this network")]
    Flooded,
    /// It broke, and is started again.
    #[error("looking around in the network broke")]
    Broken,
}

impl Trouble {
    /// A stable name for faces and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoNetwork => "no_network",
            Self::PortBusy => "port_busy",
            Self::NotPermitted => "not_permitted",
            Self::Flooded => "flooded",
            Self::Broken => "broken",
        }
    }

    pub(crate) fn of_binding(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::AddrInUse => Self::PortBusy,
            ErrorKind::PermissionDenied => Self::NotPermitted,
            _ => Self::Broken,
        }
    }
}
