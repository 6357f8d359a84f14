//! What an account is besides a name: bits that are only ever compared with a mask.

use std::fmt;
use std::str::FromStr;

use hearth_dialects::puff::User;

/// One bit of an account (facts/puff-gateway.md §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Tries out what is new.
    Tester,
    /// Gave something.
    Supporter,
    /// May do what owners may, in every group.
    Admin,
}

impl Flag {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tester, Self::Supporter, Self::Admin];

    /// Its bit.
    #[must_use]
    pub const fn bit(self) -> u64 {
        match self {
            Self::Tester => User::TESTER,
            Self::Supporter => User::SUPPORTER,
            Self::Admin => User::ADMIN,
        }
    }

    /// Its name in commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tester => "tester",
            Self::Supporter => "supporter",
            Self::Admin => "admin",
        }
    }
}

/// The bits of an account. Being suspended is none of them: it is more than a bit, and clients see it as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u64);

impl Flags {
    /// From the bits as they are stored. Bits that mean nothing here are dropped.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        let known = Flag::ALL.into_iter().fold(0, |mask, flag| mask | flag.bit());
        Self(bits & known)
    }

    /// All bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether this bit is set.
    #[must_use]
    pub const fn has(self, flag: Flag) -> bool {
        self.0 & flag.bit() != 0
    }

    /// After a change.
    #[must_use]
    pub const fn with(self, FlagChange { flag, set }: FlagChange) -> Self {
        if set { Self(self.0 | flag.bit()) } else { Self(self.0 & !flag.bit()) }
    }

    /// The names of the bits that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Flag::ALL.into_iter().filter(move |flag| self.has(*flag)).map(Flag::name)
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(","))
    }
}

/// Sets or clears one bit: `+supporter`, `-admin`. A real minus sign does as well as a hyphen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlagChange {
    /// Which.
    pub flag: Flag,
    /// Set, or cleared.
    pub set: bool,
}

/// Not a change of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a flag is set with + and cleared with -: tester, supporter, admin (for example +supporter)")]
pub struct NotAFlagChange;

impl FromStr for FlagChange {
    type Err = NotAFlagChange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (set, name) = match (text.strip_prefix('+'), text.strip_prefix(['-', '−'])) {
            (Some(name), _) => (true, name),
            (_, Some(name)) => (false, name),
            _ => return Err(NotAFlagChange),
        };
        let flag = Flag::ALL.into_iter().find(|flag| flag.name() == name).ok_or(NotAFlagChange)?;
        Ok(Self { flag, set })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_set_and_cleared_one_by_one() {
        let changes = ["+supporter", "+admin", "-supporter", "−tester"];
        let flags =
            changes.iter().fold(Flags::default(), |flags, change| flags.with(change.parse().unwrap()));
        assert!(flags.has(Flag::Admin) && !flags.has(Flag::Supporter) && !flags.has(Flag::Tester));
        assert_eq!(flags.to_string(), "admin");
        assert_eq!("supporter".parse::<FlagChange>(), Err(NotAFlagChange));
        assert_eq!("+owner".parse::<FlagChange>(), Err(NotAFlagChange));
    }

    #[test]
    fn only_its_own_bit_makes_an_administrator() {
        assert!(!Flags::from_bits(User::TESTER | User::SUPPORTER | User::SUSPENDED).has(Flag::Admin));
        assert_eq!(Flags::from_bits(u64::MAX).bits(), 7);
    }
}
