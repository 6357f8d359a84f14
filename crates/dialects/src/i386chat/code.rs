//! Error codes, and how a socket ends.

/// Why something failed: `c` of an error, `code` of a refusal over REST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// 0: the token is missing, wrong or over. Ends the connection.
    InvalidToken,
    /// 1: there is no such user.
    NoSuchUser,
    /// 3: there is no such room, or one may not be there, or one is in none.
    NoSuchRoom,
    /// 4: there is no such bot. Not sent by our server.
    NoSuchBot,
    /// 5: the user is banned. Ends the connection.
    Banned,
    /// 99: it could not be kept, or there is too much to do.
    Storage,
    /// 4000: the payload is longer than 4096 bytes. Ends the connection.
    TooLong,
    /// 4001: no heartbeat, not presented in time, or read too slowly. Ends the connection.
    Timeout,
    /// 4002: too much, too fast. Ends the connection when it is gross.
    RateLimited,
    /// 4003: the gateway is shutting down. Ends the connection.
    ShuttingDown,
    /// 4004: not a payload of this protocol, or not one that may be sent.
    Malformed,
    /// 4005: not presented yet.
    NotPresented,
    /// 4009: the account has too many connections, and this was the oldest of them. Ends the connection. Our servers only.
    Crowded,
    /// Another one.
    Other(u64),
}

impl ErrorCode {
    /// Those that have a meaning.
    pub const ALL: [Self; 13] = [
        Self::InvalidToken,
        Self::NoSuchUser,
        Self::NoSuchRoom,
        Self::NoSuchBot,
        Self::Banned,
        Self::Storage,
        Self::TooLong,
        Self::Timeout,
        Self::RateLimited,
        Self::ShuttingDown,
        Self::Malformed,
        Self::NotPresented,
        Self::Crowded,
    ];

    /// The close code of a fatal error whose own number is none (I386-R4).
    pub const POLICY: u16 = 1008;

    /// The number.
    #[must_use]
    pub const fn code(self) -> u64 {
        match self {
            Self::InvalidToken => 0,
            Self::NoSuchUser => 1,
            Self::NoSuchRoom => 3,
            Self::NoSuchBot => 4,
            Self::Banned => 5,
            Self::Storage => 99,
            Self::TooLong => 4000,
            Self::Timeout => 4001,
            Self::RateLimited => 4002,
            Self::ShuttingDown => 4003,
            Self::Malformed => 4004,
            Self::NotPresented => 4005,
            Self::Crowded => 4009,
            Self::Other(code) => code,
        }
    }

    /// The code of a number.
    #[must_use]
    pub fn from_code(code: u64) -> Self {
        Self::ALL.into_iter().find(|known| known.code() == code).unwrap_or(Self::Other(code))
    }

    /// The code of the close frame that follows when the error is fatal: its own number where that is one of
    /// applications (RFC 6455 §7.4.2), else 1008 (I386-R4).
    #[must_use]
    pub const fn close_code(self) -> u16 {
        match self.code() {
            #[expect(clippy::cast_possible_truncation, reason = "it is in the range")]
            code @ 4000..=4999 => code as u16,
            _ => Self::POLICY,
        }
    }

    /// What a close code says; `None`: nothing of this protocol. 1008 does not tell which error it was: the frame
    /// before it does.
    #[must_use]
    pub fn from_close(code: u16) -> Option<Self> {
        match code {
            4000..=4999 => Some(Self::from_code(code.into())),
            _ => None,
        }
    }

    /// A few words.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::InvalidToken => "invalid token",
            Self::NoSuchUser => "no such user",
            Self::NoSuchRoom => "no such room",
            Self::NoSuchBot => "no such bot",
            Self::Banned => "user is banned",
            Self::Storage => "storage failed",
            Self::TooLong => "payload over 4096 bytes",
            Self::Timeout => "timeout",
            Self::RateLimited => "rate limited",
            Self::ShuttingDown => "gateway shutting down",
            Self::Malformed => "invalid or malformed event",
            Self::NotPresented => "not identified",
            Self::Crowded => "too many connections",
            Self::Other(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I386-22 (I386-R4)
    #[test]
    fn every_code_is_its_number_and_closes_with_it_or_with_1008() {
        let closes = ErrorCode::ALL.map(|code| (code.code(), code.close_code()));
        let expected = [
            (0, 1008),
            (1, 1008),
            (3, 1008),
            (4, 1008),
            (5, 1008),
            (99, 1008),
            (4000, 4000),
            (4001, 4001),
            (4002, 4002),
            (4003, 4003),
            (4004, 4004),
            (4005, 4005),
            (4009, 4009),
        ];
        assert_eq!(closes, expected);
        for code in [0, 1, 2, 3, 4, 5, 99, 4000, 4003, 4005, 4711, 544_541, u64::MAX] {
            assert_eq!(ErrorCode::from_code(code).code(), code);
        }
        assert_eq!(ErrorCode::Other(544_541).close_code(), 1008);
        assert_eq!(ErrorCode::from_close(4001), Some(ErrorCode::Timeout));
        assert_eq!((ErrorCode::from_close(1008), ErrorCode::from_close(1006)), (None, None));
    }
}
