//! What is said of community gateways: what happened, what it means, what to do.

use hearth_gateway_client::concierge::{NotSent, Refusal};

use crate::contract::Said;
use crate::said;

/// Title and advice.
pub(in crate::controller) type Text = (Said, Said);

pub(super) fn bad_address() -> Text {
    (
        said!("This is not the address of a community gateway"),
        said!("It looks like wss://concierge.example or ws://192.168.1.5:64209. Ask whoever runs it."),
    )
}

pub(super) fn bad_name() -> Text {
    (
        said!("This name cannot be used there"),
        said!("Use letters, digits and _, at most 32 of them, without spaces."),
    )
}

pub(in crate::controller) fn known() -> Text {
    (said!("You have this gateway already"), said!("Nothing was added."))
}

pub(in crate::controller) fn too_many() -> Text {
    (
        said!("These are enough community gateways"),
        said!("Remove one that you do not use any more, then add this one."),
    )
}

pub(super) fn follows_enough(count: usize) -> Text {
    (
        said!("You follow {count} services here already", count = count),
        said!("Unfollow one, then follow this one."),
    )
}

pub(super) fn allows_enough(count: usize) -> Text {
    (
        said!("You allow {count} names here already", count = count),
        said!("Take one away, then allow this one."),
    )
}

pub(super) fn too_long() -> Text {
    (said!("This message is too long"), said!("At most 16,000 bytes; send it in parts."))
}

pub(super) fn open_heat() -> Text {
    (
        said!("On this gateway a name proves nothing"),
        said!(
            "It has no secret: whoever connects first under a name that you allowed can start your device."
        ),
    )
}

pub(super) fn refused(gateway: &str, why: Refusal) -> Text {
    let title = said!("{gateway} does not let you in", gateway = gateway);
    let advice = match why {
        Refusal::NameTaken => {
            said!("Somebody has this name there. Choose another, or try again later.")
        }
        Refusal::BadName => said!("It does not take this name. Use letters, digits and _."),
        Refusal::BadSecret => said!("It wants another secret. Ask whoever runs it."),
        Refusal::Version => said!("It speaks another version of the protocol. Nothing was shared."),
        Refusal::Protocol => said!("There may be another program at this address. Check it."),
    };
    (title, advice)
}

pub(super) fn not_sent(why: &NotSent) -> Text {
    let title = said!("Your message was not sent");
    let advice = match why {
        NotSent::NoClient => said!("They are not there any more."),
        NotSent::NoService => said!("That service is not there any more."),
        NotSent::NotAllowed => said!("Only who follows a service can send to it."),
        NotSent::Refused(_) => said!("The gateway did not take it. Try something shorter or simpler."),
        NotSent::NotConnected => said!("There is no connection with this gateway."),
        NotSent::Lost => said!("The connection broke in the middle of it. It may have arrived."),
        NotSent::TooMany => said!("Too many messages are waiting. Try again in a moment."),
        NotSent::TooLong => said!("It is too long. Send it in parts."),
        NotSent::NotJson | NotSent::BadTarget => said!("The gateway would not understand it."),
    };
    (title, advice)
}

pub(super) fn heated(who: &str, device: &str) -> Text {
    (
        said!("{who} started {device}", who = who, device = device),
        said!("Stop it here or with its button. Community says who may do that."),
    )
}

pub(super) fn stopped(who: &str, device: &str) -> Text {
    (said!("{who} stopped {device}", who = who, device = device), Said::default())
}

pub(super) fn readied(who: &str, device: &str) -> Text {
    (
        said!("{who} got {device} ready", who = who, device = device),
        said!("It heats when the group starts. Say that you are away if you do not want that."),
    )
}

pub(super) fn inquired(who: &str) -> Text {
    (said!("{who} asked your group to get ready", who = who), Said::default())
}
