//! Close codes.

/// Why a socket of this dialect is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: it is done.
    Normal,
    /// 1001: the server ends (ours).
    GoingAway,
    /// 1009: a message is too long (ours).
    TooBig,
    /// 4001: no message of this protocol, or one that is not for servers (EMG-04).
    Malformed,
    /// 4002: a heartbeat was not answered in time (EMG-12).
    TimedOut,
    /// 4003: the token is missing, wrong or over, or was never told: sign in again (EMG-06).
    BadToken,
    /// 4008: the reader is too slow (ours).
    TooSlow,
    /// 4009: the account has too many connections, and this is the oldest (ours).
    Crowded,
    /// Another one.
    Other(u16),
}

impl CloseCode {
    /// Those that have a name.
    pub const NAMED: [Self; 8] = [
        Self::Normal,
        Self::GoingAway,
        Self::TooBig,
        Self::Malformed,
        Self::TimedOut,
        Self::BadToken,
        Self::TooSlow,
        Self::Crowded,
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::TooBig => 1009,
            Self::Malformed => 4001,
            Self::TimedOut => 4002,
            Self::BadToken => 4003,
            Self::TooSlow => 4008,
            Self::Crowded => 4009,
            Self::Other(code) => code,
        }
    }

    /// The code of a number.
    #[must_use]
    pub const fn from_code(code: u16) -> Self {
        match code {
            1000 => Self::Normal,
            1001 => Self::GoingAway,
            1009 => Self::TooBig,
            4001 => Self::Malformed,
            4002 => Self::TimedOut,
            4003 => Self::BadToken,
            4008 => Self::TooSlow,
            4009 => Self::Crowded,
            code => Self::Other(code),
        }
    }

    /// A few words for the close frame: those of the real server where it has the code.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Normal | Self::Other(_) => "",
            Self::GoingAway => "going away",
            Self::TooBig => "message too big",
            Self::Malformed => "Invalid payload received.",
            Self::TimedOut => "Connection timed out.",
            Self::BadToken => "Identify failed, invalid token provided.",
            Self::TooSlow => "reading too slowly",
            Self::Crowded => "too many connections",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EMG-04, EMG-06, EMG-12
    #[test]
    fn codes_are_the_numbers_of_the_document() {
        for close in CloseCode::NAMED {
            assert_eq!(CloseCode::from_code(close.code()), close);
        }
        assert_eq!(CloseCode::from_code(4999).code(), 4999);
        let document = [CloseCode::Malformed, CloseCode::TimedOut, CloseCode::BadToken];
        assert_eq!(document.map(CloseCode::code), [4001, 4002, 4003]);
    }
}
