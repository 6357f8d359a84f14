//! What a gateway refuses, in words: what happened, what it means, what to do.

use std::borrow::Cow;

use hearth_gateway_client::group::ActionRefusal;

/// The words of a notice.
pub(super) struct Words {
    /// Stable code.
    pub code: &'static str,
    pub title: Cow<'static, str>,
    pub advice: &'static str,
}

/// The words for a refusal.
pub(super) fn words(refusal: &ActionRefusal) -> Words {
    let (code, title, advice) = match refusal {
        ActionRefusal::NoSuchGroup => (
            "no_such_group",
            "No group has this code",
            "Check the code with your friend; groups close when everyone has left.",
        ),
        ActionRefusal::AlreadyInGroup => {
            ("already_in_group", "You are in a group already", "Leave it first, then join the other one.")
        }
        ActionRefusal::NotInGroup => {
            ("not_in_group", "You are in no group", "Create one or join one by its code.")
        }
        ActionRefusal::NotReady => (
            "not_ready",
            "You are not ready",
            "Press your device's button first; then you can start with those who are ready.",
        ),
        ActionRefusal::NobodyReady => (
            "nobody_ready",
            "Nobody is ready yet",
            "Nothing started. It can start as soon as somebody has pressed their device's button.",
        ),
        ActionRefusal::NoDevices => (
            "no_devices",
            "Nobody here has a device",
            "Nobody was asked. Connect your device, or wait for a friend who has one.",
        ),
        ActionRefusal::WrongPhase => {
            ("wrong_phase", "That was too late", "The group has moved on in the meantime.")
        }
        ActionRefusal::NotOwner => (
            "not_owner",
            "Only the owner of the group can do that",
            "Nothing was changed. Ask the owner, or create a group of your own.",
        ),
        ActionRefusal::NotPermitted => (
            "not_permitted",
            "The gateway does not let you do that",
            "The group may be full, or only those who run the gateway can do it.",
        ),
        ActionRefusal::MemberGone => {
            ("member_gone", "They are not in the group any more", "Nothing was changed.")
        }
        ActionRefusal::OwnerStays => (
            "owner_stays",
            "The owner cannot be removed",
            "Make somebody else the owner first, or leave the group.",
        ),
        ActionRefusal::GroupStays => (
            "group_stays",
            "This group cannot be deleted",
            "The gateway keeps it for good. You can leave it, or make somebody else its owner.",
        ),
        ActionRefusal::RateLimited => (
            "rate_limited",
            "That was too fast for the gateway",
            "Wait a little, then try again. A new group can be created every half minute.",
        ),
        ActionRefusal::InvalidData => {
            ("invalid_data", "The gateway did not accept that", "Try a shorter or simpler text.")
        }
        ActionRefusal::InvalidName => (
            "invalid_name",
            "The gateway did not accept this name",
            "Try a shorter one, without links and special letters.",
        ),
        ActionRefusal::Unsupported => (
            "unsupported",
            "This gateway cannot do that",
            "Nothing was changed. Another gateway may know how.",
        ),
        ActionRefusal::GatewayFault => (
            "gateway_fault",
            "The gateway has trouble of its own",
            "It may not have done that. Try again in a minute.",
        ),
        ActionRefusal::NoAnswer => (
            "no_answer",
            "The gateway did not answer",
            "You are in no group. Try again, or choose another gateway.",
        ),
        ActionRefusal::ConnectionLost => (
            "connection_lost",
            "The connection broke in the middle of that",
            "It may not have arrived. Look, and do it again if it is missing.",
        ),
        ActionRefusal::NotConnected => (
            "not_connected",
            "Not connected to the gateway",
            "Nothing was sent. Hearth connects again by itself.",
        ),
        ActionRefusal::Other(code) => {
            return Words {
                code: "refused",
                title: format!("The gateway refused that ({code})").into(),
                advice: "It gave no reason that Hearth knows. Try again later.",
            };
        }
    };
    Words { code, title: title.into(), advice }
}
