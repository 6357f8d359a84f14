//! The Together dialect on the network. REST and what is shown are in [`crate::together`], every rule in
//! [`crate::chat`].

mod desk;
mod routes;

pub(super) use desk::{Desk, look_after};
pub(super) use routes::{Front, dedicated, health, shared, token, upgrade};
