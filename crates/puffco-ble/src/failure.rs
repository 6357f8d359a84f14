//! What errors of btleplug mean to the person in front of the computer.

use btleplug::Error;
use puffco::link::LinkError;

/// Words for a link that needs a bond: what to do on this system.
pub(crate) const PAIRING_HINT: &str = if cfg!(target_os = "macos") {
    "hold its button until the light turns blue, then connect and allow the pairing that macOS asks about; if it was paired before, remove it in the Bluetooth settings first"
} else if cfg!(target_os = "windows") {
    "hold its button until the light turns blue, then add it in Windows Settings under Bluetooth & devices; if it is listed there already, remove it first"
} else {
    "hold its button until the light turns blue; if it was paired before, remove it in the Bluetooth settings"
};

/// Classifies an error of btleplug.
pub(crate) fn classify(error: Error) -> LinkError {
    match error {
        Error::PermissionDenied => LinkError::PermissionDenied,
        Error::DeviceNotFound => LinkError::NotFound,
        Error::NotConnected => LinkError::Disconnected,
        Error::NoAdapterAvailable => LinkError::NoAdapter,
        Error::TimedOut(_) => LinkError::TimedOut,
        // The Linux back end wraps D-Bus errors; their name is in the debug text only.
        Error::Other(inner) => by_name(&format!("{inner:?}"), &inner.to_string()),
        other => LinkError::Other(other.to_string()),
    }
}

/// Classifies by an error name that is somewhere in `text`; `words` are for people.
pub(crate) fn by_name(text: &str, words: &str) -> LinkError {
    const NAMES: &[(&str, LinkError)] = &[
        ("org.bluez.Error.NotReady", LinkError::AdapterOff),
        ("org.bluez.Error.NotConnected", LinkError::Disconnected),
        ("org.bluez.Error.DoesNotExist", LinkError::NotFound),
        ("org.freedesktop.DBus.Error.UnknownObject", LinkError::NotFound),
        ("org.freedesktop.DBus.Error.UnknownMethod", LinkError::NotFound),
        ("org.freedesktop.DBus.Error.AccessDenied", LinkError::PermissionDenied),
        ("org.freedesktop.DBus.Error.ServiceUnknown", LinkError::NoAdapter),
        ("org.freedesktop.DBus.Error.NameHasNoOwner", LinkError::NoAdapter),
        ("org.freedesktop.DBus.Error.NoReply", LinkError::TimedOut),
        ("org.freedesktop.DBus.Error.Timeout", LinkError::TimedOut),
    ];
    const NEEDS_BOND: &[&str] = &[
        "org.bluez.Error.NotPermitted",
        "org.bluez.Error.NotAuthorized",
        "org.bluez.Error.Authentication",
        // Windows and macOS, in words.
        "nsufficient authentication",
        "nsufficient encryption",
        "uthentication is insufficient",
        "ncryption is insufficient",
    ];
    if NEEDS_BOND.iter().any(|name| text.contains(name)) {
        return LinkError::NotPaired(PAIRING_HINT.to_owned());
    }
    // A call on a link that is gone fails with these words and no name of its own.
    if text.contains("org.bluez.Error.Failed") && words.contains("Not connected") {
        return LinkError::Disconnected;
    }
    NAMES
        .iter()
        .find(|(name, _)| text.contains(name))
        .map_or_else(|| LinkError::Other(words.to_owned()), |(_, error)| error.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_read_without_a_bond_asks_for_pairing() {
        let error = by_name("D-Bus error: Not paired (org.bluez.Error.NotPermitted)", "Not paired");
        assert_eq!(error, LinkError::NotPaired(PAIRING_HINT.to_owned()));
    }

    #[test]
    fn a_switched_off_adapter_is_told_from_a_missing_one() {
        assert_eq!(by_name("(org.bluez.Error.NotReady)", "Resource Not Ready"), LinkError::AdapterOff);
        assert_eq!(by_name("(org.freedesktop.DBus.Error.ServiceUnknown)", "…"), LinkError::NoAdapter);
    }

    #[test]
    fn unknown_errors_keep_their_words() {
        let error = by_name("(org.bluez.Error.Failed)", "le-connection-abort-by-local");
        assert_eq!(error, LinkError::Other("le-connection-abort-by-local".to_owned()));
        assert_eq!(by_name("(org.bluez.Error.Failed)", "Not connected"), LinkError::Disconnected);
    }
}
