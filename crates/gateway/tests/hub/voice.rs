//! The voice rooms of groups: who may go in and as whom, how long a guest lasts, and who is seen there.

use std::net::IpAddr;
use std::time::Duration;

use hearth_dialects::puff::VoiceChannel;
use hearth_gateway::hub::{
    HubConfig, NoSeat, Peer, SeshNews, Speaker, TokenHash, UserChange, Verdict, VoiceSeat,
};
use serde_json::{Value, json};

use crate::table::{Client, Table, user};

fn table() -> Table {
    Table::with(HubConfig { communities: true, ..HubConfig::default() })
}

fn ask_from(table: &mut Table, address: IpAddr, code: &str, client: &Client) -> Result<VoiceSeat, NoSeat> {
    let token = TokenHash::of(&client.token);
    table.tell(|hub, now| hub.ask_for_voice(now, address, code, &token))
}

fn ask(table: &mut Table, code: &str, client: &Client) -> Result<VoiceSeat, NoSeat> {
    ask_from(table, Peer::LOOPBACK.address, code, client)
}

/// A guest for somebody without an account.
fn seat(table: &mut Table, code: &str, client: &Client, guest: &str) {
    let VoiceSeat { member, speaker, .. } = ask(table, code, client).unwrap();
    assert_eq!(speaker, Speaker::Guest(None));
    let seated = table.tell(|hub, _| hub.seat_guest(code, member, guest.to_owned()));
    assert_eq!(seated.as_deref(), Some(guest));
    assert_eq!(guests(table), Some(vec![guest.to_owned()]));
}

/// The guests that the chat core was told of last; `None`: nothing was told.
fn guests(table: &mut Table) -> Option<Vec<String>> {
    let told = std::mem::take(&mut table.news).pop()?;
    match told {
        SeshNews::Is { face, .. } => Some(face.guests.into_iter().collect()),
        SeshNews::Ended { .. } => Some(Vec::new()),
        SeshNews::Said { .. } => panic!("{told:?}"),
    }
}

fn moved(table: &mut Table, account: &str, code: Option<&str>) {
    table.tell(|hub, _| hub.voice_moved(account, code.map(str::to_owned)));
}

/// What somebody was told of voice channels: whose, and which.
fn voices(table: &mut Table, client: &Client) -> Vec<(String, Value)> {
    let told = table.taken(client, "GROUP_USER_UPDATE").into_iter();
    let of_voice = told.filter_map(|mut update| {
        let voice = update.get_mut("voice")?.take();
        Some((update["session_id"].as_str().unwrap().to_owned(), voice))
    });
    of_voice.collect()
}

fn room(account: &str) -> Value {
    json!({ "id": account, "name": "voice" })
}

#[test]
fn only_members_are_let_in_and_each_refusal_has_its_reason() {
    let mut table = table();
    let (code, [a, _]) = table.group([false, false]);
    let (other, [c]) = table.group([false]);
    let outside = table.connect();
    assert!(matches!(ask(&mut table, &code, &a), Ok(VoiceSeat { speaker: Speaker::Guest(None), .. })));
    assert_eq!(ask(&mut table, &code, &c), Err(NoSeat::NotMember));
    assert_eq!(ask(&mut table, &other, &a), Err(NoSeat::NotMember));
    assert_eq!(ask(&mut table, &code, &outside), Err(NoSeat::NotMember));
    assert_eq!(ask(&mut table, "no such group", &a), Err(NoSeat::NoSuchGroup));
    let stranger = Client { token: "stranger".into(), ..a.clone() };
    assert_eq!(ask(&mut table, &code, &stranger), Err(NoSeat::Unknown));
    table.send(&a, 7, Value::Null);
    assert_eq!(ask(&mut table, &code, &a), Err(NoSeat::NotMember));
}

#[test]
fn who_is_signed_in_speaks_with_the_account_since_when_it_signed_in() {
    let mut table = table();
    let (code, [a, _]) = table.group([false, false]);
    table.advance_secs(5);
    let since_ms = table.now.unix_ms;
    table.sign_in(&a, user("u1", 0));
    table.advance_secs(60);
    let VoiceSeat { speaker, name, .. } = ask(&mut table, &code, &a).unwrap();
    assert_eq!((speaker, name.as_str()), (Speaker::Account { id: "u1".into(), since_ms }, "u1"));
    let told = table.news.pop();
    assert!(matches!(&told, Some(SeshNews::Is { face, .. }) if face.accounts == ["u1".to_owned()].into()));
    table.drop_socket(&a);
    let again = table.resume(&a);
    let newest = Client { token: again.token, ..a };
    let seat = ask(&mut table, &code, &newest).unwrap();
    assert_eq!(seat.speaker, Speaker::Account { id: "u1".into(), since_ms }, "a resume is no sign-in");
}

#[test]
fn a_lost_connection_keeps_its_guest_and_only_the_newest_token_counts() {
    let mut table = table();
    let (code, [a, _]) = table.group([false, false]);
    seat(&mut table, &code, &a, "g1");
    table.drop_socket(&a);
    let kept = Speaker::Guest(Some("g1".into()));
    assert_eq!(ask(&mut table, &code, &a).unwrap().speaker, kept, "it is a member still");
    let fresh = table.resume(&a);
    assert_eq!(ask(&mut table, &code, &a), Err(NoSeat::Unknown), "the token of before");
    let newest = Client { token: fresh.token, ..a };
    assert_eq!(ask(&mut table, &code, &newest).unwrap().speaker, kept);
    assert_eq!(guests(&mut table), None, "nothing changed");
}

#[test]
fn a_guest_goes_with_the_membership_whatever_ends_it() {
    type End = fn(&mut Table, &Client, &Client);
    let ends: [(&str, End); 6] = [
        ("leaving", |table, _, guest| table.send(guest, 7, Value::Null)),
        ("kick", |table, owner, guest| table.send(owner, 17, json!({ "session_id": guest.session }))),
        ("deletion", |table, owner, _| table.send(owner, 15, Value::Null)),
        ("the grace time", |table, _, guest| {
            table.drop_socket(guest);
            table.advance_secs(9);
            assert_eq!(guests(table), None);
            table.advance_secs(2);
        }),
        ("signing in", |table, _, guest| table.sign_in(guest, user("u1", 0))),
        ("suspension", |table, _, guest| {
            table.send(guest, 20, json!({ "token": "t" }));
            table.answer(guest, Verdict::Suspended);
        }),
    ];
    for (end, act) in ends {
        let mut table = table();
        let (code, [owner, guest]) = table.group([false, false]);
        seat(&mut table, &code, &guest, "g1");
        moved(&mut table, "g1", Some(&code));
        assert_eq!(voices(&mut table, &owner), [(guest.session.clone(), room("g1"))]);
        act(&mut table, &owner, &guest);
        assert_eq!(guests(&mut table), Some(Vec::new()), "{end}");
        moved(&mut table, "g1", None);
        let members = table.taken(&owner, "GROUP_UPDATE").pop().map(|update| update["members"].clone());
        assert!(!members.unwrap_or_default().to_string().contains("g1"), "{end}");
    }
}

#[test]
fn of_two_guests_made_at_once_the_first_stays_and_none_is_for_who_left_meanwhile() {
    let mut table = table();
    let (code, [_, b]) = table.group([false, false]);
    let VoiceSeat { member, .. } = ask(&mut table, &code, &b).unwrap();
    let seat =
        |table: &mut Table, guest: &str| table.tell(|hub, _| hub.seat_guest(&code, member, guest.to_owned()));
    assert_eq!(seat(&mut table, "g1").as_deref(), Some("g1"));
    assert_eq!(seat(&mut table, "g2").as_deref(), Some("g1"));
    table.send(&b, 7, Value::Null);
    assert_eq!(seat(&mut table, "g3"), None);
    table.send(&b, 1, json!({ "group_id": code }));
    table.sign_in(&b, user("u1", 0));
    assert_eq!(seat(&mut table, "g4"), None, "signed in meanwhile");
}

#[test]
fn everybody_sees_who_is_in_the_room_of_their_group() {
    let mut table = table();
    let (code, [a, b]) = table.group([false, false]);
    seat(&mut table, &code, &a, "g1");
    table.sign_in(&b, user("u1", 0));
    table.clear();
    for account in ["g1", "u1"] {
        moved(&mut table, account, Some(&code));
        moved(&mut table, account, Some(&code));
    }
    let seen = [(a.session.clone(), room("g1")), (b.session.clone(), room("u1"))];
    assert_eq!((voices(&mut table, &a), voices(&mut table, &b)), (seen.to_vec(), seen.to_vec()));
    let late = table.connect();
    table.send(&late, 1, json!({ "group_id": code }));
    let joined = table.taken(&late, "JOINED_GROUP").remove(0);
    let told: Vec<&Value> = (0..3).map(|n| &joined["members"][n]["voice"]).collect();
    assert_eq!(told, [&room("g1"), &room("u1"), &Value::Null]);
    table.clear();
    moved(&mut table, "g1", None);
    moved(&mut table, "g1", None);
    assert_eq!(voices(&mut table, &late), [(a.session, Value::Null)]);
}

#[test]
fn a_room_elsewhere_is_not_shown_in_this_group() {
    let mut table = table();
    let (code, [a, b]) = table.group([false, false]);
    let (other, [with_b]) = table.group([false]);
    table.sign_in(&b, user("u1", 0));
    table.sign_in(&with_b, user("u1", 0));
    table.clear();
    moved(&mut table, "u1", Some(&other));
    assert_eq!(voices(&mut table, &a), []);
    assert_eq!(voices(&mut table, &with_b), [(with_b.session.clone(), room("u1"))]);
    moved(&mut table, "u1", Some(&code));
    assert_eq!(voices(&mut table, &a), [(b.session.clone(), room("u1"))]);
    assert_eq!(voices(&mut table, &with_b), [(with_b.session.clone(), Value::Null)]);
    // Who is in the room already is seen from the beginning.
    table.send(&b, 7, Value::Null);
    table.clear();
    table.send(&b, 1, json!({ "group_id": code }));
    assert_eq!(table.taken(&a, "GROUP_USER_JOIN")[0]["voice"], room("u1"));
}

#[test]
fn signing_in_and_out_and_a_resume_tell_the_room_that_is_so_then() {
    let mut table = table();
    let (code, [a, b]) = table.group([false, false]);
    seat(&mut table, &code, &b, "g1");
    moved(&mut table, "g1", Some(&code));
    table.clear();
    table.sign_in(&b, user("u1", 0));
    assert_eq!(voices(&mut table, &a), [(b.session.clone(), Value::Null)], "the guest is gone");
    moved(&mut table, "g1", None);
    moved(&mut table, "u1", Some(&code));
    table.drop_socket(&b);
    table.clear();
    let again = table.resume(&b);
    let joined = table.taken(&again, "JOINED_GROUP").remove(0);
    assert_eq!(joined["members"][1]["voice"], room("u1"));
    assert_eq!(voices(&mut table, &a), []);
    table.tell(|hub, now| hub.user_updated(now, "u1", UserChange { user: Some(None), voice: None }));
    assert_eq!(voices(&mut table, &a), [(b.session, Value::Null)]);
}

#[test]
fn what_an_account_service_tells_is_shown_outside_of_the_room() {
    let mut table = table();
    let (code, [a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 0));
    let elsewhere = VoiceChannel { id: "v1".into(), name: "Lounge".into(), link: None };
    let shown = serde_json::to_value(&elsewhere).unwrap();
    table.clear();
    let change = UserChange { user: None, voice: Some(Some(elsewhere)) };
    table.tell(|hub, now| hub.user_updated(now, "u1", change));
    moved(&mut table, "u1", Some(&code));
    moved(&mut table, "u1", None);
    let told: Vec<Value> = voices(&mut table, &a).into_iter().map(|(_, voice)| voice).collect();
    assert_eq!(told, [shown.clone(), room("u1"), shown]);
}

#[test]
fn guests_and_rooms_end_with_the_gateway() {
    let mut table = table();
    let (code, [a, b]) = table.group([false, false]);
    seat(&mut table, &code, &a, "g1");
    table.sign_in(&b, user("u1", 0));
    moved(&mut table, "g1", Some(&code));
    moved(&mut table, "u1", Some(&code));
    table.restart(Duration::from_secs(1));
    let a2 = table.resume(&a);
    let joined = table.taken(&a2, "JOINED_GROUP").remove(0);
    assert_eq!((joined["members"][0].get("voice"), joined["members"][1].get("voice")), (None, None));
}

#[test]
fn asking_too_often_has_to_wait_and_others_need_not() {
    let mut table = table();
    let (code, [a, b]) = table.group([false, false]);
    let asked: Vec<_> = (0..11).map(|_| ask(&mut table, &code, &a).err()).collect();
    assert_eq!(asked[..10], [None; 10]);
    assert_eq!(asked[10], Some(NoSeat::TooOften(Duration::from_secs(60))));
    assert!(ask(&mut table, &code, &b).is_ok());
    table.advance_secs(60);
    assert!(ask(&mut table, &code, &a).is_ok());
    // Guesses run out by address, whoever's token it is.
    let far: IpAddr = "203.0.113.9".parse().unwrap();
    let guess = Client { token: "guess".into(), ..a };
    let guesses: Vec<_> = (0..61).map(|_| ask_from(&mut table, far, &code, &guess).err()).collect();
    assert_eq!(guesses[..60], [Some(NoSeat::Unknown); 60]);
    assert!(matches!(ask_from(&mut table, far, &code, &b), Err(NoSeat::TooOften(_))));
}

#[test]
fn a_gateway_says_in_its_hello_whether_it_has_voice_rooms() {
    for communities in [false, true] {
        let mut table = Table::with(HubConfig { communities, ..HubConfig::default() });
        let hello = table.hello();
        assert_eq!(hello["hearth"].get("voice"), communities.then_some(&json!(true)));
    }
}
