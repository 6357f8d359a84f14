//! WebSocket close codes of this dialect, and the one table that says which of them end a client's attempts.

/// Why a socket was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: a normal end.
    Normal,
    /// 1001: the server shuts down.
    GoingAway,
    /// 1002: the frames are not WebSocket's. The real servers also close frames over 64 KiB with it.
    Protocol,
    /// 1007: a text that is not UTF-8 (ours; the real servers say 1002).
    NotText,
    /// 1009: a message over [`super::limits::MESSAGE_BYTES`] (ours).
    TooLarge,
    /// 1013: too many clients, or too many wrong secrets from this address; try again later (ours).
    TryAgainLater,
    /// 4000: an error inside the server. The real server says it also of what it cannot decode (CON-04, CON-R1).
    Unknown,
    /// 4002: the first payload cannot be decoded (CON-05).
    FatalDecode,
    /// 4003: a normal payload came before the identification (CON-06).
    NoAuth,
    /// 4004: no identification in time (CON-07).
    AuthFailed,
    /// 4005: somebody else has this name (CON-08).
    DuplicateAuth,
    /// 4006: the secret is wrong (CON-09).
    BadSecret,
    /// 4007: the version does not fit (CON-10).
    BadVersion,
    /// 4008: the name, the nickname or the tags are not allowed (CON-R5).
    BadAuth,
    /// 4009: nothing came for too long (CON-R7).
    HeartbeatFailed,
    /// 4010: this reader took too long to take its frames (ours).
    TooSlow,
    /// 4011: whoever hosts the server has ended it (ours).
    HostStopped,
    /// Another code.
    Other(u16),
}

impl CloseCode {
    /// All named codes.
    pub const NAMED: [Self; 17] = [
        Self::Normal,
        Self::GoingAway,
        Self::Protocol,
        Self::NotText,
        Self::TooLarge,
        Self::TryAgainLater,
        Self::Unknown,
        Self::FatalDecode,
        Self::NoAuth,
        Self::AuthFailed,
        Self::DuplicateAuth,
        Self::BadSecret,
        Self::BadVersion,
        Self::BadAuth,
        Self::HeartbeatFailed,
        Self::TooSlow,
        Self::HostStopped,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::Protocol => 1002,
            Self::NotText => 1007,
            Self::TooLarge => 1009,
            Self::TryAgainLater => 1013,
            Self::Unknown => 4000,
            Self::FatalDecode => 4002,
            Self::NoAuth => 4003,
            Self::AuthFailed => 4004,
            Self::DuplicateAuth => 4005,
            Self::BadSecret => 4006,
            Self::BadVersion => 4007,
            Self::BadAuth => 4008,
            Self::HeartbeatFailed => 4009,
            Self::TooSlow => 4010,
            Self::HostStopped => 4011,
            Self::Other(code) => code,
        }
    }

    /// The code that a socket was closed with.
    #[must_use]
    pub fn from_code(code: u16) -> Self {
        Self::NAMED.into_iter().find(|named| named.code() == code).unwrap_or(Self::Other(code))
    }

    /// The text that goes with the code, those of the real server where it has one; clients never decide by it.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "Shutting down",
            Self::Protocol => "Protocol error",
            Self::NotText => "Not UTF-8",
            Self::TooLarge => "Message too large",
            Self::TryAgainLater => "Try again later",
            Self::Unknown => "Unknown reason",
            Self::FatalDecode => "Fatal error decoding payload",
            Self::NoAuth => "No identification payload sent",
            Self::AuthFailed => "Authorization failed",
            Self::DuplicateAuth => "Duplicate name in namespace",
            Self::BadSecret => "Secret mismatch",
            Self::BadVersion => "Unsupported version",
            Self::BadAuth => "Name must be alphanumeric",
            Self::HeartbeatFailed => "Heartbeat failed",
            Self::TooSlow => "Reader too slow",
            Self::HostStopped => "Host stopped",
            Self::Normal | Self::Other(_) => "",
        }
    }

    /// Whether a client that did not close by itself connects again with the same identification. Unknown codes retry,
    /// listed fatal ones never do. A name that is taken (4005) may be free later: it can be the client's own from
    /// before, which the server has not missed yet.
    #[must_use]
    pub const fn retries(self) -> bool {
        !matches!(
            self,
            Self::Unknown
                | Self::FatalDecode
                | Self::NoAuth
                | Self::BadSecret
                | Self::BadVersion
                | Self::BadAuth
                | Self::HostStopped
        )
    }
}

#[cfg(test)]
mod tests {
    use super::CloseCode;

    /// CON-04, CON-05, CON-06, CON-07, CON-08, CON-09, CON-10, CON-R1, CON-R5, CON-R7
    #[test]
    fn con_04_to_con_10_the_table_row_by_row() {
        for (code, retries) in [
            (1000, true),
            (1001, true),
            (1002, true),
            (1006, true),
            (1007, true),
            (1009, true),
            (1013, true),
            (4000, false),
            (4002, false),
            (4003, false),
            (4004, true),
            (4005, true),
            (4006, false),
            (4007, false),
            (4008, false),
            (4009, true),
            (4010, true),
            (4011, false),
            (4999, true),
        ] {
            let close = CloseCode::from_code(code);
            assert_eq!(close.code(), code);
            assert_eq!(close.retries(), retries, "{code}");
        }
    }

    /// CON-R1
    #[test]
    fn con_r1_reasons_fit_into_a_close_frame() {
        assert!(CloseCode::NAMED.iter().all(|close| close.reason().len() <= 123));
    }
}
