//! The ert-concierge dialect on the network: its task, its routes, its file server. Every rule is in
//! [`crate::concierge`].

mod courier;
mod desk;
mod files;
mod routes;

pub(super) use courier::Courier;
pub(super) use desk::{Desk, Figures, Letter};
pub use files::FileLimits;
pub(super) use files::FileStore;
pub(super) use routes::{Lobby, dedicated, shared, upgrade};
