//! What there is on the server: lists, and events since.

use hearth_gateway_client::concierge::{Event, Request};
use serde_json::json;

use crate::script::{Script, US, client, service, uuid};

fn names(script: &mut Script) -> (Vec<String>, Vec<String>) {
    let directory = script.directory();
    let clients = directory.clients.iter().map(|client| client.name.clone()).collect();
    (clients, directory.services.iter().map(|service| service.name.clone()).collect())
}

fn greeted() -> Script {
    let mut script = Script::new();
    script.request(Request::Connect);
    script.accept();
    script.hello();
    script.forget();
    script
}

/// CON-29, CON-30, CON-43, CON-44, CON-34, CON-35
#[test]
fn con_43_it_is_told_when_both_lists_have_come() {
    let mut script = greeted();
    let ann = json!({"name": "ann", "nickname": "Ann", "uuid": uuid(2), "tags": ["bot"]});
    script.tells(json!({"seq": 0, "type": "CLIENT_FETCH_ALL_RESULT", "clients": [client("sam_2", US), ann]}));
    script.wait_ms(1000);
    assert!(!script.events().iter().any(|event| matches!(event, Event::Directory(_))));
    script.tells(json!({"seq": 1, "type": "SERVICE_FETCH_ALL_RESULT", "services": [service("b", 2, &[1, 2]), service("a", 2, &[])]}));
    let directory = script.directory();
    assert_eq!(directory.clients[0].nickname.as_deref(), Some("Ann"));
    assert_eq!(
        (directory.clients[0].uuid.clone(), directory.clients[0].tags.clone()),
        (uuid(2), vec!["bot".into()])
    );
    assert_eq!(directory.services[0].name, "a");
    assert_eq!((directory.services[1].owner.clone(), directory.services[1].subscribers.len()), (uuid(2), 2));
}

/// CON-R14: the seed's other name of that list; CON-R23: members left out, and null.
#[test]
fn con_r14_the_list_of_services_may_have_the_type_of_one() {
    let mut script = greeted();
    let ann = json!({"name": "ann", "uuid": uuid(2)});
    script.tells(json!({"seq": 0, "type": "CLIENT_FETCH_ALL_RESULT", "clients": [ann]}));
    let service = json!({"name": "a", "owner_uuid": uuid(2), "subscribers": null});
    script.tells(json!({"seq": 1, "type": "SERVICE_FETCH_RESULT", "services": [service]}));
    assert_eq!(names(&mut script), (vec!["ann".to_owned()], vec!["a".to_owned()]));
}

/// CON-45, CON-46, CON-40, CON-41, CON-19
#[test]
fn con_45_events_are_followed() {
    let mut script = Script::live(&[]);
    script.tells(json!({"type": "CLIENT_JOINED", "client": client("ann", 2)}));
    let made =
        json!({"type": "SERVICE_CREATE_RESULT", "successful": true, "service": service("lamp", 2, &[])});
    script.tells(made);
    assert_eq!(names(&mut script), (vec!["ann".into(), "sam_2".into()], vec!["lamp".into()]));
    script.tells(json!({"type": "SERVICE_DELETE_RESULT", "service": service("lamp", 2, &[])}));
    script.tells(json!({"type": "CLIENT_LEFT", "client": client("ann", 2)}));
    assert_eq!(names(&mut script), (vec!["sam_2".into()], vec![]));
}

/// CON-47, CON-48, CON-R16, CON-R21: in the order of either generation, and with the leaver still on the list.
#[test]
fn con_48_who_follows_a_service_is_known_to_those_who_do() {
    let subscribers = |script: &mut Script| script.directory().services[0].subscribers.clone();
    for result_first in [true, false] {
        let mut script = Script::live(&[service("lamp", 2, &[])]);
        script.subscribe("lamp");
        let lamp = service("lamp", 2, &[1]);
        let mut frames = vec![
            json!({"seq": 2, "type": "SELF_SUBSCRIBE_RESULT", "successful": true, "service": lamp}),
            json!({"type": "SERVICE_CLIENT_SUBSCRIBED", "client": client("sam_2", US), "service": lamp}),
        ];
        if !result_first {
            frames.reverse();
        }
        frames.into_iter().for_each(|frame| script.tells(frame));
        assert_eq!(subscribers(&mut script), [uuid(1)]);
        let lamp = service("lamp", 2, &[3, 1]);
        script
            .tells(json!({"type": "SERVICE_CLIENT_SUBSCRIBED", "client": client("bob", 3), "service": lamp}));
        assert_eq!(subscribers(&mut script), [uuid(1), uuid(3)]);
        script.tells(
            json!({"type": "SERVICE_CLIENT_UNSUBSCRIBED", "client": client("bob", 3), "service": lamp}),
        );
        assert_eq!(subscribers(&mut script), [uuid(1)]);
    }
}

/// CON-R13: the second copy of a deletion, after somebody else has made one of that name.
#[test]
fn con_r13_a_late_copy_of_a_deletion_deletes_nothing() {
    let mut script = Script::live(&[]);
    let made =
        json!({"type": "SERVICE_CREATE_RESULT", "successful": true, "service": service("lamp", 3, &[])});
    script.tells(made);
    script.tells(json!({"type": "SERVICE_DELETE_RESULT", "service": service("lamp", 2, &[])}));
    assert_eq!(names(&mut script).1, ["lamp"]);
}

#[test]
fn it_begins_anew_with_each_connection_and_heals_on_a_long_one() {
    let mut script = Script::live(&[service("lamp", 2, &[])]);
    script.cut(None);
    script.until_tried();
    script.forget();
    script.greet(&[service("porch", 2, &[])]);
    assert_eq!(names(&mut script).1, ["porch"]);
    script.subscribe("porch");
    script.forget();
    script.wait_ms(60_000);
    assert!(script.sent_types().contains(&"SERVICE_FETCH_ALL".to_owned()));
    // We are not on the list: asked again.
    script.tells(json!({"type": "SERVICE_FETCH_ALL_RESULT", "services": [service("porch", 2, &[])]}));
    assert_eq!(script.sent_types(), ["SELF_SUBSCRIBE"]);
}

#[test]
fn a_crowd_that_comes_at_once_is_told_a_few_times() {
    let mut script = Script::live(&[]);
    for number in 0..1000 {
        let newcomer = json!({"name": format!("c{number}"), "uuid": format!("10000000-0000-4000-8000-000000000{number:03}")});
        script.tells(json!({"type": "CLIENT_JOINED", "client": newcomer}));
        script.wait_ms(1);
    }
    script.wait_ms(100);
    let told: Vec<usize> = script
        .events()
        .into_iter()
        .filter_map(|event| if let Event::Directory(d) = event { Some(d.clients.len()) } else { None })
        .collect();
    assert!(told.len() <= 13, "{told:?}");
    assert_eq!(told.last(), Some(&1001));
}

#[test]
fn lists_that_never_come_do_not_stop_the_rest() {
    let mut script = greeted();
    script.create("porch");
    script.wait_ms(10_000);
    assert_eq!(script.sent_types(), ["SERVICE_CREATE"]);
}

#[test]
fn a_server_that_tells_of_too_much_does_not_fill_our_memory() {
    let mut script = Script::live(&[]);
    let long = "x".repeat(9000);
    script.tells(json!({"type": "CLIENT_JOINED", "client": client(&long, 2)}));
    script.tells(json!({"type": "CLIENT_JOINED", "client":
        {"name": "ann", "uuid": uuid(3), "tags": vec![""; 1000]}}));
    let created = |name: &str, nickname: Option<&str>| {
        let service = json!({"name": name, "nickname": nickname, "owner_uuid": uuid(2), "subscribers": []});
        json!({"type": "SERVICE_CREATE_RESULT", "successful": true, "service": service})
    };
    script.tells(created(&long, None));
    script.tells(created("porch", Some(&long)));
    for number in 0..3000 {
        script.tells(created(&format!("s{number}"), None));
    }
    let (clients, services) = names(&mut script);
    assert_eq!((clients, services.len()), (vec!["sam_2".to_owned()], 2048));
    assert!(services.iter().all(|name| name.len() < 10));
}
