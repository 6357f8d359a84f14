//! What a request asks for, and its body (§7.1). Operations that remove files, or whose body nobody knows,
//! cannot be expressed.

/// The opcodes.
#[expect(missing_docs, reason = "the names are the protocol's")]
pub mod opcode {
    pub const GET_ACCESS_SEED: u8 = 0x00;
    pub const UNLOCK_ACCESS: u8 = 0x01;
    pub const GET_LIMITS: u8 = 0x02;
    pub const READ_SHORT: u8 = 0x10;
    pub const WRITE_SHORT: u8 = 0x11;
    pub const OPEN: u8 = 0x20;
    pub const READ: u8 = 0x21;
    pub const WATCH: u8 = 0x23;
    pub const UNWATCH: u8 = 0x24;
    pub const CLOSE: u8 = 0x26;
    pub const PRUNE_HANDLES: u8 = 0x27;
}

/// One operation with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Ask for the challenge; 16 bytes come back.
    GetAccessSeed,
    /// Answer the challenge. Holds until the link closes.
    UnlockAccess([u8; 16]),
    /// Ask for [`super::Limits`].
    GetLimits,
    /// Read a file; its bytes come back.
    ReadShort {
        /// Where to start.
        offset: u16,
        /// Most bytes to send.
        length: u16,
        /// Which file.
        path: String,
    },
    /// Write a file. Nothing truncates: a shorter value leaves the old tail.
    WriteShort {
        /// Where to start.
        offset: u16,
        /// Meaning unknown; 0 works (§7.3).
        flags: u8,
        /// Which file.
        path: String,
        /// The bytes.
        data: Vec<u8>,
    },
    /// Open a file for a watch; a handle comes back, of one byte or two.
    Open {
        /// 0.
        flags: u8,
        /// Which file.
        path: String,
    },
    /// Read an open file; its bytes come back. Nobody needs it: [`Operation::ReadShort`] opens by itself.
    Read {
        /// From [`Operation::Open`].
        handle: u16,
        /// Where to start.
        offset: u16,
        /// Most bytes to send.
        length: u16,
    },
    /// Report an open file again and again.
    Watch {
        /// From [`Operation::Open`].
        handle: u16,
        /// How often.
        interval_ms: u16,
        /// Most bytes to report.
        length: u16,
    },
    /// End a watch and keep the file open. Nobody was seen sending it: [`Operation::Close`] ends it too.
    Unwatch {
        /// From [`Operation::Open`].
        handle: u16,
    },
    /// Close the files that nobody used for a while, in units of 1.25 ms. The vendor's app sends it where the
    /// protocol version is not 0; some devices never answer it (§7.2).
    PruneHandles {
        /// How long they may stay unused.
        units: u16,
    },
    /// Close a file, and end its watch.
    Close {
        /// From [`Operation::Open`].
        handle: u16,
    },
}

impl Operation {
    /// The prune request of the vendor's app: 1200 ms.
    pub const PRUNE: Self = Self::PruneHandles { units: 960 };

    /// A prune request for files unused that long; `None` when that is too long to be told.
    #[must_use]
    pub fn prune_after(milliseconds: u32) -> Option<Self> {
        let units = (u64::from(milliseconds) * 4 + 2) / 5;
        u16::try_from(units).ok().map(|units| Self::PruneHandles { units })
    }

    /// Its opcode.
    #[must_use]
    pub fn opcode(&self) -> u8 {
        match self {
            Self::GetAccessSeed => opcode::GET_ACCESS_SEED,
            Self::UnlockAccess(_) => opcode::UNLOCK_ACCESS,
            Self::GetLimits => opcode::GET_LIMITS,
            Self::ReadShort { .. } => opcode::READ_SHORT,
            Self::WriteShort { .. } => opcode::WRITE_SHORT,
            Self::Open { .. } => opcode::OPEN,
            Self::Read { .. } => opcode::READ,
            Self::Watch { .. } => opcode::WATCH,
            Self::Unwatch { .. } => opcode::UNWATCH,
            Self::PruneHandles { .. } => opcode::PRUNE_HANDLES,
            Self::Close { .. } => opcode::CLOSE,
        }
    }

    /// Appends the body, which follows the opcode.
    pub fn encode_body(&self, frame: &mut Vec<u8>) {
        match self {
            Self::GetAccessSeed | Self::GetLimits => {}
            Self::UnlockAccess(token) => frame.extend(token),
            Self::ReadShort { offset, length, path } => {
                frame.extend(offset.to_le_bytes());
                frame.extend(length.to_le_bytes());
                frame.extend(path.as_bytes());
            }
            Self::WriteShort { offset, flags, path, data } => {
                frame.extend(offset.to_le_bytes());
                frame.push(*flags);
                frame.extend(path.as_bytes());
                frame.push(0);
                frame.extend(data);
            }
            Self::Open { flags, path } => {
                frame.push(*flags);
                frame.extend(path.as_bytes());
            }
            Self::Watch { handle, interval_ms, length } => {
                for word in [*handle, 0, *interval_ms, 0, *length] {
                    frame.extend(word.to_le_bytes());
                }
            }
            Self::Read { handle, offset, length } => {
                for word in [*handle, *offset, *length] {
                    frame.extend(word.to_le_bytes());
                }
            }
            Self::PruneHandles { units } => {
                frame.push(1);
                frame.extend(units.to_le_bytes());
            }
            Self::Unwatch { handle } | Self::Close { handle } => frame.extend(handle.to_le_bytes()),
        }
    }

    /// Reads a body, as a device does; `None` for an opcode or a body that is not understood.
    #[must_use]
    pub fn decode(code: u8, body: &[u8]) -> Option<Self> {
        let word = |at: usize| Some(u16::from_le_bytes([*body.get(at)?, *body.get(at + 1)?]));
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        Some(match code {
            opcode::GET_ACCESS_SEED => Self::GetAccessSeed,
            opcode::UNLOCK_ACCESS => Self::UnlockAccess(body.try_into().ok()?),
            opcode::GET_LIMITS => Self::GetLimits,
            opcode::READ_SHORT => {
                Self::ReadShort { offset: word(0)?, length: word(2)?, path: text(body.get(4..)?)? }
            }
            opcode::WRITE_SHORT => {
                let rest = body.get(3..)?;
                let end = rest.iter().position(|byte| *byte == 0)?;
                Self::WriteShort {
                    offset: word(0)?,
                    flags: *body.get(2)?,
                    path: text(&rest[..end])?,
                    data: rest[end + 1..].to_vec(),
                }
            }
            opcode::OPEN => Self::Open { flags: *body.first()?, path: text(body.get(1..)?)? },
            opcode::READ => Self::Read { handle: word(0)?, offset: word(2)?, length: word(4)? },
            opcode::UNWATCH => Self::Unwatch { handle: word(0)? },
            opcode::PRUNE_HANDLES => Self::PruneHandles { units: word(1)? },
            opcode::WATCH => Self::Watch { handle: word(0)?, interval_ms: word(4)?, length: word(8)? },
            opcode::CLOSE => Self::Close { handle: word(0)? },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_survives_the_way_there_and_back() {
        let path = || "/p/bat/volt".to_owned();
        for operation in [
            Operation::GetAccessSeed,
            Operation::UnlockAccess([7; 16]),
            Operation::GetLimits,
            Operation::ReadShort { offset: 125, length: 20, path: path() },
            Operation::WriteShort { offset: 1, flags: 4, path: path(), data: vec![0, 9] },
            Operation::Open { flags: 0, path: path() },
            Operation::Watch { handle: 0x0102, interval_ms: 400, length: 4 },
            Operation::Read { handle: 0x0102, offset: 250, length: 125 },
            Operation::Unwatch { handle: 9 },
            Operation::PRUNE,
            Operation::Close { handle: 3 },
        ] {
            let mut body = Vec::new();
            operation.encode_body(&mut body);
            assert_eq!(Operation::decode(operation.opcode(), &body), Some(operation));
        }
    }

    #[test]
    fn a_prune_counts_in_connection_intervals() {
        assert_eq!(Operation::prune_after(1200), Some(Operation::PRUNE));
        assert_eq!(Operation::prune_after(90_000), None);
    }

    #[test]
    fn bodies_that_are_cut_off_are_not_understood() {
        assert_eq!(Operation::decode(opcode::WRITE_SHORT, b"\0\0\0/p/app/mc"), None);
        assert_eq!(Operation::decode(opcode::WATCH, &[1, 0, 0, 0]), None);
        assert_eq!(Operation::decode(opcode::UNLOCK_ACCESS, &[1; 15]), None);
        assert_eq!(Operation::decode(0x13, b""), None);
    }
}
