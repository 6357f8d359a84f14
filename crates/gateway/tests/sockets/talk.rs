//! What everybody in a group is told, its author too: clients wait for their own words to come back.

use serde_json::{Value, json};

use crate::client::{Client, device, server};

// PUFF-38
#[tokio::test]
async fn a_reaction_reaches_everybody_and_its_author() {
    let server = server().await;
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = a.create().await;
    b.join(&code).await;
    b.send(14, json!({ "emoji": "🔥👍🏽" })).await;
    let expected = json!({ "group_id": code, "author_session_id": b.session, "emoji": "🔥👍🏽" });
    for client in [&mut a, &mut b] {
        assert_eq!(client.event("GROUP_REACTION").await, expected);
    }
    b.send(14, json!({ "emoji": "lol" })).await;
    assert_eq!(b.event("GROUP_ACTION_ERROR").await["code"], "INVALID_DATA");
    server.shutdown().await;
}

// PUFF-35
#[tokio::test]
async fn an_unplugged_device_is_told_to_everybody_and_its_owner() {
    let server = server().await;
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = a.create().await;
    b.join(&code).await;
    b.send(4, device()).await;
    b.send(10, Value::Null).await;
    let expected = json!({ "group_id": code, "session_id": b.session });
    for client in [&mut a, &mut b] {
        assert_eq!(client.event("GROUP_USER_DEVICE_DISCONNECT").await, expected);
    }
    server.shutdown().await;
}
