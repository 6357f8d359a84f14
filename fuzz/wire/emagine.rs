//! Frames and bodies of the E-Magine dialect.

use hearth_dialects::emagine::rest::{
    Channel, ChannelOf, Message, NewChannel, NewPost, Posts, ProfileOf, Success,
};
use hearth_dialects::emagine::{ClientOp, ServerFrame, id};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What either side reads of a text is what it reads of the same when it is written again.
pub fn emagine(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(op) = ClientOp::parse(text) {
        assert_eq!(ClientOp::parse(&op.text()), Ok(op));
    }
    if let Some(frame) = ServerFrame::parse(text) {
        assert_eq!(ServerFrame::parse(&frame.text()), Some(frame));
    }
    if let Some(number) = id(text) {
        assert_eq!(number.to_string(), text);
    }
    body::<NewChannel>(text);
    body::<NewPost>(text);
    body::<Channel>(text);
    body::<Message>(text);
    body::<Success<ProfileOf>>(text);
    body::<Success<ChannelOf>>(text);
    body::<Success<Posts>>(text);
}

fn body<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) {
    let Ok(body) = serde_json::from_str::<T>(text) else { return };
    let written = serde_json::to_string(&body).expect("it can be written");
    assert_eq!(serde_json::from_str::<T>(&written).expect("it can be read again"), body);
}
