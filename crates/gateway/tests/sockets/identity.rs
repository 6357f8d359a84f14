//! Op 20 over real sockets: the gateway's own accounts, and a verifier that hangs.

use std::sync::Arc;

use async_trait::async_trait;
use hearth_gateway::hub::Verdict;
use hearth_gateway::server::Identity;
use hearth_gateway::verify::Verifier;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use crate::client::{Client, request, server};

#[tokio::test]
async fn an_access_token_of_a_registration_links_a_session() {
    let server = server().await;
    let account = json!({ "username": "toad", "password": "a long enough password" }).to_string();
    let headers = [("content-type", "application/json")];
    let (head, body) = request(server.local_addr(), "POST", "/auth/register", &headers, &account).await;
    assert!(
        head.starts_with("http/1.1 20") && head.contains("access-control-allow-origin: *"),
        "{head} {body}"
    );
    let token = serde_json::from_str::<Value>(&body).unwrap()["access_token"].clone();
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = a.create().await;
    b.join(&code).await;
    a.send(20, json!({ "token": token })).await;
    let id = a.event("USER_LINK_SUCCESS").await["id"].clone();
    let update = b.event("GROUP_USER_UPDATE").await;
    assert_eq!((&update["user"]["name"], &update["user"]["id"]), (&json!("toad"), &id));
    server.shutdown().await;
}

/// Never answers.
struct Hanging;

#[async_trait]
impl Verifier for Hanging {
    async fn verify(&self, _token: &str) -> Verdict {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_verifier_that_hangs_holds_nobody_up() {
    let identity = Identity::External(Arc::new(Hanging));
    let server = Server::bind(ServerOptions { identity, ..ServerOptions::default() }).await.unwrap();
    let mut a = Client::connect(&server).await;
    a.send(20, json!({ "token": "whatever" })).await;
    a.send(421, json!({ "client_time": 1 })).await;
    assert_eq!(a.next().await["t"], "CLOCK");
    assert_eq!(a.event("USER_LINK_ERROR").await["code"], "UNAVAILABLE");
    a.create().await;
    server.shutdown().await;
}
