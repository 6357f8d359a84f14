//! The gateways' error codes as the neutral [`ActionRefusal`].

use hearth_dialects::puff::ErrorCode;

use crate::group::ActionRefusal;

/// What an error code means to the owner of a session.
pub(super) fn action_refusal(code: &ErrorCode) -> ActionRefusal {
    match code {
        ErrorCode::InvalidGroup | ErrorCode::InvalidGroupId => ActionRefusal::NoSuchGroup,
        ErrorCode::AlreadyInAGroup | ErrorCode::AlreadyInGroup => ActionRefusal::AlreadyInGroup,
        ErrorCode::NotInGroup => ActionRefusal::NotInGroup,
        ErrorCode::SessionNotReady | ErrorCode::NoMembersReady => ActionRefusal::NotReady,
        ErrorCode::InvalidGroupState => ActionRefusal::WrongPhase,
        ErrorCode::NotOwner => ActionRefusal::NotOwner,
        ErrorCode::InvalidData
        | ErrorCode::InvalidGroupName
        | ErrorCode::InvalidContent
        | ErrorCode::InvalidPayload
        | ErrorCode::MissingData
        | ErrorCode::MissingDataOrGroupId => ActionRefusal::InvalidData,
        other => ActionRefusal::Other(other.name().into_owned()),
    }
}
