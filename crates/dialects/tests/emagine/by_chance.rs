//! Any text, any member: nothing panics, what is written reads the same, and what is posted comes back whole.

use hearth_dialects::emagine::rest::{ChannelKind, Message, NewPost, Profile, Success};
use hearth_dialects::emagine::{ClientOp, ServerFrame, Time, Token, id};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON. Of floats only those that JSON has.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn time() -> impl Strategy<Value = Time> {
    proptest::option::of(value()).prop_map(Time::of)
}

/// Members that have no place of their own.
fn extra() -> impl Strategy<Value = Map<String, Value>> {
    const TAKEN: [&str; 5] = ["id", "channel_id", "author", "type", "content"];
    proptest::collection::btree_map("[a-z_]{1,12}", value(), 0..5)
        .prop_map(|members| members.into_iter().filter(|(name, _)| !TAKEN.contains(&name.as_str())).collect())
}

fn client_op() -> impl Strategy<Value = ClientOp> {
    prop_oneof![
        any::<String>().prop_map(|token| ClientOp::Identify { token: Token(token) }),
        time().prop_map(|time| ClientOp::Heartbeat { time }),
        time().prop_map(|time| ClientOp::HeartbeatAck { time }),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let ids = (any::<u64>(), any::<u64>(), any::<u64>());
    (ids, value(), any::<String>(), extra()).prop_map(|((id, channel, author), kind, content, extra)| {
        Message {
            id: id.to_string(),
            channel_id: channel.to_string(),
            author: author.to_string(),
            kind,
            content,
            extra,
        }
    })
}

fn server_frame() -> impl Strategy<Value = ServerFrame> {
    prop_oneof![
        (1..=u64::MAX).prop_map(|heartbeat_interval| ServerFrame::Hello { heartbeat_interval }),
        any::<String>().prop_map(|user| ServerFrame::Ready { user }),
        message().prop_map(|message| ServerFrame::Message(Box::new(message))),
        time().prop_map(|time| ServerFrame::Heartbeat { time }),
        time().prop_map(|time| ServerFrame::HeartbeatAck { time }),
    ]
}

proptest! {
    /// EMG-04
    #[test]
    fn no_text_breaks_a_reader(text in any::<String>()) {
        let _ = (ClientOp::parse(&text), ServerFrame::parse(&text), id(&text));
    }

    /// EMG-04, EMG-14
    #[test]
    fn no_member_breaks_a_reader(op in value(), token in value(), time in value(), user in value(), message in value()) {
        let text = json!({ "op": op, "token": token, "time": time, "user": user, "message": message }).to_string();
        let _ = (ClientOp::parse(&text), ServerFrame::parse(&text));
        for op in [0, 1, 2, 3, 10, 11] {
            let text =
                json!({ "op": op, "token": token, "time": time, "user": user, "message": message }).to_string();
            prop_assert_eq!(ClientOp::parse(&text).is_ok(), matches!(op, 1 | 10 | 11));
            if let Some(frame) = ServerFrame::parse(&text) {
                prop_assert_eq!(ServerFrame::parse(&frame.text()), Some(frame));
            }
        }
        let _ = (ChannelKind::of(&message), serde_json::from_value::<Profile>(user));
    }

    /// EMG-03, EMG-10, EMG-11
    #[test]
    fn what_a_client_writes_a_server_reads(op in client_op()) {
        prop_assert_eq!(ClientOp::parse(&op.text()), Ok(op));
    }

    /// EMG-05, EMG-07, EMG-09
    #[test]
    fn what_a_server_writes_a_client_reads(frame in server_frame()) {
        prop_assert_eq!(ServerFrame::parse(&frame.text()), Some(frame));
    }

    /// EMG-07 (EMG-R3)
    #[test]
    fn what_is_posted_comes_back_whole(kind in value(), content in any::<String>(), extra in extra()) {
        let post = NewPost { kind, content, extra };
        let written = serde_json::to_string(&post).unwrap();
        prop_assert_eq!(serde_json::from_str::<NewPost>(&written).unwrap(), post.clone());
        let answer = serde_json::to_string(&Success::with(post.clone())).unwrap();
        prop_assert_eq!(serde_json::from_str::<Success<NewPost>>(&answer).unwrap().answer, post);
    }

    #[test]
    fn an_id_is_read_as_it_is_written(number in any::<u64>()) {
        prop_assert_eq!(id(&number.to_string()), Some(number));
    }
}
