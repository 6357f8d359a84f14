//! What a device can take at once (§7.4).

/// The answer to GET_LIMITS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest payload of a reply, and longest data of a request, bytes.
    pub payload: u16,
    /// Files that may be open at once.
    pub files: u16,
    /// Commands that may be under way at once, says the device.
    pub commands: u16,
}

impl Limits {
    /// For a device that does not tell.
    pub const FALLBACK: Self = Self { payload: 20, files: 4, commands: 1 };

    /// What a Peak Pro says.
    pub const PEAK_PRO: Self = Self { payload: 125, files: 40, commands: 8 };

    /// The payload of a reply.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        [self.payload, self.files, self.commands].into_iter().flat_map(u16::to_le_bytes).collect()
    }

    /// Reads the payload of a reply; `None` when it is too short.
    #[must_use]
    pub fn decode(payload: &[u8]) -> Option<Self> {
        let [p0, p1, f0, f1, c0, c1, ..] = payload else {
            return None;
        };
        Some(Self {
            payload: u16::from_le_bytes([*p0, *p1]),
            files: u16::from_le_bytes([*f0, *f1]),
            commands: u16::from_le_bytes([*c0, *c1]),
        })
    }

    /// How many bytes to ask for at once: never more than one packet of a Peak Pro carries, whatever the
    /// device says, because the MTU is not known; never fewer than every device can do.
    #[must_use]
    pub fn read_length(self) -> u16 {
        self.payload.clamp(Self::FALLBACK.payload, Self::PEAK_PRO.payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_promises_too_much_is_not_believed() {
        let limits = Limits::decode(&[0xf4, 0, 0x20, 0, 0x20, 0]).unwrap();
        assert_eq!((limits.payload, limits.read_length()), (244, 125));
        assert_eq!(Limits { payload: 0, ..limits }.read_length(), 20);
        assert_eq!(Limits::decode(&[0x7d, 0]), None);
    }
}
