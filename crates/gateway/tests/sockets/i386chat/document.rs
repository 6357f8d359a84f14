//! `docs/protocol-i386chat.md` against the code: its numbers are those of the code. That it names everything is tested beside the
//! wire types, its examples in [`super::play`].

use std::time::Duration;

use hearth_dialects::i386chat::{HEARTBEAT, VERSION, limits};
use hearth_gateway::accounts::AuthOptions;
use hearth_gateway::chat::{ChatOptions, Limits};
use hearth_gateway::server::I386chatRules;

const DOCUMENT: &str = include_str!("../../../../../docs/protocol-i386chat.md");

fn says(sentence: &str) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(DOCUMENT).contains(&flat(sentence)), "the document does not say: {sentence}");
}

/// I386-03, I386-13, I386-19
#[test]
fn numbers_are_those_of_the_code() {
    let I386chatRules { heartbeat, unpresented, burst, refill, moves, rest } = I386chatRules::default();
    assert_eq!((heartbeat, unpresented), (HEARTBEAT, 10));
    says("up to ten times; the eleventh ends it with 4002");
    says(&format!("presented themselves {} s (two `hb_int`)", 2 * heartbeat.as_secs()));
    says(&format!("no 120 came for {} s (two `hb_int`)", 2 * heartbeat.as_secs()));
    assert_eq!((refill, rest), (Duration::from_millis(100), Duration::from_secs(1)));
    says(&format!(
        "{burst} payloads at once and ten a second are read, and ten moves at once and one a second"
    ));
    assert_eq!(moves, 10);
    says(&format!("at most **{} bytes**", limits::FRAME_BYTES));
    says(&format!("`v` is the version of the protocol, {VERSION};"));
    says(&format!(
        "a username 3–32, a bio {}, the name of a room 1–{}, a description {}, a message 1–{}, a reason {}.",
        limits::BIO,
        limits::NAME,
        limits::DESCRIPTION,
        limits::CONTENT,
        limits::REASON
    ));
    assert_eq!(
        (limits::NAME, limits::CONTENT, limits::DESCRIPTION),
        (Limits::NAME, Limits::CONTENT, Limits::ABOUT)
    );
    let ChatOptions { changes, connections, .. } = ChatOptions::default();
    assert_eq!(changes.per, Duration::from_secs(10));
    says(&format!(
        "change {} things in ten seconds, in all dialects together, and has {connections} connections",
        changes.count
    ));
    says(&format!("the {}th connection of the account", connections + 1));
    let AuthOptions { registrations, .. } = AuthOptions::default();
    assert_eq!(registrations.per, Duration::from_secs(3600));
    says(&format!("An address makes {} accounts an hour", registrations.count));
    says(&format!("a room 10 000 members, and somebody is in at most {}", Limits::COMMUNITIES));
    assert_eq!(Limits::MEMBERS, 10_000);
}
