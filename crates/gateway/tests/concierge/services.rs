//! Services: created, heard, deleted, asked for; and what happens when somebody leaves.

use serde_json::{Value, json};

use crate::world::{Client, World, kinds};

fn trio() -> (World, Client, Client, Client) {
    let mut world = World::new();
    let (owner, sub, bystander) = (world.client("owner"), world.client("sub"), world.client("bystander"));
    (world, owner, sub, bystander)
}

fn create(name: &str) -> Value {
    json!({ "type": "SERVICE_CREATE", "service": name })
}

fn subscribe(name: &str) -> Value {
    json!({ "type": "SELF_SUBSCRIBE", "service": name })
}

/// CON-26, CON-39, CON-40, CON-R15
#[test]
fn con_26_con_39_con_40_creating_is_told_everybody_then_answered() {
    let (mut world, owner, sub, bystander) = trio();
    let service = owner.service("chat", &[]);
    let event = json!({ "type": "SERVICE_CREATE_RESULT", "successful": true, "service": service });
    let mut answer = event.clone();
    answer["seq"] = json!(0);
    assert_eq!(world.ask(&owner, create("chat")), [event.clone(), answer]);
    assert_eq!(world.all(&bystander), [event.clone()]);
    assert_eq!(world.all(&sub), [event]);

    let again = json!({ "type": "SERVICE_CREATE", "service": "chat", "nickname": "Other" });
    let refused =
        json!({ "seq": 0, "type": "SERVICE_CREATE_RESULT", "successful": false, "service": service });
    assert_eq!(world.ask(&sub, again), [refused], "it stays as it was, and only who asked is told");
    assert!(world.all(&bystander).is_empty());
}

/// CON-15, CON-22, CON-36, CON-47, CON-54, CON-R16
#[test]
fn con_15_con_22_con_36_con_47_subscribing_is_answered_then_told_the_subscribers() {
    let (mut world, owner, sub, bystander) = trio();
    let unknown = json!({ "seq": 0, "type": "INVALID_SERVICE", "service": "chat" });
    assert_eq!(world.ask(&sub, subscribe("chat")), [unknown], "nobody can before it is created");
    world.send(&owner, create("chat"));
    world.forget();

    let service = owner.service("chat", &[&sub]);
    let result = |seq: u64, successful: bool, service: &Value| json!({ "seq": seq, "type": "SELF_SUBSCRIBE_RESULT", "successful": successful, "service": service });
    let event = |client: &Client, service: &Value| json!({ "type": "SERVICE_CLIENT_SUBSCRIBED", "client": client.info(), "service": service });
    assert_eq!(world.ask(&sub, subscribe("chat")), [result(1, true, &service), event(&sub, &service)]);
    assert!(world.all(&owner).is_empty(), "the owner does not hear its own service by itself");
    assert_eq!(world.ask(&sub, subscribe("chat")), [result(2, false, &service)]);

    let service = owner.service("chat", &[&owner, &sub]);
    assert_eq!(world.ask(&owner, subscribe("chat")), [result(1, true, &service), event(&owner, &service)]);
    assert_eq!(world.all(&sub), [event(&owner, &service)]);
    assert!(world.all(&bystander).is_empty());
}

/// CON-23, CON-37, CON-48, CON-R16
#[test]
fn con_23_con_37_con_48_who_leaves_gets_the_answer_and_who_stays_the_event() {
    let (mut world, owner, sub, bystander) = trio();
    world.send(&owner, create("chat"));
    for client in [&owner, &sub] {
        world.send(client, subscribe("chat"));
    }
    let unsubscribe = json!({ "type": "SELF_UNSUBSCRIBE", "service": "chat" });
    world.forget();
    let service = owner.service("chat", &[&owner]);
    let result = |seq: u64, successful: bool| json!({ "seq": seq, "type": "SELF_UNSUBSCRIBE_RESULT", "successful": successful, "service": service });
    assert_eq!(world.ask(&sub, unsubscribe.clone()), [result(1, true)]);
    let event = json!({ "type": "SERVICE_CLIENT_UNSUBSCRIBED", "client": sub.info(), "service": service });
    assert_eq!(world.all(&owner), [event]);
    assert_eq!(world.ask(&sub, unsubscribe), [result(2, false)]);
    assert!(world.all(&owner).is_empty() && world.all(&bystander).is_empty());
    let unknown = json!({ "type": "SELF_UNSUBSCRIBE", "service": "nope" });
    assert_eq!(kinds(&world.ask(&sub, unknown)), ["INVALID_SERVICE"]);
}

/// CON-16, CON-27, CON-32, CON-41, CON-R13, CON-R19
#[test]
fn con_16_con_27_con_41_only_the_owner_deletes_and_everybody_hears_of_it() {
    let (mut world, owner, sub, bystander) = trio();
    world.send(&owner, create("chat"));
    world.send(&sub, subscribe("chat"));
    world.forget();
    let delete = json!({ "type": "SERVICE_DELETE", "service": "chat" });
    assert_eq!(world.ask(&sub, delete.clone()), [json!({ "seq": 1, "type": "BAD" })], "with its number");
    let event = json!({ "type": "SERVICE_DELETE_RESULT", "service": owner.service("chat", &[&sub]) });
    let mut answer = event.clone();
    answer["seq"] = json!(1);
    assert_eq!(world.ask(&owner, delete.clone()), [event.clone(), answer]);
    assert_eq!(world.all(&sub), [event.clone()]);
    assert_eq!(world.all(&bystander), [event]);
    assert_eq!(kinds(&world.ask(&owner, delete)), ["INVALID_SERVICE"]);
}

/// CON-R22
#[test]
fn con_r22_a_service_that_comes_back_has_no_subscribers() {
    let (mut world, owner, sub, _) = trio();
    world.send(&owner, create("chat"));
    world.send(&sub, subscribe("chat"));
    world.send(&owner, json!({ "type": "SERVICE_DELETE", "service": "chat" }));
    world.send(&owner, create("chat"));
    let fetched = world.ask(&sub, json!({ "type": "SELF_FETCH" }));
    assert_eq!(fetched[0]["subscriptions"], json!([]));
    assert_eq!(world.broker.population().subscriptions, 0);
}

/// CON-24, CON-28, CON-29, CON-30, CON-34, CON-35, CON-38, CON-42, CON-43, CON-44, CON-R14, CON-R26, CON-R27
#[test]
fn con_24_con_28_con_29_con_30_everything_can_be_asked_for() {
    let (mut world, owner, sub, _) = trio();
    world.send(&owner, json!({ "type": "SERVICE_CREATE", "service": "chat", "nickname": "Chat" }));
    world.send(&sub, subscribe("chat"));
    let mut service = owner.service("chat", &[&sub]);
    service["nickname"] = json!("Chat");
    let about = json!({ "client": sub.info(), "subscriptions": [service] });
    for (payload, kind, members) in [
        (json!({ "type": "SELF_FETCH" }), "SELF_FETCH_RESULT", about.clone()),
        (json!({ "type": "CLIENT_FETCH", "uuid": sub.uuid }), "CLIENT_FETCH_RESULT", about),
        (
            json!({ "type": "SERVICE_FETCH", "service": "chat" }),
            "SERVICE_FETCH_RESULT",
            json!({ "service": service }),
        ),
        (json!({ "type": "SERVICE_FETCH", "service": "x" }), "INVALID_SERVICE", json!({ "service": "x" })),
        (
            json!({ "type": "SERVICE_FETCH_ALL" }),
            "SERVICE_FETCH_ALL_RESULT",
            json!({ "services": [service] }),
        ),
    ] {
        let mut expected = members;
        expected["type"] = json!(kind);
        let mut answers = world.ask(&sub, payload);
        answers[0].as_object_mut().unwrap().remove("seq").expect("a number");
        assert_eq!(answers, [expected]);
    }
    let clients = world.ask(&sub, json!({ "type": "CLIENT_FETCH_ALL" }));
    assert_eq!(clients[0]["type"], "CLIENT_FETCH_ALL_RESULT");
    assert_eq!(clients[0]["clients"].as_array().unwrap().len(), 3);
    let nobody = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    let unknown = world.ask(&sub, json!({ "type": "CLIENT_FETCH", "uuid": nobody }));
    assert_eq!((&unknown[0]["type"], &unknown[0]["uuid"]), (&json!("INVALID_UUID"), &json!(nobody)));
}

/// CON-17, CON-46, CON-R21
#[test]
fn con_17_con_46_who_leaves_takes_its_services_then_its_subscriptions_then_itself() {
    let (mut world, owner, sub, bystander) = trio();
    world.send(&owner, create("chat"));
    world.send(&sub, create("mine"));
    world.send(&bystander, create("unrelated"));
    for (client, service) in
        [(&owner, "mine"), (&sub, "chat"), (&bystander, "mine"), (&owner, "chat"), (&sub, "mine")]
    {
        world.send(client, subscribe(service));
    }
    world.forget();
    world.disconnect(&sub);
    let deleted = json!({ "type": "SERVICE_DELETE_RESULT", "service": sub.service("mine", &[&owner, &sub, &bystander]) });
    let unsubscribed = json!({ "type": "SERVICE_CLIENT_UNSUBSCRIBED", "client": sub.info(), "service": owner.service("chat", &[&owner]) });
    let left = json!({ "type": "CLIENT_LEFT", "client": sub.info() });
    assert_eq!(world.all(&owner), [deleted.clone(), unsubscribed, left.clone()]);
    assert_eq!(world.all(&bystander), [deleted, left], "nothing of services that it does not hear");
    assert!(world.all(&sub).is_empty());
    assert_eq!(world.left.len(), 1, "its files go, too");
}
