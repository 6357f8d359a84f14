//! What the owner of a session asks for. What cannot be sent now is refused, except for what is a state (the
//! device, away, the strain): that is kept and told when it can be.

use std::time::{Duration, Instant};

use hearth_dialects::puff::{
    Change, ClientOp, CreateGroup, EditGroup, GroupId, HearthGroup, SessionId, UserUpdate, Visibility, limits,
};

use super::chat::Chat;
use super::identity::ServerKind;
use super::membership::{ANSWER_WITHIN, Membership, Next, REJOIN_AGAIN_AFTER};
use super::replica::Replica;
use super::session::Session;
use crate::group::{self, ActionRefusal, DeviceReport, Request};

impl Session {
    pub(super) fn request(&mut self, now: Instant, request: Request) {
        match request {
            Request::Connect | Request::ReconnectNow => self.connect(now),
            Request::Disconnect => self.disconnect(),
            Request::Device(device) => self.own_device(device),
            Request::Away(away) => {
                self.marks.away = away;
                if self.says_marks() {
                    self.send_marks(Some(away), None, None);
                }
            }
            Request::Strain(strain) => self.own_strain(strain),
            Request::Mobile(mobile) => {
                self.marks.mobile = mobile;
                if self.says_marks() {
                    self.tell_marks();
                }
            }
            Request::Leave => self.leave(),
            Request::VoiceAccess => self.ask_for_voice(),
            _ if !self.is_live() => self.refused(ActionRefusal::NotConnected),
            Request::Create { .. } | Request::Join(_) => self.enter(now, request),
            Request::Inquire => self.say(&ClientOp::Inquire),
            Request::StartWithReady => self.say(&ClientOp::Start),
            Request::Stop => self.say(&ClientOp::Stop),
            Request::Message(content) => {
                if fits(&content, limits::MESSAGE) {
                    self.say_in_chat(content);
                } else {
                    self.refused(ActionRefusal::InvalidData);
                }
            }
            Request::React(emoji) => {
                if fits(&emoji, limits::REACTION) {
                    self.say(&ClientOp::Reaction { emoji });
                } else {
                    self.refused(ActionRefusal::InvalidData);
                }
            }
            Request::Edit { name, visibility, countdown } => self.edit(name, visibility, countdown),
            Request::Delete => self.say(&ClientOp::Delete),
            Request::Transfer(to) => self.about_member(to, |session_id| ClientOp::Transfer { session_id }),
            Request::Kick(whom) => self.about_member(whom, |session_id| ClientOp::Kick { session_id }),
        }
    }

    fn edit(
        &mut self,
        name: Option<String>,
        visibility: Option<group::Visibility>,
        countdown: Option<Duration>,
    ) {
        if countdown.is_some_and(|countdown| !is_a_length(countdown)) {
            return self.refused(ActionRefusal::InvalidData);
        }
        if countdown.is_some() && self.countdown.is_none() {
            return self.refused(ActionRefusal::Unsupported);
        }
        if name.as_ref().is_some_and(|name| name.trim().is_empty() || !fits(name, limits::GROUP_NAME)) {
            return self.refused(ActionRefusal::InvalidName);
        }
        let visibility = visibility.map(on_the_wire);
        // Only administrators may say anything of persistence (facts §5).
        let hearth = countdown.map(length);
        self.say(&ClientOp::Edit(EditGroup { name, visibility, hearth, ..EditGroup::default() }));
    }

    /// Says something about a member. Whom the gateway does not know as one it must not be asked about: the
    /// TypeScript gateway ends at an id that is no UUID, and the Elixir one makes anybody the owner (facts §10).
    fn about_member(&mut self, whom: group::SessionId, op: impl FnOnce(SessionId) -> ClientOp) {
        let known =
            |replica: &mut Replica| replica.group.members.iter().any(|member| member.session_id == whom);
        if self.membership.replica().is_some_and(|replica| !known(replica)) {
            return self.refused(ActionRefusal::MemberGone);
        }
        self.say(&op(SessionId(whom.0)));
    }

    /// Sends what makes sense in a group only.
    fn say(&mut self, op: &ClientOp) {
        match self.membership {
            Membership::In(_) => self.send(op),
            Membership::Rejoining { .. } => self.refused(ActionRefusal::NotConnected),
            Membership::None | Membership::Creating { .. } | Membership::Joining { .. } => {
                self.refused(ActionRefusal::NotInGroup);
            }
        }
    }

    fn say_in_chat(&mut self, content: String) {
        if let (Some(socket), true) = (self.socket(), self.membership.is_in()) {
            self.chat.said(content.clone(), socket);
        }
        self.say(&ClientOp::Message { content });
    }

    fn own_device(&mut self, device: Option<Box<DeviceReport>>) {
        self.device.set(device);
        let present = self.device.present().cloned();
        if self.membership.shown().is_some_and(|replica| replica.set_own_device(present.as_ref())) {
            self.show_group();
        }
    }

    fn own_strain(&mut self, strain: Option<String>) {
        let strain = strain.filter(|strain| !strain.is_empty());
        // A longer one ends the TypeScript gateway's process (facts §10).
        if strain.as_ref().is_some_and(|strain| !fits(strain, limits::STRAIN)) {
            return self.refused(ActionRefusal::InvalidData);
        }
        self.marks.strain.clone_from(&strain);
        if self.says_marks() {
            self.send_marks(None, Some(strain), None);
        }
    }

    fn says_marks(&self) -> bool {
        self.is_live() && self.membership.is_in()
    }

    /// Tells the gateway what differs from what it shows of this person.
    pub(super) fn tell_marks(&mut self) {
        self.marks.again_at = None;
        let Some(own) = self.membership.replica().and_then(|replica| replica.own()) else { return };
        let away = (own.away != self.marks.away).then_some(self.marks.away);
        let strain = (own.strain != self.marks.strain).then(|| self.marks.strain.clone());
        let mobile = (own.mobile != self.marks.mobile).then_some(self.marks.mobile);
        self.send_marks(away, strain, mobile);
    }

    /// Tells the gateway everything about this person that is not the default.
    pub(super) fn tell_all_marks(&mut self) {
        self.marks.again_at = None;
        let Some(own) = self.membership.replica().and_then(|replica| replica.own()) else { return };
        let away = (own.away || self.marks.away).then_some(self.marks.away);
        let strain = (own.strain != self.marks.strain).then(|| self.marks.strain.clone());
        let mobile = (own.mobile || self.marks.mobile).then_some(self.marks.mobile);
        self.send_marks(away, strain, mobile);
    }

    fn send_marks(&mut self, away: Option<bool>, strain: Option<Option<String>>, mobile: Option<bool>) {
        if self.server == ServerKind::Elixir {
            if let Some(state) = away {
                self.send(&ClientOp::Away { state });
            }
            // It has no way to take a strain back.
            if let Some(Some(strain)) = strain {
                self.send(&ClientOp::Strain { strain });
            }
            // Nor to say that one is at a computer again.
            if mobile == Some(true) {
                self.send(&ClientOp::Mobile);
            }
        } else if away.is_some() || strain.is_some() || mobile.is_some() {
            let strain = strain.map_or(Change::Keep, Change::from);
            self.send(&ClientOp::UpdateUser(UserUpdate { strain, away, mobile }));
        }
    }

    /// Creates or joins a group.
    pub(super) fn enter(&mut self, now: Instant, request: Request) {
        if let Err(refusal) = acceptable(&request) {
            return self.refused(refusal);
        }
        match &mut self.membership {
            Membership::None => {}
            Membership::Joining { code, next: Next::Stay, .. } if matches!(&request, Request::Join(wanted) if *wanted == code.0) =>
            {
                return;
            }
            Membership::Creating { next, .. } | Membership::Joining { next, .. } if *next != Next::Stay => {
                *next = Next::Instead(Box::new(request));
                return;
            }
            _ => return self.refused(ActionRefusal::AlreadyInGroup),
        }
        let until = now + ANSWER_WITHIN;
        match request {
            Request::Create { name, visibility, countdown } => {
                self.membership = Membership::Creating { code: None, join_at: None, until, next: Next::Stay };
                self.send(&ClientOp::Create(CreateGroup {
                    name: Some(name).filter(|name| !name.is_empty()),
                    visibility: Some(on_the_wire(visibility)),
                    hearth: countdown.filter(|_| self.countdown.is_some()).map(length),
                    ..CreateGroup::default()
                }));
            }
            Request::Join(code) => {
                let code = GroupId(code);
                self.send(&ClientOp::Join { group_id: code.clone() });
                self.membership = Membership::Joining { code, until, next: Next::Stay, left_first: false };
            }
            _ => {}
        }
    }

    fn leave(&mut self) {
        let live = self.is_live();
        match &mut self.membership {
            Membership::None => self.refused(ActionRefusal::NotInGroup),
            Membership::Creating { next, .. } | Membership::Joining { next, .. } if live => {
                *next = Next::Leave;
            }
            Membership::Creating { .. } | Membership::Joining { .. } => self.membership = Membership::None,
            Membership::Rejoining { .. } => {
                if live {
                    self.send(&ClientOp::Leave);
                }
                self.forget_group();
            }
            Membership::In(_) => {
                if live {
                    self.send(&ClientOp::Leave);
                } else {
                    self.leave_unsaid = true;
                }
                self.forget_group();
            }
        }
    }

    /// The owner is in no group any more.
    pub(super) fn forget_group(&mut self) {
        let shown = self.membership.shown().is_some();
        self.membership = Membership::None;
        self.device.forget_told();
        self.chat = Chat::default();
        self.marks.again_at = None;
        if shown {
            self.event(group::Event::Group(None));
        }
        self.forget_voice();
    }

    /// Tells the owner the group as it is now.
    pub(super) fn show_group(&mut self) {
        if let Some(replica) = self.membership.shown() {
            let group = replica.group.clone();
            self.event(group::Event::Group(Some(group)));
        }
    }

    /// The connection was lost: what was asked and not answered.
    pub(super) fn membership_lost(&mut self, now: Instant) {
        self.marks.again_at = None;
        match std::mem::take(&mut self.membership) {
            Membership::Creating { next: Next::Stay, .. } => {
                self.refused(ActionRefusal::ConnectionLost);
            }
            Membership::None | Membership::Creating { .. } => {}
            // The answer may have been on its way; joining again from a fresh session is right in both cases.
            Membership::Joining { code, next: Next::Stay, .. } => {
                self.pair = None;
                self.membership =
                    Membership::Joining { code, until: now, next: Next::Stay, left_first: false };
            }
            Membership::Joining { .. } => self.pair = None,
            kept @ (Membership::In(_) | Membership::Rejoining { .. }) => self.membership = kept,
        }
    }

    /// The connection is live (again): gets into the group that the owner wants to be in.
    pub(super) fn membership_live(&mut self, now: Instant, resumed: bool) {
        if std::mem::take(&mut self.leave_unsaid) && resumed {
            self.send(&ClientOp::Leave);
        }
        match std::mem::take(&mut self.membership) {
            Membership::In(mut replica) if resumed => {
                // Ours sends a snapshot that says what was missed.
                if self.server != ServerKind::Hearth {
                    replica.resumed();
                }
                self.membership = Membership::In(replica);
                if self.server != ServerKind::Hearth {
                    self.missed_messages(None);
                }
                // The TypeScript gateway forgets "away" (facts §3).
                self.tell_all_marks();
            }
            Membership::In(replica) | Membership::Rejoining { replica, .. } => {
                self.rejoin(now, replica, false);
            }
            Membership::Joining { code, next, .. } => {
                self.send(&ClientOp::Join { group_id: code.clone() });
                let until = now + ANSWER_WITHIN;
                self.membership = Membership::Joining { code, until, next, left_first: false };
            }
            other => self.membership = other,
        }
    }

    /// Gets back into the group that the owner still sees.
    pub(super) fn rejoin(&mut self, now: Instant, replica: Box<Replica>, left_first: bool) {
        self.send(&ClientOp::Join { group_id: GroupId(replica.group.id.clone()) });
        let again_at = now + REJOIN_AGAIN_AFTER;
        self.membership = Membership::Rejoining { replica, again_at, left_first };
    }

    /// What creating, joining and rejoining wait for.
    pub(super) fn membership_timeout(&mut self, now: Instant) {
        if self.membership.due().is_none_or(|due| due > now) {
            return;
        }
        match std::mem::take(&mut self.membership) {
            Membership::Creating { code: Some(code), join_at: Some(_), until, next } if until > now => {
                self.expect_already_in = true;
                self.send(&ClientOp::Join { group_id: code.clone() });
                self.membership = Membership::Creating { code: Some(code), join_at: None, until, next };
            }
            Membership::Rejoining { replica, left_first, .. } => self.rejoin(now, replica, left_first),
            Membership::Creating { next, .. } | Membership::Joining { next, .. } => {
                self.entering_failed(now, next, ActionRefusal::NoAnswer);
            }
            other => self.membership = other,
        }
    }

    /// Creating or joining came to nothing.
    pub(super) fn entering_failed(&mut self, now: Instant, next: Next, refusal: ActionRefusal) {
        self.membership = Membership::None;
        match next {
            Next::Stay => self.refused(refusal),
            Next::Leave => {}
            Next::Instead(request) => self.enter(now, *request),
        }
    }
}

fn on_the_wire(visibility: group::Visibility) -> Visibility {
    match visibility {
        group::Visibility::Public => Visibility::Public,
        group::Visibility::Private => Visibility::Private,
    }
}

fn is_a_length(countdown: Duration) -> bool {
    length(countdown).countdown.is_some_and(|ms| limits::COUNTDOWN_MS.contains(&ms))
}

fn length(countdown: Duration) -> HearthGroup {
    HearthGroup::countdown(u64::try_from(countdown.as_millis()).unwrap_or(u64::MAX))
}

/// Whether a gateway can be sent this. A name that is too long ends the TypeScript gateway's process
/// (facts §10), so this is not left to the other end.
fn acceptable(request: &Request) -> Result<(), ActionRefusal> {
    match request {
        Request::Create { countdown: Some(countdown), .. } if !is_a_length(*countdown) => {
            Err(ActionRefusal::InvalidData)
        }
        Request::Create { name, .. } if name.encode_utf16().count() > limits::GROUP_NAME => {
            Err(ActionRefusal::InvalidName)
        }
        Request::Join(code) if !fits(code, limits::GROUP_ID) => Err(ActionRefusal::NoSuchGroup),
        _ => Ok(()),
    }
}

/// At least one character, and at most `limit` UTF-16 units.
fn fits(text: &str, limit: usize) -> bool {
    !text.is_empty() && text.encode_utf16().count() <= limit
}
