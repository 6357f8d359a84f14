//! What is said of community gateways: what happened, what it means, what to do.

use hearth_gateway_client::concierge::{NotSent, Refusal};

use crate::say;
use crate::tongue::Tongue;

/// Title and advice.
pub(super) type Text = (String, String);

pub(super) fn bad_address(tongue: Tongue) -> Text {
    (
        say!(tongue, "This is not the address of a community gateway"),
        say!(tongue, "It looks like wss://concierge.example or ws://192.168.1.5:64209. Ask whoever runs it."),
    )
}

pub(super) fn bad_name(tongue: Tongue) -> Text {
    (
        say!(tongue, "This name cannot be used there"),
        say!(tongue, "Use letters, digits and _, at most 32 of them, without spaces."),
    )
}

pub(super) fn known(tongue: Tongue) -> Text {
    (say!(tongue, "You have this gateway already"), say!(tongue, "Nothing was added."))
}

pub(super) fn too_many(tongue: Tongue) -> Text {
    (
        say!(tongue, "These are enough community gateways"),
        say!(tongue, "Remove one that you do not use any more, then add this one."),
    )
}

pub(super) fn follows_enough(tongue: Tongue, count: usize) -> Text {
    (
        say!(tongue, "You follow {count} services here already", count = count),
        say!(tongue, "Unfollow one, then follow this one."),
    )
}

pub(super) fn allows_enough(tongue: Tongue, count: usize) -> Text {
    (
        say!(tongue, "You allow {count} names here already", count = count),
        say!(tongue, "Take one away, then allow this one."),
    )
}

pub(super) fn too_long(tongue: Tongue) -> Text {
    (say!(tongue, "This message is too long"), say!(tongue, "At most 16,000 bytes; send it in parts."))
}

pub(super) fn open_heat(tongue: Tongue) -> Text {
    (
        say!(tongue, "On this gateway a name proves nothing"),
        say!(
            tongue,
            "It has no secret: whoever connects first under a name that you allowed can start your device."
        ),
    )
}

pub(super) fn refused(tongue: Tongue, gateway: &str, why: Refusal) -> Text {
    let title = say!(tongue, "{gateway} does not let you in", gateway = gateway);
    let advice = match why {
        Refusal::NameTaken => {
            say!(tongue, "Somebody has this name there. Choose another, or try again later.")
        }
        Refusal::BadName => say!(tongue, "It does not take this name. Use letters, digits and _."),
        Refusal::BadSecret => say!(tongue, "It wants another secret. Ask whoever runs it."),
        Refusal::Version => say!(tongue, "It speaks another version of the protocol. Nothing was shared."),
        Refusal::Protocol => say!(tongue, "There may be another program at this address. Check it."),
    };
    (title, advice)
}

pub(super) fn not_sent(tongue: Tongue, why: &NotSent) -> Text {
    let title = say!(tongue, "Your message was not sent");
    let advice = match why {
        NotSent::NoClient => say!(tongue, "They are not there any more."),
        NotSent::NoService => say!(tongue, "That service is not there any more."),
        NotSent::NotAllowed => say!(tongue, "Only who follows a service can send to it."),
        NotSent::Refused(_) => say!(tongue, "The gateway did not take it. Try something shorter or simpler."),
        NotSent::NotConnected => say!(tongue, "There is no connection with this gateway."),
        NotSent::Lost => say!(tongue, "The connection broke in the middle of it. It may have arrived."),
        NotSent::TooMany => say!(tongue, "Too many messages are waiting. Try again in a moment."),
        NotSent::TooLong => say!(tongue, "It is too long. Send it in parts."),
        NotSent::NotJson | NotSent::BadTarget => say!(tongue, "The gateway would not understand it."),
    };
    (title, advice)
}

pub(super) fn heated(tongue: Tongue, who: &str, device: &str) -> Text {
    (
        say!(tongue, "{who} started {device}", who = who, device = device),
        say!(tongue, "Stop it here or with its button. Community says who may do that."),
    )
}

pub(super) fn stopped(tongue: Tongue, who: &str, device: &str) -> Text {
    (say!(tongue, "{who} stopped {device}", who = who, device = device), String::new())
}

pub(super) fn readied(tongue: Tongue, who: &str, device: &str) -> Text {
    (
        say!(tongue, "{who} got {device} ready", who = who, device = device),
        say!(tongue, "It heats when the group starts. Say that you are away if you do not want that."),
    )
}

pub(super) fn inquired(tongue: Tongue, who: &str) -> Text {
    (say!(tongue, "{who} asked your group to get ready", who = who), String::new())
}
