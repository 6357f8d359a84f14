//! `/users/:id`. Everybody who is signed in sees the same of everybody, and nobody an address or a password.

use axum::extract::{Path, State};
use hearth_dialects::emagine::id;
use hearth_dialects::emagine::rest::ProfileOf;

use super::bearer::Bearer;
use super::refusal::Refusal;
use super::{Answer, Front, success};
use crate::emagine::show;

pub(super) async fn one(
    State(front): State<Front>,
    Bearer(account): Bearer,
    Path(asked): Path<String>,
) -> Answer<ProfileOf> {
    if asked == "me" {
        return success(ProfileOf { profile: show::profile(&account) });
    }
    let nobody = || Refusal::not_found("Requested user profile not found!");
    let number = id(&asked).ok_or_else(nobody)?;
    let found = front.accounts.by_number(number).await?.ok_or_else(nobody)?;
    success(ProfileOf { profile: show::profile(&found) })
}
