//! REST: what is there for whom, pages, forms, origins, and attempts that count.

use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::accounts::{Accounts, AuthOptions};
use hearth_gateway::hub::RateLimit;
use hearth_gateway::server::Identity;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use super::{PASSWORD, Person, Socket, call};
use crate::client::{request, server};
use crate::together;

#[tokio::test]
async fn a_channel_is_as_it_was_posted_and_its_author_is_its_first_member() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let id = ada.channel(1).await;
    assert_ne!(id, ada.channel(1).await);
    // Whoever knows the number may look.
    let (status, answer) = bob.call("GET", &format!("/channels/{id}"), Value::Null).await;
    let expected = json!({ "id": id, "type": 1, "timestamp": 1_579_276_740_336_u64, "title": "Which pearl?",
        "description": "I have two", "topic": "pearls", "streamURL": "https://example.org/live",
        "author": ada.id, "members": [ada.id] });
    assert_eq!((status, answer), (200, json!({ "success": true, "channel": expected })));
    bob.post(&id, "hi").await;
    let (_, answer) = bob.call("GET", &format!("/channels/{id}"), Value::Null).await;
    assert_eq!(answer["channel"]["members"], json!([ada.id, bob.id]));
    let (_, answer) = bob.call("GET", "/channels", Value::Null).await;
    assert_eq!((&answer["channels"][0]["id"], answer["channels"].as_array().unwrap().len()), (&json!(id), 1));
    assert_eq!(answer["channels"][0].get("members"), None);
    let me = format!("/channels/{id}/members/me");
    assert_eq!(bob.call("DELETE", &me, Value::Null).await.0, 200);
    assert_eq!(bob.call("DELETE", &me, Value::Null).await.0, 404);
    assert_eq!(ada.call("DELETE", &me, Value::Null).await.0, 400);
    for _ in 0..2 {
        assert_eq!(bob.call("PUT", &me, Value::Null).await, (200, json!({ "success": true, "id": id })));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn pages_are_the_last_posts_oldest_first() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let channel = ada.channel(0).await;
    let mut ids = Vec::new();
    for number in 0..13 {
        ids.push(ada.post(&channel, &number.to_string()).await);
    }
    let page = async |query: &str| {
        let (status, answer) =
            ada.call("GET", &format!("/channels/{channel}/posts{query}"), Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        let posts = answer["posts"].as_array().unwrap().clone();
        posts.iter().map(|post| post["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(page("").await, ids[3..]);
    assert_eq!(page("?limit=50").await, ids);
    assert_eq!(page("?limit=-2").await, ids[11..]);
    assert_eq!(page("?limit=99999999999").await, ids);
    assert_eq!(page(&format!("?limit=3&before={}", ids[4])).await, ids[1..4]);
    // A page keeps its place when what it begins with is gone.
    let body = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let headers = [("content-type", "application/json")];
    let (_, answer) = request(ada.address, "POST", "/auth/login", &headers, &body).await;
    let bearer: Value = serde_json::from_str(&answer).unwrap();
    let bearer = format!("Bearer {}", bearer["access_token"].as_str().unwrap());
    let of_together = async |method: &str, path: &str| {
        let headers = [("authorization", bearer.as_str())];
        let (_, answer) = request(ada.address, method, path, &headers, "").await;
        serde_json::from_str::<Value>(&answer).unwrap_or_default()
    };
    let servers = of_together("GET", "/servers").await;
    let server_id = servers[0]["id"].as_str().unwrap();
    let channels = of_together("GET", &format!("/servers/{server_id}/channels")).await;
    let messages =
        of_together("GET", &format!("/channels/{}/messages", channels[0]["id"].as_str().unwrap())).await;
    let fifth = messages.as_array().unwrap().iter().find(|message| message["content"] == "4").unwrap();
    of_together("DELETE", &format!("/messages/{}", fifth["id"].as_str().unwrap())).await;
    assert_eq!(page(&format!("?limit=3&before={}", ids[4])).await, ids[1..4]);
    assert_eq!(page("?limit=50").await.len(), 12);
    for wrong in ["?limit=many", "?before=-1", "?before=x"] {
        assert_eq!(ada.call("GET", &format!("/channels/{channel}/posts{wrong}"), Value::Null).await.0, 400);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn profiles_are_the_same_for_everybody_and_tell_no_secret() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (status, own) = ada.call("GET", "/users/me", Value::Null).await;
    let expected = json!({ "id": ada.id, "username": "ada", "displayName": "ada", "avatar": null,
        "followerCount": 0, "karma": 0, "postCount": 0, "solutions": 0, "description": "", "credentials": {},
        "areas": [] });
    assert_eq!((status, &own), (200, &json!({ "success": true, "profile": expected })));
    assert_eq!(bob.call("GET", &format!("/users/{}", ada.id), Value::Null).await.1, own);
    for nobody in ["0", "1", "x", "-1", "99999999999999999999"] {
        assert_eq!(bob.call("GET", &format!("/users/{nobody}"), Value::Null).await.0, 404, "{nobody}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn both_paths_forms_and_bearers_work() {
    let server = server().await;
    let at = server.local_addr();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = "username=ada&password=correct+horse%21";
    let (head, _) = request(at, "POST", "/api/auth/register", &form, body).await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let (_, answer) = request(at, "POST", "/api/v1/auth/login", &form, body).await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let token = answer["token"].as_str().unwrap();
    for path in ["/api/users/me", "/api/v1/users/me"] {
        for header in [token.to_owned(), format!("Bearer {token}")] {
            assert_eq!(call(at, "GET", path, Some(&header), &Value::Null).await.0, 200);
        }
    }
    let headers = [form[0], ("authorization", token)];
    let body = "type=0&timestamp=1579276740336&title=By+form&description=&topic=";
    let (head, answer) = request(at, "POST", "/api/channels", &headers, body).await;
    assert!(head.starts_with("http/1.1 200"), "{head} {answer}");
    assert_eq!(call(at, "GET", "/api/version", None, &Value::Null).await, (200, json!({ "version": 1 })));
    server.shutdown().await;
}

#[tokio::test]
async fn pages_of_any_origin_may_ask_with_credentials() {
    let server = server().await;
    let at = server.local_addr();
    let origin = ("origin", "https://magine.example");
    for (method, path) in
        [("OPTIONS", "/api/v1/channels"), ("GET", "/api/v1/version"), ("GET", "/api/v1/channels")]
    {
        let (head, _) = request(at, method, path, &[origin], "").await;
        for line in
            ["access-control-allow-origin: https://magine.example", "access-control-allow-credentials: true"]
        {
            assert_eq!(head.lines().filter(|found| *found == line).count(), 1, "{method} {path}: {head}");
        }
    }
    let (head, _) = request(at, "OPTIONS", "/api/v1/channels", &[origin], "").await;
    assert!(head.contains("authorization") && head.contains("put, patch, delete"), "{head}");
    let (head, _) = request(at, "GET", "/v1/groups", &[origin], "").await;
    assert!(head.contains("access-control-allow-origin: *") && !head.contains("credentials"), "{head}");
    server.shutdown().await;
}

/// As it is in the other dialects: nobody gets more attempts by another path.
#[tokio::test]
async fn attempts_count_together_with_those_of_the_other_dialects() {
    let three = RateLimit { count: 3, per: Duration::from_secs(600) };
    let limits =
        AuthOptions { logins: three, registrations: three, loopback: true, ..AuthOptions::default() };
    let options = ServerOptions { identity: Identity::Accounts(limits), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    let at = server.local_addr();
    let try_at = async |path: &str| {
        let body = json!({ "username": "nobody", "password": "wrong horse" });
        call(at, "POST", path, None, &body).await
    };
    for (path, status) in [("/auth/login", 401), ("/api/auth/login", 403), ("/api/v1/auth/login", 403)] {
        assert_eq!(try_at(path).await.0, status);
    }
    for path in ["/auth/login", "/api/auth/login", "/api/v1/auth/login"] {
        assert_eq!(try_at(path).await.0, 429);
    }
    let body = json!({ "username": "nobody", "password": "wrong horse" }).to_string();
    let headers = [("content-type", "application/json")];
    let (head, _) = request(at, "POST", "/api/auth/login", &headers, &body).await;
    assert!(head.contains("retry-after: "), "{head}");
    // Bodies that make no sense count as well.
    for status in [400, 400, 400, 429] {
        assert_eq!(call(at, "POST", "/api/auth/register", None, &json!({})).await.0, status);
    }
    assert_eq!(try_at("/auth/register").await.0, 429);
    server.shutdown().await;
}

#[tokio::test]
async fn a_name_that_nobody_has_and_a_wrong_password_are_answered_alike() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let mut answers = Vec::new();
    for (name, password) in [("ada", "wrong horse"), ("nobody", PASSWORD), ("a", "wrong horse"), ("", "")] {
        let body = json!({ "username": name, "password": password }).to_string();
        let headers = [("content-type", "application/json")];
        let (head, body) = request(ada.address, "POST", "/api/v1/auth/login", &headers, &body).await;
        let head: Vec<String> =
            head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect();
        assert!(head[0].starts_with("http/1.1 403"), "{head:?}");
        answers.push((head, body));
    }
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
    server.shutdown().await;
}

/// EMG-06: a token is void as soon as its account may not be used, and its sockets end.
#[tokio::test]
async fn emg_06_the_sockets_of_a_suspended_account_are_closed_and_its_token_is_no_good_any_more() {
    let directory = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(directory.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let channel = bob.channel(0).await;
    ada.post(&channel, "hi").await;
    let (mut by_ada, mut by_bob) = (ada.connect().await, bob.connect().await);
    // As `hearth-gateway account suspend` does.
    let accounts = Accounts::open(Some(directory.path()), Arc::new(Clock::new())).await.unwrap();
    accounts.set_suspended("ada", true).await.unwrap();
    assert_eq!(by_ada.closed().await.0, 4003);
    let mut again = Socket::open(ada.address, "/gateway").await;
    again.send(json!({ "op": 1, "token": ada.token })).await;
    assert_eq!(again.closed().await.0, 4003);
    assert_eq!(ada.call("GET", "/users/me", Value::Null).await.0, 403);
    by_bob.is_quiet().await;
    server.shutdown().await;
}

#[tokio::test]
async fn who_is_banned_finds_nothing() {
    let server = server().await;
    let owner = together::Person::new(&server, "owner").await;
    let (club, text, _) = owner.club(&[]).await;
    let body = json!({ "username": "owner", "password": PASSWORD });
    let (_, answer) = call(owner.address, "POST", "/api/auth/login", None, &body).await;
    let token = answer["token"].as_str();
    let (_, answer) = call(owner.address, "GET", "/api/channels", token, &Value::Null).await;
    let channels = answer["channels"].as_array().unwrap();
    let channel = channels.iter().find(|channel| channel["title"] == "text").unwrap();
    assert_eq!(channel["type"], 0, "of another dialect: {channel}");
    let id = channel["id"].as_str().unwrap();
    let eve = Person::new(&server, "eve").await;
    eve.post(id, "hi").await;
    let (_, members) = owner.call("GET", &format!("/servers/{club}/members"), Value::Null).await;
    let eve_there = members.as_array().unwrap().iter().find(|member| member["username"] == "eve").unwrap();
    let ban = format!("/servers/{club}/bans/{}", eve_there["user_id"].as_str().unwrap());
    assert_eq!(owner.call("POST", &ban, json!({})).await.0, 204);
    let mut by_eve = eve.connect().await;
    let post = json!({ "type": 0, "content": "x" });
    for (method, path, body) in [
        ("GET", format!("/channels/{id}"), Value::Null),
        ("GET", format!("/channels/{id}/posts"), Value::Null),
        ("POST", format!("/channels/{id}/posts"), post),
        ("PUT", format!("/channels/{id}/members/me"), Value::Null),
        ("DELETE", format!("/channels/{id}/members/me"), Value::Null),
    ] {
        let expected = (404, json!({ "success": false, "error": "Channel not found!" }));
        assert_eq!(eve.call(method, &path, body).await, expected, "{method} {path}");
    }
    owner.say(&text, "without eve").await;
    by_eve.is_quiet().await;
    server.shutdown().await;
}
