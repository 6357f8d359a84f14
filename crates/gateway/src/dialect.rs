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
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Puff, Self::Concierge, Self::Together];

    /// Its name in options and in the line that tells where the gateway listens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Puff => "puff",
            Self::Concierge => "concierge",
            Self::Together => "together",
        }
    }
}
