//! Servers as a whole: loaded, kept up to date, made, joined and left.

use hearth_gateway_client::together::{
    ChannelKind, Event, Failure, Outcome, PresenceStatus, Request, ServerKind, VoiceState,
};
use serde_json::{Value, json};

use crate::script::{BOB, CLUB, Script, TEXT, US, VOICE, channels, member, real_server, voice_state};

fn answer_all(script: &mut Script, room: Value) {
    script.answer("GET /servers/s1/channels", 200, channels());
    script.answer("GET /servers/s1/members", 200, json!([member(US, "online"), member(BOB, "away")]));
    script.answer("GET /channels/v1/voice", 200, room);
}

/// The rooms and presences of the one server that is told.
fn whole(script: &mut Script) -> (Vec<VoiceState>, Vec<PresenceStatus>) {
    let events = script.events();
    let mut servers = events.iter().filter_map(|event| match event {
        Event::Server { id, channels, members, rooms } => Some((id, channels, members, rooms)),
        _ => None,
    });
    let (Some((id, channels, members, rooms)), None) = (servers.next(), servers.next()) else {
        panic!("{events:?}")
    };
    assert_eq!(id, CLUB);
    let kinds: Vec<(&str, ChannelKind)> =
        channels.iter().map(|channel| (channel.id.as_str(), channel.kind)).collect();
    assert_eq!(kinds, [(TEXT, ChannelKind::Text), (VOICE, ChannelKind::Voice)]);
    assert_eq!(rooms.len(), 1);
    (rooms[0].voices.clone(), members.iter().map(|member| member.presence.status).collect())
}

/// TOG-17, TOG-18, TOG-19
#[test]
fn a_server_is_told_as_a_whole_with_who_is_there_and_who_is_talking() {
    let mut script = Script::live();
    script.load();
    answer_all(&mut script, json!([voice_state(BOB, Some(VOICE))]));
    let (voices, statuses) = whole(&mut script);
    assert_eq!(statuses, [PresenceStatus::Online, PresenceStatus::Idle]);
    assert_eq!((voices.len(), voices[0].user.as_str()), (1, BOB));
}

/// TOG-17, TOG-19, TOG-20
#[test]
fn tog_19_what_happens_while_a_server_is_loaded_is_newer_than_what_is_answered() {
    let mut script = Script::live();
    script.load();
    script.tells("PRESENCE_UPDATE", json!({"user_id": BOB, "status": "dnd", "custom_status": null}));
    script.tells("VOICE_STATE_UPDATE", voice_state(US, Some(VOICE)));
    script.tells("VOICE_STATE_UPDATE", voice_state(BOB, None));
    answer_all(&mut script, json!([voice_state(BOB, Some(VOICE))]));
    let (voices, statuses) = whole(&mut script);
    assert_eq!(statuses[1], PresenceStatus::Dnd);
    assert_eq!(voices.iter().map(|voice| voice.user.as_str()).collect::<Vec<_>>(), [US]);
}

/// TOG-28
#[test]
fn tog_28_after_a_reconnect_all_is_told_again_as_it_is_now() {
    let mut script = Script::live();
    script.load();
    answer_all(&mut script, json!([voice_state(US, Some(VOICE)), voice_state(BOB, Some(VOICE))]));
    assert_eq!(whole(&mut script).0.len(), 2);
    script.cut(None);
    script.back();
    answer_all(&mut script, json!([]));
    assert_eq!(whole(&mut script).0, []);
    // Half loaded, and of a server that we are in no more.
    script.load();
    script.cut(None);
    script.until_tried();
    script.sign_in();
    script.accept();
    script.ready(&[]);
    script.take("GET /servers/s1/channels");
    script.take("GET /servers/s1/members");
    assert_eq!(script.asked(), [""; 0]);
}

#[test]
fn a_server_that_cannot_be_loaded_is_said_to_be() {
    let mut script = Script::live();
    script.load();
    script.answer("GET /servers/s1/channels", 404, json!({"error": "Server not found"}));
    let why = Failure::NotFound;
    let not_loaded = Event::NotLoaded { server: CLUB.into(), why, text: "Server not found".into() };
    assert_eq!(script.events(), [not_loaded]);
    script.answer("GET /servers/s1/members", 200, json!([]));
    assert_eq!(script.events(), []);
}

#[test]
fn a_voice_channel_without_a_room_is_one_with_nobody_in_it() {
    let mut script = Script::live();
    script.load();
    script.answer("GET /servers/s1/channels", 200, channels());
    script.answer("GET /servers/s1/members", 200, json!([]));
    script.answer("GET /channels/v1/voice", 404, json!({"error": "?"}));
    assert_eq!(whole(&mut script).0, []);
}

/// TOG-13 (TOG-R10, TOG-R23): no event tells of it.
#[test]
fn tog_13_servers_are_made_joined_and_left_and_the_list_is_told() {
    let mut script = Script::live();
    let mut made = real_server();
    made["member_count"] = 1.into();
    script.request(Request::CreateServer { ticket: 1, name: "Club".into(), kind: ServerKind::Usual });
    script.answer("POST /servers", 201, made.clone());
    script.answer("GET /servers", 200, json!([made]));
    let events = script.events();
    let [Event::Done { outcome: Outcome::ServerCreated(server), .. }, Event::Servers(servers)] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((server.member_count, servers.len()), (Some(1), 1));
    let id = "00000000-0000-4000-8000-000000000001";
    for (ticket, asked, answer, joined) in [
        (2, id, json!({"message": "Joined server"}), Some(id)),
        (3, "abc123", json!({"message": "Joined server", "id": id}), Some(id)),
        (4, "abc123", json!({"message": "Joined server"}), None),
    ] {
        script.request(Request::JoinServer { ticket, id_or_code: format!(" {asked} ") });
        script.answer(&format!("POST /servers/{asked}/join"), 201, answer);
        script.answer("GET /servers", 200, json!([]));
        let joined = joined.map(str::to_owned);
        assert_eq!(script.fates(), [(ticket, Ok(Outcome::Joined(joined)))]);
    }
    script.request(Request::LeaveServer { ticket: 5, server: CLUB.into() });
    script.answer("DELETE /servers/s1/leave", 204, Value::Null);
    script.answer("GET /servers", 200, json!([]));
    assert_eq!(script.fates(), [(5, Ok(Outcome::Ok))]);
}

/// TOG-R23
#[test]
fn a_new_channel_shows_in_a_server_that_is_loaded_also_while_it_is_being_loaded() {
    let mut script = Script::live();
    script.load();
    let create = |ticket| Request::CreateChannel {
        ticket,
        server: CLUB.into(),
        name: "lounge".into(),
        kind: ChannelKind::Voice,
    };
    script.request(create(1));
    let made = json!({"id": "v2", "server_id": CLUB, "name": "lounge", "type": "voice", "position": 2});
    let request = script.answer("POST /servers/s1/channels", 201, made);
    assert_eq!(request.body.as_deref(), Some(r#"{"name":"lounge","type":"voice"}"#));
    answer_all(&mut script, json!([]));
    let events = script.events();
    assert!(matches!(&events[..], [Event::Done { outcome: Outcome::ChannelCreated(_), .. }]), "{events:?}");
    answer_all(&mut script, json!([]));
    assert_eq!(whole(&mut script).0, []);
}

/// TOG-R23: nothing tells who has joined, until they do something.
#[test]
fn somebody_new_is_found_among_the_members() {
    let mut script = Script::live();
    script.load();
    answer_all(&mut script, json!([]));
    script.forget();
    let writes = |script: &mut Script, id: &str, who: &str| {
        script.tells("MESSAGE_CREATE", crate::script::message(id, who, "hi"));
    };
    writes(&mut script, "m1", BOB);
    assert_eq!(script.asked(), [""; 0]);
    writes(&mut script, "m2", "u3");
    answer_all(&mut script, json!([]));
    assert_eq!(whole(&mut script).1.len(), 2);
    writes(&mut script, "m3", "u3");
    assert_eq!(script.asked(), [""; 0], "not among them, and looked for just now");
    script.wait_ms(10_000);
    script.tells("TYPING_START", json!({"channel_id": TEXT, "user_id": "u3"}));
    assert_eq!(script.asked().len(), 2);
}

/// TOG-17 (TOG-R7)
#[test]
fn tog_17_a_presence_is_told_with_what_they_say_of_themselves() {
    let mut script = Script::live();
    script.tells("PRESENCE_UPDATE", json!({"user_id": BOB, "status": "online", "custom_status": "hi"}));
    script.says(r#"{"op":"PRESENCE_UPDATE","d":{"user_id":"u2","status":"offline"}}"#);
    let events = script.events();
    let [Event::Presence { presence: first, .. }, Event::Presence { user, presence }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(first.custom_status.as_deref(), Some("hi"));
    assert_eq!((user.as_str(), presence.status), (BOB, PresenceStatus::Offline));
}
