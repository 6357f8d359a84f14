//! What is said of voice: what happened, what it means, what to do.

use hearth_gateway_client::chat::Failure;
use hearth_gateway_client::group::NoVoice;
use hearth_voice::device::DeviceError;
use hearth_voice::link::servers::BadServer;

use crate::contract::Said;
use crate::controller::rooms::{tidy, why_not};
use crate::said;

/// Title and advice.
pub(super) type Text = (Said, Said);

fn not_joined(advice: Said) -> Text {
    (said!("You did not get into the voice room"), advice)
}

pub(super) fn not_connected() -> Text {
    not_joined(said!("There is no connection with this gateway."))
}

pub(super) fn not_offered() -> Text {
    not_joined(said!("This gateway has no voice rooms."))
}

pub(super) fn no_answer() -> Text {
    not_joined(said!("No answer came. Try again."))
}

pub(super) fn no_such_room() -> Text {
    not_joined(said!("It is not there any more."))
}

pub(super) fn full() -> Text {
    not_joined(said!(
        "Eight people hear each other at most, and eight are there. Try again when somebody has left."
    ))
}

pub(super) fn refused(why: Failure, text: &str) -> Text {
    not_joined(why_not(why, text))
}

pub(super) fn no_access(why: &NoVoice) -> Text {
    match why {
        NoVoice::NotOffered => not_offered(),
        NoVoice::NotInGroup => not_joined(said!("You are not in this group any more.")),
        NoVoice::NotConnected => not_connected(),
        NoVoice::TooOften(_) => not_joined(said!("That was too much at once. Try again in a moment.")),
        NoVoice::Later => not_joined(said!("The gateway cannot do it now. Try again later.")),
        NoVoice::Refused(words) => not_joined(tidy::some(Some(words), tidy::ABOUT).map_or_else(
            || said!("The gateway does not take it."),
            |words| said!("It says: {words}", words = words),
        )),
    }
}

pub(super) fn gateway_lost() -> Text {
    (
        said!("Voice ended: the gateway was lost"),
        said!("Your microphone is closed. Join again when the gateway is back."),
    )
}

pub(super) fn taken_out() -> Text {
    (
        said!("You are not in the voice room any more"),
        said!("Your microphone is closed. Perhaps you joined with another program."),
    )
}

pub(super) fn broke_off() -> Text {
    (
        said!("Voice broke off on this computer"),
        said!("Your microphone is closed. Join again; if it happens again, restart Hearth."),
    )
}

pub(super) fn microphone(error: DeviceError) -> Said {
    match error {
        DeviceError::Missing => said!("No microphone was found. Plug one in."),
        DeviceError::Denied => {
            said!("Hearth may not use the microphone. Allow it in the settings of this computer.")
        }
        DeviceError::Busy => said!("Another program has the microphone. Close it."),
        DeviceError::Unfit => said!("This microphone does not work. Choose another in the settings."),
        DeviceError::Gone => said!("The microphone is gone. Plug it in again."),
    }
}

pub(super) fn speaker(error: DeviceError) -> Said {
    match error {
        DeviceError::Missing => said!("No speaker was found. Plug one in."),
        DeviceError::Denied => {
            said!("Hearth may not use the speaker. Allow it in the settings of this computer.")
        }
        DeviceError::Busy => said!("Another program has the speaker. Close it."),
        DeviceError::Unfit => said!("This speaker does not work. Choose another in the settings."),
        DeviceError::Gone => said!("The speaker is gone. Plug it in again."),
    }
}

pub(super) fn bad_server(why: BadServer) -> Text {
    let advice = match why {
        BadServer::NoAddress => {
            said!("It looks like stun:stun.example.org or turn:relay.example.org:3478. Ask whoever runs it.")
        }
        BadServer::NotUdp => said!("Hearth speaks with such servers over UDP only: stun:… or turn:…"),
        BadServer::NoPassword => said!("A turn server wants a name and a password."),
    };
    (said!("This server cannot be used"), advice)
}

pub(super) fn too_many_servers(most: usize) -> Text {
    (said!("At most {most} servers", most = most), said!("Take one away first."))
}
