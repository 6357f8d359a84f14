//! `docs/interop.md` against the code: what each dialect says of everything that happens in the chat core. The sockets' own
//! rules are asked, with nobody at the other end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use hearth_clock::{Clock, Now};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::accounts::{Account, Accounts, Registration, Username};
use crate::chat::{
    Author, ChannelId, Chat, ChatEvent, ChatOptions, CommunityId, Delivery, Ending, Message, MessageId,
    NewMessage, Outlet, Output, Person, Presence, SeshCommunity, SeshVoice, Session, SqliteStore, Status,
    VoiceChange, VoiceState, Welcome, Write, Written,
};
use crate::hub::SeededRandom;
use crate::{emagine, i386chat, together};

const DOCUMENT: &str = include_str!("../../../docs/interop.md");

const COMMUNITY: CommunityId = CommunityId(Uuid::from_u128(1));
const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(2));

/// The table: for each dialect and core event the words that it has for it.
fn table() -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    let mut lines = DOCUMENT.lines().skip_while(|line| !line.starts_with("| core event |"));
    let dialects = cells(lines.next().unwrap());
    let mut table = BTreeMap::<_, BTreeMap<_, _>>::new();
    for row in lines.skip(1).take_while(|line| line.starts_with('|')) {
        let row = cells(row);
        assert_eq!(row.len(), dialects.len(), "{row:?}");
        for (dialect, cell) in dialects.iter().zip(&row).skip(1) {
            // What stands behind a semicolon is about the words.
            let words = cell.split(';').next().unwrap_or_default();
            let words = words.split(" / ").map(str::trim).filter(|word| *word != "–");
            let words = words.map(str::to_owned).collect();
            table.entry(dialect.clone()).or_default().insert(row[0].trim_matches('`').to_owned(), words);
        }
    }
    table
}

fn person(number: u64) -> Person {
    Person { account: Uuid::from_u128(number.into()), number, username: format!("number{number}") }
}

fn me() -> Account {
    Account { id: Uuid::from_u128(7), number: 7, username: "number7".into(), ..Account::default() }
}

/// Its name in the table. Each has a sample in [`samples`].
fn name(event: &ChatEvent) -> &'static str {
    match event {
        ChatEvent::Welcome(_) => "Welcome",
        ChatEvent::MessageCreated { .. } => "MessageCreated",
        ChatEvent::MessageEdited { .. } => "MessageEdited",
        ChatEvent::MessageDeleted { .. } => "MessageDeleted",
        ChatEvent::Presence { .. } => "Presence",
        ChatEvent::Typing { .. } => "Typing",
        ChatEvent::Voice { .. } => "Voice",
        ChatEvent::Signal { .. } => "Signal",
        ChatEvent::Joined { .. } => "Joined",
        ChatEvent::Left { .. } => "Left",
        ChatEvent::Ended { .. } => "Ended",
    }
}

/// Everything that can happen, in an order in which it does.
fn samples() -> Vec<ChatEvent> {
    let (community, channel) = (COMMUNITY, CHANNEL);
    let message = Message {
        id: MessageId(Uuid::from_u128(3)),
        number: 9,
        channel,
        channel_number: 5,
        author: Author::Account(person(8)),
        content: "hello".into(),
        reply_to: None,
        extra: None,
        created_ms: 1,
        edited_ms: None,
    };
    let presence = |status| ChatEvent::Presence {
        person: person(8),
        presence: Presence { status, custom_status: None },
        communities: [community].into(),
    };
    let presence_of_me = Presence { status: Status::Online, custom_status: None };
    let welcome = Welcome { person: Person::from(&me()), presence: presence_of_me, communities: Vec::new() };
    let state = VoiceState {
        person: person(8),
        channel: Some(channel),
        self_mute: false,
        self_deaf: false,
        joined_ms: 1,
    };
    vec![
        ChatEvent::Welcome(Box::new(welcome)),
        ChatEvent::Joined { community, person: person(8), status: Status::Online },
        ChatEvent::Typing { community, channel, person: person(8) },
        ChatEvent::MessageCreated { community, message: message.clone() },
        ChatEvent::MessageEdited { community, message: message.clone() },
        ChatEvent::MessageDeleted { community, channel, id: message.id, number: message.number },
        ChatEvent::Voice { community, state },
        ChatEvent::Signal { from: person(8).account, signal: json!({ "type": "candidate" }) },
        presence(Status::Offline),
        presence(Status::Online),
        ChatEvent::Left { community, person: person(8) },
        ChatEvent::Ended { community },
    ]
}

fn frames(session: &mut impl Session) -> Vec<Value> {
    let sent = |output| match output {
        Output::Send(text) => serde_json::from_slice(&text).unwrap(),
        Output::Close { code, .. } => panic!("closed with {code}"),
    };
    std::iter::from_fn(|| session.poll_output()).map(sent).collect()
}

/// What a socket says of all samples; `welcomed` were its frames before.
fn said(
    mut session: impl Session,
    welcomed: Vec<Value>,
    word: impl Fn(&Value) -> String,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut said = BTreeMap::<String, BTreeSet<String>>::new();
    said.entry("Welcome".into()).or_default().extend(welcomed.iter().map(&word));
    for event in samples() {
        let name = name(&event);
        session.deliver(&Delivery::new(event));
        said.entry(name.to_owned()).or_default().extend(frames(&mut session).iter().map(&word));
    }
    said
}

fn now() -> Now {
    Clock::new().now()
}

fn of_together() -> BTreeMap<String, BTreeSet<String>> {
    let mut session = together::Session::new(now(), together::TogetherOptions::default(), String::new());
    session.opened(now());
    session.signed_in(now(), me(), 0);
    said(session, Vec::new(), |frame| frame["t"].as_str().unwrap().to_owned())
}

fn of_emagine() -> BTreeMap<String, BTreeSet<String>> {
    use emagine::session::{Answer, Rules, Session as Emagine};
    let mut session = Emagine::new(now(), Rules::default());
    session.opened(now());
    session.receive(now(), r#"{"op":1,"token":"good"}"#);
    session.answered(now(), Answer::Theirs(Box::new(me())));
    assert_eq!(frames(&mut session).len(), 1, "the hello");
    said(session, Vec::new(), |frame| format!("op {}", frame["op"]))
}

/// In a room.
fn of_i386chat() -> BTreeMap<String, BTreeSet<String>> {
    use i386chat::connection::Connection;
    use i386chat::errand::Answer;
    let mut session = Connection::new(now(), i386chat::session::Rules::default(), &mut SeededRandom::new(1));
    session.opened(now());
    assert_eq!(frames(&mut session).len(), 1, "the introduction");
    session.receive(now(), r#"{"f":110,"cnf":{"token":"good"}}"#);
    session.is_of(me().id);
    session.answered(now(), Answer::Presented(Ok(Box::default())));
    session.answered(now(), Answer::Rooms(Vec::new()));
    let welcomed = frames(&mut session);
    session.receive(now(), r#"{"f":130,"t":"CHANNEL_MOVE","cnf":{"id":5}}"#);
    let room = Box::default();
    session.answered(now(), Answer::Arrived { community: COMMUNITY, channel: CHANNEL, room });
    session.answered(now(), Answer::Here(CHANNEL, Vec::new()));
    assert_eq!(frames(&mut session).len(), 1, "the move");
    said(session, welcomed, |frame| match frame["t"].as_str() {
        Some(event) => event.to_owned(),
        None => frame["f"].to_string(),
    })
}

#[test]
fn the_table_says_what_each_dialect_says() {
    let table = table();
    let names: BTreeSet<String> = samples().iter().map(|event| name(event).to_owned()).collect();
    let dialects = ["Together", "E-Magine", "i386chat", "puff group"];
    assert_eq!(table.keys().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(dialects));
    for (dialect, said) in dialects.into_iter().zip([of_together(), of_emagine(), of_i386chat()]) {
        assert_eq!(table[dialect], said, "{dialect}");
    }
    assert_eq!(table["puff group"].keys().cloned().collect::<BTreeSet<_>>(), names);
}

/// Hears by name what happens.
#[derive(Debug, Default)]
struct Ear(Mutex<BTreeSet<&'static str>>);

impl Outlet for Ear {
    fn deliver(&self, delivery: &Delivery) {
        self.0.lock().unwrap().insert(name(&delivery.event));
    }

    fn flush(&self) {}

    fn shut(&self, _: Ending) {}
}

/// A chat core with a group, and what the group is told.
#[tokio::test]
async fn a_group_is_told_what_is_said_and_who_is_in_its_voice_room_and_nothing_else() {
    let clock = Arc::new(Clock::new());
    let accounts = Arc::new(Accounts::open(None, Arc::clone(&clock)).await.unwrap());
    let (link, mut told) = mpsc::unbounded_channel();
    let store = Arc::new(SqliteStore::new(Arc::clone(&accounts), Arc::clone(&clock)));
    let chat = Chat::start(store, clock, link, ChatOptions::default());
    let (link, mut moved) = mpsc::unbounded_channel();
    chat.tell_voice(link).unwrap();
    let mut people = Vec::new();
    for name in ["ada", "bob"] {
        let username = Username::parse(name).unwrap();
        let registration = Registration { username, password: None, email: None, display_name: None };
        people.push(accounts.register(registration).await.unwrap());
    }
    let (ada, bob) = (&people[0], &people[1]);
    let sesh = SeshCommunity { code: "abc".into(), name: "Friday".into(), owner: None };
    let Ok(Written::Community(community)) = chat.sesh_is(sesh).await else { panic!() };
    let channels = chat.store().channels(community.id).await.unwrap();
    let join = |account: Uuid| Write::Join { account, community: community.id };
    chat.write(ada, join(ada.id)).await.unwrap();
    let ear = Arc::new(Ear::default());
    chat.connect(ada.clone(), Arc::clone(&ear) as _).await.unwrap();
    let key = chat.connect(bob.clone(), Arc::new(Ear::default())).await.unwrap();
    chat.write(bob, join(bob.id)).await.unwrap();
    chat.typing(bob, channels[0].id).await;
    let post = Write::Post(NewMessage::by(bob, channels[0].id, "hello".into()));
    let Ok(Written::Posted { message, .. }) = chat.write(bob, post).await else { panic!() };
    chat.write(bob, Write::Edit { by: bob.id, message: message.id, content: "bye".into() }).await.unwrap();
    chat.write(bob, Write::Delete { by: bob.id, message: message.id }).await.unwrap();
    for account in [ada, bob] {
        chat.voice(account, channels[1].id, VoiceChange::Join).await.unwrap();
    }
    chat.signal(bob.id, ada.id, json!({})).await;
    chat.write(bob, Write::Leave { account: bob.id, community: community.id }).await.unwrap();
    chat.write(bob, join(bob.id)).await.unwrap();
    chat.disconnect(key).await;
    chat.sesh_ended("abc".into()).unwrap();
    chat.stop().await;
    let happened: BTreeSet<&str> = std::mem::take(&mut *ear.0.lock().unwrap());
    assert_eq!(happened, samples().iter().map(name).collect(), "everything happened");
    drop(chat);
    let mut of_group = Vec::new();
    while let Some(told) = told.recv().await {
        of_group.extend(told.message.map(|message| message.content));
    }
    assert_eq!(of_group, ["hello"]);
    let mut in_room = Vec::new();
    while let Some(SeshVoice { account, code }) = moved.recv().await {
        in_room.push((account, code));
    }
    let code = Some("abc".to_owned());
    assert_eq!(in_room, [(ada.id, code.clone()), (bob.id, code), (bob.id, None), (ada.id, None)]);
    let words = |word: &str| BTreeSet::from([word.to_owned()]);
    for (event, words_of_puff) in &table()["puff group"] {
        let expected = match event.as_str() {
            "Welcome" => words("JOINED_GROUP"),
            "MessageCreated" => words("GROUP_MESSAGE"),
            "Voice" => words("GROUP_USER_UPDATE"),
            _ => BTreeSet::new(),
        };
        assert_eq!(words_of_puff, &expected, "{event}");
    }
}
