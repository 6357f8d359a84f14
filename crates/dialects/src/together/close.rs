//! Close codes.

/// Why a socket of this dialect is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: it is done (TOG-31).
    Normal,
    /// 1001: the server ends, or heard nothing for too long (TOG-31, TOG-R17).
    GoingAway,
    /// 1009: a message is too long.
    TooBig,
    /// 4001: the token is missing, wrong or over: sign in again (TOG-09).
    BadToken,
    /// 4002: no JSON, or an unknown opcode (TOG-30).
    Malformed,
    /// 4008: the reader is too slow (ours).
    TooSlow,
    /// 4009: the account has too many connections, and this is the oldest (ours).
    Crowded,
    /// Another one.
    Other(u16),
}

impl CloseCode {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::TooBig => 1009,
            Self::BadToken => 4001,
            Self::Malformed => 4002,
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
            4001 => Self::BadToken,
            4002 => Self::Malformed,
            4008 => Self::TooSlow,
            4009 => Self::Crowded,
            code => Self::Other(code),
        }
    }

    /// A few words for the close frame.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Normal | Self::Other(_) => "",
            Self::GoingAway => "going away",
            Self::TooBig => "message too big",
            Self::BadToken => "authentication failed",
            Self::Malformed => "invalid message",
            Self::TooSlow => "reading too slowly",
            Self::Crowded => "too many connections",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TOG-09, TOG-30, TOG-31
    #[test]
    fn codes_are_the_numbers_of_the_table() {
        for code in [1000, 1001, 1009, 4001, 4002, 4008, 4009, 4999] {
            assert_eq!(CloseCode::from_code(code).code(), code);
        }
        assert_eq!((CloseCode::BadToken.code(), CloseCode::Malformed.code()), (4001, 4002));
        assert_eq!((CloseCode::Normal.code(), CloseCode::GoingAway.code()), (1000, 1001));
    }
}
