//! What a server sends.

use serde_json::{Map, Value, json};

use super::client::{beat, opcode};
use super::rest::Message;
use super::time::Time;
use super::{HEARTBEAT, op};

/// What a server sends.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFrame {
    /// The first (EMG-01).
    Hello {
        /// How often to send a heartbeat, ms.
        heartbeat_interval: u64,
    },
    /// It knows who this is (EMG-05).
    Ready {
        /// Id.
        user: String,
    },
    /// Somebody said something (EMG-07).
    Message(Box<Message>),
    /// Asks whether the client is there (EMG-08).
    Heartbeat {
        /// Comes back.
        time: Time,
    },
    /// It is there (EMG-11).
    HeartbeatAck {
        /// Of the heartbeat.
        time: Time,
    },
}

impl ServerFrame {
    /// Writes it, with the opcodes of the real server (EMG-R1, EMG-R2).
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Hello { heartbeat_interval } => {
                json!({ "op": op::HELLO, "heartbeat_interval": heartbeat_interval }).to_string()
            }
            Self::Ready { user } => json!({ "op": op::READY, "user": user }).to_string(),
            Self::Message(message) => json!({ "op": op::MESSAGE, "message": message }).to_string(),
            Self::Heartbeat { time } => beat(op::HEARTBEAT, time),
            Self::HeartbeatAck { time } => beat(op::HEARTBEAT_ACK, time),
        }
    }

    /// Reads it; `None` for what this dialect does not have. The document has 1 for Ready and 2 for a message too, so
    /// what else is in the frame tells them apart (EMG-R1, EMG-R2).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Ok(Value::Object(mut frame)) = serde_json::from_str(text) else { return None };
        match opcode(&frame)? {
            op::HELLO => {
                let usual = || HEARTBEAT.as_millis() as u64;
                let interval = frame.get("heartbeat_interval").and_then(Value::as_u64).filter(|ms| *ms > 0);
                Some(Self::Hello { heartbeat_interval: interval.unwrap_or_else(usual) })
            }
            1 | 2 if frame.contains_key("user") => ready(&frame),
            2 | 3 => {
                let message = serde_json::from_value(frame.remove("message")?).ok()?;
                Some(Self::Message(Box::new(message)))
            }
            op::HEARTBEAT => Some(Self::Heartbeat { time: Time::of(frame.remove("time")) }),
            op::HEARTBEAT_ACK => Some(Self::HeartbeatAck { time: Time::of(frame.remove("time")) }),
            _ => None,
        }
    }
}

fn ready(frame: &Map<String, Value>) -> Option<ServerFrame> {
    let user = match frame.get("user")? {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    Some(ServerFrame::Ready { user })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        let mut message = Message {
            id: "7".into(),
            channel_id: "9007199254740991".into(),
            author: "5".into(),
            kind: json!(0),
            content: "hello".into(),
            ..Message::default()
        };
        message.extra.insert("timestamp".into(), json!(1_579_276_740_336_u64));
        message.extra.insert("mood".into(), json!(["good"]));
        message
    }

    /// EMG-01, EMG-05, EMG-07, EMG-08, EMG-09, EMG-11, EMG-14
    #[test]
    fn what_a_server_writes_a_client_reads() {
        for frame in [
            ServerFrame::Hello { heartbeat_interval: 45_000 },
            ServerFrame::Ready { user: "123".into() },
            ServerFrame::Message(Box::new(message())),
            ServerFrame::Heartbeat { time: Time::of_ms(1_579_276_740_336) },
            ServerFrame::HeartbeatAck { time: Time::of(Some(json!("abc"))) },
            ServerFrame::HeartbeatAck { time: Time::default() },
        ] {
            assert_eq!(ServerFrame::parse(&frame.text()), Some(frame));
        }
    }

    /// EMG-01, EMG-14 (EMG-R1, EMG-R2, EMG-R10): to the letter, apart from the order of members.
    #[test]
    fn frames_are_those_of_the_real_server() {
        let same = |frame: ServerFrame, text: &str| {
            let written: Value = serde_json::from_str(&frame.text()).unwrap();
            assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
        };
        same(ServerFrame::Hello { heartbeat_interval: 45_000 }, r#"{"op":0,"heartbeat_interval":45000}"#);
        same(ServerFrame::Ready { user: "1".into() }, r#"{"op":2,"user":"1"}"#);
        same(ServerFrame::HeartbeatAck { time: Time::default() }, r#"{"op":11}"#);
        same(
            ServerFrame::Message(Box::new(message())),
            r#"{"op":3,"message":{"id":"7","channel_id":"9007199254740991","author":"5","type":0,"content":"hello",
                "timestamp":1579276740336,"mood":["good"]}}"#,
        );
    }

    /// EMG-05, EMG-07 (EMG-R1, EMG-R2)
    #[test]
    fn opcodes_of_the_document_are_read_too() {
        let ready = Some(ServerFrame::Ready { user: "5".into() });
        for text in [r#"{"op":1,"user":"5"}"#, r#"{"op":2,"user":"5"}"#, r#"{"op":"2","user":5}"#] {
            assert_eq!(ServerFrame::parse(text), ready, "{text}");
        }
        for op in [2, 3] {
            let text = json!({ "op": op, "message": message() }).to_string();
            assert_eq!(ServerFrame::parse(&text), Some(ServerFrame::Message(Box::new(message()))));
        }
    }

    #[test]
    fn what_nobody_knows_is_passed_over() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"op":4}"#,
            r#"{"op":1,"token":"t"}"#,
            r#"{"op":2,"user":[]}"#,
            r#"{"op":3}"#,
            r#"{"op":3,"message":5}"#,
            r#"{"op":3,"message":{"content":"no id"}}"#,
        ] {
            assert_eq!(ServerFrame::parse(text), None, "{text}");
        }
        let strange = r#"{"op":0,"heartbeat_interval":-3}"#;
        assert_eq!(ServerFrame::parse(strange), Some(ServerFrame::Hello { heartbeat_interval: 45_000 }));
    }
}
