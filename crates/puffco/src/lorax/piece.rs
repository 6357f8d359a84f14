//! Splits what is longer than one frame. A frame that does not fit one packet vanishes without a reply (§7.4).

use super::{Limits, MAX_FRAME, Operation};
use crate::write::{WriteError, is_allowed};

/// Bytes of a WRITE_SHORT beside its path and data: sequence, opcode, offset, flags, end of the path.
const OVERHEAD: usize = 7;
/// Bytes of a packet that are not the frame's.
const ATT_HEADER: u16 = 3;

/// How many bytes of data one WRITE_SHORT to a path takes; 0 when not even one. `mtu` is the link's, where the
/// operating system tells it.
#[must_use]
pub fn room(path: &str, limits: Limits, mtu: Option<u16>) -> usize {
    let most = usize::from(Limits::PEAK_PRO.payload).min(MAX_FRAME);
    let packet = mtu.map_or(most, |mtu| most.min(usize::from(mtu.saturating_sub(ATT_HEADER))));
    let header = OVERHEAD + path.len();
    if limits == Limits::FALLBACK {
        // It did not tell: that it takes few bytes at once is a guess, and about data only.
        packet.saturating_sub(header).min(usize::from(limits.payload))
    } else {
        packet.min(usize::from(limits.payload)).saturating_sub(header)
    }
}

/// The operation that writes the next piece of a file's data, of which `sent` bytes were written before. Each
/// has to be answered before the next is sent; when one fails, the file holds the beginning of the new and the
/// end of the old data.
///
/// # Errors
/// [`WriteError::Forbidden`] when the file must not be written, [`WriteError::Unsupported`] when it cannot be
/// over this link. Nothing is to be sent then.
pub fn piece(
    path: &str,
    data: &[u8],
    sent: usize,
    limits: Limits,
    mtu: Option<u16>,
) -> Result<Operation, WriteError> {
    if !is_allowed(path) {
        return Err(WriteError::Forbidden);
    }
    let room = room(path, limits, mtu);
    let offset = u16::try_from(sent).map_err(|_| WriteError::Unsupported)?;
    let left = data.get(sent..).ok_or(WriteError::Unsupported)?;
    if room == 0 {
        return Err(WriteError::Unsupported);
    }
    let data = left[..left.len().min(room)].to_vec();
    Ok(Operation::WriteShort { offset, flags: 0, path: path.to_owned(), data })
}

/// The next read of a file of unknown length: `received` bytes of it are there, the last `got` of them by the
/// read before (`None` before the first). `None` when that was the end: less came than was asked for.
#[must_use]
pub fn next_read(path: &str, length: u16, received: usize, got: Option<usize>) -> Option<Operation> {
    let ended = got.is_some_and(|got| got < usize::from(length));
    let offset = u16::try_from(received).ok().filter(|_| !ended && length > 0)?;
    Some(Operation::ReadShort { offset, length, path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::Request;
    use super::*;

    const PATH: &str = "/u/app/hc/0/colr";

    /// What a device has after all pieces arrived, and how long their frames were.
    fn written(data: &[u8], limits: Limits, mtu: Option<u16>) -> (Vec<u8>, usize) {
        let mut file = Vec::new();
        let mut longest = 0;
        while file.len() < data.len() {
            let operation = piece(PATH, data, file.len(), limits, mtu).unwrap();
            let frame = Request { sequence: 1, operation: operation.clone() }.encode().unwrap();
            longest = longest.max(frame.len());
            let Operation::WriteShort { offset, data, .. } = operation else { panic!("a write") };
            assert_eq!(usize::from(offset), file.len());
            file.extend(data);
        }
        (file, longest)
    }

    #[test]
    fn pieces_make_up_the_whole_and_fit_the_packet() {
        let data: Vec<u8> = (0..=255).cycle().take(800).collect();
        for (mtu, packet) in [(None, 125), (Some(131), 125), (Some(247), 125), (Some(65), 62)] {
            let (file, longest) = written(&data, Limits::PEAK_PRO, mtu);
            assert_eq!((file, longest), (data.clone(), packet));
        }
    }

    #[test]
    fn the_device_may_want_less_than_the_packet_carries() {
        let limits = Limits { payload: 40, ..Limits::PEAK_PRO };
        assert_eq!(written(&[7; 100], limits, Some(185)).1, 40);
        assert_eq!(room(PATH, Limits::FALLBACK, None), 20);
    }

    #[test]
    fn nothing_is_written_over_a_link_without_room() {
        assert_eq!(piece(PATH, &[0; 8], 0, Limits::PEAK_PRO, Some(23)), Err(WriteError::Unsupported));
        assert!(piece("/p/app/mc", &[7], 0, Limits::PEAK_PRO, Some(23)).is_ok());
    }

    #[test]
    fn a_file_ends_where_less_comes_than_was_asked_for() {
        let offset = |received, got| match next_read(PATH, 125, received, got) {
            Some(Operation::ReadShort { offset, .. }) => Some(offset),
            _ => None,
        };
        assert_eq!(offset(0, None), Some(0));
        assert_eq!(offset(125, Some(125)), Some(125));
        assert_eq!(offset(175, Some(50)), None);
        assert_eq!(offset(250, Some(0)), None);
        assert_eq!(offset(66_000, Some(125)), None);
    }

    #[test]
    fn nothing_is_written_from_beyond_the_end() {
        assert_eq!(piece(PATH, &[0; 8], 9, Limits::PEAK_PRO, None), Err(WriteError::Unsupported));
    }

    #[test]
    fn what_must_not_be_written_is_not_split_either() {
        let forbidden = piece("/p/app/facr", &[1], 0, Limits::PEAK_PRO, None);
        assert_eq!(forbidden, Err(WriteError::Forbidden));
    }
}
