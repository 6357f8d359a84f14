//! The three frames: request, reply, watch event (§7). All numbers are little-endian.

use super::MAX_FRAME;
use super::operation::Operation;

/// The status byte of a reply; 0 is success. The others follow errno as far as they were seen (§7.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u8);

impl Status {
    /// Done.
    pub const OK: Self = Self(0);
    /// This firmware has no such file.
    pub const NO_SUCH_FILE: Self = Self(2);
    /// The value has a form that the file does not take.
    pub const INVALID: Self = Self(22);
    /// More bytes were asked for than one reply carries.
    pub const TOO_LONG: Self = Self(122);

    /// Whether the operation was carried out.
    #[must_use]
    pub fn is_ok(self) -> bool {
        self == Self::OK
    }
}

/// Why bytes are not the frame that they should be. The frame is dropped, the link lives on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFrame {
    /// Shorter than its header.
    #[error("{0} bytes are too short for a frame")]
    TooShort(usize),
    /// Longer than one ATT packet: the device would never see it.
    #[error("{0} bytes do not fit one packet")]
    TooLong(usize),
    /// An opcode or body that is not understood.
    #[error("opcode {0:#04x} with a body that is not understood")]
    Unknown(u8),
}

/// Hands out sequence numbers: 1, 2, … 65534, 0, 1, …. A device only echoes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequence(pub u16);

impl Sequence {
    /// The next number.
    pub fn take(&mut self) -> u16 {
        self.0 = ((u32::from(self.0) + 1) % 65535) as u16;
        self.0
    }
}

/// The bytes of a request frame: sequence number, opcode, body.
///
/// # Errors
/// [`BadFrame::TooLong`] when it would vanish on its way: send less at once.
pub fn request_frame(sequence: u16, opcode: u8, body: &[u8]) -> Result<Vec<u8>, BadFrame> {
    let mut frame = sequence.to_le_bytes().to_vec();
    frame.push(opcode);
    frame.extend(body);
    if frame.len() > MAX_FRAME { Err(BadFrame::TooLong(frame.len())) } else { Ok(frame) }
}

/// A request, as it goes to [`crate::gatt::COMMAND`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Echoed by the reply.
    pub sequence: u16,
    /// What is asked.
    pub operation: Operation,
}

impl Request {
    /// The bytes of the frame.
    ///
    /// # Errors
    /// [`BadFrame::TooLong`] when it would vanish on its way: send less at once.
    pub fn encode(&self) -> Result<Vec<u8>, BadFrame> {
        let mut body = Vec::new();
        self.operation.encode_body(&mut body);
        request_frame(self.sequence, self.operation.opcode(), &body)
    }

    /// Reads a frame, as a device does.
    ///
    /// # Errors
    /// [`BadFrame`]; the sequence number of a frame that has one is in its first two bytes.
    pub fn decode(frame: &[u8]) -> Result<Self, BadFrame> {
        let [low, high, opcode, body @ ..] = frame else {
            return Err(BadFrame::TooShort(frame.len()));
        };
        let operation = Operation::decode(*opcode, body).ok_or(BadFrame::Unknown(*opcode))?;
        Ok(Self { sequence: u16::from_le_bytes([*low, *high]), operation })
    }
}

/// A reply, as it comes from [`crate::gatt::REPLY`]. It says neither which operation nor which file it is
/// about: only its sequence number tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Of the request.
    pub sequence: u16,
    /// How it went.
    pub status: Status,
    /// What was asked for; may be empty.
    pub payload: Vec<u8>,
}

impl Reply {
    /// The bytes of the frame.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut frame = self.sequence.to_le_bytes().to_vec();
        frame.push(self.status.0);
        frame.extend(&self.payload);
        frame
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`BadFrame::TooShort`].
    pub fn decode(frame: &[u8]) -> Result<Self, BadFrame> {
        let [low, high, status, payload @ ..] = frame else {
            return Err(BadFrame::TooShort(frame.len()));
        };
        Ok(Self {
            sequence: u16::from_le_bytes([*low, *high]),
            status: Status(*status),
            payload: payload.to_vec(),
        })
    }
}

/// A value that a watch reports, as it comes from [`crate::gatt::EVENT`] (§11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchEvent {
    /// Counts the events of a link.
    pub sequence: u16,
    /// How it went.
    pub status: Status,
    /// The handle of the watched file.
    pub watch: u16,
    /// The file's bytes.
    pub data: Vec<u8>,
}

impl WatchEvent {
    /// The bytes of the frame. The byte before the data has no known meaning and is 0.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut frame = self.sequence.to_le_bytes().to_vec();
        frame.push(self.status.0);
        frame.extend(self.watch.to_le_bytes());
        frame.push(0);
        frame.extend(&self.data);
        frame
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`BadFrame::TooShort`].
    pub fn decode(frame: &[u8]) -> Result<Self, BadFrame> {
        let [s0, s1, status, w0, w1, _, data @ ..] = frame else {
            return Err(BadFrame::TooShort(frame.len()));
        };
        Ok(Self {
            sequence: u16::from_le_bytes([*s0, *s1]),
            status: Status(*status),
            watch: u16::from_le_bytes([*w0, *w1]),
            data: data.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncated_frame_is_refused() {
        assert_eq!(Reply::decode(&[1, 0]), Err(BadFrame::TooShort(2)));
        assert_eq!(WatchEvent::decode(&[1, 0, 0, 4, 0]), Err(BadFrame::TooShort(5)));
        assert_eq!(Request::decode(&[]), Err(BadFrame::TooShort(0)));
    }

    #[test]
    fn a_request_that_would_vanish_is_not_encoded() {
        let request = Request {
            sequence: 9,
            operation: Operation::WriteShort {
                offset: 0,
                flags: 0,
                path: "/u/app/hc/0/colr".to_owned(),
                data: vec![0; 106],
            },
        };
        assert_eq!(request.encode(), Err(BadFrame::TooLong(129)));
    }

    #[test]
    fn sequence_numbers_skip_the_last_one() {
        let mut sequence = Sequence::default();
        assert_eq!(sequence.take(), 1);
        sequence.0 = 65534;
        assert_eq!(sequence.take(), 0);
    }

    #[test]
    fn a_reply_survives_the_way_there_and_back() {
        let reply = Reply { sequence: 0xfffe, status: Status::TOO_LONG, payload: vec![1, 2] };
        assert_eq!(Reply::decode(&reply.encode()), Ok(reply));
    }
}
