//! Chat servers as faces see them.

use hearth_clock::Now;
use hearth_gateway_client::chat::{Channel, ChannelKind, PresenceStatus, Refusal, Status};

use super::hall::{Hall, MOST_UNREAD, Place, name};
use super::room::{Line, MOST_LINES, Pending, Room, Saying};
use super::{Controller, SHOW_EVERY, account, dialect, tidy};
use crate::contract::{
    ChatChannel, ChatPerson, ChatServer, ChatView, CommunityGateway, CommunityRefusal, CommunityState, Event,
    LineState, PartView, PersonStatus, RoomLine, RoomView, Said, VoicePerson,
};
use crate::said;

/// The most members that are shown.
const MOST_SHOWN: usize = 500;

/// The group that this person is in: its code and name.
type GroupName = Option<(String, String)>;

impl Hall {
    fn view(&self, group: &GroupName) -> CommunityGateway {
        CommunityGateway {
            id: self.saved.id.to_string(),
            name: self.shown_name(),
            url: self.saved.url.clone(),
            me: self.saved.name.clone(),
            account: account(self.saved.kind),
            has_secret: self.saved.has_secret,
            state: self.state(),
            content: dialect::content(self.dialect, self.content(group)),
        }
    }

    fn state(&self) -> CommunityState {
        match &self.status {
            _ if !self.saved.on => CommunityState::Off,
            Status::Offline => CommunityState::Off,
            Status::SigningIn | Status::Connecting => CommunityState::Connecting,
            Status::Connected { latency, .. } => CommunityState::Connected {
                since: self.since_ms,
                latency_ms: latency.map(|latency| latency.as_millis() as u32),
            },
            Status::Waiting { .. } => CommunityState::Waiting { retry_at: self.retry_at_ms },
            Status::Refused(why) => CommunityState::Refused { why: refusal(why) },
        }
    }

    fn content(&self, group: &GroupName) -> ChatView {
        let (status, custom_status) = match &self.seen_as {
            Some(seen) => (word(seen.status), seen.custom_status.clone()),
            None => (self.saved.rooms.status, Some(self.saved.rooms.custom_status.clone())),
        };
        let here = self.here.clone().filter(|_| !self.features().many);
        ChatView {
            can: dialect::can(self.features()),
            status,
            custom_status: tidy::some(custom_status.as_deref(), tidy::ABOUT),
            notice: self.notice.clone(),
            servers: self.places.iter().map(|place| self.server(place, group)).collect(),
            here,
        }
    }

    fn server(&self, place: &Place, group: &GroupName) -> ChatServer {
        let server = &place.server;
        let channels: Vec<ChatChannel> =
            place.channels.iter().map(|channel| self.channel(place, channel)).collect();
        let of_group = group.as_ref().filter(|(code, _)| server.sesh.as_ref() == Some(code));
        let shown = of_group.map_or_else(|| tidy::line(&server.name, tidy::NAME), |(_, name)| name.clone());
        let count = server.member_count.or(place.loaded.then_some(count(place.members.len())));
        ChatServer {
            id: server.id.clone(),
            name: shown,
            mine: self.owns(place),
            may_leave: !self.owns(place) || !self.features().lists,
            member_count: count,
            sesh: server.sesh.clone(),
            unread: channels.iter().map(|channel| channel.unread).sum(),
            loaded: place.loaded,
            channels,
            members: self.members(place),
        }
    }

    fn channel(&self, place: &Place, channel: &Channel) -> ChatChannel {
        let voices = place.voices.get(&channel.id).into_iter().flatten().map(|voice| VoicePerson {
            id: voice.user.clone(),
            name: place
                .name_of(&voice.user)
                .or_else(|| tidy::some(voice.username.as_deref(), tidy::NAME))
                .unwrap_or_default(),
            me: self.is_me(&voice.user),
            muted: voice.muted,
            deafened: voice.deafened,
        });
        ChatChannel {
            id: channel.id.clone(),
            name: tidy::line(&channel.name, tidy::NAME),
            voice: channel.kind == ChannelKind::Voice,
            topic: tidy::some(channel.topic.as_deref(), tidy::ABOUT),
            category: tidy::some(channel.category.as_deref(), tidy::NAME),
            unread: self.unread.get(&channel.id).map_or(0, |unread| count(unread.len().min(MOST_UNREAD))),
            typing: self.typists(&channel.id),
            in_voice: voices.take(MOST_SHOWN).collect(),
        }
    }

    fn members(&self, place: &Place) -> Vec<ChatPerson> {
        let people = place.members.iter().map(|member| {
            let me = self.is_me(&member.user);
            let seen = self.seen_as.as_ref().filter(|_| me && self.is_connected());
            let presence = seen.unwrap_or(&member.presence);
            ChatPerson {
                id: member.user.clone(),
                name: name(member),
                me,
                status: word(presence.status),
                custom_status: tidy::some(presence.custom_status.as_deref(), tidy::ABOUT),
            }
        });
        let mut people: Vec<ChatPerson> = people.collect();
        people.sort_by_cached_key(|person| {
            (person.status == PersonStatus::Offline, person.name.to_lowercase(), person.id.clone())
        });
        people.truncate(MOST_SHOWN);
        people
    }

    fn room(&self, channel: &str, room: &Room) -> Option<RoomView> {
        let (place, _) = self.find(channel)?;
        let owns = self.owns(place);
        let heard = |pending: &&Pending| match &pending.state {
            Saying::Sending { heard: Some(id) } => !room.lines.iter().any(|line| line.id == *id),
            _ => true,
        };
        let said = room.lines.iter().map(|line| self.line(place, line, owns));
        let pending = room.pending.iter().filter(heard).map(|line| self.pending(place, line));
        Some(RoomView {
            gateway: self.saved.id.to_string(),
            server: place.server.id.clone(),
            channel: channel.to_owned(),
            lines: said.chain(pending).collect(),
            more: room.more && room.lines.len() < MOST_LINES,
            loading: room.asked.is_some(),
            failed: room.failed.clone(),
            new_from: room.new_from.clone(),
        })
    }

    fn line(&self, place: &Place, line: &Line, owns: bool) -> RoomLine {
        let mine = line.author.as_ref().is_some_and(|author| self.is_me(author));
        let known = line.author.as_ref().and_then(|author| place.name_of(author));
        RoomLine {
            id: line.id.clone(),
            at: line.at as f64,
            author: known.or_else(|| line.author_name.clone()).unwrap_or_default(),
            author_id: line.author.clone(),
            mine,
            text: line.text.clone(),
            edited: line.edited,
            reply_to: line.reply_to.clone(),
            state: LineState::Said,
            may_edit: mine && self.features().edits,
            may_delete: (mine || owns) && self.features().deletes,
        }
    }

    fn pending(&self, place: &Place, line: &Pending) -> RoomLine {
        let me = self.me.as_ref().map(|me| me.id.clone());
        let known = me.as_ref().and_then(|me| place.name_of(me));
        RoomLine {
            id: line.id.clone(),
            at: line.at as f64,
            author: known.unwrap_or_else(|| self.saved.name.clone()),
            author_id: me,
            mine: true,
            text: line.text.clone(),
            edited: false,
            reply_to: line.reply_to.clone(),
            state: match &line.state {
                Saying::Sending { .. } => LineState::Sending,
                Saying::Failed { why, .. } => LineState::Failed { why: why.clone() },
            },
            may_edit: false,
            may_delete: false,
        }
    }

    fn part(&self) -> PartView {
        let (health, state) = crate::controller::community::health(&self.state());
        let loaded = self.places.iter().filter(|place| place.loaded).count();
        let waiting: usize = self.rooms.values().map(|room| room.pending.len()).sum();
        let facts = [
            (said!("servers"), self.places.len()),
            (said!("servers loaded"), loaded),
            (said!("unread"), self.unread.values().map(Vec::len).sum()),
            (said!("not sent"), waiting),
        ];
        PartView {
            part: "community".into(),
            name: Said::verbatim(self.shown_name()),
            health,
            state,
            since: None,
            pace: None,
            clock_ahead_ms: None,
            facts: facts.map(|(fact, number)| (fact, Said::verbatim(number.to_string()))).to_vec(),
        }
    }
}

impl Controller {
    /// The servers as faces see them.
    pub(in crate::controller) fn rooms_view(&self) -> impl Iterator<Item = CommunityGateway> + '_ {
        let group = self.membership.group().map(|group| (group.id.clone(), group.name.clone()));
        self.rooms.halls.iter().map(move |hall| hall.view(&group))
    }

    /// The channel that is open, as faces see it.
    pub(in crate::controller) fn room_view(&self) -> Option<RoomView> {
        let (id, channel) = self.rooms.open.as_ref()?;
        let hall = self.rooms.get(*id)?;
        hall.room(channel, hall.rooms.get(channel)?)
    }

    /// The servers as somebody sees them who looks for a fault.
    pub(in crate::controller) fn rooms_parts(&self) -> impl Iterator<Item = PartView> + '_ {
        self.rooms.halls.iter().map(Hall::part)
    }

    /// Tells faces what changed: what a person brought about at once, what others did some times a second. Whether
    /// the Community screen may have changed.
    pub(in crate::controller) fn show_rooms(&mut self, now: Now) -> bool {
        if !self.rooms.changed {
            return false;
        }
        if !std::mem::take(&mut self.rooms.urgent)
            && let Some(next) = self.rooms.show_next.filter(|next| now.instant < *next)
        {
            self.rooms.show_due = Some(next);
            return false;
        }
        self.rooms.changed = false;
        self.rooms.show_due = None;
        self.rooms.show_next = Some(now.instant + SHOW_EVERY);
        let room = self.room_view();
        if self.rooms.shown_room != room {
            self.rooms.shown_room.clone_from(&room);
            self.emit(Event::Room { room });
        }
        true
    }
}

const fn refusal(why: &Refusal) -> CommunityRefusal {
    match why {
        Refusal::WrongPassword => CommunityRefusal::WrongPassword,
        Refusal::Taken => CommunityRefusal::NameTaken,
        Refusal::BadName(_) => CommunityRefusal::BadName,
        Refusal::Closed(_) => CommunityRefusal::RegistrationClosed,
        Refusal::Suspended(_) => CommunityRefusal::Suspended,
        Refusal::SignInAgain => CommunityRefusal::SignInAgain,
        Refusal::Crowded => CommunityRefusal::Crowded,
        Refusal::Misunderstood(_) | Refusal::Stranger => CommunityRefusal::Protocol,
    }
}

const fn word(status: PresenceStatus) -> PersonStatus {
    match status {
        PresenceStatus::Online => PersonStatus::Online,
        PresenceStatus::Idle => PersonStatus::Idle,
        PresenceStatus::Dnd => PersonStatus::Dnd,
        PresenceStatus::Offline => PersonStatus::Offline,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
