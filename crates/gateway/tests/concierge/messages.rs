//! Messages: who gets them, who may send them, and the numbers of answers.

use hearth_gateway::hub::ConnectionId;
use serde_json::{Value, json};

use crate::world::{Client, Got, World, kinds};

fn message(target: Value, data: Value) -> Value {
    json!({ "type": "MESSAGE", "target": target, "data": data })
}

fn chat() -> (World, Client, Client, Client) {
    let mut world = World::new();
    let (owner, sub, outsider) = (world.client("owner"), world.client("sub"), world.client("outsider"));
    world.send(&owner, json!({ "type": "SERVICE_CREATE", "service": "svc" }));
    world.send(&sub, json!({ "type": "SELF_SUBSCRIBE", "service": "svc" }));
    world.forget();
    (world, owner, sub, outsider)
}

/// CON-13, CON-20, CON-31, CON-52, CON-53, CON-R10
#[test]
fn con_13_con_31_a_message_to_one_client_arrives_before_the_ok() {
    let (mut world, owner, sub, outsider) = chat();
    let mut origin = outsider.info();
    origin["service"] = Value::Null;
    for target in [json!({ "type": "NAME", "name": "sub" }), json!({ "type": "UUID", "uuid": sub.uuid })] {
        assert_eq!(kinds(&world.ask(&outsider, message(target.clone(), json!([1])))), ["OK"]);
        let expected = json!({ "type": "MESSAGE", "origin": origin, "target": target, "data": [1] });
        assert_eq!(world.all(&sub), [expected]);
    }
    let to_itself = message(json!({ "type": "NAME", "name": "outsider" }), Value::Null);
    assert_eq!(kinds(&world.ask(&outsider, to_itself)), ["MESSAGE", "OK"]);
    let nobody = json!({ "type": "NAME", "name": "nobody" });
    let answer = json!({ "seq": 3, "type": "INVALID_NAME", "name": "nobody" });
    assert_eq!(world.ask(&outsider, message(nobody, json!(1))), [answer]);
    let uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    let unknown = json!({ "type": "UUID", "uuid": uuid });
    let answer = json!({ "seq": 4, "type": "INVALID_UUID", "uuid": uuid });
    assert_eq!(world.ask(&outsider, message(unknown, json!(1))), [answer]);
    assert!(world.all(&owner).is_empty());
}

/// CON-14, CON-R11
#[test]
fn con_14_an_owner_reaches_its_subscribers_and_a_subscriber_only_the_owner() {
    let (mut world, owner, sub, outsider) = chat();
    let target = json!({ "type": "SERVICE", "service": "svc" });
    world.send(&owner, json!({ "type": "SELF_SUBSCRIBE", "service": "svc" }));
    world.forget();
    assert_eq!(kinds(&world.ask(&owner, message(target.clone(), json!("all")))), ["OK"], "not itself");
    let got = world.all(&sub);
    assert_eq!(kinds(&got), ["MESSAGE"]);
    assert_eq!(got[0]["origin"]["service"], owner.service("svc", &[&owner, &sub]));

    world.send(&owner, json!({ "type": "SELF_UNSUBSCRIBE", "service": "svc" }));
    world.forget();
    assert_eq!(kinds(&world.ask(&sub, message(target.clone(), json!("back")))), ["OK"]);
    assert_eq!(kinds(&world.all(&owner)), ["MESSAGE"], "also when it does not hear its own service");
    assert!(world.all(&outsider).is_empty());

    assert_eq!(kinds(&world.ask(&outsider, message(target, json!(1)))), ["BAD"]);
    let unknown = message(json!({ "type": "SERVICE", "service": "nope" }), json!(1));
    assert_eq!(kinds(&world.ask(&sub, unknown)), ["INVALID_SERVICE"]);
    assert!(world.all(&owner).is_empty());
}

/// CON-R9, CON-R10
#[test]
fn con_r10_an_owner_reaches_one_client_through_its_service() {
    let (mut world, owner, sub, outsider) = chat();
    let to = |service: &str, uuid: &str| json!({ "type": "SERVICE_CLIENT_UUID", "service": service, "uuid": uuid });
    assert_eq!(kinds(&world.ask(&owner, message(to("svc", &sub.uuid), json!(1)))), ["OK"]);
    assert_eq!(world.all(&sub)[0]["origin"]["service"]["name"], "svc");
    assert_eq!(kinds(&world.ask(&owner, message(to("svc", &outsider.uuid), json!(1)))), ["OK"]);
    assert_eq!(kinds(&world.all(&outsider)), ["MESSAGE"], "who does not hear it is reached as well");
    assert_eq!(kinds(&world.ask(&sub, message(to("svc", &owner.uuid), json!(1)))), ["BAD"]);
    assert_eq!(kinds(&world.ask(&owner, message(to("nope", &sub.uuid), json!(1)))), ["INVALID_SERVICE"]);
    let nobody = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    assert_eq!(kinds(&world.ask(&owner, message(to("svc", nobody), json!(1)))), ["INVALID_UUID"]);
    let old = json!({ "type": "SERVICE", "name": "svc" });
    assert_eq!(kinds(&world.ask(&owner, message(old, json!(1)))), ["OK"], "`name` means the same");
    assert_eq!(world.all(&sub)[0]["target"], json!({ "type": "SERVICE", "service": "svc" }));
}

/// CON-R11, CON-R9
#[test]
fn con_r11_all_includes_the_sender_and_an_origin_cannot_be_forged() {
    let (mut world, owner, sub, outsider) = chat();
    let mut forged = message(json!({ "type": "ALL" }), json!("hello"));
    forged["origin"] = owner.info();
    assert_eq!(kinds(&world.ask(&outsider, forged)), ["MESSAGE", "OK"]);
    for client in [&owner, &sub] {
        let got = world.all(client);
        assert_eq!(got[0]["origin"]["name"], "outsider");
    }
}

/// CON-R9, CON-R24
#[test]
fn con_r9_data_is_passed_on_byte_for_byte() {
    let (mut world, _, sub, outsider) = chat();
    let data = r#"{ "b" : 1.0e2, "a":  123456789012345678901234567890,"dup":1,"dup":2, "s":"\u00e9\/" }"#;
    world.text(
        outsider.id,
        &format!(r#"{{"data": {data} ,"target":{{"name":"s\u0075b","type":"NAME"}},"type":"MESSAGE"}}"#),
    );
    let Some(Got::Text(text)) = world.got(sub.id) else { panic!("nothing came") };
    assert!(
        text.ends_with(&format!(r#","target":{{"type":"NAME","name":"sub"}},"data":{data}}}"#)),
        "{text}"
    );
}

/// CON-18, CON-19, CON-25, CON-50, CON-51, CON-R17, CON-R18, CON-R20
#[test]
fn con_18_con_19_con_25_texts_are_numbered_from_zero_also_those_that_cannot_be_read() {
    let (mut world, _, _, client) = chat();
    world.text(client.id, "not json");
    world.text(client.id, r#"{"type":"NOPE"}"#);
    world.broker.receive_binary(world.now, ConnectionId(client.id));
    world.broker.heard(world.now, ConnectionId(client.id));
    world.text(client.id, r#"{"type":"IDENTIFY","name":"again","version":"0.2.0"}"#);
    world.text(client.id, r#"{"type":"SELF_SUBSCRIBE"}"#);
    let seq = |seq: u64| json!({ "type": "SELF_SET_SEQ", "seq": seq });
    world.send(&client, seq(100));
    world.send(&client, json!({ "type": "CLIENT_FETCH_ALL" }));
    world.text(client.id, r#"{"type":"SELF_SET_SEQ","seq":-1}"#);
    world.send(&client, seq(u64::MAX));
    world.send(&client, json!({ "type": "CLIENT_FETCH_ALL" }));
    let got: Vec<_> = world
        .all(&client)
        .into_iter()
        .map(|payload| (payload["seq"].as_u64(), payload["type"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        (0, "ERROR_PROTOCOL"),
        (1, "ERROR_UNSUPPORTED"),
        (2, "ERROR_UNSUPPORTED"),
        (3, "ERROR_PROTOCOL"),
        (100, "OK"),
        (101, "CLIENT_FETCH_ALL_RESULT"),
        (102, "ERROR_PROTOCOL"),
        (u64::MAX, "OK"),
        (0, "CLIENT_FETCH_ALL_RESULT"),
    ];
    assert_eq!(got, expected.map(|(seq, kind)| (Some(seq), kind.to_owned())));
}
