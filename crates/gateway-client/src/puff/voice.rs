//! Access to the voice room of the group: asked for over HTTP, because it gives a secret, and shown with the token of
//! the session. That is told to gateways that offer voice rooms (`hearth.voice` of the hello), and to no others.

use std::time::Duration;

use super::Output;
use super::endpoint::beside;
use super::membership::Membership;
use super::session::Session;
use crate::group::{AccessToken, Event, NoVoice, VoiceAccess};
use crate::machine::{HttpAnswer, HttpFailure, HttpId, HttpRequest, Method};
use hearth_dialects::puff::VoiceAccess as Given;

/// Asked too often, by a gateway that does not say for how long.
const LATER: Duration = Duration::from_secs(5);

/// What is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    id: HttpId,
    group: String,
}

impl Session {
    pub(super) fn ask_for_voice(&mut self) {
        let (group, is_in) = match &self.membership {
            Membership::In(replica) => (replica.group.id.clone(), true),
            Membership::Rejoining { replica, .. } => (replica.group.id.clone(), false),
            _ => return self.no_voice(String::new(), NoVoice::NotInGroup),
        };
        if self.voice_asked.as_ref().is_some_and(|asked| asked.group == group) {
            return;
        }
        if !self.is_live() || !is_in {
            return self.no_voice(group, NoVoice::NotConnected);
        }
        let (Some(pair), true) = (&self.pair, self.offers_voice) else {
            return self.no_voice(group, NoVoice::NotOffered);
        };
        let Some(url) = beside(self.url(), &["v1", "groups", &group, "voice"]) else {
            return self.no_voice(group, NoVoice::NotOffered);
        };
        let bearer = Some(pair.token(self.server).to_owned());
        let id = HttpId(self.next_http);
        self.next_http += 1;
        self.voice_asked = Some(Asked { id, group });
        self.output(Output::Http(id, HttpRequest { method: Method::Post, url, bearer, body: None }));
    }

    /// We are in that group no more: what comes of it is for nobody.
    pub(super) fn forget_voice(&mut self) {
        if let Some(Asked { group, .. }) = self.voice_asked.take() {
            self.no_voice(group, NoVoice::NotInGroup);
        }
    }

    pub(super) fn http_answered(&mut self, id: HttpId, answer: Result<HttpAnswer, HttpFailure>) {
        let Some(Asked { group, .. }) = self.voice_asked.take_if(|asked| asked.id == id) else { return };
        let access = answer.map_err(|_| NoVoice::Later).and_then(|answer| understood(&answer)).map(Box::new);
        self.event(Event::VoiceAccess { group, access });
    }

    fn no_voice(&mut self, group: String, why: NoVoice) {
        self.event(Event::VoiceAccess { group, access: Err(why) });
    }
}

fn understood(answer: &HttpAnswer) -> Result<VoiceAccess, NoVoice> {
    if answer.is_success() {
        let given: Given = answer.read().ok_or(NoVoice::Later)?;
        let good_for = Duration::from_millis(given.expires_ms);
        return Ok(VoiceAccess {
            token: AccessToken { text: given.access_token.into(), good_for },
            user: given.user_id,
            server: given.server_id,
            channel: given.channel_id,
        });
    }
    Err(match answer.status {
        // Of one that knows of voice rooms; otherwise it is a proxy that knows of nothing.
        404 if answer.is_error() => NoVoice::NotInGroup,
        404 | 405 | 501 => NoVoice::NotOffered,
        429 => NoVoice::TooOften(answer.retry_after.unwrap_or(LATER)),
        // Of 401: the session was taken up again while this was on its way, and has another token now.
        401 | 408 | 425 | 500.. => NoVoice::Later,
        _ => NoVoice::Refused(answer.words()),
    })
}
