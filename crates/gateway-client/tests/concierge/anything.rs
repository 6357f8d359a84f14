//! Whatever a server says, in whatever order: the session never panics, never spins, never speaks on a socket that is
//! gone, never says anything that a server would not understand, and answers every message once.

use std::collections::BTreeMap;

use hearth_dialects::concierge::ClientPayload;
use hearth_gateway_client::concierge::{Event, Request, Target};
use hearth_gateway_client::machine::OpenFailure;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::common::chance::{any, garbage};
use crate::script::{Script, client, service, uuid};

const NAMES: [&str; 5] = ["porch", "lamp", "", "has space ü", "a\"b"];

fn request(rng: &mut StdRng, tickets: &mut u64) -> Request {
    let service = any(rng, &NAMES).to_owned();
    *tickets += 1;
    let target = any(
        rng,
        &[
            Target::All,
            Target::Name { name: "ann".into() },
            Target::Uuid { uuid: uuid(2) },
            Target::Uuid { uuid: "?".into() },
            Target::Service { service: service.clone() },
            Target::ServiceClient { service: service.clone(), uuid: uuid(3) },
        ],
    );
    let data = any(rng, &["1", "{\"a\": [1, 2]}", "nonsense", "\"\\u00e9\""]).to_owned();
    let nickname = any(rng, &[None, Some("Nick \"x\"".to_owned())]);
    let wishes = [
        Request::CreateService { service: service.clone(), nickname },
        Request::DeleteService { service: service.clone() },
        Request::Subscribe { service: service.clone() },
        Request::Unsubscribe { service },
    ];
    match rng.random_range(0..10) {
        0 => any(rng, &[Request::Connect, Request::Disconnect, Request::Retry]),
        1..6 => any(rng, &wishes),
        _ => Request::Send { ticket: *tickets, target, data },
    }
}

fn frame(rng: &mut StdRng) -> Value {
    let who = rng.random_range(1..4);
    let of = service(any(rng, &NAMES), rng.random_range(1..4), &[who]);
    let successful = rng.random_bool(0.5);
    let client = client("ann", who);
    let kind = any(
        rng,
        &[
            "OK",
            "BAD",
            "HELLO",
            "MESSAGE",
            "SELF_SUBSCRIBE_RESULT",
            "SELF_UNSUBSCRIBE_RESULT",
            "SERVICE_CREATE_RESULT",
            "SERVICE_DELETE_RESULT",
            "SERVICE_FETCH_RESULT",
            "SERVICE_FETCH_ALL_RESULT",
            "CLIENT_FETCH_ALL_RESULT",
            "CLIENT_JOINED",
            "CLIENT_LEFT",
            "SERVICE_CLIENT_SUBSCRIBED",
            "SERVICE_CLIENT_UNSUBSCRIBED",
            "ERROR_INTERNAL",
            "ERROR_UNSUPPORTED",
            "ERROR_PROTOCOL",
            "INVALID_NAME",
            "INVALID_UUID",
            "INVALID_SERVICE",
            "SOMETHING_NEW",
        ],
    );
    let mut frame = json!({
        "type": kind, "uuid": uuid(who), "version": "0.2.0", "successful": successful, "service": of,
        "services": [of], "client": client, "clients": [client], "desc": "?", "name": "ann",
        "origin": client, "target": {"type": "ALL"}, "data": {"x": 1},
    });
    if kind == "INVALID_SERVICE" {
        frame["service"] = of["name"].clone();
    }
    if kind == "SERVICE_FETCH_RESULT" {
        frame.as_object_mut().unwrap().remove("services");
    }
    if rng.random_bool(0.6) {
        frame["seq"] = json!(any(rng, &[0_u64, 1, 2, 3, 4, 5, 6, 7, 8, 20, u64::MAX]));
    }
    if rng.random_bool(0.1) {
        let keys: Vec<String> = frame.as_object().unwrap().keys().cloned().collect();
        frame[any(rng, &keys)] = any(rng, &[json!(null), json!(-1), json!([]), json!("\u{0}"), json!({})]);
    }
    frame
}

/// CON-18, CON-51
#[test]
fn in_any_order_is_survived() {
    for seed in 0..2000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut script = Script::new();
        let (mut tickets, mut answers) = (0, BTreeMap::<u64, u32>::new());
        let mut asked = Vec::new();
        script.request(Request::Connect);
        for _ in 0..80 {
            match rng.random_range(0..12) {
                0..4 => {
                    let request = request(&mut rng, &mut tickets);
                    if let Request::Send { ticket, .. } = request {
                        asked.push(ticket);
                    }
                    script.request(request);
                }
                4..7 if script.has_socket() => script.tells(frame(&mut rng)),
                7 if script.has_socket() => {
                    let frame = frame(&mut rng);
                    script.says(&garbage(&mut rng, &frame));
                }
                8 if script.has_socket() => {
                    script.accept();
                    script.hello();
                }
                9 if script.has_socket() && rng.random_bool(0.3) => {
                    script.cut(any(&mut rng, &[None, Some(1000), Some(4000), Some(4005), Some(4009)]));
                }
                10 if script.has_socket() && rng.random_bool(0.2) => {
                    script.open_failed(any(
                        &mut rng,
                        &[OpenFailure::Network(String::new()), OpenFailure::Http(502)],
                    ));
                }
                11 => script.pong = rng.random_bool(0.7),
                _ => script.wait_ms(any(&mut rng, &[0, 1, 40, 300, 5000, 11_000, 61_000])),
            }
            for text in script.sent_text() {
                assert!(ClientPayload::decode(&text).is_ok(), "seed {seed}: {text}");
            }
            count(&mut script, &mut answers);
        }
        script.request(Request::Disconnect);
        count(&mut script, &mut answers);
        assert!(
            asked.iter().all(|ticket| answers.get(ticket) == Some(&1)),
            "seed {seed}: {answers:?} of {asked:?}"
        );
    }
}

fn count(script: &mut Script, answers: &mut BTreeMap<u64, u32>) {
    for event in script.events() {
        if let Event::Sent { ticket } | Event::NotSent { ticket, .. } = event {
            *answers.entry(ticket).or_default() += 1;
        }
    }
}
