//! What a gateway refuses, in words: what happened, what it means, what to do.

use hearth_gateway_client::group::ActionRefusal;

use crate::contract::Said;
use crate::said;

/// The words of a notice.
pub(super) struct Words {
    /// Stable code.
    pub code: &'static str,
    pub title: Said,
    pub advice: Said,
}

/// The words for a refusal.
pub(super) fn words(refusal: &ActionRefusal) -> Words {
    let (code, title, advice) = match refusal {
        ActionRefusal::NoSuchGroup => (
            "no_such_group",
            said!("No group has this code"),
            said!("Check the code with your friend; groups close when everyone has left."),
        ),
        ActionRefusal::AlreadyInGroup => (
            "already_in_group",
            said!("You are in a group already"),
            said!("Leave it first, then join the other one."),
        ),
        ActionRefusal::NotInGroup => {
            ("not_in_group", said!("You are in no group"), said!("Create one or join one by its code."))
        }
        ActionRefusal::NotReady => (
            "not_ready",
            said!("You are not ready"),
            said!("Press your device's button first; then you can start with those who are ready."),
        ),
        ActionRefusal::NobodyReady => (
            "nobody_ready",
            said!("Nobody is ready yet"),
            said!("Nothing started. It can start as soon as somebody has pressed their device's button."),
        ),
        ActionRefusal::NoDevices => (
            "no_devices",
            said!("Nobody here has a device"),
            said!("Nobody was asked. Connect your device, or wait for a friend who has one."),
        ),
        ActionRefusal::WrongPhase => {
            ("wrong_phase", said!("That was too late"), said!("The group has moved on in the meantime."))
        }
        ActionRefusal::NotOwner => (
            "not_owner",
            said!("Only the owner of the group can do that"),
            said!("Nothing was changed. Ask the owner, or create a group of your own."),
        ),
        ActionRefusal::NotPermitted => (
            "not_permitted",
            said!("The gateway does not let you do that"),
            said!("The group may be full, or only those who run the gateway can do it."),
        ),
        ActionRefusal::MemberGone => {
            ("member_gone", said!("They are not in the group any more"), said!("Nothing was changed."))
        }
        ActionRefusal::OwnerStays => (
            "owner_stays",
            said!("The owner cannot be removed"),
            said!("Make somebody else the owner first, or leave the group."),
        ),
        ActionRefusal::GroupStays => (
            "group_stays",
            said!("This group cannot be deleted"),
            said!("The gateway keeps it for good. You can leave it, or make somebody else its owner."),
        ),
        ActionRefusal::RateLimited => (
            "rate_limited",
            said!("That was too fast for the gateway"),
            said!("Wait a little, then try again. A new group can be created every half minute."),
        ),
        ActionRefusal::InvalidData => (
            "invalid_data",
            said!("The gateway did not accept that"),
            said!("Try a shorter or simpler text."),
        ),
        ActionRefusal::InvalidName => (
            "invalid_name",
            said!("The gateway did not accept this name"),
            said!("Try a shorter one, without links and special letters."),
        ),
        ActionRefusal::Unsupported => (
            "unsupported",
            said!("This gateway cannot do that"),
            said!("Nothing was changed. Another gateway may know how."),
        ),
        ActionRefusal::GatewayFault => (
            "gateway_fault",
            said!("The gateway has trouble of its own"),
            said!("It may not have done that. Try again in a minute."),
        ),
        ActionRefusal::NoAnswer => (
            "no_answer",
            said!("The gateway did not answer"),
            said!("You are in no group. Try again, or choose another gateway."),
        ),
        ActionRefusal::ConnectionLost => (
            "connection_lost",
            said!("The connection broke in the middle of that"),
            said!("It may not have arrived. Look, and do it again if it is missing."),
        ),
        ActionRefusal::NotConnected => (
            "not_connected",
            said!("Not connected to the gateway"),
            said!("Nothing was sent. Hearth connects again by itself."),
        ),
        ActionRefusal::Other(code) => {
            return Words {
                code: "refused",
                title: said!("The gateway refused that ({code})", code = code),
                advice: said!("It gave no reason that Hearth knows. Try again later."),
            };
        }
    };
    Words { code, title, advice }
}
