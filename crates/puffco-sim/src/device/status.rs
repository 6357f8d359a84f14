//! Status bytes of replies (facts/puffco-ble.md §7.5). Those marked "seen" were recorded on hardware; nobody
//! recorded the others, which are of the same errno family.

/// The status of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Status(pub(super) u8);

impl Status {
    /// Done.
    pub(super) const OK: Self = Self(0);
    /// No such path, or it is read-only. Seen.
    pub(super) const NO_SUCH_FILE: Self = Self(2);
    /// No such handle.
    pub(super) const BAD_HANDLE: Self = Self(9);
    /// Not unlocked, or a wrong token.
    pub(super) const LOCKED: Self = Self(13);
    /// A value of a wrong length or form. Seen.
    pub(super) const INVALID: Self = Self(22);
    /// No more handles.
    pub(super) const TOO_MANY_FILES: Self = Self(24);
    /// No such operation.
    pub(super) const NOT_IMPLEMENTED: Self = Self(88);
    /// More was asked for than fits a payload. Seen.
    pub(super) const TOO_LONG: Self = Self(122);
}
