//! The gateways' error codes as the neutral [`ActionRefusal`].

use hearth_dialects::puff::ErrorCode;

use crate::group::ActionRefusal;

/// What an error code means to the owner of a session.
pub(super) fn action_refusal(code: &ErrorCode) -> ActionRefusal {
    match code {
        ErrorCode::InvalidGroup | ErrorCode::InvalidGroupId => ActionRefusal::NoSuchGroup,
        ErrorCode::AlreadyInAGroup | ErrorCode::AlreadyInGroup => ActionRefusal::AlreadyInGroup,
        ErrorCode::NotInGroup => ActionRefusal::NotInGroup,
        ErrorCode::SessionNotReady => ActionRefusal::NotReady,
        ErrorCode::NoMembersReady => ActionRefusal::NobodyReady,
        ErrorCode::NoSeshers => ActionRefusal::NoDevices,
        ErrorCode::InvalidGroupState => ActionRefusal::WrongPhase,
        ErrorCode::NotOwner => ActionRefusal::NotOwner,
        ErrorCode::NotPermitted => ActionRefusal::NotPermitted,
        ErrorCode::UserNotInGroup | ErrorCode::InvalidTargetSessionId => ActionRefusal::MemberGone,
        ErrorCode::CannotKickOwner => ActionRefusal::OwnerStays,
        ErrorCode::CannotDeletePersistentGroup => ActionRefusal::GroupStays,
        ErrorCode::InvalidGroupName => ActionRefusal::InvalidName,
        ErrorCode::InvalidData
        | ErrorCode::InvalidContent
        | ErrorCode::InvalidPayload
        | ErrorCode::MissingData
        | ErrorCode::MissingDataOrGroupId => ActionRefusal::InvalidData,
        ErrorCode::InvalidOpCode | ErrorCode::Deprecated => ActionRefusal::Unsupported,
        ErrorCode::UncaughtException | ErrorCode::Unavailable => ActionRefusal::GatewayFault,
        // The Elixir gateway's own faults (facts §5).
        ErrorCode::Other(code) if code.ends_with("_STATE_TIMEOUT") => ActionRefusal::GatewayFault,
        ErrorCode::NoDeviceConnected
        | ErrorCode::InvalidSession
        | ErrorCode::InvalidToken
        | ErrorCode::Other(_) => ActionRefusal::Other(code.name().into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_that_nobody_who_asked_for_something_gets_stay_raw() {
        let raw: Vec<_> = ErrorCode::NAMED
            .iter()
            .filter(|code| matches!(action_refusal(code), ActionRefusal::Other(_)))
            .collect();
        let quiet = [ErrorCode::InvalidSession, ErrorCode::InvalidToken, ErrorCode::NoDeviceConnected];
        assert_eq!(raw.len(), quiet.len(), "{raw:?}");
        assert!(quiet.iter().all(|code| raw.contains(&code)), "{raw:?}");
        let timeout = ErrorCode::from_name("GROUP_STATE_TIMEOUT");
        assert_eq!(action_refusal(&timeout), ActionRefusal::GatewayFault);
    }
}
