//! What a gateway tells of a group.

use serde::Serialize;
use serde_json::Value;

use super::event::Message;
use super::fields::{Fields, Invalid, whole};
use super::limits;
use super::member::{GroupId, Member, MemberList, SessionId};

/// Where a group is in its cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupState {
    /// Nothing asked.
    #[default]
    Chilling,
    /// Somebody asked to start; members get ready.
    Awaiting,
    /// Devices are told to heat, or heating.
    Seshing,
}

impl GroupState {
    /// The state named by the wire.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "chilling" => Some(Self::Chilling),
            "awaiting" => Some(Self::Awaiting),
            "seshing" => Some(Self::Seshing),
            _ => None,
        }
    }
}

/// Who may find a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Listed for everyone.
    Public,
    /// Only by its code.
    #[default]
    Private,
}

impl Visibility {
    /// The visibility named by the wire.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "public" => Some(Self::Public),
            "private" => Some(Self::Private),
            _ => None,
        }
    }
}

pub(super) fn state(fields: Fields<'_>) -> Result<Option<GroupState>, Invalid> {
    fields.read("state", |value| value.as_str().and_then(GroupState::from_name))
}

pub(super) fn visibility(fields: Fields<'_>) -> Result<Option<Visibility>, Invalid> {
    fields.read("visibility", |value| value.as_str().and_then(Visibility::from_name))
}

/// The longest text of a gateway that is kept.
const GATEWAY_TEXT: usize = 1024;

pub(super) fn group_id(fields: Fields<'_>) -> Result<Option<GroupId>, Invalid> {
    Ok(fields.text("group_id", GATEWAY_TEXT)?.map(GroupId))
}

pub(super) fn session_id(fields: Fields<'_>, name: &str) -> Result<Option<SessionId>, Invalid> {
    Ok(fields.text(name, GATEWAY_TEXT)?.map(SessionId))
}

fn ids(value: &Value) -> Option<Vec<SessionId>> {
    Some(value.as_array()?.iter().filter_map(Value::as_str).map(SessionId::from).collect())
}

/// `ready`, or `ready_members` as the Elixir gateway calls it in JOINED_GROUP.
fn ready(fields: Fields<'_>) -> Result<Option<Vec<SessionId>>, Invalid> {
    Ok(match fields.read("ready", ids)? {
        Some(ready) => Some(ready),
        None => fields.read("ready_members", ids)?,
    })
}

/// GROUP_CREATE: the group that one created. On the TypeScript gateway and ours the creator is joined too and
/// a JOINED_GROUP follows; on the Elixir gateway the creator must join.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupCreated {
    /// Code.
    pub group_id: GroupId,
    /// Name.
    pub name: String,
    /// Who may find it.
    pub visibility: Visibility,
    /// Stays when it is empty.
    pub persistent: bool,
    /// Who owns it.
    pub owner_session_id: SessionId,
}

impl GroupCreated {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            group_id: group_id(fields)?.ok_or(Invalid)?,
            name: fields.text("name", GATEWAY_TEXT)?.unwrap_or_default(),
            visibility: visibility(fields)?.unwrap_or_default(),
            persistent: fields.flag("persistent")?.unwrap_or_default(),
            owner_session_id: session_id(fields, "owner_session_id")?.unwrap_or_default(),
        })
    }
}

/// What only Hearth knows of a group: in ops 2 and 5 what its owner wishes, in JOINED_GROUP and GROUP_UPDATE what is
/// so. Everybody else ignores it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HearthGroup {
    /// From the decision to start until devices are told to heat, ms; see [`limits::COUNTDOWN_MS`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub countdown: Option<u64>,
    /// While the group counts down, in JOINED_GROUP only: when devices will be told to heat, in the gateway's
    /// milliseconds since 1970. It may still be called off; nobody heats before GROUP_START_HEATING says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<u64>,
}

impl HearthGroup {
    /// Only the length of the countdown, ms.
    #[must_use]
    pub const fn countdown(ms: u64) -> Self {
        Self { countdown: Some(ms), start_at: None }
    }

    /// What an owner may wish.
    pub(super) fn read_wish(fields: Fields<'_>) -> Result<Self, Invalid> {
        let length = |value: &Value| whole(value).filter(|ms| limits::COUNTDOWN_MS.contains(ms));
        Ok(Self { countdown: fields.read("countdown", length)?, start_at: None })
    }

    fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            countdown: fields.whole("countdown", LONGEST_COUNTDOWN_MS)?,
            start_at: fields.whole("start_at", limits::SAFE_INTEGER)?,
        })
    }
}

/// A gateway that counts longer than this is not believed.
const LONGEST_COUNTDOWN_MS: u64 = 3_600_000;

/// JOINED_GROUP: the group that one is in now, whole. Ours also sends it after a resume.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JoinedGroup {
    /// Code.
    pub group_id: GroupId,
    /// Name.
    pub name: String,
    /// Who may find it.
    pub visibility: Visibility,
    /// Stays when it is empty.
    pub persistent: bool,
    /// Who owns it.
    pub owner_session_id: SessionId,
    /// Where it is in its cycle.
    pub state: GroupState,
    /// Seshes so far.
    pub sesh_counter: u64,
    /// Who is ready. Our gateway writes the same list as `ready_members` too, for clients of the Elixir one.
    pub ready: Vec<SessionId>,
    /// The same list again.
    ready_members: Vec<SessionId>,
    /// Everybody, seshers first.
    pub members: Vec<Member>,
    /// While seshing: the instant that GROUP_START_HEATING named, in the gateway's milliseconds since 1970, for a
    /// session that was resumed after missing it. An extension of Hearth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<u64>,
    /// After a resume: what was said in the group lately and is told to this session, oldest first, some of which
    /// it may have heard; messages of a group differ in their timestamps. `None`: not known. An extension of
    /// Hearth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<Message>>,
    /// What only Hearth knows of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hearth: Option<HearthGroup>,
}

/// What a [`JoinedGroup`] is made of.
impl JoinedGroup {
    /// The whole group; `ready` is written under both of its names.
    #[must_use]
    pub fn new(
        created: GroupCreated,
        state: GroupState,
        sesh_counter: u64,
        ready: Vec<SessionId>,
        members: Vec<Member>,
    ) -> Self {
        let GroupCreated { group_id, name, visibility, persistent, owner_session_id } = created;
        let ready_members = ready.clone();
        Self {
            group_id,
            name,
            visibility,
            persistent,
            owner_session_id,
            state,
            sesh_counter,
            ready,
            ready_members,
            members,
            start_at: None,
            messages: None,
            hearth: None,
        }
    }

    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        let members = match fields.read("members", MemberList::read)? {
            Some(MemberList::Whole(members)) => members,
            Some(MemberList::Ids(ids)) => {
                ids.into_iter().map(|session_id| Member { session_id, ..Member::default() }).collect()
            }
            None => Vec::new(),
        };
        let mut joined = Self::new(
            GroupCreated::read(fields)?,
            state(fields)?.unwrap_or_default(),
            fields.whole("sesh_counter", limits::SAFE_INTEGER)?.unwrap_or_default(),
            ready(fields)?.unwrap_or_default(),
            members,
        );
        joined.start_at = fields.whole("start_at", limits::SAFE_INTEGER)?;
        joined.hearth = fields.object("hearth", HearthGroup::read)?;
        joined.messages = fields.read("messages", Message::read_all)?;
        Ok(joined)
    }
}

/// GROUP_UPDATE: what changed. The Elixir gateway sends whole groups, with `members` as ids.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GroupPatch {
    /// Code; only the Elixir gateway says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who may find it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Stays when it is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent: Option<bool>,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_session_id: Option<SessionId>,
    /// Seshes so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sesh_counter: Option<u64>,
    /// Where it is in its cycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<GroupState>,
    /// Everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<MemberList>,
    /// Who is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<Vec<SessionId>>,
    /// What only Hearth knows of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hearth: Option<HearthGroup>,
}

impl GroupPatch {
    /// Only the state changed.
    #[must_use]
    pub fn state(state: GroupState) -> Self {
        Self { state: Some(state), ..Self::default() }
    }

    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            group_id: group_id(fields)?,
            name: fields.text("name", GATEWAY_TEXT)?,
            visibility: visibility(fields)?,
            persistent: fields.flag("persistent")?,
            owner_session_id: session_id(fields, "owner_session_id")?,
            sesh_counter: fields.whole("sesh_counter", limits::SAFE_INTEGER)?,
            state: state(fields)?,
            members: fields.read("members", MemberList::read)?,
            ready: ready(fields)?,
            hearth: fields.object("hearth", HearthGroup::read)?,
        })
    }
}

/// One item of PUBLIC_GROUPS_UPDATE and of `/v1/groups`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublicGroup {
    /// Code.
    pub group_id: GroupId,
    /// Members of both kinds.
    pub member_count: u64,
    /// Name.
    pub name: String,
    /// Where it is in its cycle.
    pub state: GroupState,
    /// Who may find it.
    pub visibility: Visibility,
    /// Stays when it is empty.
    pub persistent: bool,
    /// Seshes so far.
    pub sesh_counter: u64,
    /// Members without a device.
    pub watcher_count: u64,
    /// Members with one.
    pub sesher_count: u64,
}

impl PublicGroup {
    /// The items of an answer to `GET /v1/groups` that make sense; `None` when the answer itself makes none.
    #[must_use]
    pub fn list(answer: &str) -> Option<Vec<Self>> {
        let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
        let items = answer.get("data")?.as_array()?;
        Some(items.iter().filter_map(|item| Fields::tolerant(item).and_then(Self::read).ok()).collect())
    }

    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        let count = |name| fields.whole(name, limits::SAFE_INTEGER);
        let member_count = count("member_count")?.unwrap_or_default();
        let sesher_count = count("sesher_count")?.unwrap_or_default();
        Ok(Self {
            group_id: group_id(fields)?.ok_or(Invalid)?,
            member_count,
            name: fields.text("name", GATEWAY_TEXT)?.unwrap_or_default(),
            state: state(fields)?.unwrap_or_default(),
            visibility: visibility(fields)?.unwrap_or(Visibility::Public),
            persistent: fields.flag("persistent")?.unwrap_or_default(),
            sesh_counter: count("sesh_counter")?.unwrap_or_default(),
            watcher_count: count("watcher_count")?
                .unwrap_or_else(|| member_count.saturating_sub(sesher_count)),
            sesher_count,
        })
    }
}
