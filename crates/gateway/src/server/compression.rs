//! `compression=zlib` as the Elixir gateway has it (facts/puff-gateway.md §1): everything that the gateway sends on
//! such a socket is one zlib stream, cut into binary frames by sync flushes; binary frames that come are inflated.
//!
//! A compressor holds a few hundred kilobytes for as long as its socket is open, so how many there are is limited
//! in [`super::doors`].

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// How the frames of a socket are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Text frames.
    #[default]
    Plain,
    /// Binary frames of a zlib stream.
    Zlib,
    /// Frames that are made up already, the same for all their readers.
    Framed,
}

impl Encoding {
    /// What the query of an upgrade asks for. What is not known means plain, as the TypeScript gateway takes it.
    pub fn of_query(query: Option<&str>) -> Self {
        let asks = query.unwrap_or_default().split('&').any(|pair| pair == "compression=zlib");
        if asks { Self::Zlib } else { Self::Plain }
    }
}

/// The sending half of a compressed socket.
#[derive(Debug)]
pub(super) struct Deflater(Compress);

impl Deflater {
    pub fn new() -> Self {
        // Frames are small and alike: what helps is the shared history, not the effort.
        Self(Compress::new(Compression::fast(), true))
    }

    /// The part of the stream that carries `frame` to its end.
    pub fn deflate(&mut self, frame: &[u8]) -> Result<Vec<u8>, flate2::CompressError> {
        let mut part = Vec::with_capacity(frame.len() / 2 + 64);
        let start = self.0.total_in();
        loop {
            let taken = (self.0.total_in() - start) as usize;
            self.0.compress_vec(&frame[taken..], &mut part, FlushCompress::Sync)?;
            // Room that is left over means that the flush is complete.
            let done = (self.0.total_in() - start) as usize == frame.len() && part.len() < part.capacity();
            if done {
                return Ok(part);
            }
            part.reserve(part.capacity().max(64));
        }
    }
}

/// Why a binary frame could not be read. It costs only itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InflateError {
    #[error("not zlib data")]
    Broken,
    #[error("inflates to more than a frame may hold")]
    TooLarge,
}

/// The receiving half: takes frames that are a zlib stream each, and frames that carry one stream on.
#[derive(Debug)]
pub(super) struct Inflater {
    stream: Decompress,
    /// A stream has begun and not ended: the next frame may carry it on.
    open: bool,
    /// The most bytes that a frame may inflate to.
    limit: usize,
}

impl Inflater {
    pub fn new(limit: usize) -> Self {
        Self { stream: Decompress::new(true), open: false, limit }
    }

    /// What a frame holds.
    pub fn inflate(&mut self, frame: &[u8]) -> Result<Vec<u8>, InflateError> {
        let continued = self.open;
        if !continued {
            self.stream.reset(true);
        }
        match self.read(frame) {
            Err(InflateError::Broken) if continued => {
                self.stream.reset(true);
                self.read(frame)
            }
            read => read,
        }
    }

    fn read(&mut self, frame: &[u8]) -> Result<Vec<u8>, InflateError> {
        let mut text = Vec::with_capacity(frame.len().saturating_mul(3).clamp(64, self.limit + 1));
        let start = self.stream.total_in();
        self.open = false;
        loop {
            let (taken, length) = ((self.stream.total_in() - start) as usize, text.len());
            let status = self.stream.decompress_vec(&frame[taken..], &mut text, FlushDecompress::Sync);
            let all = (self.stream.total_in() - start) as usize == frame.len();
            if text.len() > self.limit {
                return Err(InflateError::TooLarge);
            }
            match status {
                // A frame holds one message: what follows a stream's end is none.
                Ok(Status::StreamEnd) => return if all { Ok(text) } else { Err(InflateError::Broken) },
                Ok(_) if all && text.len() < text.capacity() => {
                    self.open = true;
                    return Ok(text);
                }
                Ok(_) if text.len() == text.capacity() => {
                    text.reserve(text.len().min(self.limit + 1 - text.len()).max(1));
                }
                Ok(_) if text.len() > length => {}
                Ok(_) | Err(_) => return Err(InflateError::Broken),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const LIMIT: usize = 64 * 1024;

    fn whole(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// Bytes that do not compress.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u8
        };
        std::iter::repeat_with(next).take(length).collect()
    }

    #[test]
    fn every_frame_can_be_read_when_it_has_come() {
        let (mut deflater, mut inflater) = (Deflater::new(), Inflater::new(LIMIT));
        for length in [0, 1, 63, 64, 65, 1_000, 40_000, LIMIT] {
            for frame in [vec![b'a'; length], noise(length)] {
                let part = deflater.deflate(&frame).unwrap();
                assert_eq!(inflater.inflate(&part).unwrap(), frame, "{length}");
            }
        }
    }

    #[test]
    fn later_frames_profit_from_earlier_ones() {
        let mut deflater = Deflater::new();
        let frame = br#"{"op":3,"t":"GROUP_USER_DEVICE_UPDATE","d":{"group_id":"abc123","session_id":"x"}}"#;
        let first = deflater.deflate(frame).unwrap().len();
        let second = deflater.deflate(frame).unwrap().len();
        assert!(second * 4 < first, "{first} {second}");
    }

    #[test]
    fn a_frame_may_be_a_stream_of_its_own() {
        let mut inflater = Inflater::new(LIMIT);
        for text in [&b"{\"op\":420}"[..], b"{\"op\":8}"] {
            assert_eq!(inflater.inflate(&whole(text)).unwrap(), text);
        }
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let mut inflater = Inflater::new(LIMIT);
        let bomb = whole(&vec![b'x'; 50_000_000]);
        assert!(bomb.len() < LIMIT);
        assert_eq!(inflater.inflate(&bomb), Err(InflateError::TooLarge));
        assert_eq!(inflater.inflate(&whole(b"fine")).unwrap(), b"fine");
    }

    #[test]
    fn garbage_costs_only_itself() {
        let (mut deflater, mut inflater) = (Deflater::new(), Inflater::new(LIMIT));
        assert_eq!(inflater.inflate(&deflater.deflate(b"one").unwrap()).unwrap(), b"one");
        assert_eq!(inflater.inflate(b"not zlib at all"), Err(InflateError::Broken));
        assert_eq!(inflater.inflate(&[]), Ok(vec![]));
        assert_eq!(inflater.inflate(&Deflater::new().deflate(b"anew").unwrap()).unwrap(), b"anew");
        let mut trailing = whole(b"two");
        trailing.extend_from_slice(b"more");
        assert_eq!(inflater.inflate(&trailing), Err(InflateError::Broken));
        assert_eq!(inflater.inflate(&whole(b"three")).unwrap(), b"three");
    }

    #[test]
    fn only_zlib_is_known() {
        assert_eq!(Encoding::of_query(Some("encoding=json&compression=zlib")), Encoding::Zlib);
        for query in
            [None, Some(""), Some("compression=none"), Some("xcompression=zlib"), Some("compression=zlib2")]
        {
            assert_eq!(Encoding::of_query(query), Encoding::Plain);
        }
    }
}
