//! What a remote action asks for (REMOTE_ACTION; facts/puff-gateway.md §7).

/// An action that an account's owner starts from elsewhere. Whether it is obeyed is up to the receiver: a heater
/// needs its owner's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RemoteActionKind {
    /// 0: load everything anew.
    Refresh,
    /// 1: disconnect the device.
    Disconnect,
    /// 2: ask the group to get ready.
    Inquire,
    /// 3: begin to heat.
    BeginHeat,
    /// 4: stop heating.
    CancelHeat,
    /// 5: start with those who are ready.
    SkipStart,
    /// 6: get ready.
    Ready,
    /// 7: not ready any more.
    Unready,
}

impl RemoteActionKind {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Refresh,
        Self::Disconnect,
        Self::Inquire,
        Self::BeginHeat,
        Self::CancelHeat,
        Self::SkipStart,
        Self::Ready,
        Self::Unready,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u64 {
        self as u64
    }

    /// The action of this number, if there is one.
    #[must_use]
    pub fn from_code(code: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::RemoteActionKind;

    // PUFF-53
    #[test]
    fn the_numbers_are_those_of_the_sheet() {
        let codes: Vec<u64> = RemoteActionKind::ALL.into_iter().map(RemoteActionKind::code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(RemoteActionKind::from_code(3), Some(RemoteActionKind::BeginHeat));
        assert_eq!(RemoteActionKind::from_code(8), None);
    }
}
