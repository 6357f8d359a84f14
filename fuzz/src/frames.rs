//! Frames of the newer generation.

use puffco::lorax::{Limits, MAX_FRAME, Operation, Reply, Request, WatchEvent, piece};

use super::bytes::Bytes;

/// A reply is read, or refused for being short; what is read says all that was there.
pub fn reply(data: &[u8]) {
    match Reply::decode(data) {
        Ok(reply) => assert_eq!(reply.encode(), data),
        Err(_) => assert!(data.len() < 3),
    }
}

/// The same of a watch event, but for the byte whose meaning is unknown.
pub fn event(data: &[u8]) {
    match WatchEvent::decode(data) {
        Ok(event) => {
            let encoded = event.encode();
            assert_eq!((&encoded[..5], &encoded[6..]), (&data[..5], &data[6..]));
        }
        Err(_) => assert!(data.len() < 6),
    }
}

/// Whatever limits a device tells, reads ask for what one packet carries, and writes fit one packet.
pub fn limits(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let limits = Limits::decode(bytes.some(16)).unwrap_or(Limits::FALLBACK);
    assert!((20..=125).contains(&limits.read_length()));
    let mtu = bytes.flag().then(|| bytes.word());
    let path = *bytes.pick(&["/u/app/hc/0/colr", "/p/app/mc", "/u/sys/name", "/p/app/facr"]);
    let value = bytes.some(255);
    let mut written = Vec::new();
    while written.len() < value.len() {
        let Ok(operation) = piece(path, value, written.len(), limits, mtu) else {
            assert_eq!(written.len(), 0, "the first or none");
            return;
        };
        assert_ne!(path, "/p/app/facr");
        let frame = Request { sequence: 1, operation: operation.clone() }.encode().expect("it fits");
        assert!(frame.len() <= MAX_FRAME.min(mtu.map_or(MAX_FRAME, |mtu| usize::from(mtu) - 3)));
        let Operation::WriteShort { offset, data, .. } = operation else { panic!("a write") };
        assert_eq!(usize::from(offset), written.len());
        written.extend(data);
    }
    assert_eq!(written, value);
}

/// A request that is understood is encoded as one that is understood the same way.
pub fn request(data: &[u8]) {
    let Ok(request) = Request::decode(data) else { return };
    if let Ok(frame) = request.encode() {
        assert_eq!(Request::decode(&frame), Ok(request));
    }
}
