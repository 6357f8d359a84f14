//! Frames from a server: what is read is what was written, and what real servers and older ones send.

use hearth_dialects::concierge::{
    ClientInfo, Data, Origin, ServerFrame, ServerPayload, ServiceInfo, Target, Undecodable,
};

use crate::{UUID, uuid};

const CLIENT: &str =
    r#"{"name":"sam","nickname":null,"uuid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","tags":["t"]}"#;
const SERVICE: &str = r#"{"name":"chat","nickname":"Chat","owner_uuid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","subscribers":["6ba7b810-9dad-11d1-80b4-00c04fd430c8"]}"#;

fn client() -> ClientInfo {
    ClientInfo { name: "sam".into(), nickname: None, uuid: uuid(), tags: vec!["t".into()] }
}

fn service() -> ServiceInfo {
    ServiceInfo {
        name: "chat".into(),
        nickname: Some("Chat".into()),
        owner_uuid: uuid(),
        subscribers: vec![uuid()],
    }
}

/// The members after `type` are these, with and without a number in front; reads as the payload.
fn both_ways(kind: &str, members: &str, payload: &ServerPayload<'_>) {
    assert!(ServerPayload::TYPES.contains(&kind), "{kind}");
    for (frame, seq) in [
        (ServerFrame::event(payload.clone()), String::new()),
        (ServerFrame::answer(7, payload.clone()), r#""seq":7,"#.to_owned()),
    ] {
        let text = format!(r#"{{{seq}"type":"{kind}"{members}}}"#);
        assert_eq!(frame.encode(), text);
        assert_eq!(ServerFrame::decode(&text).unwrap(), frame);
    }
}

/// CON-31, CON-32, CON-12
#[test]
fn con_31_con_32_ok_and_bad() {
    both_ways("OK", "", &ServerPayload::Ok);
    both_ways("BAD", "", &ServerPayload::Bad);
}

/// CON-33, CON-11
#[test]
fn con_33_hello() {
    let members = format!(r#","uuid":"{UUID}","version":"0.2.0""#);
    both_ways("HELLO", &members, &ServerPayload::Hello { uuid: uuid(), version: "0.2.0".into() });
}

/// CON-36, CON-37
#[test]
fn con_36_con_37_results_of_subscribing() {
    for successful in [true, false] {
        let members = format!(r#","successful":{successful},"service":{SERVICE}"#);
        let payload = ServerPayload::SelfSubscribeResult { successful, service: service() };
        both_ways("SELF_SUBSCRIBE_RESULT", &members, &payload);
        let payload = ServerPayload::SelfUnsubscribeResult { successful, service: service() };
        both_ways("SELF_UNSUBSCRIBE_RESULT", &members, &payload);
    }
}

/// CON-38, CON-R27
#[test]
fn con_38_what_is_known_of_a_client() {
    let members = format!(r#","client":{CLIENT},"subscriptions":[{SERVICE}]"#);
    let subscriptions = vec![service()];
    let payload = ServerPayload::SelfFetchResult { client: client(), subscriptions: subscriptions.clone() };
    both_ways("SELF_FETCH_RESULT", &members, &payload);
    let payload = ServerPayload::ClientFetchResult { client: client(), subscriptions };
    both_ways("CLIENT_FETCH_RESULT", &members, &payload);
}

/// CON-39, CON-41
#[test]
fn con_39_con_41_services_come_and_go() {
    let members = format!(r#","successful":false,"service":{SERVICE}"#);
    let payload = ServerPayload::ServiceCreateResult { successful: false, service: service() };
    both_ways("SERVICE_CREATE_RESULT", &members, &payload);
    let payload = ServerPayload::ServiceDeleteResult { service: service() };
    both_ways("SERVICE_DELETE_RESULT", &format!(r#","service":{SERVICE}"#), &payload);
}

/// CON-42, CON-43, CON-R14
#[test]
fn con_42_con_43_services_that_were_asked_for() {
    let payload = ServerPayload::ServiceFetchResult { service: service() };
    both_ways("SERVICE_FETCH_RESULT", &format!(r#","service":{SERVICE}"#), &payload);
    let all = ServerPayload::ServiceFetchAllResult { services: vec![service()] };
    both_ways("SERVICE_FETCH_ALL_RESULT", &format!(r#","services":[{SERVICE}]"#), &all);
    let as_the_seed_says = format!(r#"{{"type":"SERVICE_FETCH_RESULT","services":[{SERVICE}]}}"#);
    assert_eq!(ServerFrame::decode(&as_the_seed_says).unwrap().payload, all);
}

/// CON-44
#[test]
fn con_44_all_clients() {
    let payload = ServerPayload::ClientFetchAllResult { clients: vec![client()] };
    both_ways("CLIENT_FETCH_ALL_RESULT", &format!(r#","clients":[{CLIENT}]"#), &payload);
}

/// CON-45, CON-46
#[test]
fn con_45_con_46_clients_come_and_go() {
    let members = format!(r#","client":{CLIENT}"#);
    both_ways("CLIENT_JOINED", &members, &ServerPayload::ClientJoined { client: client() });
    both_ways("CLIENT_LEFT", &members, &ServerPayload::ClientLeft { client: client() });
}

/// CON-47, CON-48
#[test]
fn con_47_con_48_subscribers_come_and_go() {
    let members = format!(r#","client":{CLIENT},"service":{SERVICE}"#);
    let payload = ServerPayload::ServiceClientSubscribed { client: client(), service: service() };
    both_ways("SERVICE_CLIENT_SUBSCRIBED", &members, &payload);
    let payload = ServerPayload::ServiceClientUnsubscribed { client: client(), service: service() };
    both_ways("SERVICE_CLIENT_UNSUBSCRIBED", &members, &payload);
}

/// CON-49, CON-50, CON-51
#[test]
fn con_49_con_50_con_51_errors() {
    let desc = r#","desc":"why""#;
    both_ways("ERROR_INTERNAL", desc, &ServerPayload::ErrorInternal { desc: "why".into() });
    both_ways("ERROR_UNSUPPORTED", "", &ServerPayload::ErrorUnsupported);
    both_ways("ERROR_PROTOCOL", desc, &ServerPayload::ErrorProtocol { desc: "why".into() });
}

/// CON-52, CON-53, CON-54
#[test]
fn con_52_con_53_con_54_what_is_not_there() {
    both_ways("INVALID_NAME", r#","name":"sam""#, &ServerPayload::InvalidName { name: "sam".into() });
    let members = format!(r#","uuid":"{UUID}""#);
    both_ways("INVALID_UUID", &members, &ServerPayload::InvalidUuid { uuid: uuid() });
    let payload = ServerPayload::InvalidService { service: "chat".into() };
    both_ways("INVALID_SERVICE", r#","service":"chat""#, &payload);
}

/// CON-13, CON-R9, CON-R23
#[test]
fn con_13_a_relayed_message_keeps_its_data_and_tells_its_origin() {
    let data = r#"{ "b" : 1.0e2,"dup":1,"dup":2, "s":"\u00e9\/" }"#;
    for (service_text, service, target_text, target) in [
        ("null", None, r#"{"type":"ALL"}"#, Target::All),
        (
            SERVICE,
            Some(service()),
            r#"{"type":"SERVICE","service":"chat"}"#,
            Target::Service { service: "chat".into() },
        ),
    ] {
        let origin = CLIENT.replace(r#"["t"]}"#, &format!(r#"["t"],"service":{service_text}}}"#));
        let members = format!(r#","origin":{origin},"target":{target_text},"data":{data}"#);
        let payload = ServerPayload::Message {
            origin: Origin { client: client(), service },
            target,
            data: Data::new(data.to_owned()).unwrap(),
        };
        both_ways("MESSAGE", &members, &payload);
    }
}

/// CON-18, CON-19, CON-R18
#[test]
fn con_18_con_19_a_number_is_only_on_answers() {
    for (text, seq) in [
        (r#"{"type":"OK"}"#, None),
        (r#"{"type":"OK","seq":null}"#, None),
        (r#"{"type":"OK","seq":0}"#, Some(0)),
        (r#"{"seq":18446744073709551615,"type":"OK"}"#, Some(u64::MAX)),
    ] {
        let frame = ServerFrame::decode(text).unwrap();
        assert_eq!((frame.seq, frame.payload), (seq, ServerPayload::Ok), "{text}");
    }
    assert!(ServerFrame::event(ServerPayload::Ok).encode().find("seq").is_none());
}

#[test]
fn what_is_newer_than_the_client_is_no_error_and_what_is_broken_is_one() {
    let frame = ServerFrame::decode(r#"{"seq":1,"type":"NEWER","x":[1]}"#).unwrap();
    assert_eq!(frame, ServerFrame::answer(1, ServerPayload::Unheard { kind: "NEWER".into() }));
    for broken in [
        "",
        "x",
        "[]",
        "{}",
        r#"{"type":"HELLO"}"#,
        r#"{"type":"HELLO","uuid":"zzz","version":"0.2.0"}"#,
        r#"{"type":"CLIENT_JOINED"}"#,
        r#"{"type":"SERVICE_FETCH_ALL_RESULT","service":{}}"#,
        r#"{"type":"MESSAGE","data":1}"#,
    ] {
        assert!(matches!(ServerFrame::decode(broken), Err(Undecodable::Malformed(_))), "{broken}");
    }
}
