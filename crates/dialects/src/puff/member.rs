//! Who is in a group.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::device::DeviceState;
use super::fields::{Fields, Invalid};
use super::limits;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

id! {
    /// Names one client at a gateway; a UUID.
    SessionId
}
id! {
    /// The code of a group: six of `a-z0-9`, unless it was chosen.
    GroupId
}

/// A field that a patch may leave alone, clear or set. On the wire: missing, `null`, a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Not mentioned.
    #[default]
    Keep,
    /// `null`.
    Clear,
    /// The new value.
    Set(T),
}

impl<T> Change<T> {
    /// Whether nothing changes.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Makes `target` what the patch says.
    pub fn apply(self, target: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *target = None,
            Self::Set(value) => *target = Some(value),
        }
    }

    pub(super) fn read(
        fields: Fields<'_>,
        name: &str,
        read: impl FnOnce(Fields<'_>, &str) -> Result<Option<T>, Invalid>,
    ) -> Result<Self, Invalid> {
        if fields.is_null(name) {
            return Ok(Self::Clear);
        }
        Ok(read(fields, name)?.map_or(Self::Keep, Self::Set))
    }
}

impl<T> From<Option<T>> for Change<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

/// The account behind a session (facts/puff-gateway.md §4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// Account id.
    pub id: String,
    /// Unique name.
    pub name: String,
    /// Name to show.
    pub display_name: Option<String>,
    /// Picture.
    pub image: Option<String>,
    /// Banner.
    pub banner: Option<String>,
    /// Bits: [`User::TESTER`], [`User::SUPPORTER`], [`User::ADMIN`], [`User::SUSPENDED`]. Always compared with a
    /// mask.
    pub flags: u64,
    /// About.
    pub bio: Option<String>,
    /// Where; only newer account services have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

impl User {
    /// Flag: sees what is being tried out.
    pub const TESTER: u64 = 1;
    /// Flag: gave money. No rights come with it.
    pub const SUPPORTER: u64 = 2;
    /// Flag: may edit, keep and delete the groups of others.
    pub const ADMIN: u64 = 4;
    /// Flag: may not be here.
    pub const SUSPENDED: u64 = 8;

    const TEXT: usize = 4096;

    /// Whether this account may edit, keep and delete the groups of others.
    #[must_use]
    pub const fn is_admin(&self) -> bool {
        self.flags & Self::ADMIN != 0 && !self.is_suspended()
    }

    /// Whether this account may not be here.
    #[must_use]
    pub const fn is_suspended(&self) -> bool {
        self.flags & Self::SUSPENDED != 0
    }

    /// Reads the account of an account service's answer. Other fields are ignored, those out of limits dropped;
    /// `None` without an id.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let user = Fields::tolerant(value).and_then(Self::read).ok()?;
        (!user.id.is_empty()).then_some(user)
    }

    /// The name to show.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.name)
    }

    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        let text = |name| fields.text(name, Self::TEXT);
        Ok(Self {
            id: text("id")?.ok_or(Invalid)?,
            name: text("name")?.unwrap_or_default(),
            display_name: text("display_name")?,
            image: text("image")?,
            banner: text("banner")?,
            flags: fields.whole("flags", limits::SAFE_INTEGER)?.unwrap_or_default(),
            bio: text("bio")?,
            location: text("location")?,
        })
    }
}

/// The voice channel that a member sits in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceChannel {
    /// Channel id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where to join it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl VoiceChannel {
    /// Reads the voice channel of an account service's answer; `None` without an id.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        Fields::tolerant(value).and_then(Self::read).ok()
    }

    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            id: fields.text("id", User::TEXT)?.ok_or(Invalid)?,
            name: fields.text("name", User::TEXT)?.unwrap_or_default(),
            link: fields.text("link", User::TEXT)?,
        })
    }
}

/// One member, whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Member {
    /// Who.
    pub session_id: SessionId,
    /// The device, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_state: Option<DeviceState>,
    /// Away: not counted, not heated.
    pub away: bool,
    /// Since when, ISO 8601 with milliseconds.
    pub group_joined: String,
    /// The gateway lost the connection and waits for it.
    pub disconnected: bool,
    /// On a phone.
    pub mobile: bool,
    /// What is in the bowl.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strain: Option<String>,
    /// The account, for those who are signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The voice channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<VoiceChannel>,
}

impl Member {
    /// A sesher has a device that told enough; everybody else watches.
    #[must_use]
    pub fn is_sesher(&self) -> bool {
        self.device_state.as_ref().is_some_and(DeviceState::is_sesher)
    }

    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            session_id: SessionId(fields.text("session_id", limits::SESSION_ID)?.ok_or(Invalid)?),
            // The Elixir gateway writes `{}` for "no device".
            device_state: fields.object("device_state", DeviceState::read)?.filter(|state| !state.is_empty()),
            away: fields.flag("away")?.unwrap_or_default(),
            group_joined: fields.text("group_joined", 64)?.unwrap_or_default(),
            disconnected: fields.flag("disconnected")?.unwrap_or_default(),
            mobile: fields.flag("mobile")?.unwrap_or_default(),
            strain: fields.text("strain", User::TEXT)?,
            user: fields.object("user", User::read)?,
            voice: fields.object("voice", VoiceChannel::read)?,
        })
    }
}

/// The members of a group as an update lists them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MemberList {
    /// Whole members (the TypeScript gateway and ours).
    Whole(Vec<Member>),
    /// Only who they are (the Elixir gateway).
    Ids(Vec<SessionId>),
}

impl MemberList {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let items = value.as_array()?;
        if items.first().is_some_and(Value::is_string) {
            let ids = items.iter().filter_map(Value::as_str).map(SessionId::from);
            return Some(Self::Ids(ids.collect()));
        }
        let members = items.iter().filter_map(|item| Fields::tolerant(item).and_then(Member::read).ok());
        Some(Self::Whole(members.collect()))
    }

    /// The ids of all members.
    pub fn ids(&self) -> impl Iterator<Item = &SessionId> {
        let (whole, ids) = match self {
            Self::Whole(members) => (Some(members), None),
            Self::Ids(ids) => (None, Some(ids)),
        };
        let whole = whole.into_iter().flatten().map(|member| &member.session_id);
        whole.chain(ids.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{User, VoiceChannel};

    // PUFF-56
    #[test]
    fn flags_are_compared_with_a_mask() {
        for (flags, admin, suspended) in [
            (0, false, false),
            (User::TESTER | User::SUPPORTER, false, false),
            (User::ADMIN, true, false),
            (User::ADMIN | User::SUPPORTER | 16, true, false),
            (User::SUSPENDED, false, true),
            (User::ADMIN | User::SUSPENDED, false, true),
        ] {
            let user = User { flags, ..User::default() };
            assert_eq!((user.is_admin(), user.is_suspended()), (admin, suspended), "{flags}");
        }
    }

    #[test]
    fn an_account_service_may_say_more_than_is_known_but_not_nobody() {
        let row =
            json!({ "id": "u", "name": "n", "image": null, "flags": 4, "location": "here", "email": "x" });
        let user = User::from_json(&row).unwrap();
        assert_eq!((user.id.as_str(), user.flags, user.location.as_deref()), ("u", 4, Some("here")));
        for nobody in
            [json!(null), json!({}), json!({ "id": "" }), json!({ "id": 5 }), json!({ "name": "n" })]
        {
            assert_eq!(User::from_json(&nobody), None, "{nobody}");
        }
        let odd = json!({ "id": "u", "name": 5, "flags": -1, "bio": "x".repeat(5_000) });
        assert_eq!(User::from_json(&odd), Some(User { id: "u".into(), ..User::default() }));
        assert_eq!(VoiceChannel::from_json(&json!({ "name": "n" })), None);
    }
}
