//! Lorax frames as a device sees them (facts/puffco-ble.md §7, §9): requests taken apart, replies and events put
//! together.

use sha2::{Digest, Sha256};

use super::status::Status;

/// Constants of the two generations' tokens.
pub(super) const LORAX_KEY: [u8; 16] =
    [0x64, 0xc6, 0x45, 0x62, 0x56, 0xf2, 0x6f, 0x5b, 0x1c, 0xa1, 0x27, 0x37, 0xa5, 0xdd, 0x71, 0xfb];
pub(super) const LEGACY_KEY: [u8; 16] =
    [0x15, 0x4a, 0xd9, 0x73, 0x45, 0xa2, 0x96, 0x15, 0x01, 0xb5, 0xe4, 0xf6, 0x26, 0x50, 0x9c, 0xf8];

/// What unlocks a device that gave this seed.
pub(super) fn token(key: &[u8; 16], seed: &[u8; 16]) -> [u8; 16] {
    let hash = Sha256::new().chain_update(key).chain_update(seed).finalize();
    std::array::from_fn(|at| hash[at])
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Seed,
    Unlock(Vec<u8>),
    Limits,
    AckEvents,
    ReadShort {
        offset: u16,
        length: u16,
        path: String,
    },
    WriteShort {
        offset: u16,
        path: String,
        data: Vec<u8>,
    },
    Open {
        path: String,
    },
    Read {
        handle: u16,
        offset: u16,
        length: u16,
    },
    Write {
        handle: u16,
        offset: u16,
        data: Vec<u8>,
    },
    Watch {
        handle: u16,
        interval_ms: u16,
        length: u16,
    },
    Unwatch {
        handle: u16,
    },
    Close {
        handle: u16,
    },
    /// Closes handles that were not used for a while.
    Prune,
    /// A client must never send it (§23).
    Unlink,
}

/// A request: sequence number, opcode, body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) sequence: u16,
    pub(super) operation: Result<Operation, Status>,
}

impl Request {
    /// `None` for what is too short to be answered.
    pub(super) fn parse(frame: &[u8]) -> Option<Self> {
        let [low, high, opcode, body @ ..] = frame else { return None };
        let operation = match opcode {
            0x03 | 0x10..=0x13 | 0x20..=0x27 | 0x00..=0x02 => operation(*opcode, body),
            _ => Err(Status::NOT_IMPLEMENTED),
        };
        Some(Self { sequence: u16::from_le_bytes([*low, *high]), operation })
    }
}

fn operation(opcode: u8, body: &[u8]) -> Result<Operation, Status> {
    let mut body = Body(body);
    Ok(match opcode {
        0x00 => Operation::Seed,
        0x01 => Operation::Unlock(body.0.to_vec()),
        0x02 => Operation::Limits,
        0x03 => Operation::AckEvents,
        0x10 => Operation::ReadShort { offset: body.word()?, length: body.word()?, path: body.path()? },
        0x11 => {
            let offset = body.word()?;
            body.byte()?;
            let end = body.0.iter().position(|byte| *byte == 0).ok_or(Status::INVALID)?;
            let (path, data) = body.0.split_at(end);
            Operation::WriteShort { offset, path: Body(path).path()?, data: data[1..].to_vec() }
        }
        0x13 => Operation::Unlink,
        0x20 => {
            body.byte()?;
            Operation::Open { path: body.path()? }
        }
        0x21 => Operation::Read { handle: body.word()?, offset: body.word()?, length: body.word()? },
        0x22 => Operation::Write { handle: body.word()?, offset: body.word()?, data: body.0.to_vec() },
        0x23 => {
            let handle = body.word()?;
            body.word()?;
            let interval_ms = body.word()?;
            body.word()?;
            Operation::Watch { handle, interval_ms, length: body.word()? }
        }
        0x24 => Operation::Unwatch { handle: body.word()? },
        0x26 => Operation::Close { handle: body.word()? },
        0x27 => Operation::Prune,
        _ => return Err(Status::NOT_IMPLEMENTED),
    })
}

/// The rest of a body.
struct Body<'a>(&'a [u8]);

impl Body<'_> {
    fn byte(&mut self) -> Result<u8, Status> {
        let (first, rest) = self.0.split_first().ok_or(Status::INVALID)?;
        self.0 = rest;
        Ok(*first)
    }

    fn word(&mut self) -> Result<u16, Status> {
        Ok(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn path(&mut self) -> Result<String, Status> {
        let text = std::str::from_utf8(self.0).map_err(|_| Status::INVALID)?;
        Ok(text.trim_end_matches('\0').to_owned())
    }
}

/// A reply: the request's sequence number, status, payload.
pub(super) fn reply(sequence: u16, status: Status, payload: &[u8]) -> Vec<u8> {
    let [low, high] = sequence.to_le_bytes();
    [&[low, high, status.0], payload].concat()
}

/// A watch event: sequence number, status, handle, a byte of unknown meaning, data.
pub(super) fn event(sequence: u16, handle: u16, data: &[u8]) -> Vec<u8> {
    let ([low, high], [handle_low, handle_high]) = (sequence.to_le_bytes(), handle.to_le_bytes());
    [&[low, high, 0, handle_low, handle_high, 0], data].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_the_one_that_a_device_was_seen_to_take() {
        let seed = std::array::from_fn(|at| at as u8);
        let known =
            [0xcc, 0x4a, 0xf4, 0x24, 0x6a, 0x24, 0xeb, 0x8b, 0xb5, 0x12, 0xbc, 0x7d, 0xc5, 0x15, 0x7b, 0x9c];
        assert_eq!(token(&LORAX_KEY, &seed), known);
    }

    #[test]
    fn a_write_has_a_path_a_nul_and_data_which_may_hold_nuls() {
        let frame = b"\x05\x01\x11\x02\x00\x04/p/app/mc\x00\x07\x00";
        let operation = Operation::WriteShort { offset: 2, path: "/p/app/mc".to_owned(), data: vec![7, 0] };
        assert_eq!(Request::parse(frame), Some(Request { sequence: 0x105, operation: Ok(operation) }));
    }

    #[test]
    fn what_is_cut_off_is_invalid_and_what_is_unknown_is_not_implemented() {
        let parse = |frame: &[u8]| Request::parse(frame).map(|request| request.operation);
        assert_eq!(parse(&[1, 0]), None);
        assert_eq!(parse(&[1, 0, 0x10, 0]), Some(Err(Status::INVALID)));
        assert_eq!(parse(b"\x01\x00\x11\x00\x00\x00/p/app/mc"), Some(Err(Status::INVALID)));
        assert_eq!(parse(&[1, 0, 0x99]), Some(Err(Status::NOT_IMPLEMENTED)));
        assert_eq!(parse(&[1, 0, 0x12]), Some(Err(Status::NOT_IMPLEMENTED)));
    }

    #[test]
    fn the_apps_prune_is_understood() {
        let prune = Request::parse(&[0, 0, 0x27, 1, 0xc0, 3]);
        assert_eq!(prune, Some(Request { sequence: 0, operation: Ok(Operation::Prune) }));
    }
}
