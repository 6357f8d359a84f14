//! What a gateway says on a live connection.

use std::time::Instant;

use hearth_dialects::puff::{
    ClientOp, ErrorCode, ErrorEvent, Event, GroupCreated, GroupState, JoinedGroup, Message, Op, Refusal,
    SessionId, UserPatch,
};

use super::chat::is_by;
use super::connection::After;
use super::identity::ServerKind;
use super::membership::{AUTO_JOIN_WITHIN, Membership, Next, REJOIN_AGAIN_AFTER};
use super::refusals::action_refusal;
use super::replica::{Replica, id, public_group};
use super::session::{MARKS_AGAIN_AFTER, Session};
use crate::backoff::Concerns;
use crate::group::{self, ActionRefusal};

impl Session {
    pub(super) fn frame(&mut self, now: Instant, event: Event) {
        if let Some(pair) = &self.pair {
            self.server = self.server.of_event(&event, &pair.id);
        }
        match event {
            Event::JoinedGroup(joined) => self.joined(now, *joined),
            Event::GroupCreate(created) => self.created(now, created),
            Event::GroupDelete { group_id } => {
                if self.membership.replica().is_some_and(|replica| replica.group.id == group_id.0) {
                    self.removed(now, group::Event::GroupDeleted);
                }
            }
            Event::GroupUpdate(patch) => {
                let before = self.membership.replica().map(|replica| replica.state());
                self.change(|replica| replica.update(*patch));
                self.state_changed(before);
            }
            Event::UserJoin(joined) => self.change(|replica| replica.user_joined(joined.member)),
            Event::UserLeft { session_id, .. } => self.user_left(now, &session_id),
            Event::UserUpdate(patch) => self.user_update(now, *patch),
            Event::AwayState { session_id, state } => {
                let was_away = self.own_is_away();
                self.change(|replica| replica.user_away(&session_id, state));
                self.came_back(was_away);
            }
            Event::DeviceUpdate(update) => self.change(|replica| replica.device_changed(&update)),
            Event::DeviceDisconnect { session_id, .. } => {
                self.change(|replica| replica.device_gone(&session_id));
            }
            Event::UserReady { session_id } => self.change(|replica| replica.user_ready(&session_id, true)),
            Event::UserUnready { session_id } => {
                self.change(|replica| replica.user_ready(&session_id, false));
            }
            Event::VisibilityChange { visibility, .. } => {
                self.change(|replica| replica.visibility_changed(visibility));
            }
            Event::Countdown { group_id, session_id, start_at } => {
                self.counts_down(&group_id, session_id.as_ref(), start_at);
            }
            Event::HeatInquiry(inquiry) => self.inquiry(inquiry),
            Event::StartHeating(start) => self.start(start),
            Event::Message(message) => self.message(message),
            Event::Reaction(reaction) => {
                if self.membership.is_in() {
                    let by = id(&reaction.author_session_id);
                    self.event(group::Event::Reaction { by, emoji: reaction.emoji });
                }
            }
            Event::Kicked { .. } => {
                if self.membership.is_in() {
                    self.removed(now, group::Event::Kicked);
                }
            }
            Event::PublicGroups(groups) => {
                let groups = groups.into_iter().map(public_group).collect();
                self.event(group::Event::PublicGroups(groups));
            }
            Event::Clock(reply) => self.clock_answered(now, reply.client_time, reply.server_time),
            Event::RateLimited { op } => self.rate_limited(now, op),
            Event::Error(refusal) => self.error(now, refusal),
            Event::RemoteAction { action, data } => self.remote_action(action, data.as_ref()),
            // Signing in and watching devices are nothing that this session asked for.
            Event::SessionResumed { .. }
            | Event::UserLinked { .. }
            | Event::WatchedDevice(_)
            | Event::Unknown { .. } => {}
        }
    }

    /// Applies a change to the group that we are in, and shows it when there was one.
    fn change(&mut self, change: impl FnOnce(&mut Replica) -> bool) {
        if self.membership.replica().is_some_and(change) {
            self.show_group();
        }
    }

    fn created(&mut self, now: Instant, created: GroupCreated) {
        if let Membership::Creating { code: code @ None, join_at, .. } = &mut self.membership {
            *code = Some(created.group_id);
            let joined_by_gateway = self.server == ServerKind::Hearth;
            *join_at = (!joined_by_gateway).then_some(now + AUTO_JOIN_WITHIN);
        }
    }

    fn joined(&mut self, now: Instant, joined: JoinedGroup) {
        let Some(own) = self.pair.as_ref().map(|pair| pair.id.clone()) else { return };
        match std::mem::take(&mut self.membership) {
            Membership::None => {
                // The owner left while this was on its way.
                self.send(&ClientOp::Leave);
            }
            Membership::Creating { code: Some(code), next, .. } | Membership::Joining { code, next, .. }
                if code == joined.group_id =>
            {
                match next {
                    Next::Stay => self.entered(now, &own, joined, None),
                    Next::Leave => self.send(&ClientOp::Leave),
                    Next::Instead(request) => {
                        self.send(&ClientOp::Leave);
                        self.enter(now, *request);
                    }
                }
            }
            Membership::In(before) => {
                let same = before.group.id == joined.group_id.0;
                self.entered(now, &own, joined, same.then_some(before));
            }
            Membership::Rejoining { replica, .. } if replica.group.id == joined.group_id.0 => {
                self.entered(now, &own, joined, Some(replica));
            }
            // Late news of another group.
            other => self.membership = other,
        }
    }

    /// In a group now, or still in it and told the whole of it (after a resume). What happened while we were not
    /// listening is made up for: an inquiry that is still open, a start that has not come yet.
    fn entered(&mut self, now: Instant, own: &SessionId, joined: JoinedGroup, before: Option<Box<Replica>>) {
        let start_at = joined.start_at;
        let counts_to = joined.hearth.as_ref().and_then(|hearth| hearth.start_at);
        let counts_to = counts_to.and_then(|ms| self.clock.local(ms)).filter(|at| *at > now);
        let mut joined = joined;
        let messages = joined.messages.take();
        let taken_up = before.is_some();
        let device_kept = joined.members.iter().any(|member| {
            member.session_id == *own && member.device_state.is_some() && self.device.present().is_none()
        });
        let mut replica = Box::new(Replica::new(own, joined, self.device.present()));
        replica.counts_to(counts_to);
        if let Some(before) = before {
            replica.told = before.told;
            replica.told.state_changed(before.state(), replica.state());
        }
        let state = replica.state();
        self.membership = Membership::In(replica);
        self.show_group();
        if device_kept {
            // Of an earlier group, or unplugged while the connection was lost.
            self.device.assume_told();
        }
        self.tell_marks();
        if taken_up {
            self.missed_messages(messages);
        }
        match state {
            GroupState::Chilling => {}
            GroupState::Awaiting => self.missed_inquiry(),
            GroupState::Seshing => self.missed_start(now, start_at),
        }
    }

    fn message(&mut self, message: Message) {
        let Some(pair) = self.pair.as_ref().filter(|_| self.membership.is_in()) else { return };
        if self.chat.heard(&message, is_by(&message, &pair.id)) {
            self.event(group::Event::Message {
                by: id(&message.author_session_id),
                name: message.author_name,
                content: message.message.content,
                unix_ms: message.message.timestamp,
            });
        }
    }

    /// What was said while we were not listening, and what of ours did not get through. Where the gateway does not
    /// tell, nobody knows whether the others have read it: it is not said again, and the owner is told.
    pub(super) fn missed_messages(&mut self, told: Option<Vec<Message>>) {
        let known = told.is_some();
        for message in told.unwrap_or_default() {
            self.message(message);
        }
        let Some(socket) = self.socket() else { return };
        for content in self.chat.lost(socket) {
            if known {
                self.chat.said(content.clone(), socket);
                self.send(&ClientOp::Message { content });
            } else {
                self.refused(ActionRefusal::ConnectionLost);
            }
        }
    }

    /// The gateway ended our membership.
    fn removed(&mut self, now: Instant, event: group::Event) {
        let deleted = event == group::Event::GroupDeleted;
        self.event(event);
        self.forget_group();
        match self.server {
            ServerKind::Hearth => {}
            // It goes on counting a kicked session as a member, and the session of one whose group was deleted
            // ends at the next word about it (facts §10): start over with a fresh one.
            ServerKind::Elixir => self.give_up(now, After::Fresh, Concerns::Us),
            // The TypeScript gateway deletes a group but leaves its members in it (facts §10).
            ServerKind::Unknown if deleted => self.send(&ClientOp::Leave),
            ServerKind::Unknown => {}
        }
    }

    fn user_left(&mut self, now: Instant, session: &SessionId) {
        let Some(replica) = self.membership.replica() else { return };
        if !replica.is_own(session) {
            return self.change(|replica| replica.user_left(session));
        }
        // We did not leave: the gateway gave us up. Get back.
        if let Membership::In(replica) = std::mem::take(&mut self.membership) {
            self.device.forget_told();
            self.rejoin(now, replica, false);
        }
    }

    fn user_update(&mut self, now: Instant, patch: UserPatch) {
        let own = self.membership.replica().is_some_and(|replica| replica.is_own(&patch.session_id));
        let lost = own && patch.disconnected == Some(true);
        let was_away = self.own_is_away();
        self.change(|replica| replica.user_changed(patch));
        self.came_back(was_away);
        if lost && self.server != ServerKind::Hearth {
            // The TypeScript gateway noticed only now that the socket before this one is gone, and takes this
            // session for lost (facts §10, 5). Resuming over yet another socket puts that right.
            self.give_up(now, After::Resume, Concerns::Us);
        }
    }

    fn rate_limited(&mut self, now: Instant, op: Option<u64>) {
        let is = |wanted: &[Op]| op.is_some_and(|op| wanted.iter().any(|w| u64::from(w.code()) == op));
        if is(&[Op::UpdateUser, Op::Away, Op::Strain, Op::Mobile]) {
            self.marks.again_at = Some(now + MARKS_AGAIN_AFTER);
            return;
        }
        if is(&[Op::DeviceState, Op::DisconnectDevice]) {
            return self.device.refused(now);
        }
        // Nobody asked for these.
        if is(&[Op::Clock, Op::Heartbeat, Op::Resume]) {
            return;
        }
        if is(&[Op::Message]) {
            self.chat.refused();
        }
        match &mut self.membership {
            Membership::Rejoining { again_at, .. } if is(&[Op::Join]) => *again_at = now + REJOIN_AGAIN_AFTER,
            Membership::Creating { code: Some(_), join_at, .. } if is(&[Op::Join]) => {
                *join_at = Some(now + REJOIN_AGAIN_AFTER);
            }
            // The Elixir gateway does not say which; of these it limits creating only.
            Membership::Creating { .. } if op.is_none() || is(&[Op::Create]) => {
                self.entering_refused(now, ActionRefusal::RateLimited);
            }
            Membership::Joining { .. } if is(&[Op::Join]) => {
                self.entering_refused(now, ActionRefusal::RateLimited);
            }
            _ => self.refused(ActionRefusal::RateLimited),
        }
    }

    fn entering_refused(&mut self, now: Instant, refusal: ActionRefusal) {
        match std::mem::take(&mut self.membership) {
            Membership::Creating { next, .. } | Membership::Joining { next, .. } => {
                self.entering_failed(now, next, refusal);
            }
            other => self.membership = other,
        }
    }

    fn error(&mut self, now: Instant, refusal: Refusal) {
        match refusal.event {
            ErrorEvent::GroupJoin => self.join_refused(now, &refusal.code),
            ErrorEvent::GroupCreate => self.entering_refused(now, action_refusal(&refusal.code)),
            // Now known to be the Elixir gateway, which has other operations for it.
            ErrorEvent::OpcodeDeprecated | ErrorEvent::OpDeprecated => {
                self.server = ServerKind::Elixir;
                self.tell_marks();
            }
            ErrorEvent::SessionResume => {}
            _ if refusal.code == ErrorCode::NotInGroup => self.not_in_group(now),
            // A device that was unplugged before it was ever told.
            _ if refusal.code == ErrorCode::NoDeviceConnected => {}
            _ => self.refused(action_refusal(&refusal.code)),
        }
    }

    fn join_refused(&mut self, now: Instant, code: &ErrorCode) {
        let already = matches!(code, ErrorCode::AlreadyInAGroup | ErrorCode::AlreadyInGroup);
        if already && std::mem::take(&mut self.expect_already_in) {
            return;
        }
        match std::mem::take(&mut self.membership) {
            Membership::Joining { code, until, next: Next::Stay, left_first: false } if already => {
                self.send(&ClientOp::Leave);
                self.send(&ClientOp::Join { group_id: code.clone() });
                self.membership = Membership::Joining { code, until, next: Next::Stay, left_first: true };
            }
            Membership::Rejoining { replica, left_first: false, .. } if already => {
                self.send(&ClientOp::Leave);
                self.rejoin(now, replica, true);
            }
            rejoining @ Membership::Rejoining { .. } => {
                self.membership = rejoining;
                self.event(group::Event::GroupClosed);
                self.forget_group();
            }
            Membership::Creating { next, .. } | Membership::Joining { next, .. } => {
                self.entering_failed(now, next, action_refusal(code));
            }
            other => {
                self.membership = other;
                self.refused(action_refusal(code));
            }
        }
    }

    /// The gateway says that we are in no group.
    fn not_in_group(&mut self, now: Instant) {
        match std::mem::take(&mut self.membership) {
            Membership::In(replica) => {
                self.refused(ActionRefusal::NotInGroup);
                self.device.forget_told();
                self.rejoin(now, replica, false);
            }
            // The answer to a leave that was one too many: the TypeScript gateway sends it to every owner that
            // leaves (facts §4).
            other => self.membership = other,
        }
    }
}
