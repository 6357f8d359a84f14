//! Payloads of the i386chat dialect.

use hearth_dialects::i386chat::{ClientFrame, Event, ServerFrame, Unreadable, limits};

/// What either side reads of a text is what it reads of the same when it is written again; nothing that is written is longer
/// than it may be, and every event fits once it is fitted.
pub fn i386chat(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let is_long = text.len() > limits::FRAME_BYTES;
    match ClientFrame::parse(text) {
        Ok(frame) => {
            assert!(!is_long);
            if let Some(text) = written(frame.text().ok()) {
                assert_eq!(ClientFrame::parse(&text), Ok(frame));
            }
        }
        Err(error) => assert_eq!(error == Unreadable::TooLong, is_long),
    }
    let Ok(frame) = ServerFrame::parse(text) else { return };
    if let Some(text) = written(frame.text().ok()) {
        assert_eq!(ServerFrame::parse(&text), Ok(frame.clone()));
    }
    // What nobody knows is read, and never sent.
    if let ServerFrame::Execute { event, .. } = frame
        && !matches!(event, Event::Other(_))
    {
        for event in event.fitted() {
            let text = written(ServerFrame::numbered(u64::MAX, &event.tail()).ok()).expect("it fits");
            assert!(
                matches!(ServerFrame::parse(&text), Ok(ServerFrame::Execute { event: same, .. }) if same == event)
            );
        }
    }
}

fn written(text: Option<String>) -> Option<String> {
    text.inspect(|text| assert!(text.len() <= limits::FRAME_BYTES))
}
