//! The protocols that the gateway speaks. What each looks like is in `hearth-dialects`.

/// A protocol that the gateway speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// puff.social's.
    Puff,
    /// ert-concierge's.
    Concierge,
    /// Together's.
    Together,
    /// E-Magine's.
    Emagine,
    /// i386chat's.
    I386chat,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Puff, Self::Concierge, Self::Together, Self::Emagine, Self::I386chat];

    /// Its name in options and in the line that tells where the gateway listens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Puff => "puff",
            Self::Concierge => "concierge",
            Self::Together => "together",
            Self::Emagine => "emagine",
            Self::I386chat => "i386chat",
        }
    }

    /// Whether it is for people with accounts of the gateway's own.
    #[must_use]
    pub const fn needs_accounts(self) -> bool {
        match self {
            Self::Puff | Self::Concierge => false,
            Self::Together | Self::Emagine | Self::I386chat => true,
        }
    }

    /// Where its sockets are on a listener for every dialect.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Puff => "socket",
            Self::Concierge | Self::Together => "ws",
            Self::Emagine => "gateway",
            Self::I386chat => "i386chat",
        }
    }
}
