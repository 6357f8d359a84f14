//! One conversation of all dialects with chat in them: the chat of a group, in which somebody of Together, somebody of E-Magine
//! and somebody of i386chat are too. Everybody sees everything once, in one order.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_gateway::chat::ChatOptions;
use hearth_gateway::hub::RateLimit;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::client::{Client, PATIENCE, request};
use crate::{emagine, together};

/// Somebody of i386chat, in no room yet.
struct Visitor {
    id: u64,
    socket: WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>,
}

impl Visitor {
    async fn connect(server: &Server, name: &str) -> Self {
        let body = json!({ "username": name }).to_string();
        let headers = [("content-type", "application/json")];
        let (_, made) = request(server.local_addr(), "POST", "/api/v2/auth/create", &headers, &body).await;
        let made: Value = serde_json::from_str(&made).unwrap();
        let (socket, _) = tokio_tungstenite::connect_async(&server.dialects()["i386chat"]).await.unwrap();
        let mut visitor = Self { id: made["userId"].as_u64().unwrap(), socket };
        assert_eq!(visitor.next().await["f"], 100);
        visitor.send(json!({ "f": 110, "cnf": { "token": made["token"] } })).await;
        assert_eq!(visitor.next().await["f"], 140);
        visitor
    }

    async fn send(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn say(&mut self, content: &str) {
        self.send(json!({ "f": 130, "t": "MESSAGE_CREATE", "cnf": { "content": content } })).await;
    }

    async fn next(&mut self) -> Value {
        let message = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("nothing came");
        let text = message.unwrap().unwrap().into_text().unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Reads until an event of that name comes; its data.
    async fn event(&mut self, name: &str) -> Value {
        loop {
            let frame = self.next().await;
            assert_ne!(frame["f"], 150, "{frame}");
            if frame["t"] == name {
                return frame["cnf"].clone();
            }
        }
    }
}

/// Everybody in the chat of one group.
struct Party {
    server: Server,
    /// In the group, without an account.
    sol: Client,
    /// Of Together.
    ada: together::Person,
    by_ada: together::Socket,
    /// The chat, as Together calls it.
    channel: String,
    /// Of E-Magine.
    bob: emagine::Person,
    by_bob: emagine::Socket,
    /// The chat, as numbers.
    number: u64,
    /// Of i386chat.
    eve: Visitor,
}

impl Party {
    async fn meet() -> Self {
        let changes = RateLimit { count: 10_000, per: Duration::from_secs(10) };
        let chat = ChatOptions { changes, ..ChatOptions::default() };
        let server = Server::bind(ServerOptions { chat, ..ServerOptions::default() }).await.unwrap();
        let mut sol = Client::connect(&server).await;
        let code = sol.create().await;
        // Who has the code of the group comes in, and tells others the number of its chat.
        let ada = together::Person::new(&server, "ada").await;
        let (status, joined) = ada.call("POST", &format!("/servers/{code}/join"), Value::Null).await;
        assert_eq!(status, 201, "{joined}");
        let path = format!("/servers/{}/channels", joined["id"].as_str().unwrap());
        let (_, channels) = ada.call("GET", &path, Value::Null).await;
        let channel = channels[0]["id"].as_str().unwrap().to_owned();
        let number = channels[0]["number"].as_u64().unwrap();
        let by_ada = ada.connect().await;
        let bob = emagine::Person::new(&server, "bob").await;
        let (status, _) = bob.call("PUT", &format!("/channels/{number}/members/me"), Value::Null).await;
        assert_eq!(status, 200);
        let by_bob = bob.connect().await;
        let mut eve = Visitor::connect(&server, "eve").await;
        eve.send(json!({ "f": 130, "t": "CHANNEL_MOVE", "cnf": { "id": number } })).await;
        assert_eq!(eve.event("CHANNEL_MOVE").await["room"]["id"], number);
        Self { server, sol, ada, by_ada, channel, bob, by_bob, number, eve }
    }

    /// The next message that each is told: by whom, and what.
    async fn heard(&mut self) -> [(String, String); 4] {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let of_group = self.sol.event("GROUP_MESSAGE").await;
        let in_group = match of_group.get("author_name") {
            Some(name) => text(name),
            None => "sol".to_owned(),
        };
        let together = self.by_ada.message_created().await;
        let emagine = self.by_bob.said().await;
        let i386chat = self.eve.event("MESSAGE_CREATE").await;
        [
            (in_group, text(&of_group["message"]["content"])),
            (text(&together["author_name"]), text(&together["content"])),
            (text(&emagine["author_name"]), text(&emagine["content"])),
            (text(&i386chat["user"]["name"]), text(&i386chat["content"])),
        ]
    }
}

impl together::Socket {
    /// Reads until somebody says something; what.
    async fn message_created(&mut self) -> Value {
        loop {
            let mut frame = self.next().await;
            if frame["t"] == "MESSAGE_CREATE" {
                return frame["d"].take();
            }
        }
    }
}

/// EMG-07 (EMG-R3, EMG-R4), I386-23, TOG-14
#[tokio::test]
async fn what_one_says_all_dialects_hear_once() {
    let mut party = Party::meet().await;
    let name = party.sol_is_called().await;
    for (who, content) in [
        (name.as_str(), "from the group"),
        ("ada", "from Together"),
        ("bob", "from E-Magine"),
        ("eve", "from i386chat"),
    ] {
        match who {
            "ada" => drop(party.ada.say(&party.channel, content).await),
            "bob" => drop(party.bob.post(&party.number.to_string(), content).await),
            "eve" => party.eve.say(content).await,
            _ => party.sol.send(11, json!({ "content": content })).await,
        }
        let [in_group, others @ ..] = party.heard().await;
        assert_eq!(in_group.1, content);
        assert_eq!(others, [(); 3].map(|()| (who.to_owned(), content.to_owned())));
    }
    // Nobody heard anything twice.
    party.by_bob.is_quiet().await;
    party.eve.send(json!({ "f": 120 })).await;
    assert_eq!(party.eve.next().await, json!({ "f": 120 }));
    party.server.shutdown().await;
}

/// I386-24, TOG-15, TOG-16
#[tokio::test]
async fn who_has_a_word_for_it_is_told_of_edits_and_deletions_and_the_others_are_spared() {
    let mut party = Party::meet().await;
    let said = party.ada.say(&party.channel, "firts").await;
    party.heard().await;
    let path = format!("/messages/{}", said["id"].as_str().unwrap());
    assert_eq!(party.ada.call("PATCH", &path, json!({ "content": "first" })).await.0, 200);
    let edited = party.eve.event("MESSAGE_CREATE").await;
    assert_eq!((&edited["content"], &edited["edited"]), (&json!("first"), &json!(true)));
    assert_eq!(party.ada.call("DELETE", &path, Value::Null).await.0, 204);
    let deleted = party.eve.event("MESSAGE_DELETE").await;
    assert_eq!(deleted["messageID"], edited["messageID"]);
    // Somebody of i386chat deletes: Together is told.
    party.eve.say("mine").await;
    party.heard().await;
    party.eve.say("again").await;
    let again = party.heard().await;
    assert!(again.iter().all(|(_, content)| content == "again"), "{again:?}");
    let (_, page) =
        party.ada.call("GET", &format!("/channels/{}/messages", party.channel), Value::Null).await;
    let texts: Vec<&str> =
        page.as_array().unwrap().iter().map(|said| said["content"].as_str().unwrap()).collect();
    assert_eq!(texts, ["again", "mine"]);
    let (_, posts) = party.bob.call("GET", &format!("/channels/{}/posts", party.number), Value::Null).await;
    let texts: Vec<&str> =
        posts["posts"].as_array().unwrap().iter().map(|said| said["content"].as_str().unwrap()).collect();
    assert_eq!(texts, ["mine", "again"]);
    party.by_bob.is_quiet().await;
    party.server.shutdown().await;
}

/// Who is there is told where there is a word for it.
/// I386-29, I386-30, TOG-17
#[tokio::test]
async fn who_comes_and_goes_is_seen_across_dialects() {
    let mut party = Party::meet().await;
    let id = |person: &emagine::Person| person.id.parse::<u64>().unwrap();
    // The list of who is there: ada and bob, in whatever dialect.
    let mut here = BTreeSet::new();
    while here.len() < 2 {
        here.insert(party.eve.event("ROOM_USER_ADD").await["user"]["name"].as_str().unwrap().to_owned());
    }
    assert_eq!(here, BTreeSet::from(["ada".to_owned(), "bob".to_owned()]));
    party.by_bob.0.close(None).await.unwrap();
    assert_eq!(party.eve.event("ROOM_USER_REMOVE").await["user"]["id"], id(&party.bob));
    party.by_bob = party.bob.connect().await;
    assert_eq!(party.eve.event("ROOM_USER_ADD").await["user"]["id"], id(&party.bob));
    let named = party.member_named("bob").await;
    let mut seen = Vec::new();
    while seen.last().is_none_or(|status| status != "online") || seen.len() < 2 {
        let frame = party.by_ada.next().await;
        if frame["t"] == "PRESENCE_UPDATE" && frame["d"]["user_id"] == named.as_str() {
            seen.push(frame["d"]["status"].as_str().unwrap().to_owned());
        }
    }
    assert!(seen.ends_with(&["offline".to_owned(), "online".to_owned()]), "{seen:?}");
    // Leaving by E-Magine is leaving the room of i386chat.
    let (status, _) =
        party.bob.call("DELETE", &format!("/channels/{}/members/me", party.number), Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(party.eve.event("ROOM_USER_REMOVE").await["user"]["id"], id(&party.bob));
    assert_ne!(party.eve.id, id(&party.bob));
    party.server.shutdown().await;
}

impl Party {
    /// The id of a member, as Together calls them.
    async fn member_named(&self, name: &str) -> String {
        let (_, servers) = self.ada.call("GET", "/servers", Value::Null).await;
        let path = format!("/servers/{}/members", servers[0]["id"].as_str().unwrap());
        let (_, members) = self.ada.call("GET", &path, Value::Null).await;
        let member = members.as_array().unwrap().iter().find(|member| member["username"] == name);
        member.unwrap()["user_id"].as_str().unwrap().to_owned()
    }

    /// Everything that was said, oldest first.
    async fn stored(&self) -> Vec<String> {
        let (mut stored, mut before) = (Vec::new(), String::new());
        loop {
            let path = format!("/channels/{}/messages?limit=100{before}", self.channel);
            let (_, page) = self.ada.call("GET", &path, Value::Null).await;
            let page = page.as_array().unwrap();
            let Some(first) = page.last() else { break };
            before = format!("&before={}", first["id"].as_str().unwrap());
            stored.extend(page.iter().map(|said| said["content"].as_str().unwrap().to_owned()));
        }
        stored.reverse();
        stored
    }

    /// The name that sol has in the group, as the others hear it.
    async fn sol_is_called(&mut self) -> String {
        self.sol.send(11, json!({ "content": "who am I?" })).await;
        let [_, (name, content), ..] = self.heard().await;
        assert_eq!(content, "who am I?");
        name
    }
}

/// What each has heard of a storm of `count` messages.
async fn storm_of(party: &mut Party, count: usize) -> [Vec<String>; 4] {
    let Party { sol, by_ada, by_bob, eve, .. } = party;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let in_group = async {
        let mut heard = Vec::new();
        while heard.len() < count {
            heard.push(text(&sol.event("GROUP_MESSAGE").await["message"]["content"]));
        }
        heard
    };
    let in_together = async {
        let mut heard = Vec::new();
        while heard.len() < count {
            heard.push(text(&by_ada.message_created().await["content"]));
        }
        heard
    };
    let in_emagine = async {
        let mut heard = Vec::new();
        while heard.len() < count {
            heard.push(text(&by_bob.said().await["content"]));
        }
        heard
    };
    let in_i386chat = async {
        let mut heard = Vec::new();
        while heard.len() < count {
            heard.push(text(&eve.event("MESSAGE_CREATE").await["content"]));
        }
        heard
    };
    let (group, together, emagine, i386chat) = tokio::join!(in_group, in_together, in_emagine, in_i386chat);
    by_bob.is_quiet().await;
    [group, together, emagine, i386chat]
}

/// A writer of i386chat, who waits for their own words to come back before the next.
async fn write_as_i386chat(mut writer: Visitor, number: u64, count: usize) {
    writer.send(json!({ "f": 130, "t": "CHANNEL_MOVE", "cnf": { "id": number } })).await;
    writer.event("CHANNEL_MOVE").await;
    for message in 0..count {
        let content = format!("i386chat {message}");
        writer.say(&content).await;
        while writer.event("MESSAGE_CREATE").await["content"] != content.as_str() {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_see_everything_once_and_in_one_order_while_all_write_at_once() {
    /// A group takes ten messages of a member in ten seconds.
    const OF_THE_GROUP: usize = 10;
    const OF_EACH: usize = 40;
    let mut party = Party::meet().await;
    let (address, channel, number) = (party.server.local_addr(), party.channel.clone(), party.number);
    let code = party.ada.call("GET", "/servers", Value::Null).await.1[0]["sesh"].as_str().unwrap().to_owned();
    let mut rio = Client::connect(&party.server).await;
    rio.join(&code).await;
    let max = Visitor::connect(&party.server, "max").await;
    let (ada, bob) = (
        together::Person {
            id: String::new(),
            token: party.ada.token.clone(),
            refresh: String::new(),
            address,
        },
        emagine::Person { id: String::new(), token: party.bob.token.clone(), address },
    );
    let writers = [
        tokio::spawn(async move {
            for message in 0..OF_EACH {
                ada.say(&channel, &format!("together {message}")).await;
            }
        }),
        tokio::spawn(async move {
            for message in 0..OF_EACH {
                bob.post(&number.to_string(), &format!("emagine {message}")).await;
            }
        }),
        tokio::spawn(write_as_i386chat(max, number, OF_EACH)),
        tokio::spawn(async move {
            for message in 0..OF_THE_GROUP {
                rio.send(11, json!({ "content": format!("group {message}") })).await;
            }
            let last = format!("group {}", OF_THE_GROUP - 1);
            while rio.event("GROUP_MESSAGE").await["message"]["content"] != last.as_str() {}
        }),
    ];
    let count = 3 * OF_EACH + OF_THE_GROUP;
    let heard = storm_of(&mut party, count).await;
    for writer in writers {
        writer.await.unwrap();
    }
    let stored = party.stored().await;
    assert_eq!((stored.len(), stored.iter().collect::<BTreeSet<_>>().len()), (count, count));
    for (heard, dialect) in heard.iter().zip(["group", "together", "emagine", "i386chat"]) {
        assert_eq!(heard, &stored, "{dialect}");
    }
    party.server.shutdown().await;
}
