//! The list of public groups as a whole, which gateways give over HTTP (facts §7). A session is only told when it
//! changes.

use hearth_dialects::puff::PublicGroup as WireGroup;

use super::endpoint::beside;
use super::replica::public_group;
use super::{EndpointError, endpoint};
use crate::group::PublicGroup;

/// Where a gateway lists its public groups.
///
/// # Errors
/// As [`endpoint`].
pub fn listing_url(address: &str) -> Result<String, EndpointError> {
    beside(&endpoint(address)?, &["v1", "groups"])
        .ok_or_else(|| EndpointError::NotAnAddress(address.to_owned()))
}

/// The groups in a gateway's answer; `None` when it makes no sense.
#[must_use]
pub fn listing(answer: &str) -> Option<Vec<PublicGroup>> {
    Some(WireGroup::list(answer)?.into_iter().map(public_group).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_for_where_the_gateway_is() {
        for (address, asked) in [
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000/v1/groups"),
            (
                "wss://rosin.puff.social/socket?encoding=json&compression=none",
                "https://rosin.puff.social/v1/groups",
            ),
            ("ws://[::1]:9000/socket", "http://[::1]:9000/v1/groups"),
        ] {
            assert_eq!(listing_url(address).as_deref(), Ok(asked));
        }
        assert!(listing_url("gopher://host").is_err());
    }

    #[test]
    fn an_answer_is_read_as_far_as_it_makes_sense() {
        let answer = r#"{"success":true,"data":[
            {"group_id":"q7xk2m","name":"Den","visibility":"public","state":"awaiting","member_count":3,"sesher_count":2},
            {"name":"without a code"}, 7]}"#;
        let groups = listing(answer).expect("a list");
        assert_eq!(groups.len(), 1);
        assert_eq!((groups[0].id.as_str(), groups[0].seshers, groups[0].watchers), ("q7xk2m", 2, 1));
        for nonsense in ["", "[]", r#"{"success":true}"#, r#"{"data":{}}"#] {
            assert_eq!(listing(nonsense), None, "{nonsense}");
        }
    }
}
