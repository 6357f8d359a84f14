//! Groups and their communities: when there is one, what the chat core is told of it, and what comes back.

use hearth_gateway::hub::{CommunityMessage, HubConfig, SeshFace, SeshNews};
use serde_json::json;

use crate::table::{Client, Table, user};

fn table() -> Table {
    Table::with(HubConfig { communities: true, ..HubConfig::default() })
}

fn faces(table: &mut Table) -> Vec<SeshFace> {
    let face = |news| match news {
        SeshNews::Is { face, .. } => Some(face),
        _ => None,
    };
    std::mem::take(&mut table.news).into_iter().filter_map(face).collect()
}

fn say(table: &mut Table, who: &Client, content: &str) {
    table.send(who, 11, json!({ "content": content }));
}

/// What the chat core does with what is said.
fn give_back(table: &mut Table) {
    for news in std::mem::take(&mut table.news) {
        if let SeshNews::Said { code, origin, account, name, content } = news {
            let message = CommunityMessage { origin: Some(origin), account, name, content };
            table.hub.said_in_community(table.now, &code, message);
        }
    }
    table.collect();
}

#[test]
fn a_group_of_guests_has_no_community_and_its_chat_is_its_own() {
    let mut table = table();
    let (_, [a, b]) = table.group([false, false]);
    say(&mut table, &a, "hello");
    assert_eq!(table.news, []);
    assert_eq!(table.taken(&b, "GROUP_MESSAGE")[0]["message"]["content"], "hello");
}

#[test]
fn an_account_in_the_group_makes_a_community_that_follows_members_name_and_owner() {
    let mut table = table();
    let (_, [a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 0));
    let face = faces(&mut table).pop().unwrap();
    assert_eq!((face.owner, face.accounts), (None, ["u1".to_owned()].into()));
    table.send(&a, 5, json!({ "name": "Renamed" }));
    assert_eq!(faces(&mut table).pop().unwrap().name, "Renamed");
    table.send(&a, 16, json!({ "session_id": b.session }));
    assert_eq!(faces(&mut table).pop().unwrap().owner.as_deref(), Some("u1"));
    table.send(&b, 7, json!(null));
    assert_eq!(faces(&mut table).pop().unwrap(), SeshFace { name: "Renamed".into(), ..SeshFace::default() });
}

#[test]
fn what_is_said_is_heard_when_the_chat_core_gives_it_back_and_by_its_speaker_too() {
    let mut table = table();
    let (_, [a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 0));
    table.clear();
    say(&mut table, &a, "one");
    say(&mut table, &b, "two");
    assert_eq!(table.taken(&a, "GROUP_MESSAGE"), [] as [serde_json::Value; 0]);
    give_back(&mut table);
    for client in [&a, &b] {
        let messages = table.taken(client, "GROUP_MESSAGE");
        assert_eq!(
            (&messages[0]["message"]["content"], &messages[0]["author_session_id"]),
            (&json!("one"), &json!(a.session))
        );
        assert_eq!(
            (&messages[1]["message"]["content"], messages[1].get("author_name")),
            (&json!("two"), None)
        );
    }
}

#[test]
fn a_voice_from_outside_is_named_and_what_is_too_long_is_cut() {
    let mut table = table();
    let (code, [a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 0));
    table.clear();
    let from = |account: &str, content: String| CommunityMessage {
        origin: None,
        account: Some(account.into()),
        name: "Ada".into(),
        content,
    };
    table.hub.said_in_community(table.now, &code, from("u9", "x".repeat(4000)));
    table.hub.said_in_community(table.now, &code, from("u1", "me".into()));
    table.hub.said_in_community(table.now, "no such group", from("u9", "lost".into()));
    table.collect();
    let messages = table.taken(&a, "GROUP_MESSAGE");
    assert_eq!(messages.len(), 2);
    let text = messages[0]["message"]["content"].as_str().unwrap();
    assert_eq!((text.chars().count(), text.ends_with('…')), (1024, true));
    assert_eq!(
        (&messages[0]["author_name"], &messages[0]["author_session_id"]),
        (&json!("Ada"), &json!("account:u9"))
    );
    assert_eq!(
        (&messages[1]["author_session_id"], messages[1].get("author_name")),
        (&json!(b.session), None)
    );
}

#[test]
fn what_cannot_be_stored_is_told_to_its_speaker_alone() {
    let mut table = table();
    let (_, [a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 0));
    table.clear();
    say(&mut table, &a, "lost");
    let Some(SeshNews::Said { origin, .. }) = table.news.pop() else { panic!("{:?}", table.news) };
    table.hub.not_said(origin);
    table.collect();
    assert_eq!(table.taken(&a, "GROUP_ACTION_ERROR")[0]["code"], "UNAVAILABLE");
    assert_eq!(table.names(&b), [] as [String; 0]);
}

#[test]
fn who_asks_from_outside_opens_the_community_and_the_end_of_the_group_ends_it() {
    let mut table = table();
    let (code, [a, _]) = table.group([false, false]);
    assert_eq!(table.hub.open_community("no such group"), None);
    assert!(table.hub.open_community(&code).is_some());
    table.collect();
    assert_eq!(faces(&mut table).len(), 1);
    table.hub.open_community(&code);
    table.collect();
    assert_eq!(faces(&mut table).len(), 0, "it is there already");
    table.send(&a, 15, json!(null));
    assert_eq!(table.news, [SeshNews::Ended { code }]);
}

#[test]
fn without_a_chat_core_nothing_is_told() {
    let mut table = Table::new();
    let (code, [_, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 0));
    assert_eq!((table.hub.open_community(&code), table.news.len()), (None, 0));
}
