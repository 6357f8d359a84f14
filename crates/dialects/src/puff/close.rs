//! WebSocket close codes of this dialect, and the one table that says which of them end a client's attempts.

/// Why a socket was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: a normal end. The Elixir gateway also closes idle sockets with it.
    Normal,
    /// 1001: the gateway shuts down.
    GoingAway,
    /// 1013: too many connections from this address; try again later.
    TryAgainLater,
    /// 4001: the session to resume is unknown (the Elixir gateway).
    InvalidResume,
    /// 4002: no heartbeat in time.
    HeartbeatMissed,
    /// 4003: the account is suspended. Trying again makes no sense.
    UserSuspended,
    /// 4006: the client closes by itself, after leaving.
    ClientLeaves,
    /// 4007: the session was resumed from another socket.
    Superseded,
    /// 4008: this reader took too long to take its frames.
    TooSlow,
    /// 4009: whoever hosts this gateway has ended it (ours). Trying again makes no sense before it is there again.
    HostStopped,
    /// Another code.
    Other(u16),
}

impl CloseCode {
    /// All named codes.
    pub const NAMED: [Self; 10] = [
        Self::Normal,
        Self::GoingAway,
        Self::TryAgainLater,
        Self::InvalidResume,
        Self::HeartbeatMissed,
        Self::UserSuspended,
        Self::ClientLeaves,
        Self::Superseded,
        Self::TooSlow,
        Self::HostStopped,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::TryAgainLater => 1013,
            Self::InvalidResume => 4001,
            Self::HeartbeatMissed => 4002,
            Self::UserSuspended => 4003,
            Self::ClientLeaves => 4006,
            Self::Superseded => 4007,
            Self::TooSlow => 4008,
            Self::HostStopped => 4009,
            Self::Other(code) => code,
        }
    }

    /// The code that a socket was closed with.
    #[must_use]
    pub fn from_code(code: u16) -> Self {
        Self::NAMED.into_iter().find(|named| named.code() == code).unwrap_or(Self::Other(code))
    }

    /// The text that goes with the code; clients never decide by it.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "SHUTTING_DOWN",
            Self::TryAgainLater => "TOO_MANY_CONNECTIONS",
            Self::InvalidResume => "INVALID_RESUME_SESSION",
            Self::HeartbeatMissed => "HEARTBEAT_NOT_RECEIVED",
            Self::UserSuspended => "USER_SUSPENDED",
            Self::Superseded => "SESSION_RESUMED_ELSEWHERE",
            Self::TooSlow => "READER_TOO_SLOW",
            Self::HostStopped => "HOST_STOPPED",
            Self::Normal | Self::ClientLeaves | Self::Other(_) => "",
        }
    }

    /// Whether a client that did not close by itself connects again. Unknown codes retry, listed fatal ones
    /// never do.
    #[must_use]
    pub const fn retries(self) -> bool {
        !matches!(self, Self::UserSuspended | Self::HostStopped)
    }

    /// Whether the session that was closed may be resumed; if not, a client connects with a fresh one. A
    /// superseded socket does not resume: another socket has the session now, and taking it back would make
    /// the two take turns for ever.
    #[must_use]
    pub const fn resumes(self) -> bool {
        self.retries() && !matches!(self, Self::InvalidResume | Self::Superseded)
    }
}

#[cfg(test)]
mod tests {
    use super::CloseCode;

    // PUFF-13
    #[test]
    fn the_table_row_by_row() {
        for (code, retries, resumes) in [
            (1000, true, true),
            (1001, true, true),
            (1006, true, true),
            (1009, true, true),
            (1013, true, true),
            (4001, true, false),
            (4002, true, true),
            (4003, false, false),
            (4006, true, true),
            (4007, true, false),
            (4008, true, true),
            (4009, false, false),
            (4999, true, true),
        ] {
            let close = CloseCode::from_code(code);
            assert_eq!(close.code(), code);
            assert_eq!(close.retries(), retries, "{code}");
            assert_eq!(close.resumes(), resumes, "{code}");
        }
    }
}
