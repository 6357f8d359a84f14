//! What the chat dialects stand on, and where each is put on the listeners.

use std::sync::Arc;

use axum::Router;
use hearth_clock::Clock;
use tokio::sync::{mpsc, watch};

use super::super::doors::Doors;
use super::clerk::Clerk;
use super::desk::{Desk, look_after};
use crate::accounts::{Accounts, Gate};
use crate::chat::Chat;
use crate::dialect::Dialect;

/// What the chat dialects stand on. There is none without accounts.
#[derive(Clone, Debug)]
pub(in crate::server) struct Ground {
    pub accounts: Arc<Accounts>,
    pub gate: Arc<Gate>,
    pub chat: Chat,
    pub clock: Arc<Clock>,
    pub doors: Doors,
    /// Held by whoever has to say goodbye when the server stops.
    pub alive: mpsc::Sender<()>,
    pub stopped: watch::Receiver<bool>,
}

impl Ground {
    /// Opens the desk of a dialect, whose sockets are looked after until the server stops.
    pub fn open<C: Clerk>(&self, clerk: C) -> Desk<C> {
        let desk = Desk::new(clerk, self.chat.clone(), Arc::clone(&self.clock), &self.alive);
        tokio::spawn(look_after(desk.clone(), self.stopped.clone(), self.alive.clone()));
        desk
    }
}

/// A dialect on the listeners.
#[derive(Clone, Debug)]
pub(in crate::server) struct Mounted {
    pub dialect: Dialect,
    /// Its routes on a listener for every dialect.
    pub shared: Router,
    /// Its routes on a listener of its own.
    pub own: Router,
}
