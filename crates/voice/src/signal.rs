//! What one person of a room tells another to reach them: offers, answers and candidates, as strangers write them.
//! Here they are read, bounded and looked through before the connection sees them; the shapes on the wire are
//! [`hearth_dialects::together::Signal`]'s (TOG-22, TOG-R14).

use std::net::IpAddr;
use std::str::FromStr;

use hearth_dialects::together::Signal;

/// An offer with one voice in it has 1.5 KB; that of a browser with everything has 10.
const LONGEST_SDP: usize = 32 * 1024;

/// The longest candidate.
const LONGEST_CANDIDATE: usize = 512;

/// So many lines of media are looked at; one of them must be sound.
const MOST_MEDIA: usize = 8;

/// So many lines has a description at most.
const MOST_LINES: usize = 600;

/// What a signal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// They offer a connection, or how it goes on.
    Offer(Description),
    /// They answer our offer.
    Answer(Description),
    /// They may be reached here.
    Candidate(Candidate),
    /// There are no more candidates, or this one cannot be used here: one of TCP, or of a name that only their own
    /// network knows.
    Nothing,
}

/// An offer or an answer that was looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// As it came.
    pub sdp: String,
    /// Names the certificate of their end: another one is another connection.
    pub fingerprint: String,
}

/// A candidate that was looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// As it came.
    pub line: String,
    /// Where.
    pub address: std::net::SocketAddr,
    /// By a relay of theirs.
    pub relayed: bool,
}

/// Why a signal was refused. It costs only itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignal {
    /// Neither an offer, an answer nor a candidate.
    #[error("no signal that is known")]
    Unknown,
    /// Longer than any is.
    #[error("too long")]
    TooLong,
    /// Not a description of one encrypted voice.
    #[error("no description of a voice")]
    NoVoice,
    /// Not a candidate.
    #[error("no candidate")]
    NoCandidate,
}

/// Reads a signal.
///
/// # Errors
/// [`BadSignal`] when it is none; nothing else is to be done with it.
pub fn read(signal: &Signal) -> Result<Said, BadSignal> {
    if let Some((kind, sdp)) = signal.as_description() {
        let description = description(sdp)?;
        return Ok(if kind == "offer" { Said::Offer(description) } else { Said::Answer(description) });
    }
    let value = signal.value();
    // Some say so with an empty text, some with nothing.
    if value.get("candidate").is_some_and(serde_json::Value::is_null) {
        return Ok(Said::Nothing);
    }
    let object = signal.as_candidate().ok_or(BadSignal::Unknown)?;
    candidate(object.get("candidate").and_then(serde_json::Value::as_str).unwrap_or_default())
}

fn description(sdp: &str) -> Result<Description, BadSignal> {
    if sdp.len() > LONGEST_SDP || sdp.lines().count() > MOST_LINES {
        return Err(BadSignal::TooLong);
    }
    let has = |prefix: &str| sdp.lines().any(|line| line.starts_with(prefix));
    let media = sdp.lines().filter(|line| line.starts_with("m=")).count();
    let opus = sdp
        .lines()
        .any(|line| line.starts_with("a=rtpmap:") && line.to_ascii_lowercase().contains(" opus/48000"));
    let begins = sdp.lines().next().is_some_and(|line| line.trim_end() == "v=0");
    let complete = begins && (1..=MOST_MEDIA).contains(&media) && has("m=audio ") && opus;
    if !complete || !has("a=ice-ufrag:") || !has("a=ice-pwd:") || !has("a=setup:") {
        return Err(BadSignal::NoVoice);
    }
    let mut fingerprints = sdp.lines().filter_map(|line| line.strip_prefix("a=fingerprint:"));
    let fingerprint =
        fingerprints.next().map(|it| it.trim().to_ascii_lowercase()).ok_or(BadSignal::NoVoice)?;
    let same = fingerprints.all(|other| other.trim().eq_ignore_ascii_case(&fingerprint));
    if !same || !is_fingerprint(&fingerprint) {
        return Err(BadSignal::NoVoice);
    }
    Ok(Description { sdp: sdp.into(), fingerprint })
}

/// SHA-256, as all have it.
fn is_fingerprint(text: &str) -> bool {
    let Some(("sha-256", digest)) = text.split_once(' ') else { return false };
    let mut bytes = 0;
    digest.split(':').all(|byte| {
        bytes += 1;
        byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit())
    }) && bytes == 32
}

/// RFC 8839 §5.1: `candidate:foundation component transport priority address port typ type …`
fn candidate(line: &str) -> Result<Said, BadSignal> {
    if line.is_empty() {
        return Ok(Said::Nothing);
    }
    if line.len() > LONGEST_CANDIDATE || line.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
        return Err(BadSignal::NoCandidate);
    }
    let rest = line.strip_prefix("candidate:").or_else(|| line.strip_prefix("a=candidate:")).unwrap_or(line);
    let mut words = rest.split(' ');
    let mut word = || words.next().ok_or(BadSignal::NoCandidate);
    let (_foundation, component, transport, priority) = (word()?, word()?, word()?, word()?);
    let (address, port) = (word()?, word()?);
    let (typ, kind) = (word()?, word()?);
    number::<u16>(component)?;
    number::<u32>(priority)?;
    let port = number::<u16>(port)?;
    if typ != "typ" || !matches!(kind, "host" | "srflx" | "prflx" | "relay") {
        return Err(BadSignal::NoCandidate);
    }
    if !transport.eq_ignore_ascii_case("udp") || address.ends_with(".local") || component != "1" {
        return Ok(Said::Nothing);
    }
    let ip = IpAddr::from_str(address).map_err(|_| BadSignal::NoCandidate)?;
    if ip.is_unspecified() || ip.is_multicast() || port == 0 {
        return Err(BadSignal::NoCandidate);
    }
    let line = format!("candidate:{rest}");
    Ok(Said::Candidate(Candidate { line, address: (ip, port).into(), relayed: kind == "relay" }))
}

fn number<N: FromStr>(word: &str) -> Result<N, BadSignal> {
    word.parse().map_err(|_| BadSignal::NoCandidate)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n\
        a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n\
        a=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n";

    /// TOG-22
    #[test]
    fn offers_answers_and_candidates_are_read() {
        let Ok(Said::Offer(offer)) = read(&Signal::description("offer", OFFER)) else { panic!() };
        assert!(offer.fingerprint.starts_with("sha-256 00:11") && offer.fingerprint.ends_with(":ff"));
        assert!(matches!(read(&Signal::description("answer", OFFER)), Ok(Said::Answer(_))));
        let line = "candidate:1 1 udp 2130706431 192.168.1.7 50000 typ host generation 0 ufrag abcd";
        let Ok(Said::Candidate(candidate)) = read(&Signal::candidate(line, Some("0"), Some(0))) else {
            panic!()
        };
        assert_eq!((candidate.address.to_string().as_str(), candidate.relayed), ("192.168.1.7:50000", false));
        let line = "1 1 UDP 1 2001:db8::1 3478 typ relay raddr 0.0.0.0 rport 9";
        let Ok(Said::Candidate(candidate)) = read(&Signal::candidate(line, None, Some(0))) else { panic!() };
        assert!(candidate.relayed && candidate.line.starts_with("candidate:1 1 UDP"));
    }

    #[test]
    fn what_cannot_be_used_here_is_no_fault() {
        for line in [
            "",
            "candidate:1 1 udp 1 8a1e2c4e-0000-4000-8000-000000000000.local 50000 typ host",
            "candidate:1 1 tcp 1 10.0.0.1 9 typ host tcptype active",
            "candidate:1 2 udp 1 10.0.0.1 9 typ host",
        ] {
            assert_eq!(read(&Signal::candidate(line, None, Some(0))), Ok(Said::Nothing), "{line}");
        }
        assert_eq!(read(&Signal::opaque(json!({ "candidate": null }))), Ok(Said::Nothing));
    }

    #[test]
    fn what_is_no_signal_is_refused() {
        for wrong in [
            json!(null),
            json!([]),
            json!({ "type": "bye" }),
            json!({ "type": "offer" }),
            json!({ "type": "offer", "sdp": 7 }),
            json!({ "candidate": { "candidate": "x" } }),
        ] {
            assert_eq!(read(&Signal::opaque(wrong.clone())), Err(BadSignal::Unknown), "{wrong}");
        }
        for (sdp, why) in [
            (String::new(), BadSignal::NoVoice),
            ("v=0".into(), BadSignal::NoVoice),
            (OFFER.replace("opus", "g722"), BadSignal::NoVoice),
            (OFFER.replace("m=audio", "m=video"), BadSignal::NoVoice),
            (OFFER.replace("a=ice-pwd", "a=x"), BadSignal::NoVoice),
            (OFFER.replace("sha-256", "sha-1"), BadSignal::NoVoice),
            (OFFER.replace(":AA:BB", ":AA"), BadSignal::NoVoice),
            (format!("{OFFER}a=fingerprint:sha-256 00:11\r\n"), BadSignal::NoVoice),
            (OFFER.to_owned() + &"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(8), BadSignal::NoVoice),
            (OFFER.to_owned() + &"a=x\r\n".repeat(20_000), BadSignal::TooLong),
        ] {
            assert_eq!(read(&Signal::description("offer", &sdp)), Err(why), "{sdp:.80}");
        }
        for line in [
            "candidate:",
            "candidate:1 1 udp 1 10.0.0.1",
            "candidate:1 1 udp x 10.0.0.1 9 typ host",
            "candidate:1 1 udp 1 10.0.0.1 70000 typ host",
            "candidate:1 1 udp 1 10.0.0.1 0 typ host",
            "candidate:1 1 udp 1 0.0.0.0 9 typ host",
            "candidate:1 1 udp 1 224.0.0.1 9 typ host",
            "candidate:1 1 udp 1 example.org 9 typ host",
            "candidate:1 1 udp 1 10.0.0.1 9 typ guess",
            "candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=x",
        ] {
            assert_eq!(read(&Signal::candidate(line, None, Some(0))), Err(BadSignal::NoCandidate), "{line}");
        }
        let long = format!("candidate:1 1 udp 1 10.0.0.1 9 typ host {}", "x".repeat(600));
        assert_eq!(read(&Signal::candidate(&long, None, None)), Err(BadSignal::NoCandidate));
    }
}
