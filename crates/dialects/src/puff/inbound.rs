//! Reads what a gateway sent: the TypeScript one, the Elixir one or ours. Tolerant: a field out of its limits is
//! dropped, an event without what it must have becomes [`Event::Unknown`].

use serde_json::Value;

use super::device::{DeviceState, LastDab};
use super::event::{
    ClockReply, DeviceUpdate, Event, HeatInquiry, Message, MessageContent, Reaction, StartHeating,
    UserJoined, UserPatch, WatchedDevice,
};
use super::fields::{Fields, Invalid, whole};
use super::group::{GroupCreated, GroupPatch, JoinedGroup, PublicGroup, group_id, session_id, visibility};
use super::limits::{SAFE_INTEGER, TOKEN};
use super::member::{Change, GroupId, Member, SessionId, User, VoiceChannel};
use super::refusal::{ErrorCode, ErrorEvent, Refusal};
use super::server::{HearthHello, Hello, ServerFrame};

/// The longest chat text, reaction or strain of a gateway that is kept.
const TEXT: usize = 16 * 1024;

/// Reads a frame; `None` when it is neither a hello nor an event.
pub(super) fn frame(frame: &Value) -> Option<ServerFrame> {
    let d = frame.get("d").unwrap_or(&Value::Null);
    match whole(frame.get("op")?)? {
        0 => Some(ServerFrame::Hello(hello(Fields::tolerant(d).ok()?).ok()?)),
        3 => {
            let t = frame.get("t")?.as_str()?;
            let event = event(t, d).unwrap_or_else(|Invalid| Event::Unknown { t: t.to_owned() });
            Some(ServerFrame::Event(event))
        }
        _ => None,
    }
}

fn hello(d: Fields<'_>) -> Result<Hello, Invalid> {
    Ok(Hello {
        session_id: session(d, "session_id")?,
        session_token: d.text("session_token", TOKEN)?.ok_or(Invalid)?,
        heartbeat_interval: d.whole("heartbeat_interval", SAFE_INTEGER)?.ok_or(Invalid)?,
        hearth: d.object("hearth", |hearth| {
            Ok(HearthHello {
                version: hearth.text("version", 64)?.ok_or(Invalid)?,
                server_time: hearth.whole("server_time", SAFE_INTEGER)?.ok_or(Invalid)?,
                countdown: hearth.whole("countdown", SAFE_INTEGER)?,
                voice: flag(hearth, "voice")?,
            })
        })?,
    })
}

fn session(d: Fields<'_>, name: &str) -> Result<SessionId, Invalid> {
    session_id(d, name)?.ok_or(Invalid)
}

fn group(d: Fields<'_>) -> Result<GroupId, Invalid> {
    group_id(d)?.ok_or(Invalid)
}

fn flag(d: Fields<'_>, name: &str) -> Result<bool, Invalid> {
    Ok(d.flag(name)?.unwrap_or_default())
}

fn event(t: &str, value: &Value) -> Result<Event, Invalid> {
    let error_event = ErrorEvent::from_name(t);
    if !matches!(error_event, ErrorEvent::Other(_)) {
        let code = value.get("code").and_then(Value::as_str).unwrap_or_default();
        return Ok(Event::Error(Refusal::new(error_event, ErrorCode::from_name(code))));
    }
    match t {
        "RATE_LIMITED" => return Ok(Event::RateLimited { op: value.get("op").and_then(whole) }),
        "PUBLIC_GROUPS_UPDATE" => {
            let items = value.as_array().ok_or(Invalid)?;
            let read = |item| Fields::tolerant(item).and_then(PublicGroup::read).ok();
            return Ok(Event::PublicGroups(items.iter().filter_map(read).collect()));
        }
        _ => {}
    }
    let d = Fields::tolerant(value)?;
    Ok(match t {
        "JOINED_GROUP" => Event::JoinedGroup(Box::new(JoinedGroup::read(d)?)),
        "GROUP_CREATE" => Event::GroupCreate(GroupCreated::read(d)?),
        "GROUP_DELETE" => Event::GroupDelete { group_id: group(d)? },
        "GROUP_UPDATE" => Event::GroupUpdate(Box::new(GroupPatch::read(d)?)),
        "GROUP_USER_JOIN" => {
            let member = Member::read(d)?;
            Event::UserJoin(Box::new(UserJoined { group_id: group_id(d)?.unwrap_or_default(), member }))
        }
        "GROUP_USER_LEFT" => Event::UserLeft {
            group_id: group_id(d)?.unwrap_or_default(),
            session_id: session(d, "session_id")?,
        },
        "GROUP_USER_UPDATE" => Event::UserUpdate(Box::new(UserPatch {
            session_id: session(d, "session_id")?,
            group_id: group_id(d)?.unwrap_or_default(),
            disconnected: d.flag("disconnected")?,
            strain: Change::read(d, "strain", |d, name| d.text(name, TEXT))?,
            away: d.flag("away")?,
            mobile: d.flag("mobile")?,
            user: Change::read(d, "user", |d, name| d.object(name, User::read))?,
            voice: Change::read(d, "voice", |d, name| d.object(name, VoiceChannel::read))?,
        })),
        "GROUP_USER_DEVICE_UPDATE" => Event::DeviceUpdate(Box::new(DeviceUpdate {
            group_id: group_id(d)?.unwrap_or_default(),
            session_id: session(d, "session_id")?,
            device_state: d.object("device_state", DeviceState::read)?.ok_or(Invalid)?,
        })),
        "GROUP_USER_DEVICE_DISCONNECT" => Event::DeviceDisconnect {
            group_id: group_id(d)?.unwrap_or_default(),
            session_id: session(d, "session_id")?,
        },
        "GROUP_HEAT_INQUIRY" => Event::HeatInquiry(HeatInquiry {
            session_id: session(d, "session_id")?,
            watcher: flag(d, "watcher")?,
            away: flag(d, "away")?,
        }),
        "GROUP_START_HEATING" => Event::StartHeating(StartHeating {
            session_id: session_id(d, "session_id")?,
            // Whoever is not told otherwise must not heat.
            excluded: d.flag("excluded")?.unwrap_or(true),
            watcher: flag(d, "watcher")?,
            away: flag(d, "away")?,
            start_at: d.whole("start_at", SAFE_INTEGER)?,
        }),
        "GROUP_COUNTDOWN" => {
            let cancelled = flag(d, "cancelled")?;
            let start_at = d.whole("start_at", SAFE_INTEGER)?.filter(|_| !cancelled);
            if start_at.is_none() && !cancelled {
                return Err(Invalid);
            }
            let session_id = session_id(d, "session_id")?;
            Event::Countdown { group_id: group_id(d)?.unwrap_or_default(), session_id, start_at }
        }
        "GROUP_USER_READY" => Event::UserReady { session_id: session(d, "session_id")? },
        "GROUP_USER_UNREADY" => Event::UserUnready { session_id: session(d, "session_id")? },
        "GROUP_VISIBILITY_CHANGE" => Event::VisibilityChange {
            visibility: visibility(d)?.ok_or(Invalid)?,
            session_id: session_id(d, "session_id")?.unwrap_or_default(),
        },
        "GROUP_USER_AWAY_STATE" => Event::AwayState {
            session_id: session(d, "session_id")?,
            state: d.flag("state")?.ok_or(Invalid)?,
        },
        "GROUP_MESSAGE" => Event::Message(Message::read(d)?),
        "GROUP_REACTION" => Event::Reaction(Reaction {
            group_id: group_id(d)?.unwrap_or_default(),
            author_session_id: session(d, "author_session_id")?,
            emoji: d.text("emoji", TEXT)?.ok_or(Invalid)?,
        }),
        "GROUP_USER_KICKED" => Event::Kicked { group_id: group_id(d)?.unwrap_or_default() },
        "SESSION_RESUMED" => Event::SessionResumed { session_id: session(d, "session_id")? },
        "USER_LINK_SUCCESS" => Event::UserLinked { id: d.text("id", TEXT)?.ok_or(Invalid)? },
        "WATCHED_DEVICE_UPDATE" => Event::WatchedDevice(Box::new(WatchedDevice {
            id: d.text("id", TEXT)?.ok_or(Invalid)?,
            dabs: d.number("dabs", 0.0..=1e9)?,
            dabs_per_day: d.number("dabsPerDay", 0.0..=1e6)?,
            last_dab: d.object("lastDab", LastDab::read)?,
        })),
        "REMOTE_ACTION" => Event::RemoteAction {
            action: d.whole("action", SAFE_INTEGER)?.ok_or(Invalid)?,
            data: d.get("data").cloned(),
        },
        "CLOCK" => Event::Clock(ClockReply {
            client_time: d.whole("client_time", SAFE_INTEGER)?.ok_or(Invalid)?,
            server_time: d.whole("server_time", SAFE_INTEGER)?.ok_or(Invalid)?,
        }),
        _ => return Err(Invalid),
    })
}

impl Message {
    fn read(d: Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            group_id: group_id(d)?.unwrap_or_default(),
            author_session_id: session(d, "author_session_id")?,
            author_name: d.text("author_name", TEXT)?,
            message: d.object("message", message)?.ok_or(Invalid)?,
        })
    }

    /// A list of messages; those that cannot be read are left out.
    pub(super) fn read_all(list: &Value) -> Option<Vec<Self>> {
        let read = |item| Fields::tolerant(item).and_then(Self::read).ok();
        Some(list.as_array()?.iter().filter_map(read).collect())
    }
}

fn message(message: Fields<'_>) -> Result<MessageContent, Invalid> {
    Ok(MessageContent {
        content: message.text("content", TEXT)?.ok_or(Invalid)?,
        timestamp: message.whole("timestamp", SAFE_INTEGER)?.unwrap_or_default(),
    })
}
