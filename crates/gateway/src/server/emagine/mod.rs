//! The E-Magine dialect on the network. The rules of its sockets and REST are in [`crate::emagine`], every other rule in
//! [`crate::chat`].

mod clerk;
mod routes;

pub(super) use clerk::Clerk;
pub(super) use routes::{Front, dedicated, shared};
