//! What the fuzz targets do: plain functions of bytes that panic when something is wrong. They need no fuzzer, so the
//! tests of `hearth-voice` replay the corpus with them on every run.

use std::time::Duration;

use hearth_clock::Clock;
use hearth_dialects::together::Signal;
use hearth_voice::audio::listener::Listener;
use hearth_voice::signal::{Said, read};
use hearth_voice::{FRAME_TIME, Input, Output, Room, RoomConfig};

/// A target: what it is called, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. Each has a folder of that name in `corpus/`.
pub const TARGETS: [Target; 2] = [("signal", signal), ("sound", sound)];

/// What a browser offers, in short; the fuzzer writes into it.
const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\n\
    a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=ice-options:trickle\r\na=fingerprint:sha-256 \
    00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n\
    a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\n\
    a=msid:s t\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\na=ssrc:5 cname:c\r\n";

/// Signals, whole by their looks or not: what is read is what it says it is, and a room takes any of it. A byte says
/// what comes next, another how long it is.
pub fn signal(data: &[u8]) {
    let clock = Clock::new();
    let mut now = clock.now().instant;
    let config = RoomConfig { me: "b".into(), ..RoomConfig::default() };
    let Ok(mut room) = Room::new(now, config) else { panic!("no room") };
    room.handle(now, Input::Participants(vec!["a".into()]));
    let mut rest = data;
    while let Some((kind, after)) = rest.split_first() {
        let (length, after) =
            after.split_first().map_or((0, after), |(length, after)| (usize::from(*length), after));
        let (text, after) = after.split_at(length.min(after.len()));
        rest = after;
        let text = String::from_utf8_lossy(text);
        let signal = match kind % 8 {
            0 => Signal::opaque(serde_json::from_str(&text).unwrap_or_default()),
            1 => Signal::description("offer", &text),
            2 => Signal::candidate(&text, None, Some(0)),
            3 => Signal::candidate(&format!("candidate:1 1 udp 1 {text}"), None, Some(0)),
            // An offer or an answer with something else in the place of one of its lines.
            kind => {
                let lines: Vec<_> = OFFER.split_inclusive("\r\n").collect();
                let at = length % lines.len();
                let mut sdp: String = lines[..at].concat();
                sdp.push_str(&text);
                sdp.push_str("\r\n");
                sdp.push_str(&lines[at + usize::from(kind % 2 == 0)..].concat());
                Signal::description(if kind < 6 { "offer" } else { "answer" }, &sdp)
            }
        };
        look_at(&signal);
        let before = room.faults();
        room.handle(now, Input::Signal { from: "a".into(), signal });
        assert!(room.faults().signals >= before.signals && room.faults().descriptions >= before.descriptions);
        now += Duration::from_millis(50);
        room.handle_timeout(now);
        while let Some(output) = room.poll_output() {
            if let Output::Bind { who } = output {
                room.handle(now, Input::Bound { who, sockets: vec![([127, 0, 0, 1], 9).into()] });
            }
        }
    }
    assert_eq!(room.people().count(), 1, "whoever signals nonsense is still there");
}

fn look_at(signal: &Signal) {
    match read(signal) {
        Ok(Said::Offer(said) | Said::Answer(said)) => {
            assert!(said.sdp.starts_with("v=0") && said.fingerprint.len() == "sha-256 ".len() + 95);
        }
        Ok(Said::Candidate(candidate)) => {
            assert!(candidate.address.port() != 0 && candidate.line.starts_with("candidate:"));
            assert!(!candidate.line.contains(['\r', '\n']));
        }
        Ok(Said::Nothing) | Err(_) => {}
    }
}

/// Packets of sound of one person, and time: what is heard is sound, and no more of it than time passes.
pub fn sound(data: &[u8]) {
    let clock = Clock::new();
    let mut now = clock.now().instant;
    let Ok(mut listener) = Listener::new() else { panic!("no decoder") };
    let (mut sequence, mut time) = (0_u16, 0_u32);
    let mut rest = data;
    while let [kind, a, b, after @ ..] = rest {
        match kind % 4 {
            0 => now += Duration::from_millis(u64::from(*a)),
            1 => {
                sequence = sequence.wrapping_add(u16::from(*a));
                time = time.wrapping_add(u32::from(*b) * 480);
            }
            2 => (sequence, time) = (u16::from_be_bytes([*a, *b]), u32::from(*a) << 24),
            _ => {
                sequence = sequence.wrapping_add(1);
                time = time.wrapping_add(960);
            }
        }
        let (packet, after) = after.split_at(usize::from(*b).min(after.len()));
        rest = after;
        listener.packet(now, u32::from(kind / 64), sequence, time, packet);
        for _ in 0..kind % 5 {
            now += FRAME_TIME;
            let mut frame = [0.0; 480];
            listener.play(now, &mut frame);
            assert!(frame.iter().all(|sample| sample.abs() <= 1.0));
        }
    }
}
