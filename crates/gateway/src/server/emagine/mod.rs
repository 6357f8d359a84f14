//! The E-Magine dialect on the network. The rules of its sockets and REST are in [`crate::emagine`], every other rule in
//! [`crate::chat`].

mod clerk;
mod routes;

use super::chat::{Ground, Mounted};
use crate::dialect::Dialect;
use crate::emagine::rest;
use crate::emagine::session::Rules;
use clerk::Clerk;
use routes::Front;

/// The dialect, for the listeners.
pub(super) fn mount(ground: &Ground, rules: Rules) -> Mounted {
    let Ground { accounts, gate, chat, doors, .. } = ground.clone();
    let desk = ground.open(Clerk { accounts: accounts.clone(), rules });
    let front = Front { desk, doors, rest: rest::Front { accounts, gate, chat } };
    Mounted { dialect: Dialect::Emagine, shared: routes::shared(&front), own: routes::dedicated(&front) }
}
