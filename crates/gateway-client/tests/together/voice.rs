//! Voice rooms and signals.

use hearth_gateway_client::together::{Event, Failure, Request, Signal};
use serde_json::{Value, json};

use crate::script::{BOB, Script, US, VOICE, voice_state};

const ROOM: &str = "/channels/v1/voice";

fn join(script: &mut Script) {
    script.request(Request::JoinVoice { channel: VOICE.into() });
}

/// Where we were told to be, and whether we were told to be muted.
fn told(script: &mut Script) -> Vec<(Option<String>, bool)> {
    let told = |event| match event {
        Event::Voice(state) if state.user == US => Some((state.channel, state.muted)),
        _ => None,
    };
    script.events().into_iter().filter_map(told).collect()
}

/// TOG-19, TOG-20, TOG-26
#[test]
fn tog_26_a_room_is_joined_changed_and_left_by_rest_one_after_the_other() {
    let mut script = Script::live();
    join(&mut script);
    script.request(Request::SetVoice { channel: VOICE.into(), self_mute: true, self_deaf: false });
    script.request(Request::LeaveVoice { channel: VOICE.into() });
    let request = script.answer(&format!("POST {ROOM}"), 201, voice_state(US, Some(VOICE)));
    assert_eq!(request.body, None);
    let mut muted = voice_state(US, Some(VOICE));
    muted["self_mute"] = true.into();
    let request = script.answer(&format!("PATCH {ROOM}"), 200, muted);
    assert_eq!(request.body.as_deref(), Some(r#"{"self_mute":true,"self_deaf":false}"#));
    script.answer(&format!("DELETE {ROOM}"), 204, Value::Null);
    let here = || Some(VOICE.to_owned());
    assert_eq!(told(&mut script), [(here(), false), (here(), true), (None, false)]);
}

/// TOG-19 (TOG-R13): the members of the document and of the real server.
#[test]
fn tog_19_either_kind_of_voice_state_is_read() {
    let mut script = Script::live();
    let document = json!({"user_id": US, "channel_id": VOICE, "muted": true, "deafened": false});
    script.tells("VOICE_STATE_UPDATE", document);
    let mut real = voice_state(US, Some(VOICE));
    real["server_mute"] = true.into();
    script.tells("VOICE_STATE_UPDATE", real);
    script.tells("VOICE_STATE_UPDATE", voice_state(US, None));
    let here = || Some(VOICE.to_owned());
    assert_eq!(told(&mut script), [(here(), true), (here(), true), (None, false)]);
}

/// TOG-20
#[test]
fn tog_20_an_event_that_comes_before_the_answer_is_newer() {
    let mut script = Script::live();
    join(&mut script);
    script.tells("VOICE_STATE_UPDATE", voice_state(US, Some(VOICE)));
    script.tells("VOICE_STATE_UPDATE", voice_state(US, None));
    script.answer(&format!("POST {ROOM}"), 201, voice_state(US, Some(VOICE)));
    assert_eq!(told(&mut script).last(), Some(&(None, false)));
}

#[test]
fn a_room_that_cannot_be_joined_is_said_to_be() {
    let mut script = Script::new();
    join(&mut script);
    let failed = |why, text: &str| Event::VoiceFailed { channel: VOICE.into(), why, text: text.into() };
    assert_eq!(script.events(), [failed(Failure::NotConnected, "")]);
    let mut script = Script::live();
    join(&mut script);
    script.answer(&format!("POST {ROOM}"), 400, json!({"error": "Not a voice channel"}));
    join(&mut script);
    script.lose(&format!("POST {ROOM}"));
    let wanted = [failed(Failure::Invalid, "Not a voice channel"), failed(Failure::NoAnswer, "")];
    assert_eq!(script.events(), wanted);
}

/// TOG-08, TOG-22, TOG-25, TOG-27 (TOG-R14)
#[test]
fn tog_25_signals_are_said_in_both_shapes_and_read_in_either() {
    let mut script = Script::live();
    let candidate = Signal::candidate("candidate:1 1 udp 1 10.0.0.1 9 typ host", Some("0"), Some(0));
    let offer = Signal::description("offer", "v=0\r\n");
    for signal in [offer.clone(), candidate.clone()] {
        script.request(Request::Signal { to: BOB.into(), signal });
    }
    let sent = script.sent();
    assert_eq!(sent[0]["op"], "VOICE_SIGNAL");
    let both = json!({"to_user_id": BOB, "type": "offer", "sdp": "v=0\r\n", "signal": {"type": "offer", "sdp": "v=0\r\n"}});
    assert_eq!(sent[0]["d"], both);
    let flat: Value = serde_json::from_str(sent[1]["d"]["candidate"].as_str().unwrap()).unwrap();
    assert_eq!((&flat, &sent[1]["d"]["type"]), (&sent[1]["d"]["signal"], &json!("candidate")));

    script.tells("VOICE_SIGNAL", json!({"from_user_id": BOB, "type": "offer", "sdp": "v=0\r\n"}));
    script.tells(
        "VOICE_SIGNAL",
        json!({"from_user_id": BOB, "type": "candidate", "candidate": flat.to_string()}),
    );
    script.tells("VOICE_SIGNAL", json!({"from_user_id": BOB, "signal": {"renegotiate": true}}));
    script.tells("VOICE_SIGNAL", json!({"from_user_id": BOB, "type": "hello"}));
    let from = |signal| Event::Signal { from: BOB.into(), signal };
    let opaque = Signal::opaque(json!({"renegotiate": true}));
    assert_eq!(script.events(), [from(offer), from(candidate), from(opaque)]);
}

/// TOG-25 (TOG-R14, TOG-R17): later servers take 16 KiB, and read one shape.
#[test]
fn tog_25_a_long_signal_is_said_in_the_shape_that_the_server_reads() {
    let mut script = Script::live();
    let sdp = "a".repeat(10_000);
    script.request(Request::Signal { to: BOB.into(), signal: Signal::description("offer", &sdp) });
    let flat = json!({"to_user_id": BOB, "type": "offer", "sdp": sdp});
    assert_eq!(script.sent(), [json!({"op": "VOICE_SIGNAL", "d": flat})]);
}
