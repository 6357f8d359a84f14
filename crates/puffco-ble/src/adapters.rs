//! What is known of this computer's adapters at a moment. Who looks is the system's own file.

use btleplug::platform::Adapter;
use puffco::link::{AdapterState, LinkError};

/// The adapter in use.
#[derive(Clone, Debug)]
pub(crate) struct Present {
    /// For btleplug.
    pub(crate) adapter: Adapter,
    /// For people ("hci0").
    pub(crate) name: String,
    /// Switched on.
    pub(crate) powered: bool,
    /// Not a real one.
    pub(crate) simulated: bool,
}

/// All there is to say about adapters.
#[derive(Clone, Debug)]
pub(crate) enum Adapters {
    /// There is none.
    Missing,
    /// The operating system refuses them to this program.
    NotAllowed,
    /// This one is used.
    Present(Present),
}

impl Adapters {
    /// As it is told to the owner of the radio.
    pub(crate) fn state(&self) -> AdapterState {
        match self {
            Self::Missing => AdapterState::Missing,
            Self::NotAllowed => AdapterState::NotAllowed,
            Self::Present(present) if present.powered => AdapterState::On(present.name.clone()),
            Self::Present(_) => AdapterState::Off,
        }
    }

    /// The adapter, when it can be used now.
    pub(crate) fn usable(&self) -> Result<Present, LinkError> {
        match self {
            Self::Missing => Err(LinkError::NoAdapter),
            Self::NotAllowed => Err(LinkError::PermissionDenied),
            Self::Present(present) if present.powered => Ok(present.clone()),
            Self::Present(_) => Err(LinkError::AdapterOff),
        }
    }

    /// What an error of looking says about adapters; `None` when it says nothing.
    pub(crate) fn from_error(error: &LinkError) -> Option<Self> {
        match error {
            LinkError::PermissionDenied => Some(Self::NotAllowed),
            LinkError::NoAdapter => Some(Self::Missing),
            _ => None,
        }
    }
}
