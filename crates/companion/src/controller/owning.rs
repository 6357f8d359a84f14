//! Making a group, and what only its owner may: change it, delete it, hand it over, remove somebody. What a gateway
//! would refuse anyway, or do wrongly (puff-gateway §10), is not sent.

use std::time::Duration;

use hearth_gateway_client::group::{ActionRefusal, Request, SessionId, Visibility};

use super::Controller;
use crate::contract::NoticeKind;
use crate::said;

/// The longest name of a group, UTF-16 units (puff-gateway §5).
const GROUP_NAME: usize = 32;

impl Controller {
    pub(super) fn create_group(&mut self, name: &str, public: bool, countdown_ms: Option<u32>) {
        let name = name.trim();
        if self.fits_as_group_name(name) {
            self.ask_for_group(Request::Create {
                name: name.into(),
                visibility: visibility(public),
                countdown: length(countdown_ms),
            });
        }
    }

    pub(super) fn edit_group(
        &mut self,
        name: Option<String>,
        public: Option<bool>,
        countdown_ms: Option<u32>,
    ) {
        let name = name.map(|name| name.trim().to_owned());
        if name.as_ref().is_some_and(String::is_empty) {
            let advice = said!("The group keeps the name that it has.");
            self.notices.add(NoticeKind::Error, "name_empty", said!("A group needs a name"), advice);
            return;
        }
        if name.as_ref().is_some_and(|name| !self.fits_as_group_name(name)) {
            return;
        }
        self.notices.settle("name_empty");
        if name.is_some() || public.is_some() || countdown_ms.is_some() {
            let (visibility, countdown) = (public.map(visibility), length(countdown_ms));
            self.as_owner(Request::Edit { name, visibility, countdown });
        }
    }

    pub(super) fn make_owner(&mut self, member: SessionId) {
        if self.membership.group().is_none_or(|group| group.owner != member) {
            self.about_member(member, Request::Transfer);
        }
    }

    pub(super) fn kick(&mut self, member: SessionId) {
        if self.membership.group().is_some_and(|group| group.owner == member) {
            return self.notices.refused(&ActionRefusal::OwnerStays);
        }
        self.about_member(member, Request::Kick);
    }

    fn about_member(&mut self, member: SessionId, request: impl FnOnce(SessionId) -> Request) {
        let here = self
            .membership
            .group()
            .is_none_or(|group| group.members.iter().any(|present| present.session_id == member));
        if !here {
            return self.notices.refused(&ActionRefusal::MemberGone);
        }
        self.as_owner(request(member));
    }

    /// Asks for what only the owner may: the gateways differ in who else they let.
    pub(super) fn as_owner(&mut self, request: Request) {
        if self.membership.group().is_some_and(|group| group.owner != group.own) {
            return self.notices.refused(&ActionRefusal::NotOwner);
        }
        self.gateway_request(request);
    }

    /// Whether a gateway takes a name of this length; says why not.
    fn fits_as_group_name(&mut self, name: &str) -> bool {
        let fits = name.encode_utf16().count() <= GROUP_NAME;
        if fits {
            self.notices.settle("name_too_long");
        } else {
            let advice = said!("At most {most} characters.", most = GROUP_NAME);
            self.notices.add(NoticeKind::Error, "name_too_long", said!("This name is too long"), advice);
        }
        fits
    }
}

fn length(countdown_ms: Option<u32>) -> Option<Duration> {
    countdown_ms.map(|ms| Duration::from_millis(ms.into()))
}

fn visibility(public: bool) -> Visibility {
    if public { Visibility::Public } else { Visibility::Private }
}
