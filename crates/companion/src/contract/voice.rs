//! Voice: the one room that this person talks in, who is there, and the microphone and speaker that are used.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Said;

/// Voice, as it is now. The microphone is only ever open in [`VoiceStage::In`] and [`VoiceStage::Rejoining`], and
/// [`VoiceView::microphone`] says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VoiceView {
    /// The gateway has a voice room for the group that this person is in
    /// ([`Command::JoinSeshVoice`](super::Command::JoinSeshVoice)); `false` outside a group.
    pub offered: bool,
    /// The room that this person is in, joins, or could not join; one at a time.
    pub place: Option<VoicePlace>,
    /// How far it is.
    pub stage: VoiceStage,
    /// The microphone.
    pub microphone: SoundState,
    /// The speaker.
    pub speaker: SoundState,
    /// This person is not heard: the microphone is closed.
    pub muted: bool,
    /// This person neither hears nor is heard: the microphone is closed.
    pub deafened: bool,
    /// When this person is heard.
    pub talk: VoiceTalk,
    /// This person is heard just now.
    pub speaking: bool,
    /// Everybody else in the room, in the order of joining.
    pub people: Vec<VoicePeer>,
    /// Names of those for whom there is no place: eight hear each other at most, this person included.
    pub crowded: Vec<String>,
    /// A server of the settings did not help since this person joined: it does not answer, or does not take the name and
    /// password.
    pub servers_fail: bool,
    /// Microphones and speakers, as [`Command::LookForSound`](super::Command::LookForSound) found them.
    pub devices: Option<SoundDevices>,
}

/// A voice room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VoicePlace {
    /// From [`CommunityGateway::id`](super::CommunityGateway::id); `null`: the room of the group.
    pub community: Option<String>,
    /// From [`ChatServer::id`](super::ChatServer::id); empty while it is not known yet.
    pub server: String,
    /// From [`ChatChannel::id`](super::ChatChannel::id); empty while it is not known yet.
    pub channel: String,
    /// What people call it: the channel, or the group.
    pub name: String,
    /// It is the room of the group that this person is in.
    pub sesh: bool,
}

/// How far voice is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "stage", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum VoiceStage {
    /// In no room.
    #[default]
    Off,
    /// On the way into it; the microphone is closed.
    Joining,
    /// In it.
    In,
    /// In it, but the gateway was lost and is looked for: people may still hear each other, and nobody new comes. While
    /// nobody hears this person, the microphone is closed.
    Rejoining,
    /// It could not be joined, or ended; the microphone is closed. Joining anew or leaving ends this.
    Failed {
        /// Why.
        why: Said,
        /// What to do; may be empty.
        advice: Said,
    },
}

/// How a microphone or speaker is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SoundState {
    /// Not open.
    #[default]
    Closed,
    /// Open.
    Open {
        /// This one.
        name: String,
    },
    /// It is to be open and cannot be; it is tried again by itself.
    Failed {
        /// Why, and what may help.
        why: Said,
    },
}

/// When this person is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "talk", rename_all = "snake_case")]
pub enum VoiceTalk {
    /// Always, unless muted.
    #[default]
    Open,
    /// While a key is held ([`Command::HoldToTalk`](super::Command::HoldToTalk)); the microphone is closed otherwise.
    Push {
        /// It is held.
        held: bool,
    },
}

/// Somebody else in the room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VoicePeer {
    /// As [`ChatPerson::id`](super::ChatPerson::id).
    pub id: String,
    /// Name.
    pub name: String,
    /// [`MemberView::id`](super::MemberView::id) in the room of the group, once the gateway told it.
    pub member: Option<String>,
    /// They are heard just now.
    pub speaking: bool,
    /// They are not heard: they muted themselves.
    pub muted: bool,
    /// They do not hear.
    pub deafened: bool,
    /// How they are connected with this person.
    pub link: VoiceLink,
    /// So much of what they say is lost on the way, of a hundred; `null` while it is little.
    pub lossy_percent: Option<u8>,
    /// How loud this person hears them, 0..=200; 100 is as they are. Lasts until Hearth ends.
    pub volume: u8,
}

/// How somebody is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VoiceLink {
    /// Not yet.
    #[default]
    Connecting,
    /// Directly.
    Direct,
    /// By a relay: slower; its owner sees who talks with whom, not what.
    Relayed,
    /// They were, and are looked for again.
    Lost,
    /// No way was found; it is tried again now and then. A relay in the settings may help.
    Unreachable,
}

/// Microphones and speakers of this computer, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SoundDevices {
    /// To speak into.
    pub microphones: Vec<String>,
    /// To hear from.
    pub speakers: Vec<String>,
}
