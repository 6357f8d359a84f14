//! Messages: out, in, answered by number, and never without an answer.

use hearth_gateway_client::concierge::{NotSent, Request, Target};
use serde_json::json;

use crate::script::{Script, client, service, uuid};

fn to(script: &mut Script, ticket: u64, target: Target) {
    script.request(Request::Send { ticket, target, data: "{}".into() });
}

fn chat() -> Target {
    Target::Service { service: "chat".into() }
}

/// CON-13, CON-R9, CON-R10
#[test]
fn con_13_messages_go_to_clients_services_and_everybody() {
    let mut script = Script::live(&[]);
    to(&mut script, 1, Target::Name { name: "ann".into() });
    to(&mut script, 2, Target::Uuid { uuid: uuid(2) });
    to(&mut script, 3, chat());
    to(&mut script, 4, Target::ServiceClient { service: "chat".into(), uuid: uuid(2) });
    to(&mut script, 5, Target::All);
    let targets: Vec<_> = script.sent().iter().map(|frame| frame["target"].clone()).collect();
    assert_eq!(
        targets,
        [
            json!({"type": "NAME", "name": "ann"}),
            json!({"type": "UUID", "uuid": uuid(2)}),
            json!({"type": "SERVICE", "service": "chat"}),
            json!({"type": "SERVICE_CLIENT_UUID", "service": "chat", "uuid": uuid(2)}),
            json!({"type": "ALL"}),
        ]
    );
}

/// CON-18, CON-20, CON-R17: counted from 0 after IDENTIFY; the two lists were 0 and 1.
#[test]
fn con_18_answers_are_matched_by_number_in_any_order() {
    let mut script = Script::live(&[]);
    (0..4).for_each(|ticket| script.send(ticket, "1"));
    script.tells(json!({"seq": 4, "type": "OK"}));
    script.tells(json!({"seq": 2, "type": "BAD"}));
    script.tells(json!({"seq": 5, "type": "OK"}));
    script.tells(json!({"seq": 3, "type": "OK"}));
    let answers = [(2, None), (0, Some(NotSent::NotAllowed)), (3, None), (1, None)];
    assert_eq!(script.answers(), answers);
    // Numbers that nothing waits for.
    script.tells(json!({"seq": 4, "type": "OK"}));
    script.tells(json!({"seq": u64::MAX, "type": "OK"}));
    assert_eq!(script.answers(), []);
}

/// CON-19, CON-R19: the oldest that it can be an answer to.
#[test]
fn con_19_answers_without_a_number_are_of_the_oldest_message() {
    let mut script = Script::live(&[]);
    script.send(1, "1");
    to(&mut script, 2, Target::Name { name: "ann".into() });
    to(&mut script, 3, chat());
    script.tells(json!({"type": "INVALID_SERVICE", "service": "chat"}));
    script.tells(json!({"type": "INVALID_NAME", "name": "ann"}));
    script.tells(json!({"type": "OK"}));
    let answers = [(3, Some(NotSent::NoService)), (2, Some(NotSent::NoClient)), (1, None)];
    assert_eq!(script.answers(), answers);
}

/// CON-31, CON-32, CON-49, CON-50, CON-51, CON-52, CON-53, CON-54, CON-R20
#[test]
fn con_52_every_answer_of_the_server_says_what_became_of_it() {
    let refused = |words: &str| Some(NotSent::Refused(words.into()));
    for (answer, outcome) in [
        (json!({"type": "OK"}), None),
        (json!({"type": "BAD"}), Some(NotSent::NotAllowed)),
        (json!({"type": "ERROR_INTERNAL", "desc": "oops"}), refused("oops")),
        (json!({"type": "ERROR_UNSUPPORTED"}), refused("")),
        (json!({"type": "ERROR_PROTOCOL", "desc": "what?"}), refused("what?")),
        (json!({"type": "INVALID_UUID", "uuid": uuid(2)}), Some(NotSent::NoClient)),
        (json!({"type": "INVALID_SERVICE", "service": "chat"}), Some(NotSent::NoService)),
    ] {
        let mut script = Script::live(&[]);
        to(&mut script, 9, Target::ServiceClient { service: "chat".into(), uuid: uuid(2) });
        let mut answer = answer;
        answer["seq"] = json!(2);
        script.tells(answer.clone());
        assert_eq!(script.answers(), [(9, outcome)], "{answer}");
    }
    let mut script = Script::live(&[]);
    to(&mut script, 9, Target::Name { name: "ann".into() });
    script.tells(json!({"seq": 2, "type": "INVALID_NAME", "name": "ann"}));
    assert_eq!(script.answers(), [(9, Some(NotSent::NoClient))]);
}

/// CON-14, CON-R9: as the real server wrote it.
#[test]
fn con_14_a_message_comes_with_its_origin_and_its_data_byte_for_byte() {
    let mut script = Script::live(&[]);
    let data = r#"{ "b" : 1.0e2, "a":  123456789012345678901234567890,"dup":1,"dup":2, "s":"\u00e9\/" }"#;
    let origin = |service: &str| {
        format!(r#"{{"name":"ann","nickname":"Ann","uuid":"{}","tags":["x"],"service":{service}}}"#, uuid(2))
    };
    let says = |script: &mut Script, service: &str, target: &str| {
        let origin = origin(service);
        script.says(&format!(r#"{{"type":"MESSAGE","origin":{origin},"target":{target},"data":{data}}}"#));
    };
    says(&mut script, "null", r#"{"type":"NAME","name":"sam_2"}"#);
    says(&mut script, &service("chat", 2, &[1]).to_string(), r#"{"type":"SERVICE","service":"chat"}"#);
    let messages = script.messages();
    assert_eq!(messages.iter().map(|(.., text)| text.as_str()).collect::<Vec<_>>(), [data, data]);
    assert_eq!(messages[0].0.client.nickname.as_deref(), Some("Ann"));
    assert_eq!(
        (messages[0].0.service.clone(), &messages[0].1),
        (None, &Target::Name { name: "sam_2".into() })
    );
    assert_eq!(messages[1].0.service.as_ref().unwrap().subscribers, [uuid(1)]);
    assert_eq!(messages[1].1, chat());
}

/// CON-R11: the delivery comes before the answer.
#[test]
fn con_r11_a_message_to_everybody_comes_back_and_is_answered() {
    let mut script = Script::live(&[]);
    script.send(1, "7");
    let mut origin = client("sam_2", 1);
    origin["service"] = json!(null);
    script.tells(json!({"type": "MESSAGE", "origin": origin, "target": {"type": "ALL"}, "data": 7}));
    script.tells(json!({"seq": 2, "type": "OK"}));
    assert_eq!(script.answers(), [(1, None)]);
}

/// CON-R25
#[test]
fn con_r25_what_does_not_fit_is_refused_here() {
    let mut script = Script::live(&[]);
    script.send(1, &format!("\"{}\"", "x".repeat(70_000)));
    script.send(2, "{");
    to(&mut script, 3, Target::Service { service: "a\\b".into() });
    to(&mut script, 4, Target::Uuid { uuid: "ann".into() });
    let answers = [
        (1, Some(NotSent::TooLong)),
        (2, Some(NotSent::NotJson)),
        (3, Some(NotSent::BadTarget)),
        (4, Some(NotSent::NoClient)),
    ];
    assert_eq!(script.answers(), answers);
    assert_eq!(script.sent_types(), Vec::<String>::new());
    assert!(script.has_socket());
}

#[test]
fn messages_wait_for_the_connection_but_not_long_and_not_many() {
    let mut script = Script::new();
    script.send(0, "1");
    assert_eq!(script.answers(), [(0, Some(NotSent::NotConnected))], "nobody wants a connection");
    script.request(Request::Connect);
    (0..300).for_each(|ticket| script.send(ticket, "1"));
    let answers = script.answers();
    assert_eq!((answers.len(), answers[0].clone()), (44, (256, Some(NotSent::TooMany))));
    script.wait_ms(1000);
    script.greet(&[]);
    assert_eq!(script.sent_types().iter().filter(|kind| *kind == "MESSAGE").count(), 64);
    (0..10).for_each(|number| script.tells(json!({"seq": 2 + number, "type": "OK"})));
    assert_eq!(script.answers().len(), 10);
    assert_eq!(script.sent_types().len(), 10, "each answer lets one more go");
    script.wait_ms(5000);
    let late = script.answers();
    assert_eq!(late.len(), 256 - 74);
    assert!(late.iter().all(|(_, why)| *why == Some(NotSent::NotConnected)));
}

#[test]
fn every_message_gets_exactly_one_answer() {
    let mut script = Script::live(&[]);
    script.send(1, "1");
    script.wait_ms(10_000);
    assert_eq!(script.answers(), [(1, Some(NotSent::Lost))], "no answer came");
    script.send(2, "1");
    script.cut(None);
    assert_eq!(script.answers(), [(2, Some(NotSent::Lost))]);
    script.send(3, "1");
    script.request(Request::Disconnect);
    assert_eq!(script.answers(), [(3, Some(NotSent::NotConnected))]);
    script.request(Request::Connect);
    script.send(4, "1");
    script.accept();
    script.cut(Some(4006));
    assert_eq!(script.answers(), [(4, Some(NotSent::NotConnected))]);
    script.wait_ms(60_000);
    assert_eq!(script.answers(), []);
}
