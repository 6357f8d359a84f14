//! Services that are to be ours, and services that are to be followed: made true, and made true again.

use hearth_gateway_client::concierge::{Event, NotSent, Request, Target};
use serde_json::{Value, json};

use crate::script::{Script, US, client, service, uuid};

const OTHER: u8 = 2;

fn created(successful: bool, service: Value) -> Value {
    json!({"type": "SERVICE_CREATE_RESULT", "successful": successful, "service": service})
}

fn with_seq(mut frame: Value, seq: u64) -> Value {
    frame["seq"] = json!(seq);
    frame
}

/// CON-26, CON-39, CON-40, CON-R15: told once, though the server tells it twice.
#[test]
fn con_39_a_service_is_created_and_told_once() {
    let mut script = Script::live(&[]);
    script.create("porch ü");
    assert_eq!(script.sent(), [json!({"type": "SERVICE_CREATE", "service": "porch ü"})]);
    let made = created(true, service("porch ü", US, &[]));
    script.tells(made.clone());
    assert_eq!(script.fates(), [("created", "porch ü".to_owned())]);
    script.tells(with_seq(made, 2));
    assert_eq!(script.fates(), []);
    assert_eq!(script.directory().services.len(), 1);
}

/// CON-R15: either copy is enough.
#[test]
fn con_r15_either_copy_confirms() {
    for seq in [None, Some(2)] {
        let mut script = Script::live(&[]);
        script.create("porch");
        let made = created(true, service("porch", US, &[]));
        script.tells(seq.map_or(made.clone(), |seq| with_seq(made, seq)));
        assert_eq!(script.fates(), [("created", "porch".to_owned())]);
        // Nothing is asked again when time passes.
        script.forget();
        script.wait_ms(4000);
        assert_eq!(script.sent_types(), Vec::<String>::new());
    }
}

/// CON-39, CON-41: somebody else's, until it goes.
#[test]
fn con_39_a_name_that_is_taken_is_tried_again_when_it_is_free() {
    let mut script = Script::live(&[]);
    script.create("porch");
    script.tells(with_seq(created(false, service("porch", OTHER, &[])), 2));
    assert_eq!(script.fates(), [("taken", "porch".to_owned())]);
    script.forget();
    script.tells(json!({"type": "SERVICE_DELETE_RESULT", "service": service("porch", OTHER, &[])}));
    assert_eq!(script.sent(), [json!({"type": "SERVICE_CREATE", "service": "porch"})]);
    script.tells(created(true, service("porch", US, &[])));
    assert_eq!(script.fates(), [("created", "porch".to_owned())]);
}

/// CON-43
#[test]
fn con_43_a_name_that_is_known_to_be_taken_is_not_asked_for() {
    let mut script = Script::live(&[service("porch", OTHER, &[])]);
    script.create("porch");
    assert_eq!(script.fates(), [("taken", "porch".to_owned())]);
    assert_eq!(script.sent_types(), Vec::<String>::new());
}

/// CON-17, CON-46: an owner that left takes its services along, told or not.
#[test]
fn con_17_what_a_client_owned_is_free_when_it_leaves() {
    let mut script = Script::live(&[service("porch", OTHER, &[])]);
    script.create("porch");
    script.forget();
    script.tells(json!({"type": "CLIENT_LEFT", "client": client("ann", OTHER)}));
    assert_eq!(script.sent_types(), ["SERVICE_CREATE"]);
}

/// CON-27, CON-41, CON-R13
#[test]
fn con_27_a_service_is_deleted_and_stays_so() {
    let mut script = Script::live(&[]);
    script.create("porch");
    script.tells(created(true, service("porch", US, &[])));
    script.forget();
    script.request(Request::DeleteService { service: "porch".into() });
    assert_eq!(script.sent(), [json!({"type": "SERVICE_DELETE", "service": "porch"})]);
    let gone = json!({"type": "SERVICE_DELETE_RESULT", "service": service("porch", US, &[])});
    script.tells(gone.clone());
    script.tells(with_seq(gone, 3));
    assert_eq!(script.directory().services.len(), 0);
    script.wait_ms(4000);
    assert_eq!(script.sent_types(), Vec::<String>::new());
}

/// CON-41: it was not our wish.
#[test]
fn con_41_a_service_that_the_server_deletes_is_made_again() {
    let mut script = Script::live(&[]);
    script.create("porch");
    script.tells(created(true, service("porch", US, &[])));
    script.forget();
    script.tells(json!({"type": "SERVICE_DELETE_RESULT", "service": service("porch", US, &[])}));
    assert_eq!(script.sent_types(), ["SERVICE_CREATE"]);
}

/// CON-16, CON-R19: the one answer without a number.
#[test]
fn con_16_the_refusal_of_a_deletion_without_a_number_is_not_taken_for_that_of_a_message() {
    let mut script = Script::live(&[]);
    script.create("porch");
    script.send(1, "1");
    script.request(Request::DeleteService { service: "porch".into() });
    script.tells(json!({"type": "BAD"}));
    assert_eq!(script.answers(), []);
    script.tells(json!({"seq": 3, "type": "OK"}));
    assert_eq!(script.answers(), [(1, None)]);
}

/// CON-R24, CON-51
#[test]
fn con_r24_a_service_that_cannot_be_had_is_told_and_not_asked_for_again() {
    let mut script = Script::live(&[]);
    script.create("a\"b");
    assert_eq!(script.fates(), [("refused", "a\"b".to_owned())]);
    script.create("too many");
    script.tells(json!({"seq": 2, "type": "ERROR_PROTOCOL", "desc": "no"}));
    assert_eq!(script.fates(), [("refused", "too many".to_owned())]);
    script.forget();
    script.wait_ms(200_000);
    assert!(!script.sent_types().contains(&"SERVICE_CREATE".to_owned()));
}

/// CON-22, CON-36
#[test]
fn con_36_a_service_that_is_there_is_followed_at_once() {
    let mut script = Script::live(&[service("porch", OTHER, &[])]);
    script.subscribe("porch");
    assert_eq!(script.sent(), [json!({"type": "SELF_SUBSCRIBE", "service": "porch"})]);
    let porch = service("porch", OTHER, &[US]);
    script.tells(json!({"seq": 2, "type": "SELF_SUBSCRIBE_RESULT", "successful": true, "service": porch}));
    assert_eq!(script.directory().services[0].subscribers, [uuid(US)]);
}

/// CON-15, CON-22, CON-54
#[test]
fn con_15_a_service_that_is_not_there_is_waited_for() {
    let mut script = Script::live(&[]);
    script.subscribe("porch");
    assert_eq!(script.sent_types(), Vec::<String>::new());
    script.tells(created(true, service("porch", OTHER, &[])));
    assert_eq!(script.sent(), [json!({"type": "SELF_SUBSCRIBE", "service": "porch"})]);
    // Gone before we got there, and back.
    script.tells(json!({"seq": 2, "type": "INVALID_SERVICE", "service": "porch"}));
    assert_eq!(script.sent_types(), Vec::<String>::new());
    script.tells(created(true, service("porch", OTHER, &[])));
    assert_eq!(script.sent_types(), ["SELF_SUBSCRIBE"]);
    // Followed; deleted; made again: followed again, and once only.
    script.tells(json!({"seq": 3, "type": "SELF_SUBSCRIBE_RESULT", "successful": true,
        "service": service("porch", OTHER, &[US])}));
    script.tells(json!({"type": "SERVICE_DELETE_RESULT", "service": service("porch", OTHER, &[US])}));
    script.tells(created(true, service("porch", OTHER, &[])));
    script.tells(created(true, service("porch", OTHER, &[])));
    assert_eq!(script.sent_types(), ["SELF_SUBSCRIBE"]);
}

/// CON-23, CON-37
#[test]
fn con_37_a_service_is_followed_no_more_and_again() {
    let mut script = Script::live(&[service("porch", OTHER, &[])]);
    script.subscribe("porch");
    script.tells(json!({"seq": 2, "type": "SELF_SUBSCRIBE_RESULT", "successful": true,
        "service": service("porch", OTHER, &[US])}));
    script.forget();
    script.request(Request::Unsubscribe { service: "porch".into() });
    assert_eq!(script.sent(), [json!({"type": "SELF_UNSUBSCRIBE", "service": "porch"})]);
    // Wanted again before the answer to that.
    script.subscribe("porch");
    script.tells(json!({"seq": 3, "type": "SELF_UNSUBSCRIBE_RESULT", "successful": true,
        "service": service("porch", OTHER, &[])}));
    assert_eq!(script.sent_types(), ["SELF_SUBSCRIBE"]);
}

/// CON-17, CON-18, CON-R17: numbers begin anew on each connection.
#[test]
fn con_17_wishes_are_renewed_after_each_reconnect() {
    let mut script = Script::live(&[service("lamp", OTHER, &[])]);
    script.create("porch");
    script.subscribe("lamp");
    for _ in 0..3 {
        script.tells(created(true, service("porch", US, &[])));
        script.tells(json!({"seq": 3, "type": "SELF_SUBSCRIBE_RESULT", "successful": true,
            "service": service("lamp", OTHER, &[US])}));
        script.forget();
        script.cut(None);
        script.until_tried();
        script.accept();
        script.hello();
        assert_eq!(script.sent_types(), ["IDENTIFY", "CLIENT_FETCH_ALL", "SERVICE_FETCH_ALL"]);
        script.lists(&[service("lamp", OTHER, &[])]);
        assert_eq!(script.sent_types(), ["SERVICE_CREATE", "SELF_SUBSCRIBE"]);
        // On the connection before it was; on this one it is not yet.
        script.request(Request::Send {
            ticket: 5,
            target: Target::Service { service: "lamp".into() },
            data: "1".into(),
        });
        script.tells(json!({"seq": 4, "type": "BAD"}));
        assert_eq!(script.answers(), [(5, Some(NotSent::NotAllowed))]);
        script.forget();
    }
}

/// CON-R15: servers keep the nickname of a service that is there.
#[test]
fn con_r15_a_new_nickname_makes_the_service_anew() {
    let mut script = Script::live(&[]);
    let ask = |script: &mut Script, nickname: &str| {
        let nickname = Some(nickname.to_owned());
        script.request(Request::CreateService { service: "porch".into(), nickname });
    };
    ask(&mut script, "Porch");
    script.tells(created(true, service("porch", US, &[])));
    script.forget();
    ask(&mut script, "Porch");
    assert_eq!(script.sent_types(), Vec::<String>::new());
    ask(&mut script, "Veranda");
    assert_eq!(script.sent_types(), ["SERVICE_DELETE"]);
    script.tells(json!({"type": "SERVICE_DELETE_RESULT", "service": service("porch", US, &[])}));
    assert_eq!(script.sent(), [json!({"type": "SERVICE_CREATE", "service": "porch", "nickname": "Veranda"})]);
}

/// CON-47: an owner that does not follow its own service is not told who does.
#[test]
fn con_47_an_owner_asks_who_follows_its_services() {
    let mut script = Script::live(&[]);
    script.create("porch");
    script.tells(created(true, service("porch", US, &[])));
    script.wait_ms(5100);
    script.forget();
    script.wait_ms(5000);
    assert_eq!(script.sent(), [json!({"type": "SERVICE_FETCH", "service": "porch"})]);
    let porch = service("porch", US, &[OTHER]);
    script.tells(json!({"seq": 4, "type": "SERVICE_FETCH_RESULT", "service": porch}));
    assert_eq!(script.directory().services[0].subscribers, [uuid(OTHER)]);
    script.tells(json!({"seq": 5, "type": "SERVICE_FETCH_RESULT", "service": porch}));
    script.wait_ms(4000);
    assert!(!script.events().iter().any(|event| matches!(event, Event::Directory(_))), "nothing has changed");
}
