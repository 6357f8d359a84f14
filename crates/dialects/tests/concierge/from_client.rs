//! Payloads from a client: what is read is what was written, and what is refused.

use hearth_dialects::concierge::{ClientPayload, Data, Identify, Target, Undecodable, limits};

use crate::{UUID, uuid};

/// Reads a text, and finds the same text when it is written again.
fn both_ways(text: &str) -> ClientPayload<'_> {
    let payload = ClientPayload::decode(text).unwrap();
    assert_eq!(payload.encode(), text);
    payload
}

fn service() -> String {
    "chat".to_owned()
}

/// CON-21, CON-12, CON-R4, CON-R23
#[test]
fn con_21_identify() {
    let full =
        r#"{"type":"IDENTIFY","name":"sam","nickname":"Sam","version":"0.2.0","secret":"s","tags":["a"]}"#;
    let identify = Identify {
        name: "sam".into(),
        nickname: Some("Sam".into()),
        version: "0.2.0".into(),
        secret: Some("s".into()),
        tags: vec!["a".into()],
    };
    assert!(!format!("{identify:?}").contains("\"s\""), "a secret is not shown");
    assert_eq!(both_ways(full), ClientPayload::Identify(identify));

    let short = both_ways(r#"{"type":"IDENTIFY","name":"sam","version":"0.2.0","tags":[]}"#);
    for same in [
        r#"{"type":"IDENTIFY","name":"sam","version":"0.2.0"}"#,
        r#"{"tags":null,"nickname":null,"secret":null,"version":"0.2.0","name":"sam","type":"IDENTIFY","x":1}"#,
    ] {
        assert_eq!(ClientPayload::decode(same).unwrap(), short);
    }
}

/// CON-22
#[test]
fn con_22_self_subscribe() {
    let text = r#"{"type":"SELF_SUBSCRIBE","service":"chat"}"#;
    assert_eq!(both_ways(text), ClientPayload::SelfSubscribe { service: service() });
}

/// CON-23
#[test]
fn con_23_self_unsubscribe() {
    let text = r#"{"type":"SELF_UNSUBSCRIBE","service":"chat"}"#;
    assert_eq!(both_ways(text), ClientPayload::SelfUnsubscribe { service: service() });
}

/// CON-24
#[test]
fn con_24_self_fetch() {
    assert_eq!(both_ways(r#"{"type":"SELF_FETCH"}"#), ClientPayload::SelfFetch);
}

/// CON-25, CON-R18
#[test]
fn con_25_self_set_seq_takes_64_bits() {
    let text = r#"{"type":"SELF_SET_SEQ","seq":18446744073709551615}"#;
    assert_eq!(both_ways(text), ClientPayload::SelfSetSeq { seq: u64::MAX });
    for wrong in [r#"{"type":"SELF_SET_SEQ"}"#, r#"{"type":"SELF_SET_SEQ","seq":-1}"#] {
        assert!(matches!(ClientPayload::decode(wrong), Err(Undecodable::Malformed(_))), "{wrong}");
    }
}

/// CON-26, CON-R12, CON-R28
#[test]
fn con_26_service_create_and_its_name_in_the_prose() {
    let text = r#"{"type":"SERVICE_CREATE","service":"chat","nickname":"Chat"}"#;
    let payload = both_ways(text);
    assert_eq!(payload, ClientPayload::ServiceCreate { service: service(), nickname: Some("Chat".into()) });
    let prose = text.replace("SERVICE_CREATE", "CREATE_SERVICE");
    assert_eq!(ClientPayload::decode(&prose).unwrap(), payload);
    for name in ["", "has space ü", "🙂"] {
        let text = format!(r#"{{"type":"SERVICE_CREATE","service":"{name}"}}"#);
        assert_eq!(both_ways(&text), ClientPayload::ServiceCreate { service: name.into(), nickname: None });
    }
}

/// CON-27, CON-R12
#[test]
fn con_27_service_delete_and_its_name_in_the_prose() {
    let text = r#"{"type":"SERVICE_DELETE","service":"chat"}"#;
    assert_eq!(both_ways(text), ClientPayload::ServiceDelete { service: service() });
    let prose = text.replace("SERVICE_DELETE", "DELETE_SERVICE");
    assert_eq!(ClientPayload::decode(&prose).unwrap(), ClientPayload::ServiceDelete { service: service() });
}

/// CON-28, CON-29
#[test]
fn con_28_con_29_service_fetch() {
    let text = r#"{"type":"SERVICE_FETCH","service":"chat"}"#;
    assert_eq!(both_ways(text), ClientPayload::ServiceFetch { service: service() });
    assert_eq!(both_ways(r#"{"type":"SERVICE_FETCH_ALL"}"#), ClientPayload::ServiceFetchAll);
}

/// CON-30, CON-R27
#[test]
fn con_30_client_fetch() {
    assert_eq!(both_ways(r#"{"type":"CLIENT_FETCH_ALL"}"#), ClientPayload::ClientFetchAll);
    let text = format!(r#"{{"type":"CLIENT_FETCH","uuid":"{UUID}"}}"#);
    assert_eq!(both_ways(&text), ClientPayload::ClientFetch { uuid: uuid() });
}

/// CON-13, CON-R9
#[test]
fn con_13_a_message_keeps_its_data_byte_for_byte() {
    let data = r#"{ "b" : 1.0e2, "a":  123456789012345678901234567890,"dup":1,"dup":2, "s":"\u00e9\/" }"#;
    let text = format!(r#"{{"type":"MESSAGE","target":{{"type":"NAME","name":"sam"}},"data":{data}}}"#);
    let target = Target::Name { name: "sam".into() };
    let message = ClientPayload::Message { target, data: Data::new(data.to_owned()).unwrap() };
    assert_eq!(both_ways(&text), message);
    let other_order = format!(
        r#"{{"data": {data} ,"origin":5,"seq":99,"target":{{"name":"sam","type":"NAME"}},"type":"MESSAGE"}}"#
    );
    assert_eq!(ClientPayload::decode(&other_order).unwrap(), message);

    let null = r#"{"type":"MESSAGE","target":{"type":"ALL"},"data":null}"#;
    let ClientPayload::Message { data, .. } = both_ways(null) else { panic!("no message") };
    assert_eq!(data.as_str(), "null");
    for wrong in [
        r#"{"type":"MESSAGE","target":{"type":"ALL"}}"#,
        r#"{"type":"MESSAGE","data":1}"#,
        r#"{"type":"MESSAGE","target":{"type":"NOPE"},"data":1}"#,
        r#"{"type":"MESSAGE","target":{"type":"ALL"},"data":}"#,
    ] {
        assert!(matches!(ClientPayload::decode(wrong), Err(Undecodable::Malformed(_))), "{wrong}");
    }
}

/// CON-R24
#[test]
fn con_r24_escapes_are_read_and_not_written() {
    let text = r#"{"type":"SELF_SUBSCRIBE","service":"caf\u00e9 \ud83d\ude42"}"#;
    let payload = ClientPayload::decode(text).unwrap();
    assert_eq!(payload, ClientPayload::SelfSubscribe { service: "café 🙂".into() });
    assert_eq!(payload.encode(), r#"{"type":"SELF_SUBSCRIBE","service":"café 🙂"}"#);
    let kind = r#"{"type":"SELF\u005fFETCH"}"#;
    assert_eq!(ClientPayload::decode(kind).unwrap(), ClientPayload::SelfFetch);
}

/// CON-50, CON-51, CON-R20
#[test]
fn con_50_con_51_what_is_unknown_differs_from_what_is_malformed() {
    for unknown in [r#"{"type":"NOPE"}"#, r#"{"type":"self_fetch"}"#, r#"{"type":"HELLO"}"#, r#"{"type":""}"#]
    {
        assert_eq!(ClientPayload::decode(unknown), Err(Undecodable::UnknownType), "{unknown}");
    }
    for malformed in [
        "",
        "hello",
        "5",
        "[]",
        "[1]",
        r#"["SELF_FETCH"]"#,
        "null",
        "{}",
        r#"{"typ":"SELF_FETCH"}"#,
        r#"{"type":5}"#,
        r#"{"type":"SELF_SUBSCRIBE"}"#,
        r#"{"type":"SELF_SUBSCRIBE","service":5}"#,
        r#"{"type":"SELF_SUBSCRIBE","service":null}"#,
        r#"{"type":"SELF_FETCH""#,
        r#"{"type":"SELF_FETCH"} x"#,
        r#"{"type":"IDENTIFY","name":"sam"}"#,
        r#"{"type":"CLIENT_FETCH","uuid":"zzz"}"#,
    ] {
        let Err(Undecodable::Malformed(why)) = ClientPayload::decode(malformed) else {
            panic!("{malformed}");
        };
        assert!(!why.is_empty());
    }
}

/// CON-R28, CON-R1
#[test]
fn con_r28_long_names_are_refused_with_a_short_reason() {
    let of = |length: usize| {
        let name = "ü".repeat(length);
        [
            format!(r#"{{"type":"SELF_SUBSCRIBE","service":"{name}"}}"#),
            format!(r#"{{"type":"SERVICE_CREATE","service":"{name}"}}"#),
            format!(r#"{{"type":"SERVICE_CREATE","service":"a","nickname":"{name}"}}"#),
            format!(r#"{{"type":"MESSAGE","target":{{"type":"NAME","name":"{name}"}},"data":1}}"#),
            format!(r#"{{"type":"MESSAGE","target":{{"type":"SERVICE","service":"{name}"}},"data":1}}"#),
        ]
    };
    for text in of(limits::SERVICE) {
        assert!(ClientPayload::decode(&text).is_ok(), "{text}");
    }
    for text in of(limits::SERVICE + 1) {
        assert!(matches!(ClientPayload::decode(&text), Err(Undecodable::Malformed(_))), "{text}");
    }
    let endless = format!(r#"{{"type":"SERVICE_CREATE","service":{{"{}":1}}}}"#, "x".repeat(100_000));
    let kind = format!(r#"{{"type":{{"{}":1}}}}"#, "x".repeat(100_000));
    for text in [endless, kind] {
        let Err(Undecodable::Malformed(why)) = ClientPayload::decode(&text) else { panic!("accepted") };
        assert!(why.chars().count() <= limits::DESCRIPTION, "{}", why.len());
    }
}

#[test]
fn deep_nesting_costs_nothing() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = format!(r#"{{"type":"MESSAGE","target":{{"type":"ALL"}},"data":{deep}}}"#);
    let ClientPayload::Message { data, .. } = ClientPayload::decode(&text).unwrap() else { panic!() };
    assert_eq!(data.as_str(), deep);
    let target = format!(r#"{{"type":"MESSAGE","target":{deep},"data":1}}"#);
    assert!(ClientPayload::decode(&target).is_err());
}
