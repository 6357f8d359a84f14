//! A sesh from hello to end, and through a lost connection.

use serde_json::{Value, json};

use crate::client::{Client, device, server};

// PUFF-25, PUFF-27, PUFF-33, PUFF-50
#[tokio::test]
async fn two_people_heat_together() {
    let server = server().await;
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = a.create().await;
    b.join(&code).await;
    assert_eq!(a.event("GROUP_USER_JOIN").await["session_id"], b.session);
    a.send(4, device()).await;
    assert_eq!(b.event("GROUP_USER_DEVICE_UPDATE").await["device_state"], device());
    b.send(4, device()).await;
    a.event("GROUP_USER_DEVICE_UPDATE").await;
    b.send(8, Value::Null).await;
    assert_eq!(a.event("GROUP_HEAT_INQUIRY").await["session_id"], b.session);
    a.send(4, json!({ "state": 6 })).await;
    assert_eq!(b.event("GROUP_USER_READY").await["session_id"], a.session);
    b.send(4, json!({ "state": 6 })).await;
    let (start_a, start_b) = (a.event("GROUP_START_HEATING").await, b.event("GROUP_START_HEATING").await);
    assert_eq!((&start_a["excluded"], &start_b["excluded"]), (&json!(false), &json!(false)));
    assert_eq!(start_a["start_at"], start_b["start_at"]);
    for state in [7, 8, 9, 5] {
        a.send(4, json!({ "state": state })).await;
        b.send(4, json!({ "state": state })).await;
    }
    loop {
        let update = a.event("GROUP_UPDATE").await;
        if update["state"] == "chilling" {
            assert_eq!(update["sesh_counter"], 1);
            break;
        }
    }
    server.shutdown().await;
}

// PUFF-19, PUFF-20
#[tokio::test]
async fn a_lost_connection_resumes_into_its_group() {
    let server = server().await;
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = a.create().await;
    b.join(&code).await;
    b.send(4, device()).await;
    a.event("GROUP_USER_DEVICE_UPDATE").await;
    let earlier = Client::connect(&server).await;
    let lost = std::mem::replace(&mut b, earlier);
    let (session, token) = (lost.session.clone(), lost.token.clone());
    // No close frame: the TCP connection just ends.
    drop(lost);
    assert_eq!(a.event("GROUP_USER_UPDATE").await["disconnected"], true);
    b.send(13, json!({ "session_id": session, "session_token": token })).await;
    assert_eq!(b.event("SESSION_RESUMED").await["session_id"], session);
    let joined = b.event("JOINED_GROUP").await;
    assert_eq!((&joined["group_id"], &joined["members"][0]["device_state"]), (&json!(code), &device()));
    assert_eq!(a.event("GROUP_USER_UPDATE").await["disconnected"], false);
    b.send(11, json!({ "content": "back" })).await;
    assert_eq!(a.event("GROUP_MESSAGE").await["author_session_id"], session);
    server.shutdown().await;
}

// PUFF-23
#[tokio::test]
async fn a_resume_closes_the_older_socket_with_4007() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    a.create().await;
    let mut a2 = Client::connect(&server).await;
    a2.resume(&a).await;
    a2.event("JOINED_GROUP").await;
    assert_eq!(a.closed().await, 4007);
    a2.send(11, json!({ "content": "alone" })).await;
    a2.event("GROUP_MESSAGE").await;
    server.shutdown().await;
}
