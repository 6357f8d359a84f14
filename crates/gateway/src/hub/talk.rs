//! What members tell each other and of themselves: chat, reactions, away, strain, mobile.

use hearth_clock::Now;
use hearth_dialects::puff::{ErrorCode, Event, Reaction, Refusal, UserPatch, UserUpdate};

use super::Hub;
use super::session::SessionKey;

impl Hub {
    /// Op 11.
    pub(super) fn message(&mut self, now: Now, key: SessionKey, content: String) -> Result<(), Refusal> {
        let group = self.group_of(key)?;
        if self.say_in_community(group, key, &content) {
            return Ok(());
        }
        let message = self.said(now, group, self.id_of(key), content);
        self.tell_group(group, None, Event::Message(message));
        Ok(())
    }

    /// Op 14.
    pub(super) fn reaction(&mut self, key: SessionKey, emoji: String) -> Result<(), Refusal> {
        let group = self.group_of(key)?;
        let reaction = Reaction { group_id: self.code_of(group), author_session_id: self.id_of(key), emoji };
        self.tell_group(group, None, Event::Reaction(reaction));
        Ok(())
    }

    /// Ops 6, 18, 19 and 21. Who turns away does not hold the others up.
    pub(super) fn update_user(
        &mut self,
        now: Now,
        key: SessionKey,
        update: UserUpdate,
    ) -> Result<(), Refusal> {
        let group = self.group_of(key)?;
        let session = self.sessions.get_mut(&key).ok_or(Refusal::action(ErrorCode::NotInGroup))?;
        let UserUpdate { strain, away, mobile } = update;
        strain.clone().apply(&mut session.strain);
        session.away = away.unwrap_or(session.away);
        session.mobile = mobile.unwrap_or(session.mobile);
        let session_id = session.id.clone();
        let patch = UserPatch {
            session_id: session_id.clone(),
            group_id: self.code_of(group),
            strain,
            away,
            mobile,
            ..UserPatch::default()
        };
        self.tell_group(group, None, Event::UserUpdate(Box::new(patch)));
        if let Some(state) = away {
            self.tell_group(group, None, Event::AwayState { session_id, state });
            self.settle(now, group, Some(key));
        }
        Ok(())
    }
}
