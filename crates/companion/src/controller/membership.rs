//! The group as a person sees it: members, who comes and goes, and the lines of chat about it.

use std::collections::BTreeMap;

use hearth_clock::Now;
use hearth_gateway_client::group::{self, Group, GroupPhase, Member, SessionId, Visibility};
use puffco::state::{Chamber, OperatingState, Rgb};

use super::device::activity;
use super::strangers::tidied;
use super::{Controller, Output};
use crate::bridge;
use crate::chat::Author;
use crate::contract::{Argument, AwayReason, ChatKind, Event, GroupView, MemberView, NoticeKind, Said};
use crate::report::{hex, operating_state, seconds_of};
use crate::said;
use crate::telemetry;
use crate::words;

/// The group, and the wish to be in one.
#[derive(Debug)]
pub struct Membership {
    group: Option<Box<Group>>,
    wish: Option<Wish>,
    asked_by: Option<SessionId>,
    lost: BTreeMap<SessionId, u64>,
    /// Members who came without a name, and when: their device usually brings it a moment later.
    nameless: BTreeMap<SessionId, u64>,
}

/// So long a newcomer's name is waited for, ms.
const NAME_COMES: u64 = 3_000;

/// What holds no more as soon as one is in a group.
const SETTLED_BY_JOINING: [&str; 7] = [
    "no_such_group",
    "not_in_group",
    "kicked",
    "group_closed",
    "group_deleted",
    "not_permitted",
    "no_answer",
];

/// What concerns nobody any more who has left the group.
const SETTLED_BY_LEAVING: [&str; 6] =
    ["own_group_now", "not_owner", "member_gone", "owner_stays", "group_stays", "name_empty"];

/// A group that was asked for and has not come yet.
#[derive(Clone, Debug, PartialEq)]
enum Wish {
    /// To be sent when the gateway answers.
    Waiting(group::Request),
    /// Sent.
    Sent,
}

impl Membership {
    /// In no group; wishing for one when `create` or `join` is given.
    #[must_use]
    pub fn new(create: Option<String>, join: Option<String>) -> Self {
        let join = join.map(|code| group::Request::Join(code_of(&code)));
        let create = create.map(|name| group::Request::Create {
            name,
            visibility: Visibility::Private,
            countdown: None,
        });
        Self {
            group: None,
            wish: join.or(create).map(Wish::Waiting),
            asked_by: None,
            lost: BTreeMap::new(),
            nameless: BTreeMap::new(),
        }
    }

    /// Asks for a group as soon as the gateway answers.
    pub fn wish_for(&mut self, request: group::Request) {
        self.wish = Some(Wish::Waiting(request));
    }

    /// The group.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        self.group.as_deref()
    }

    /// A group was asked for.
    #[must_use]
    pub fn is_joining(&self) -> bool {
        self.group.is_none() && self.wish.is_some()
    }

    /// Who asked to start, while the group awaits.
    #[must_use]
    pub fn asked_by(&self) -> Option<&Member> {
        let group = self.group()?;
        let by = self.asked_by.as_ref().filter(|_| group.phase == GroupPhase::Awaiting)?;
        group.members.iter().find(|member| member.session_id == *by)
    }

    /// As faces see it. `away_because`: why this person is away, when they are.
    #[must_use]
    pub fn view(&self, away_because: AwayReason) -> Option<GroupView> {
        let group = self.group()?;
        let mut members: Vec<_> = group.members.iter().map(|member| self.member(group, member)).collect();
        members.sort_by_key(|member| (!member.me, !member.sesher));
        Some(GroupView {
            code: group.id.clone(),
            name: group.name.clone(),
            public: group.visibility == Visibility::Public,
            sesh_counter: u32::try_from(group.sesh_counter).unwrap_or(u32::MAX),
            countdown_ms: group.countdown.map(|length| length.as_millis() as u32),
            own: group.owner == group.own,
            away_because: members.iter().any(|member| member.me && member.away).then_some(away_because),
            members,
        })
    }

    fn member(&self, group: &Group, member: &Member) -> MemberView {
        let device = member.device.as_ref();
        let operating = operating_state(member);
        let profile = device.and_then(|device| device.profile.as_ref());
        let left = profile.zip(device.and_then(|device| device.state_time)).and_then(|(profile, elapsed)| {
            let hold = seconds_of(&profile.time)?;
            (operating == Some(OperatingState::ACTIVE)).then(|| (hold - elapsed as f32).max(0.0))
        });
        MemberView {
            id: member.session_id.0.clone(),
            name: name_of(member),
            me: member.session_id == group.own,
            owner: member.session_id == group.owner,
            sesher: member.is_sesher(),
            ready: group.ready.contains(&member.session_id),
            away: member.away,
            mobile: member.mobile,
            in_voice: member.voice.is_some(),
            lost_since: self.lost.get(&member.session_id).map(|ms| *ms as f64),
            strain: member.strain.clone(),
            model: device.and_then(|device| device.device_model.as_deref()).map(words::model_of_code),
            activity: activity(operating),
            celsius: device.and_then(|device| device.celsius()).map(|celsius| celsius as f32),
            target_celsius: profile.map(|profile| profile.temp as f32),
            left_s: left,
            battery: device.and_then(|device| device.battery).map(|percent| percent.clamp(0.0, 100.0) as u8),
            chamber: device.and_then(|device| device.chamber_type).map(|code| words::chamber(Chamber(code))),
            led: led_of(member),
        }
    }
}

fn is_named(member: &Member) -> bool {
    let device = member.device.as_ref();
    member.user_name.is_some() || device.is_some_and(|device| device.device_name.is_some())
}

/// A member's name: the account's, the device's, or that of a guest. It is kept and recorded, in English.
pub(super) fn name_of(member: &Member) -> String {
    let device = member.device.as_ref().and_then(|device| device.device_name.clone());
    member.user_name.clone().or(device).unwrap_or_else(|| "Guest".into())
}

/// The same, for what is said about them.
pub(super) fn named(member: &Member) -> Argument {
    if is_named(member) { Argument::Text(name_of(member)) } else { Argument::Words(said!("Guest")) }
}

pub(super) fn led_of(member: &Member) -> Option<String> {
    let device = member.device.as_ref()?;
    let active = device.active_color.as_ref().map(|color| hex(Rgb(color.r, color.g, color.b)));
    active.or_else(|| device.profile.as_ref()?.color.clone())
}

/// The code in what a person pasted: a bare code, `hearth://join/CODE`, or a link that ends in it.
#[must_use]
pub fn code_of(pasted: &str) -> String {
    let path = pasted.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path).trim().to_owned()
}

impl Controller {
    pub(super) fn ask_for_group(&mut self, request: group::Request) {
        self.notices.settle("no_such_group");
        if self.gateway.is_refused() {
            self.notices.refused(&group::ActionRefusal::NotConnected);
            return;
        }
        self.membership.wish = Some(Wish::Sent);
        self.invite_decided();
        self.outputs.push_back(Output::Gateway(request));
    }

    /// Leaves the group, or takes back the wish to be in one.
    pub(super) fn leave_group(&mut self) {
        let joining = self.membership.is_joining();
        let wish = self.membership.wish.take();
        // What was never sent needs no taking back.
        if !(joining && matches!(wish, Some(Wish::Waiting(_)))) {
            self.outputs.push_back(Output::Gateway(group::Request::Leave));
        }
    }

    /// No answer to the wish will come.
    pub(super) fn give_wish_up(&mut self) {
        self.membership.wish = None;
    }

    pub(super) fn gateway_event(&mut self, now: Now, event: group::Event) {
        let event = tidied(event);
        let was_starting = self.sesh.starts_at().is_some();
        match &event {
            group::Event::Status(status) => {
                let connected = matches!(status, group::Status::Connected { .. });
                self.gateway_status(now, status.clone());
                if connected && let Some(Wish::Waiting(request)) = &self.membership.wish {
                    let request = request.clone();
                    self.ask_for_group(request);
                }
            }
            group::Event::RoundTrip { took, gateway_ms } => self.gateway.answered(now, *took, *gateway_ms),
            group::Event::Group(group) => self.group_event(now, group.as_deref()),
            group::Event::PublicGroups(groups) => self.public_groups(now, groups),
            group::Event::Inquiry { by, .. } => {
                self.membership.asked_by.clone_from(by);
                let what = self.asked_by(by.as_ref());
                self.tell(now, ChatKind::Sesh, what);
            }
            group::Event::Countdown { by, start_at } => self.counts_down(now, by.as_ref(), *start_at),
            group::Event::StartHeating { start_at, .. } => self.start_announced(now, *start_at),
            group::Event::Message { by, name, content, unix_ms } => {
                self.said(now, *unix_ms, (by, name.as_deref()), ChatKind::Message, content.clone());
            }
            group::Event::Reaction { by, emoji } => {
                self.said(now, now.unix_ms, (by, None), ChatKind::Reaction, emoji.clone());
            }
            group::Event::Kicked => {
                let advice = said!("You are in no group now. Create one, or join another by its code.");
                self.notices.add(
                    NoticeKind::Warning,
                    "kicked",
                    said!("The owner removed you from the group"),
                    advice,
                );
                self.group_gone(now);
            }
            group::Event::GroupDeleted => {
                let own = self.membership.group().is_some_and(|group| group.owner == group.own);
                let advice = said!("Create a new one, or join another by its code.");
                if own {
                    self.notices.add(
                        NoticeKind::Info,
                        "group_deleted",
                        said!("The group is deleted"),
                        advice,
                    );
                } else {
                    let title = said!("The owner deleted the group");
                    self.notices.add(NoticeKind::Warning, "group_deleted", title, advice);
                }
                self.group_gone(now);
            }
            group::Event::GroupClosed => {
                let advice = said!("Create a new one, or join another by its code.");
                self.notices.add(NoticeKind::Warning, "group_closed", said!("That group has closed"), advice);
                self.group_gone(now);
            }
            group::Event::RemoteAction(action) => self.remote_action(now, *action),
            group::Event::VoiceAccess { group, access } => self.voice_access(now, group, access),
            group::Event::Refused(refusal) => {
                if self.membership.group.is_none() {
                    self.membership.wish = None;
                }
                self.notices.refused(refusal);
            }
        }
        let announced = matches!(event, group::Event::StartHeating { .. }) && !was_starting;
        self.bridge(now, bridge::Input::Gateway(event));
        if announced && let Some(at_ms) = self.sesh.starts_at().map(|ms| self.steady.shown(ms)) {
            self.record_start(now, Some(at_ms));
        }
    }

    fn group_event(&mut self, now: Now, group: Option<&Group>) {
        let Some(group) = group else {
            self.group_gone(now);
            return;
        };
        let same = self.membership.group().is_some_and(|before| before.id == group.id);
        if same {
            self.tell_what_changed(now, group);
        } else {
            self.group_gone(now);
            if self.gateway.url().is_none() {
                self.outputs.push_back(Output::InviteFriends(group.id.clone()));
            }
        }
        self.membership.wish = None;
        for code in SETTLED_BY_JOINING {
            self.notices.settle(code);
        }
        for member in &group.members {
            if member.disconnected {
                self.membership.lost.entry(member.session_id.clone()).or_insert(now.unix_ms);
            } else {
                self.membership.lost.remove(&member.session_id);
            }
        }
        self.membership.group = Some(Box::new(group.clone()));
        self.record_group(now);
        self.observe_sesh(now);
        self.sample_others(now);
    }

    /// The group was left, or another gateway is in use.
    pub(super) fn group_gone(&mut self, now: Now) {
        for code in SETTLED_BY_LEAVING {
            self.notices.settle(code);
        }
        if self.membership.group.take().is_some() {
            self.record_left(now);
            self.outputs.push_back(Output::SendFriendsHome);
        }
        self.membership.wish = None;
        self.membership.asked_by = None;
        self.membership.lost.clear();
        self.membership.nameless.clear();
        self.sesh.left();
        self.chat.clear();
        self.shown.forget_chat();
    }

    fn tell_what_changed(&mut self, now: Now, group: &Group) {
        let Some(before) = self.membership.group.take() else { return };
        let find = |group: &Group, id: &SessionId| {
            group.members.iter().find(|member| member.session_id == *id).cloned()
        };
        let nameless = &mut self.membership.nameless;
        let mut lines = Vec::new();
        if group.name != before.name {
            lines.push((ChatKind::People, said!("The group is called {name} now", name = &group.name)));
        }
        if group.visibility != before.visibility {
            let what = match group.visibility {
                Visibility::Public => said!("The group is listed for everyone now"),
                Visibility::Private => said!("The group is found only by its code now"),
            };
            lines.push((ChatKind::People, what));
        }
        // A session that began anew has another id; nobody is told that they themselves left and came.
        let own = |id: &SessionId| *id == group.own || *id == before.own;
        for member in group.members.iter().filter(|member| !own(&member.session_id)) {
            let id = &member.session_id;
            match find(&before, id) {
                None => {
                    nameless.insert(id.clone(), now.unix_ms);
                }
                Some(was) if was.away != member.away => {
                    let name = named(member);
                    let what = if member.away {
                        said!("{name} is away", name = name)
                    } else {
                        said!("{name} is back", name = name)
                    };
                    lines.push((ChatKind::Away, what));
                }
                Some(_) => {}
            }
            if is_named(member) && nameless.remove(id).is_some() {
                lines.push((ChatKind::People, said!("{name} joined", name = named(member))));
            }
        }
        let left = |was: &&Member| !own(&was.session_id) && find(group, &was.session_id).is_none();
        for was in before.members.iter().filter(left) {
            if nameless.remove(&was.session_id).is_none() {
                lines.push((ChatKind::People, said!("{name} left", name = named(was))));
            }
        }
        let owned = before.owner == before.own;
        let handed_over = before.owner != group.owner;
        self.membership.group = Some(before);
        for (kind, what) in lines {
            self.tell(now, kind, what);
        }
        if handed_over {
            self.tell_new_owner(now, group, owned);
        }
    }

    /// The group has another owner; `owned`: it was this person until now.
    fn tell_new_owner(&mut self, now: Now, group: &Group, owned: bool) {
        if group.owner == group.own {
            if owned {
                return;
            }
            self.notices.settle("not_owner");
            let advice = said!("You can change it, hand it over, remove members and delete it.");
            self.notices.add(NoticeKind::Info, "own_group_now", said!("You own the group now"), advice);
            self.tell(now, ChatKind::People, said!("You own the group now"));
        } else if let Some(owner) = group.members.iter().find(|member| member.session_id == group.owner) {
            self.tell(now, ChatKind::People, said!("{name} owns the group now", name = named(owner)));
        }
    }

    /// Names the newcomers whose name did not come.
    pub(super) fn welcome_guests(&mut self, now: Now) {
        let nameless = &mut self.membership.nameless;
        let before = nameless.len();
        nameless.retain(|_, came_ms| *came_ms + NAME_COMES > now.unix_ms);
        for _ in nameless.len()..before {
            self.tell(now, ChatKind::People, said!("A guest joined"));
        }
    }

    /// Somebody wrote. Who is no member, but has a name, wrote it from outside the group.
    fn said(
        &mut self,
        now: Now,
        at_ms: u64,
        (by, name): (&SessionId, Option<&str>),
        kind: ChatKind,
        text: String,
    ) {
        let Some(group) = self.membership.group() else { return };
        let member = group.members.iter().find(|member| member.session_id == *by);
        let outside = name.map(telemetry::name).filter(|name| member.is_none() && !name.is_empty());
        let author = Author {
            id: outside.is_none().then(|| by.0.clone()),
            name: outside.or_else(|| member.map(name_of)).unwrap_or_else(|| "Guest".into()),
            led: member.and_then(led_of),
            me: *by == group.own,
        };
        let line = self.chat.said(at_ms, author, kind, text);
        self.record_line(now, &line);
        self.emit(Event::Chat { line });
    }

    pub(super) fn tell(&mut self, now: Now, kind: ChatKind, what: Said) {
        let line = self.chat.happened(now.unix_ms, kind, what);
        self.record_line(now, &line);
        self.emit(Event::Chat { line });
    }

    fn asked_by(&self, id: Option<&SessionId>) -> Said {
        let group = self.membership.group();
        if group.is_some_and(|group| Some(&group.own) == id) {
            return said!("You asked everyone to get ready");
        }
        let member =
            group.and_then(|group| group.members.iter().find(|member| Some(&member.session_id) == id));
        match member {
            Some(member) => said!("{name} asked everyone to get ready", name = named(member)),
            None => said!("Somebody asked everyone to get ready"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_whatever_was_pasted() {
        for pasted in [
            "q7xk2m",
            "  q7xk2m \n",
            "hearth://join/q7xk2m",
            "hearth://join/q7xk2m/",
            "https://puff.social/q7xk2m",
            "https://puff.social/q7xk2m?headless=true",
        ] {
            assert_eq!(code_of(pasted), "q7xk2m", "{pasted:?}");
        }
    }
}
